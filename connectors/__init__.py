"""Connectors that Threadline ships, one folder per platform; each imports only `bot`."""
