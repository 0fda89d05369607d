"""What a contract must be told of a platform, and how a check says for whom it is."""

import functools
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

import pytest
from typing_extensions import override

from bot.model.messages import Address
from bot.ports.connectors import WebhookRequest
from bot.testing.contracts.samples import SECRETS
from bot.testing.contracts.troubles import Trouble
from bot.testing.contracts.workbench import Workbench

P = ParamSpec("P")
S = TypeVar("S", bound="Platform")
Check = Callable[Concatenate[S, Workbench, P], Awaitable[None]]
Claims = Callable[[Any], bool]
"""Tells by a connector, or by its class, whether it claims something."""


class Platform:
    """Override what differs on your platform; only `signed` has no default.

    Attributes:
        connector: the connector's class; with it, checks of what it does not claim are not
            collected. Without it they are skipped.
        signs_bodies: whether the proof of a request covers its body.
        over_http: whether the connector calls its platform over HTTP.
    """

    connector: ClassVar[type | None] = None
    signs_bodies: ClassVar[bool] = True
    over_http: ClassVar[bool] = True

    @override
    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if cls.connector is None:
            return
        for name in dir(cls):
            claims = getattr(getattr(cls, name), "claims", None)
            if callable(claims) and not claims(cls.connector):
                setattr(cls, name, None)  # pytest collects what can be called

    def signed(self, bench: Workbench, body: bytes) -> WebhookRequest:
        """Make the webhook of a body as the platform would sign it."""
        raise AssertionError(
            f"{type(self).__name__} must define signed(); {bench.person}, {body!r}"
        )

    def proofs(self, request: WebhookRequest) -> Sequence[str]:
        """Name the headers that prove that a request is genuine: here, every ``x-`` header."""
        return [name for name in request.headers if name.startswith("x-")]

    def forged(self, request: WebhookRequest) -> WebhookRequest:
        """Spoil what proves that a request is genuine."""
        spoilt = {
            name: f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}"
            for name, value in request.headers.items()
            if name in self.proofs(request)
        }
        return replace(request, headers={**request.headers, **spoilt})

    def unsigned(self, request: WebhookRequest) -> WebhookRequest:
        """Take away what proves that a request is genuine."""
        proofs = self.proofs(request)
        bare = {name: value for name, value in request.headers.items() if name not in proofs}
        return replace(request, headers=bare)

    def stale(self, bench: Workbench, body: bytes) -> WebhookRequest | None:  # noqa: ARG002 - for those who override it
        """Make a webhook that was signed an hour ago; None where the platform tells no time."""
        return None

    def batched(self, bodies: Sequence[bytes]) -> bytes | None:  # noqa: ARG002 - for those who override it
        """Put the events of several bodies into one; None where each comes by itself."""
        return None

    def nowhere(self, to: Address) -> Address:
        """Make an address that the platform cannot have."""
        return replace(to, user="no such user", place="no such place")

    def wrong(self, key: str, value: str) -> str:
        """Give a value of the same form that the platform does not know."""
        return f"{value[:-4]}0000" if key in SECRETS else value

    def upset(self, bench: Workbench, trouble: Trouble, *, after: int = 0, times: int = 1) -> None:
        """Let the platform misbehave; override it where it is not reached over HTTP."""
        bench.front.upset(trouble, after=after, times=times)

    def wrong_settings(self, bench: Workbench) -> Mapping[str, str]:
        """Give settings whose every secret is another one's."""
        table = bench.emulator.connector_settings()
        return {key: self.wrong(key, value) for key, value in table.items()}


def where(what: str, claims: Claims) -> Callable[[Check[S, P]], Callable[..., Awaitable[None]]]:
    """Say for which connectors a check is."""

    def marked(check: Check[S, P]) -> Callable[..., Awaitable[None]]:
        @functools.wraps(check)
        async def checked(self: S, bench: Workbench, *args: P.args, **kwargs: P.kwargs) -> None:
            if not claims(bench.connector):
                pytest.skip(f"does not apply: {what} is not claimed")
            await check(self, bench, *args, **kwargs)

        setattr(checked, "claims", claims)  # noqa: B010 - functions have no such attribute
        return checked

    return marked


def claiming(flag: str) -> Callable[[Check[S, P]], Callable[..., Awaitable[None]]]:
    """Say that a check is for connectors with a flag, or a limit, of `bot.Capabilities`."""
    return where(flag, lambda connector: bool(getattr(connector.capabilities, flag)))


def able(method: str) -> Callable[[Check[S, P]], Callable[..., Awaitable[None]]]:
    """Say that a check is for connectors with a method of an optional protocol."""
    return where(method, lambda connector: hasattr(connector, method))


def json_body(bench: Workbench) -> dict[str, Any]:
    """Give the newest webhook's body; where it is no JSON object the check does not apply."""
    try:
        body = json.loads(bench.requests[-1].body)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        pytest.skip("does not apply: the platform's bodies are no JSON objects")
    return body


def secrets_of(bench: Workbench) -> list[str]:
    """List the secrets that the connector was opened with."""
    table = bench.emulator.connector_settings()
    return [value for key, value in table.items() if key in SECRETS and len(value) > 3]
