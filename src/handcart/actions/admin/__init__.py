"""What an operator or administrator does to a project as a whole."""
