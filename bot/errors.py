"""Every deliberate error, sorted by who must act.

BotError
├── ConfigError             the operator: bot.toml, the environment, the machine
│   └── PluginError         the operator or a plugin's author: an extension cannot be used
├── ConnectorError          the platform
│   ├── RequestRejectedError    a request that is not the platform's (401, no trace)
│   ├── TransientSendError      try again, perhaps at a given moment
│   └── PermanentSendError      never try again: dead letter
├── StoreError              the database
│   ├── StoreBusyError          not now: 503 and Retry-After
│   ├── BlobMissingError        the bytes of a file are gone
│   └── StaleTurnError          another worker or process has gone on; start the turn again
├── EffectError             an action could not be settled
│   ├── EffectMismatchError     the same key with other arguments
│   ├── EffectUnknownError      nobody knows whether the effect happened; an operator decides
│   └── SagaUndoneError         a saga failed and was undone; a crash came in between
└── UserError               the customer: the text is shown
    ├── Retry               the customer: one parameter is asked again
    └── UnavailableError    the customer, later: a service is away, the answers are kept
"""

from datetime import timedelta


class BotError(Exception):
    """Something that Threadline noticed by itself."""


class ConfigError(BotError):
    """The operator must change a setting; each problem is ``key: what; remedy``."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class PluginError(ConfigError):
    """An extension cannot be loaded or does not say what it must."""


class FlowError(BotError):
    """A flow does what no flow may do; for its author."""


class ConnectorError(BotError):
    """Something about a platform."""


class RequestRejectedError(ConnectorError):
    """The request does not come from the platform; answered with ``status`` and no detail."""

    def __init__(self, reason: str, *, status: int = 401) -> None:
        super().__init__(reason)
        self.status = status


class TransientSendError(ConnectorError):
    """Sending failed and may work later.

    ``retry_after`` is the platform's own word. ``wide`` tells that it meant the whole account: then
    nothing goes to any of its addresses before.
    """

    def __init__(
        self, reason: str, *, retry_after: timedelta | None = None, wide: bool = False
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.wide = wide


class PermanentSendError(ConnectorError):
    """Sending this message will never work."""


class BlockedError(PermanentSendError):
    """The customer has shut the bot out there: nothing goes to that address until they write."""


class WindowClosedError(PermanentSendError):
    """The platform takes free words for a while after the customer's last message only."""


class StoreError(BotError):
    """Something about the database."""


class StoreBusyError(StoreError):
    """The database does not answer in time; ask again later."""


class BlobMissingError(StoreError):
    """The bytes of a file are no longer where they were kept."""


class StaleTurnError(StoreError):
    """The conversation has gone on since it was read: the turn counts for nothing."""


class EffectError(BotError):
    """An action could not be carried out as asked."""


class EffectMismatchError(EffectError):
    """The key of an effect was used again with other arguments."""


class ActionFailedError(EffectError):
    """An action failed in an earlier run of a flow, and the flow went on."""


class EffectUnknownError(EffectError):
    """An effect was begun and nobody can tell what became of it."""


class SagaUndoneError(EffectError):
    """Stands for the error that made a saga fail, where a crash left no more of it than a name."""


class UserError(BotError):
    """Ends a command; the customer sees the text."""


class Retry(UserError):  # noqa: N818 - the public name, contract.md §6: it asks, it does not accuse
    """Asks one parameter again and shows why."""

    def __init__(self, why: str, *, arg: str) -> None:
        super().__init__(why)
        self.arg = arg


class UnavailableError(UserError):
    """A service does not answer, or is busy with the same: later it may; the answers are kept."""
