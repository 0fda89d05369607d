"""Lay the sandbox over bot.toml: which connectors are emulated, and what the bot reads instead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.ports.connectors import Body

WEBCHAT = "webchat"
_WEBCHAT_NAME = "web"
_WEBCHAT_SECRETS = ("identity_secret", "site_key")
ALWAYS = ("slack", "telegram", "whatsapp")
"""Kinds that the sandbox has whether bot.toml names them or not; others have a pane if it does."""

_SECRET_KEYS = frozenset(
    {
        "access_token",
        "app_secret",
        "app_token",
        "bot_token",
        "secret",
        "signing_secret",
        "smtp_password",
        "token",
        "verify_token",
        "webhook_password",
        "webhook_secret",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which connector names are emulated, by name, and which ones are web chats."""

    emulated: Mapping[str, str]  # the connector's name -> its kind
    webchats: Sequence[str]
    tables: Mapping[str, Body]  # as bot.toml has them


def find_connectors(tables: Mapping[str, Body], kinds: Sequence[str]) -> Plan:
    """Find what to emulate among the tables of bot.toml; add what it leaves out of `ALWAYS`.

    Args:
        tables: By connector, its table as it was read, ``kind`` included.
        kinds: The kinds that have an emulator.
    """
    emulated = {name: table["kind"] for name, table in tables.items() if table["kind"] in kinds}
    for kind in kinds:
        if kind in ALWAYS and kind not in emulated.values():
            emulated[_free_name(kind, {*tables, *emulated})] = kind
    webchats = [name for name, table in tables.items() if table["kind"] == WEBCHAT]
    if not webchats:
        webchats = [_free_name(_WEBCHAT_NAME, {*tables, *emulated})]
    return Plan(emulated=emulated, webchats=webchats, tables=tables)


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    return name


def lay_over(
    plan: Plan,
    emulators: Mapping[str, Mapping[str, str]],
    *,
    server: Body,
    keep: Callable[[str, str, str], str],
    is_known: Callable[[str], bool],
) -> Body:
    """Make what is merged over bot.toml; None removes a key.

    Args:
        plan: What `find_connectors` found.
        emulators: By connector, what `bot.Emulator.connector_settings` tells.
        server: The table ``[server]``.
        keep: Puts a secret away (connector, key, value) and tells its reference.
        is_known: Tells whether a reference such as ``env:NAME`` can be looked up.
    """
    connectors: dict[str, Body] = {}
    for name, kind in plan.emulated.items():
        changes: dict[str, object] = {"kind": kind, **_without_secrets(plan.tables.get(name, {}))}
        for key, value in emulators[name].items():
            changes[key] = keep(name, key, value) if key in _SECRET_KEYS else value
        connectors[name] = changes
    for name in plan.webchats:
        table = plan.tables.get(name, {})
        unknown = [
            key
            for key in _WEBCHAT_SECRETS
            if str(table.get(key, "")).startswith("env:") and not is_known(table[key])
        ]
        connectors[name] = {"kind": WEBCHAT} | dict.fromkeys(unknown)
    return {"server": server, "connectors": connectors}


def _without_secrets(table: Body) -> dict[str, None]:
    """Remove what only the real platform understands: its secrets, and how they were reached.

    A secret of the real platform has no business on this machine's emulator, and one that is not
    set would keep the bot from starting; an id that goes with one goes, too. The emulators deliver
    webhooks.
    """
    return {
        key: None
        for key, value in table.items()
        if key in {"client_id", "transport"}
        or (isinstance(value, str) and value.startswith(("env:", "file:")))
    }
