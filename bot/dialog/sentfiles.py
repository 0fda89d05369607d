"""A message with files: its words are heard first, the files are for the dialog open then."""

from collections.abc import Callable
from dataclasses import replace

from bot.authoring.replies import Reply
from bot.dialog import filewords
from bot.dialog.attachments import with_files
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard, Say
from bot.dialog.forms import advance
from bot.dialog.ways_on import repeat


def sent_files(draft: Draft, heard: Heard, hear: Callable[[Draft, Heard], Draft]) -> Draft:
    """Take a message with files; ``hear`` takes in its words."""
    held = with_files(draft, heard)
    if heard.text.strip():
        return _told(hear(held, replace(heard, attachments=())))
    if draft.state.top is None:
        return repeat(draft.note(draft.phrases.of(filewords.NOT_WANTED)))
    return _told(advance(held))


def _told(draft: Draft) -> Draft:
    """Tell of files that no dialog has looked at, before all else that is said."""
    if not draft.files:
        return draft
    unused = Say(reply=Reply(draft.phrases.of(filewords.NOT_WANTED)))
    return replace(draft, files=(), wishes=(unused, *draft.wishes))
