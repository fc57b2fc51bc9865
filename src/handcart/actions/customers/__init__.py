"""Customers: reading and changing them, their passwords and their e-mail addresses."""
