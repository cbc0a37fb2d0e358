"""What is to be done: read, done, verified, told."""
