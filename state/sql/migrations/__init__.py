"""Migrations of the SQL store; `state.sql.migrating` runs them."""
