"""SIGKILL amid reminders: each that was promised reaches its people exactly once."""
