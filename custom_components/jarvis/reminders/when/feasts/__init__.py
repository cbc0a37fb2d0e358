"""When feasts are: by our calendar, by Easter, by the moon."""
