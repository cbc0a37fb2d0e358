"""How fast memories are found among many, how surely, and what that costs."""
