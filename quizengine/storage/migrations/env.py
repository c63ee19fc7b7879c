"""Alembic's entry point; the connection is handed over by `quizengine.storage.migrate`."""

from alembic import context

from quizengine.storage.models import Base


def run() -> None:
    """Run the migrations on the connection of the caller."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
