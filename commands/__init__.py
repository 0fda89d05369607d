"""Command plugins that Threadline ships; each imports only `bot`."""
