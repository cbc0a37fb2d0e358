"""One turn, from a person's words to the reply."""
