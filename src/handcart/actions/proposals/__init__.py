"""Proposals: made by an agent, answered by the shopper line by line."""
