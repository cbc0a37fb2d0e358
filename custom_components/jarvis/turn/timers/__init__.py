"""What a turn has to do with the timers."""
