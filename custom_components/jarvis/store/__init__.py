"""The one local SQLite database: schema, migrations, connections. No Home Assistant."""
