"""Questions that no command answers: an engine may know, and the dialog goes on afterwards.

A decision that comes to such words is given up and made again when the engines have been asked,
as with authors' patterns (`bot.dialog.overriding`).
"""

from dataclasses import replace

from bot.authoring.replies import Button, Reply
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard, Say
from bot.dialog.forms import end
from bot.dialog.leaving import go_on
from bot.dialog.matching import is_question
from bot.dialog.missing import is_private
from bot.dialog.saying import behind_notes
from bot.model.answers import Statement
from bot.model.conversation import Prompt


def informed(draft: Draft, heard: Heard, *, chatty: bool = False) -> Draft | None:
    """Say what an engine knows of a customer's words, then lead back to the open question.

    None where none knows anything, or none may be asked: the answer to a masked question is
    nobody's business.

    Args:
        draft: the decision so far.
        heard: the message.
        chatty: nothing else was found in the words, so small talk will do, too.
    """
    around = draft.around
    if not around.answers or not heard.text.strip() or is_private(draft):
        return None
    if chatty not in around.statements:
        return draft.consulting(chatty=chatty)
    statement = around.statements[chatty]
    return None if statement is None else _told(draft, statement)


def inquired(draft: Draft, heard: Heard) -> Draft | None:
    """Answer a question in the middle of a dialog, before values are looked for in its words."""
    is_open = draft.state.top is not None
    return informed(draft, heard) if is_open and is_question(heard.text) else None


def asked_back(draft: Draft, heard: Heard, prompt: Prompt | None) -> Draft | None:
    """Answer a question of the customer's where any text would be an answer to ours."""
    spec = draft.spec_of(draft.state.frame(prompt.frame)) if prompt else None
    parameter = spec.parameter(prompt.argument or "") if spec and prompt else None
    is_any = parameter is not None and parameter.shape.is_open
    return informed(draft, heard) if is_any and heard.text.rstrip().endswith("?") else None


def _told(draft: Draft, statement: Statement) -> Draft:
    named = [source.title for source in statement.sources if not source.url]
    text = "\n".join([statement.text, *([draft.phrases.source(named)] if named else [])])
    pages = [Button(one.title, url=one.url) for one in statement.sources if one.url]
    (reply,) = behind_notes(draft, [Reply(text, buttons=pages)])
    draft = draft.on(replace(draft.state, notes=())).wish(Say(reply=reply, drafted=True))
    frame = draft.state.top
    if frame is None:
        return end(draft.done("answered from what an engine knows"))
    return go_on(draft, frame, recalls=False)
