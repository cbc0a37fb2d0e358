"""A simulated week: people, rooms, nights and restarts, and every reminder of it."""
