"""Times for reminders: understood in French and English, and told."""
