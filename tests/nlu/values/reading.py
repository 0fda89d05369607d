"""How the tests of recognisers read: on a Wednesday at ten, in Rome."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import Hints

ROME = ZoneInfo("Europe/Rome")
NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ROME)

OPEN = Hints(now=NOW)
WANTED = Hints(now=NOW, wanted=True)
