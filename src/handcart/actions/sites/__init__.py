"""What an administrator does with sites and site groups."""
