"""Signing customers up and changing them: drafts and update actions."""
