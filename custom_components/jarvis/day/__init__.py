"""The day of a person: what is planned, the weather, what is unusual at home."""
