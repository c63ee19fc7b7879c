"""The database: engine set-up, models, queries, migrations, guards."""
