"""What the memory asks of a database, in SQL that SQLite and PostgreSQL understand."""
