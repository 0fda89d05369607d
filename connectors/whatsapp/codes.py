"""What Meta's error codes mean for a message: one table; pure.

Meta, "Cloud API error codes" (May 2026), as far as a call or a status of ours can bring them. Meta
asks to go by code, not by title: titles will vanish.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Act(StrEnum):
    """What is to be done about a refused message."""

    RETRY = "retry"
    STOP = "stop"
    WINDOW = "window"  # free words do not get through, a template would
    BLOCKED = "blocked"  # nothing gets through to this person before they write again


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code of Meta's.

    Attributes:
        act: what is to be done.
        why: what happened, and what an operator can do.
        wide: whether it is about the whole account, not this message or person.
        pause: how long to wait, where Meta says it or its figure implies it.
    """

    act: Act
    why: str
    wide: bool = False
    pause: timedelta | None = None


def _retry(why: str, *, wide: bool = False, pause: timedelta | None = None) -> Code:
    return Code(act=Act.RETRY, why=why, wide=wide, pause=pause)


def _stop(why: str) -> Code:
    return Code(act=Act.STOP, why=why)


ACCESS = "the access token is not valid, or may not do this; make a new one"
ACCOUNT = "the business account is restricted; see WhatsApp Manager"
TEMPLATE = "the template is not what Meta approved; compare bot.toml with WhatsApp Manager"
MARKETING = "Meta holds marketing templates back from this person; use a utility template"

CODES: Mapping[int, Code] = {
    # authorisation
    0: _stop(ACCESS),
    3: _stop(ACCESS),
    10: _stop(ACCESS),
    190: _stop(ACCESS),
    **dict.fromkeys(range(200, 300), _stop(ACCESS)),
    # rates: an app's calls, an account's calls, a number's 80 messages a second
    4: _retry("too many calls of the app", wide=True),
    80007: _retry("too many calls of the business account", wide=True),
    130429: _retry("the number's throughput is used up", wide=True),
    # about one message to one person every 6 seconds, bursts being allowed
    131056: _retry("too many messages to this person", pause=timedelta(seconds=6)),
    131048: _stop("too many were blocked or reported as spam; see the number's quality"),
    131064: _stop("the account's messaging limit is reached, for its templates' category"),
    # passing troubles
    2: _retry("WhatsApp is away for a while"),
    131000: _retry("something went wrong at WhatsApp"),
    131016: _retry("a service of WhatsApp is away for a while"),
    # the account
    368: _stop(ACCOUNT),
    131031: _stop(ACCOUNT),
    130497: _stop("the business account may not write to that country"),
    131042: _stop("the business account's payment is not in order"),
    131045: _stop("the number is not registered; register it in WhatsApp Manager"),
    133010: _stop("the number is not registered; register it in WhatsApp Manager"),
    131057: _stop("the business account is in maintenance; send it again from the outbox later"),
    # the person
    131026: Code(
        act=Act.BLOCKED,
        why="cannot be delivered: not on WhatsApp, an old app, terms not accepted, or blocked",
    ),
    131030: _stop("a test number writes to listed numbers only; add this one in the app"),
    131021: _stop("the number would write to itself"),
    131047: Code(
        act=Act.WINDOW,
        why="over 24 hours since the customer last wrote; only a template gets through",
    ),
    130472: _stop("Meta holds marketing templates back from this person, as an experiment"),
    131049: _stop(MARKETING),
    131050: _stop("the customer has stopped this business's marketing messages"),
    131062: _stop("this kind of message needs a phone number, and Meta tells none"),
    # the request
    1: _retry("an unknown error of WhatsApp"),
    33: _stop("the number does not exist, or the token may not use it"),
    100: _stop("a parameter is not valid"),
    131005: _stop(ACCESS),
    131008: _stop("a parameter is missing"),
    131009: _stop("a parameter's value is not valid"),
    131051: _stop("this kind of message is not supported"),
    131052: _stop("the customer's file cannot be fetched"),
    131053: _stop("the file or picture cannot be used: its type, size or address"),
    135000: _stop("the request cannot be understood"),
    # templates
    132000: _stop(f"the number of parameters is wrong: {TEMPLATE}"),
    132001: _stop("no such template in that language, or not approved yet"),
    132005: _stop("the template with its words is too long; lower max_text"),
    132007: _stop("the template's content breaks a policy"),
    132008: _stop(TEMPLATE),
    132012: _stop(TEMPLATE),
    132015: _stop("the template is paused for its quality"),
    132016: _stop("the template is disabled for its quality"),
    132018: _stop(TEMPLATE),
    132068: _stop("the flow is blocked"),
    132069: _stop("the flow is throttled"),
}


def told(code: str) -> str:
    """Write a code with its meaning, for reasons that operators read."""
    known = CODES.get(int(code)) if code.isdecimal() else None
    return f"{code}: {known.why}" if known else code
