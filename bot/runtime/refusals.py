"""What a refused message means: four classes, by who must act. docs/operating.md lists them."""

from enum import StrEnum

from bot.errors import BlockedError, PermanentSendError, WindowClosedError


class Refusal(StrEnum):
    """The class of a refusal, as metrics and logs name it."""

    RETRY = "retry"  # the bot, later
    STOP = "stop"  # an operator
    WINDOW_CLOSED = "window_closed"  # the customer must write first, or a template is needed
    BLOCKED = "blocked"  # nobody: the customer wants nothing more


def refusal_of(error: BaseException) -> Refusal:
    """Tell the class of what a connector raised; what is no connector's word may work later."""
    match error:
        case BlockedError():
            return Refusal.BLOCKED
        case WindowClosedError():
            return Refusal.WINDOW_CLOSED
        case PermanentSendError():
            return Refusal.STOP
        case _:
            return Refusal.RETRY
