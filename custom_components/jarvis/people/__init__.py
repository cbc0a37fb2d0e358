"""Who speaks, and what is theirs."""
