"""Offline orders: drafting them, changing them, and letting an anonymous shopper go on with one."""
