"""Stores that Threadline ships; they import only `bot`."""
