"""Calling the addresses that want to be told."""
