"""What people say of reminders and of commands for later."""
