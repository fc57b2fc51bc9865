"""What shoppers and agents see of products: projections and search."""
