"""Settings that every test shares."""

from hypothesis import settings

from tests.canary import (
    pytest_configure,
    pytest_runtest_setup,
    pytest_runtest_teardown,
    pytest_unconfigure,
)

# Two busy cores: how long an example takes says nothing about the code.
settings.register_profile("threadline", deadline=None)
settings.load_profile("threadline")

__all__ = [  # the canary's
    "pytest_configure",
    "pytest_runtest_setup",
    "pytest_runtest_teardown",
    "pytest_unconfigure",
]
