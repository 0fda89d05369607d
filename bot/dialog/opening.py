"""Dialogs that are opened, or gone on with."""

from dataclasses import replace

from bot.authoring.signatures import CommandSpec
from bot.dialog.drafts import Draft
from bot.dialog.events import Schedule
from bot.dialog.missing import turned_to
from bot.dialog.remembering import prefilled
from bot.model.conversation import Frame
from bot.model.ids import FrameId


def open_frame(draft: Draft, spec: CommandSpec, *, proposed: bool, anew: bool = False) -> Draft:
    """Open a dialog on top, or go on with one of the same command that is open, if not ``anew``."""
    draft = turned_to(draft, spec.name)
    around = draft.around
    open_one = None if anew else draft.state.open_frame(spec.name)
    if open_one is not None:
        state = draft.state.put(replace(open_one, queued=False))
        return draft.on(state.raised(open_one.id, around.now))
    newest = max([around.now, *(frame.used_at for frame in draft.state.frames)])
    frame = Frame(
        id=FrameId(around.new_id(draft.state, f"frame:{spec.name}")), command=spec.name,
        opened_at=around.now, used_at=newest, origin=around.conversation, proposed=proposed,
    )  # fmt: skip
    draft = prefilled(draft.on(draft.state.put(frame)), frame, spec)
    if spec.command.expires is None:
        return draft
    return draft.wish(Schedule(frame=frame.id, due=around.now + spec.command.expires))
