"""The table ``[connectors.NAME]`` of a Slack app, checked."""

from dataclasses import dataclass

from bot import ConfigError, Secret

TRANSPORTS = frozenset({"webhook"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSettings:
    """The table ``[connectors.NAME]`` of a Slack app in one workspace.

    Attributes:
        bot_token: the app's ``xoxb-`` token (OAuth & Permissions).
        signing_secret: proves that requests are Slack's (Basic Information).
        api_url: where Slack's methods are.
        transport: ``webhook``: Slack posts to ``/NAME/events``.
        app_token: the ``xapp-`` token; unused with ``webhook``.
    """

    bot_token: Secret
    signing_secret: Secret
    api_url: str = "https://slack.com/api/"
    transport: str = "webhook"
    app_token: Secret | None = None


def check_settings(name: str, settings: SlackSettings) -> None:
    """Refuse settings that cannot work.

    Raises:
        ConfigError: each problem with its key and remedy.
    """
    key = f"connectors.{name}"
    problems = [
        f"{key}.{field}: is empty; copy it from the app's page at Slack"
        for field, secret in (
            ("bot_token", settings.bot_token),
            ("signing_secret", settings.signing_secret),
        )
        if not secret.reveal().strip()
    ]
    if settings.transport not in TRANSPORTS:
        problems.append(
            f"{key}.transport: {settings.transport!r} is not supported by this release;"
            ' use "webhook"'
        )
    if not settings.api_url.startswith(("https://", "http://")):
        problems.append(f"{key}.api_url: not a web address; use https://slack.com/api/")
    if problems:
        raise ConfigError(*problems)
