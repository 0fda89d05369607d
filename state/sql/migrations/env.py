"""What Alembic runs: on the connection, and in the transaction, that it is handed."""

from alembic import context

from state.sql.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
