"""What authors' code raises, as it is told: to the dialog a reason, to the log the rest."""

import secrets
from dataclasses import dataclass

import structlog

from bot.authoring.signatures import CommandSpec
from bot.dialog.phrases import Phrases
from bot.errors import (
    EffectMismatchError,
    EffectUnknownError,
    Retry,
    StoreError,
    UnavailableError,
    UserError,
)
from bot.runtime.effects import Unconfirmed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a run came to nothing; see `bot.dialog.events.Failed`."""

    why: str
    text: str = ""
    argument: str | None = None


def reason_of(error: BaseException, spec: CommandSpec | None) -> Reason:
    """Read what a command raised; the store's own trouble goes on up."""
    match error:
        case StoreError():
            raise error
        case Unconfirmed():
            reason = Reason("unconfirmed")
        case Retry():
            reason = Reason("retry", str(error), error.arg)
        case UnavailableError():
            reason = Reason("later", str(error))
        case UserError():
            reason = Reason("user", str(error))
        case EffectMismatchError():
            reason = Reason("user", Phrases.USED_DIFFERENTLY)
        case EffectUnknownError():
            reason = Reason("unknown")
        case _:
            reason = Reason("error", logged("command.failed", spec, error))
    return reason


def logged(event: str, spec: CommandSpec | None, error: BaseException) -> str:
    """Log what an author's code raised; returns the id that the customer is told."""
    error_id = secrets.token_hex(4)
    log.error(event, command=spec.name if spec else "", error_id=error_id, exc_info=error)
    return error_id
