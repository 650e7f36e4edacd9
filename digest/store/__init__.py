"""WHAT WE REMEMBER: tables, migrations, and one adapter per noun; SQLite and PostgreSQL."""
