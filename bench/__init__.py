"""The benchmark: Handcart over HTTP beside the same statements sent to the same PostgreSQL by something bare."""
