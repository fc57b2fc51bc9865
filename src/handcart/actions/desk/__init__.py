"""The agent's desk: selecting customers, seeing whom it serves, finding them."""
