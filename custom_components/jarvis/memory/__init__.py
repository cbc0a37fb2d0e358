"""What Jarvis remembers: turns and facts, kept and recalled. No Home Assistant."""
