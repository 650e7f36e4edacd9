"""Alembic's entry: migrate the connection that ``engine.py`` hands over, inside its transaction."""

from alembic import context

from digest.store.tables import REVISION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=REVISION_TABLE
)
with context.begin_transaction():
    context.run_migrations()
