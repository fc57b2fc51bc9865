"""The update actions of products, by what they change."""
