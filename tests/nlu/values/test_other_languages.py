"""Languages without a grammar of their own: what is shown is read back, in ISO form."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import Hints
from nlu.values import recognisers

NOW = datetime(2026, 11, 18, 12, tzinfo=ZoneInfo("Europe/Rome"))
VALUES = [date(2026, 11, 18), date(2027, 3, 4), time(19, 30), datetime(2026, 11, 20, 19), 1250]  # noqa: DTZ001 - as they are kept


@pytest.mark.parametrize("locale", ["pt", "pt-BR", "ar", "zu", "it"])
@pytest.mark.parametrize("value", VALUES, ids=str)
def test_what_is_shown_is_read_back(locale: str, value: Any) -> None:
    hints = Hints(now=NOW, locale=locale, wanted=True)
    reader = next(one for one in recognisers() if one.type is type(value))

    shown = reader.show(value, hints)

    assert [match.value for match in reader.find(shown, hints)] == [value]
    assert not any(word.isalpha() for word in shown.split())
