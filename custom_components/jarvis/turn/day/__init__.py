"""What people and models want of the day: told, and planned."""
