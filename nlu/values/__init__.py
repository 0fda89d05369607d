"""Recognisers of dates, times, durations, quantities, numbers, money, yes and no; of addresses.

In English, and by tables of words in German, French and Spanish: see `tongues`.
"""

from collections.abc import Sequence
from typing import Any

from bot import Recogniser
from nlu.values.answers import YesNo
from nlu.values.contacts import Emails, Pages, Phones
from nlu.values.dates import Dates
from nlu.values.durations import Durations
from nlu.values.moments import Moments
from nlu.values.money import Sums
from nlu.values.numbers import Decimals, Floats, Integers
from nlu.values.ordinals import Ordinals
from nlu.values.quantities import Quantities
from nlu.values.times import Times

__all__ = ["recognisers"]


def recognisers() -> Sequence[Recogniser[Any]]:
    """List the recognisers, the most specific first."""
    return [
        Moments(), Emails(), Pages(), Times(), Phones(), Dates(), Durations(), Quantities(),
        Sums(), Floats(), Decimals(), Integers(), Ordinals(), YesNo(),
    ]  # fmt: skip
