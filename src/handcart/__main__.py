"""`python -m handcart` is `handcart`, wherever that is installed."""

from handcart.cli import main

main(prog_name="handcart")
