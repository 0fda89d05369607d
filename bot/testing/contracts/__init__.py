"""Suites that every extension of a kind passes; import the one you need and subclass it.

The tests are coroutines: they want pytest-asyncio with ``asyncio_mode = "auto"``.
"""
