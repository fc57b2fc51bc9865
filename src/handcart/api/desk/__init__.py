"""What members of staff work with: the desk, takeovers, pairings, proposals."""
