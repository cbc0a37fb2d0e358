"""What a turn has to do with the memory."""
