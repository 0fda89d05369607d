"""A client's message on its way into the inbox: limits, then the line."""

import asyncio
import math
from collections.abc import Mapping
from typing import Any

from bot import AccountId, EventId, InboundMessage, Line, StoreBusyError
from connectors.webchat.rates import Window
from connectors.webchat.render import render_nack, render_sent
from connectors.webchat.sessions import Session
from connectors.webchat.settings import Limits
from connectors.webchat.wire import Send


class Intake:
    """Takes messages of all sessions; the same ``cid`` again is answered and kept once."""

    def __init__(self, account: AccountId, limits: Limits) -> None:
        self._account = account
        self._limits = limits
        self._sends = Window(limit=limits.sends, seconds=limits.sends_seconds)

    async def take(self, line: Line, session: Session, send: Send) -> Mapping[str, Any]:
        """Record a message; answers with a ``sent`` or a ``nack`` frame."""
        if refusal := self._refusal(send):
            return render_nack(send.cid, refusal, locale=session.locale)
        now = asyncio.get_running_loop().time()
        if wait := self._sends.wait(session.visitor, now):
            return render_nack(send.cid, "rate", after=math.ceil(wait), locale=session.locale)
        message = InboundMessage(
            event_id=EventId(f"{session.visitor}:{send.cid}"),
            sender=session.address(self._account),
            text=send.text,
            tap=send.tap,
            form=send.form,
            profile=session.profile,
            client_id=send.cid,
        )
        try:
            (recorded,) = await line.accept([message])
        except StoreBusyError:
            return render_nack(send.cid, "internal", after=1, locale=session.locale)
        return render_sent(send.cid, recorded)

    def _refusal(self, send: Send) -> str | None:
        if send.unsupported:
            return send.unsupported
        words = [send.text, *(send.form.values.values() if send.form else ())]
        if max(map(len, words)) > self._limits.text:
            return "too_long"
        return None if send.tap or any(word.strip() for word in words) else "rejected"
