"""The commerce wire: carts, orders, customers and the catalogue, as commercetools clients speak it."""
