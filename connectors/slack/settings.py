"""The table ``[connectors.NAME]`` of a Slack app: what it takes, and which transport follows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot import ConfigError, Secret, Transport, is_loopback, is_web


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """The table ``[connectors.NAME]`` of a Slack app.

    It speaks with ``bot_token`` for one workspace, or with ``client_id`` and ``client_secret`` for
    all that installed it.

    Attributes:
        signing_secret: proves that requests are Slack's (Basic Information); not needed with
            Socket Mode.
        bot_token: the app's ``xoxb-`` token (OAuth & Permissions).
        api_url: where Slack's methods are.
        transport: ``webhook``: Slack posts to ``/NAME/events``; ``socket``: we open a connection to
            Slack; ``auto``: a socket where Slack cannot reach us.
        app_token: the ``xapp-`` token with ``connections:write``, for sockets (Basic Information).
        client_id: of the app (Basic Information), for installs at ``/NAME/install``.
        client_secret: goes with it.
        app_id: of the app (Basic Information), for `threadline sync`.
        config_token: an ``xoxe.xoxp-`` app configuration token (api.slack.com/apps), lives twelve
            hours, for `threadline sync`.
        profiles: ask Slack for each customer's language and time zone (scope ``users:read``).
        public_url: the bot's own address; that of ``[server]`` unless it is given here.
    """

    signing_secret: Secret | None = None
    bot_token: Secret | None = None
    api_url: str = "https://slack.com/api/"
    transport: Literal["auto", "webhook", "socket"] = "auto"
    app_token: Secret | None = None
    client_id: str = ""
    client_secret: Secret | None = None
    app_id: str = ""
    config_token: Secret | None = None
    profiles: bool = True
    public_url: str = ""

    def __post_init__(self) -> None:
        """Refuse tables that lack something, already where nothing is opened."""
        problems = list(_lacking(self))
        if problems:
            raise ValueError("; ".join(problems))

    def problems(self) -> Iterable[str]:
        """List what cannot work, for `threadline check`, too."""
        return (*_empty(self), *_wrong(self))

    @property
    def installs(self) -> bool:
        """Whether workspaces install the app by themselves."""
        return bool(self.client_id)


def transport_of(settings: SlackSettings) -> Transport:
    """Choose the transport: as set, or by who can reach whom."""
    if settings.transport != "auto":
        return Transport(kind=settings.transport, reason="as set")
    if settings.public_url and not is_loopback(settings.public_url):
        return Transport(kind="webhook", reason="public_url can be reached")
    if settings.app_token is not None:
        return Transport(kind="socket", reason="Slack cannot reach this machine")
    if is_loopback(settings.api_url):
        return Transport(kind="webhook", reason="the platform is on this machine")
    return Transport(
        kind="webhook",
        reason="there is no app_token for a socket",
        remedy="Slack cannot reach this machine: set app_token, or [server] public_url",
    )


def check_settings(name: str, settings: SlackSettings) -> None:
    """Refuse values that cannot work.

    Raises:
        ConfigError: each problem with its key and remedy.
    """
    key = f"connectors.{name}"
    problems = [f"{key}.{problem}" for problem in settings.problems()]
    if problems:
        raise ConfigError(*problems)


def _lacking(settings: SlackSettings) -> Iterator[str]:
    if settings.transport == "socket" and settings.app_token is None:
        yield 'transport "socket" needs the line app_token = "env:NAME" (Basic Information)'
    if settings.signing_secret is None and settings.transport == "webhook":
        yield 'transport "webhook" needs the line signing_secret = "env:NAME" (Basic Information)'
    if settings.signing_secret is None and settings.app_token is None:
        yield 'add the line signing_secret = "env:NAME", or app_token = "env:NAME" for Socket Mode'
    if bool(settings.client_id) != (settings.client_secret is not None):
        yield "client_id and client_secret go together; add the other one"
    if settings.bot_token is None and settings.client_secret is None:
        yield (
            'add the line bot_token = "env:NAME" of the one workspace, or client_id and'
            " client_secret for installs in many"
        )
    if settings.config_token is not None and not settings.app_id:
        yield "config_token needs app_id, too (Basic Information)"


def _empty(settings: SlackSettings) -> Iterator[str]:
    secrets = (
        ("bot_token", settings.bot_token),
        ("signing_secret", settings.signing_secret),
        ("app_token", settings.app_token),
        ("client_secret", settings.client_secret),
        ("config_token", settings.config_token),
    )
    for field, secret in secrets:
        if secret is not None and not secret.reveal().strip():
            yield f"{field}: is empty; copy it from the app's page at Slack"


def _wrong(settings: SlackSettings) -> Iterator[str]:
    token = settings.app_token
    if token is not None and token.reveal().startswith(("xoxb-", "xoxp-")):
        yield "app_token: is a token of a workspace; it begins with xapp- (Basic Information)"
    if transport_of(settings).kind == "webhook" and settings.signing_secret is None:
        yield (
            "signing_secret: webhooks need it; copy it from the app's Basic Information,"
            ' or set transport = "socket"'
        )
    if not is_web(settings.api_url):
        yield "api_url: not a web address; use https://slack.com/api/"
    if settings.public_url and not is_web(settings.public_url):
        yield "public_url: not a web address; leave it out for that of [server]"
