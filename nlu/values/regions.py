"""Which country a conversation plays in, and what is paid with there."""

import zoneinfo
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import Hints

_EURO = "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK SM VA XK"
CURRENCIES: Mapping[str, str] = dict.fromkeys(_EURO.split(), "EUR") | {
    "AE": "AED", "AR": "ARS", "AU": "AUD", "BD": "BDT", "BR": "BRL", "CA": "CAD", "CH": "CHF",
    "CL": "CLP", "CN": "CNY", "CO": "COP", "CZ": "CZK", "DK": "DKK", "EG": "EGP", "GB": "GBP",
    "HK": "HKD", "HU": "HUF", "ID": "IDR", "IL": "ILS", "IN": "INR", "IS": "ISK", "JP": "JPY",
    "KE": "KES", "KR": "KRW", "LI": "CHF", "LK": "LKR", "MA": "MAD", "MX": "MXN", "MY": "MYR",
    "NG": "NGN", "NO": "NOK", "NZ": "NZD", "PE": "PEN", "PH": "PHP", "PK": "PKR", "PL": "PLN",
    "QA": "QAR", "RO": "RON", "RS": "RSD", "RU": "RUB", "SA": "SAR", "SE": "SEK", "SG": "SGD",
    "TH": "THB", "TN": "TND", "TR": "TRY", "TW": "TWD", "UA": "UAH", "US": "USD", "UY": "UYU",
    "VN": "VND", "ZA": "ZAR",
}  # fmt: skip
"""ISO 3166 country to ISO 4217 currency, where many people write to bots."""

_OF_LANGUAGE = {
    "bg": "BG", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "et": "EE", "fi": "FI", "fr": "FR",
    "he": "IL", "hr": "HR", "hu": "HU", "is": "IS", "it": "IT", "ja": "JP", "ko": "KR", "lt": "LT",
    "lv": "LV", "nb": "NO", "nl": "NL", "no": "NO", "pl": "PL", "ro": "RO", "ru": "RU", "sk": "SK",
    "sl": "SI", "sv": "SE", "th": "TH", "tr": "TR", "uk": "UA", "vi": "VN",
}  # fmt: skip
"""Languages that mostly mean one country; English, Spanish, Portuguese and Arabic do not."""


def region_of(hints: Hints) -> str | None:
    """Tell the country (ISO 3166): the locale's, else that of the place's time zone."""
    language, _, rest = hints.locale.replace("_", "-").partition("-")
    region = rest.rpartition("-")[2].upper()
    if len(region) == 2 and region.isalpha():
        return region
    zone = hints.now.tzinfo
    of_zone = _of_zones().get(zone.key) if isinstance(zone, ZoneInfo) else None
    return of_zone or _OF_LANGUAGE.get(language.lower())


def currency_of(hints: Hints) -> str | None:
    """Tell what is paid with where no currency is named."""
    return hints.currency or CURRENCIES.get(region_of(hints) or "")


_MONTH_FIRST = frozenset({"US", "PR", "GU", "VI", "AS", "MP"})
_EITHER = frozenset({"CA", "PH"})
_ENGLISH_SPEAKING = frozenset({"AU", "GB", "GH", "IE", "IN", "KE", "NG", "NZ", "SG", "US", "ZA"})


def leads_with_month(hints: Hints) -> bool | None:
    """Tell whether 3/4 is 4 March; None where nobody can tell.

    The country of the locale decides; where it names none, that of the time zone, if English is
    spoken there: an English speaker in Rome may be American.
    """
    region = region_of(hints)
    named = len(hints.locale.replace("_", "-").split("-")) > 1
    if region is None or region in _EITHER or not (named or region in _ENGLISH_SPEAKING):
        return None
    return region in _MONTH_FIRST


@cache
def _of_zones() -> Mapping[str, str]:
    """Read the countries of time zones from the time zone database's own zone.tab."""
    for folder in zoneinfo.TZPATH:
        table = Path(folder) / "zone.tab"
        if table.is_file():
            return _read(table.read_text(encoding="utf-8"))
    try:
        return _read((resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8"))
    except (ModuleNotFoundError, FileNotFoundError):
        return {}


def _read(table: str) -> Mapping[str, str]:
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows if len(row) > 2}
