"""What connects Home Assistant with the memory: opened, written, learned, shared."""
