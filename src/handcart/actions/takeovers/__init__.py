"""Takeovers: opening, keeping, asking for, forcing, ending; adding the items to the offline order."""
