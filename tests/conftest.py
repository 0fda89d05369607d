"""Settings that every test shares."""

from hypothesis import settings

# Two busy cores: how long an example takes says nothing about the code.
settings.register_profile("threadline", deadline=None)
settings.load_profile("threadline")
