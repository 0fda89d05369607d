"""Words, bodies and options that the suites of connectors share."""

from bot.model.messages import Option

GARBAGE = (b"{", b"[]", b'"x"', b"{}", b"null", b"\xff\xfe\x00")
"""Bodies that no platform sends; a genuine signature does not make them readable."""

AWKWARD = "5 < 6 & 7 > 2 *not bold* _nor this_ `code` [x](y) <@U9> <!channel> \\ ~ ü 🇮🇹 ≠ end"
ARABIC = "طاولة لأربعة (4) الساعة 19:30 من فضلك"
FAMILY = "👩‍👩‍👧‍👦 e\u0301 ﬁ 漢字 🏳️‍🌈"
"""Joined emoji, a combining accent, a ligature: what counts as one to its writer."""

HUGE_WORD = "w" * 4096
SLIP = "marked-words-of-a-customer"
"""Words that appear nowhere else, so that a body or a log can be searched for them."""

SECRETS = frozenset(
    {
        "access_token",
        "app_secret",
        "app_token",
        "bot_token",
        "client_secret",
        "secret",
        "signing_secret",
        "smtp_password",
        "token",
        "verify_token",
        "webhook_password",
        "webhook_secret",
    }
)
"""Names of settings that are secrets, on whatever platform."""


def options_of(*labels: str) -> tuple[Option, ...]:
    """Make options whose tokens are as long as a token may be."""
    return tuple(
        Option(token=f"{number:03d}:AbC-_{number:011d}", label=label)
        for number, label in enumerate(labels)
    )
