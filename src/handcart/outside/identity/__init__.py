"""Identity providers: who proves, elsewhere, who a member of staff is."""
