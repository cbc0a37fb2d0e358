"""What is put on lists and taken off."""
