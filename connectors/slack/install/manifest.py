"""The app's manifest: what Slack is told of commands, events, scopes and addresses; pure.

Slack, "App manifest reference" and its JSON schema (2026). SCOPES and EVENTS are the only lists of
what the app needs: installs ask for the same scopes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot import Body, Menu, NativeCommand, is_loopback, shortened
from connectors.slack.settings import SlackSettings, transport_of

SCOPES = (
    "app_mentions:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "im:history",
    "im:write",
    "users:read",
)
"""Of the bot: what the methods and events that we use ask for (Slack's method and event pages)."""

EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.im",
    "tokens_revoked",
)

MAX_NAME, MAX_DISPLAY_NAME = 35, 80
MAX_COMMANDS, MAX_COMMAND = 50, 32
MAX_DESCRIPTION, MAX_HINT = 2000, 1000

_TITLED = "Threadline bot"


def manifest(name: str, settings: SlackSettings, menu: Menu) -> dict[str, Any]:
    """Write the manifest of an app whose connector is called ``name``."""
    is_socket = transport_of(settings).kind == "socket"
    public = public_url_of(settings, menu)
    events_url = None if is_socket else f"{public}/{name}/events"
    title = menu.title.strip() or _TITLED
    made: dict[str, Any] = {
        "_metadata": {"major_version": 1, "minor_version": 1},
        "display_information": {"name": shortened(title, MAX_NAME)},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {
                "display_name": shortened(title, MAX_DISPLAY_NAME),
                "always_online": True,
            },
            "slash_commands": [_command(one, events_url) for one in commands_of(menu)],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": _settings(settings, events_url, is_socket=is_socket),
    }
    if settings.installs and public:
        made["oauth_config"]["redirect_urls"] = [f"{public}/{name}/oauth_redirect"]
    return made


def public_url_of(settings: SlackSettings, menu: Menu) -> str:
    """Tell where Slack and browsers find the bot; "" where they do not."""
    url = settings.public_url or menu.public_url or ""
    return "" if is_loopback(url) else url.rstrip("/")


def commands_of(menu: Menu) -> Sequence[NativeCommand]:
    """List the slash commands: the plugins' and one umbrella for the built-in ones.

    Slack has some of the built-in names itself (``/help``, ``/status``), and takes 50 in all.
    """
    own = [one for one in menu.commands.get("", ()) if not one.built_in]
    others = [one for one in menu.commands.get("", ()) if one.built_in]
    usage = "|".join(one.name for one in others)
    umbrella = NativeCommand(name=menu.umbrella, summary=f"Talk to {menu.title}", usage=usage)
    kept = [one for one in own if one.name != menu.umbrella and len(one.name) < MAX_COMMAND]
    return [*kept[: MAX_COMMANDS - 1], *([umbrella] if menu.umbrella else [])]


def left_out(menu: Menu) -> Sequence[str]:
    """Name the commands that Slack's menu does not take; they are understood in the chat."""
    shown = {one.name for one in commands_of(menu)}
    return [
        one.name for one in menu.commands.get("", ()) if not one.built_in and one.name not in shown
    ]


def merged(ours: Mapping[str, Any], theirs: Body) -> dict[str, Any]:
    """Keep what an operator has added by hand: the app's face, more scopes, other URLs' commands.

    Everything that we need is as we say; nothing that is not ours is taken away.
    """
    scopes = _listed(theirs, "oauth_config", "scopes", "bot")
    events = _listed(theirs, "settings", "event_subscriptions", "bot_events")
    redirects = _listed(theirs, "oauth_config", "redirect_urls")
    made = _over(theirs, ours)
    made["display_information"] = {
        **ours["display_information"],
        **_table(theirs, "display_information"),
    }
    made["oauth_config"]["scopes"]["bot"] = sorted({*SCOPES, *scopes})
    made["settings"]["event_subscriptions"]["bot_events"] = sorted({*EVENTS, *events})
    ours_of_redirects = ours["oauth_config"].get("redirect_urls", [])
    if redirects or ours_of_redirects:
        made["oauth_config"]["redirect_urls"] = sorted({*redirects, *ours_of_redirects})
    made["features"]["slash_commands"] = [
        *ours["features"]["slash_commands"],
        *_strangers(ours, theirs),
    ][:MAX_COMMANDS]
    return made


def _settings(
    settings: SlackSettings, events_url: str | None, *, is_socket: bool
) -> dict[str, Any]:
    where = {} if events_url is None else {"request_url": events_url}
    menus = {} if events_url is None else {"message_menu_options_url": events_url}
    return {
        "event_subscriptions": {**where, "bot_events": list(EVENTS)},
        "interactivity": {"is_enabled": True, **where, **menus},
        "socket_mode_enabled": is_socket,
        **({"org_deploy_enabled": True} if settings.installs else {}),
    }


def _command(one: NativeCommand, url: str | None) -> dict[str, Any]:
    described = shortened(one.summary.strip() or one.name, MAX_DESCRIPTION)
    made: dict[str, Any] = {"command": f"/{one.name}", "description": described}
    if url is not None:
        made["url"] = url
    if one.usage.strip():
        made["usage_hint"] = shortened(one.usage.strip(), MAX_HINT)
    return {**made, "should_escape": False}


def _strangers(ours: Mapping[str, Any], theirs: Body) -> Iterator[Body]:
    """Give commands that lead to another address than ours: somebody else's."""
    known = {one["command"] for one in ours["features"]["slash_commands"]}
    places = {one.get("url") for one in ours["features"]["slash_commands"]}
    for one in _listed(theirs, "features", "slash_commands"):
        url = one.get("url") if isinstance(one, Mapping) else None
        if url is not None and url not in places and one.get("command") not in known:
            yield one


def _over(under: object, over: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one table over another, table by table."""
    made: dict[str, Any] = dict(under) if isinstance(under, Mapping) else {}
    for key, value in over.items():
        made[key] = _over(made.get(key), value) if isinstance(value, Mapping) else value
    return made


def _listed(body: object, *path: str) -> Sequence[Any]:
    for key in path:
        body = body.get(key) if isinstance(body, Mapping) else None
    return body if isinstance(body, list) else []


def _table(body: Body, key: str) -> Mapping[str, Any]:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}
