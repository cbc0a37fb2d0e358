"""Wyoming servers that hear and speak, asked one after the other."""
