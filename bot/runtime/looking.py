"""What a customer has open, for channels that show it beside the chat; nothing is written."""

from collections.abc import Sequence

from bot.authoring.signatures import CommandSpec
from bot.dialog.drafts import Draft
from bot.dialog.formviews import form_of
from bot.dialog.summaries import labelled
from bot.locale.names import is_spoken
from bot.model.conversation import PRIVATE, Frame, Prompt
from bot.model.ids import PromptId
from bot.model.messages import Address, Option
from bot.ports.lines import DialogCard
from bot.ports.records import Snapshot
from bot.runtime.locales import known_locale
from bot.runtime.runs import Turn
from bot.runtime.showing import options_of
from bot.runtime.stage import Stage

MOST_CHOICES = 100
"""As many as a select of Slack's may have (docs.slack.dev, Block Kit: 100 options)."""


class Looking:
    """Looks into the conversations of an address, with the commands as they are now."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def dialogs(self, address: Address) -> Sequence[DialogCard]:
        """List what the customer at an address has open, the newest first."""
        runner = self._stage.runner
        for snapshot in await runner.store.turns.look(address):
            if snapshot.scope == PRIVATE and snapshot.state.frames:
                return _cards(await runner.looked_at(snapshot))
        return ()

    async def locale(self, address: Address, *, told: str | None = None) -> str:
        """Tell which language the customer at an address is answered in."""
        scene = self._stage.runner.scene
        snapshots = await self._stage.runner.store.turns.look(address)
        known = [known_locale(one.customer, scene.locale) for one in snapshots]
        found = next((one.locale for one in known if one.learnt != "bot"), None)
        return found or (told if told and is_spoken(told) else scene.locale)

    async def choices(
        self, address: Address, prompt: PromptId, typed: str, *, field: str = ""
    ) -> Sequence[Option]:
        """List the choices of a shown question whose label holds all the typed words."""
        runner = self._stage.runner
        snapshots = await runner.store.turns.look(address)
        asked = _asked_in(snapshots, prompt)
        if asked is None:
            return ()
        snapshot, found = asked
        offered: Sequence[Option] = options_of(found)
        if field:
            offered = _options_in(await runner.looked_at(snapshot), found, field)
        words = typed.casefold().split()
        fitting = [
            option for option in offered if all(word in option.label.casefold() for word in words)
        ]
        return fitting[:MOST_CHOICES]


def _asked_in(snapshots: Sequence[Snapshot], prompt: PromptId) -> tuple[Snapshot, Prompt] | None:
    found = ((snapshot, snapshot.state.prompt(prompt)) for snapshot in snapshots)
    return next(((where, one) for where, one in found if one is not None), None)


def _options_in(turn: Turn, prompt: Prompt, name: str) -> list[Option]:
    """List the choices of a field, as the form that was offered would still show it."""
    draft = Draft(turn.state, turn.around)
    frame = turn.state.frame(prompt.frame)
    spec = draft.spec_of(frame)
    form = None if frame is None or spec is None else form_of(turn.around, frame, spec)
    shown = next((field for field in form.fields if field.name == name), None) if form else None
    pairs = shown.options if shown is not None else ()
    return [Option(token=str(number), label=words) for number, (words, _) in enumerate(pairs)]


def _cards(turn: Turn) -> list[DialogCard]:
    """Write a card for each dialog whose command there is; the stack's top comes first."""
    draft = Draft(turn.state, turn.around)
    found = ((frame, draft.spec_of(frame)) for frame in reversed(turn.state.frames))
    return [_card(draft, frame, spec) for frame, spec in found if spec is not None]


def _card(draft: Draft, frame: Frame, spec: CommandSpec) -> DialogCard:
    leads = draft.state.open_frame(spec.name)
    return DialogCard(
        title=draft.phrases.title(spec),
        question=_question(draft, frame),
        known="\n".join(labelled(draft, frame, spec)),
        # the newest of two dialogs of one command is the one that its name goes on with
        words=f"/{spec.name}" if leads is not None and leads.id == frame.id else "",
    )


def _question(draft: Draft, frame: Frame) -> str:
    """Give the newest question of a dialog that is open; a parked one says what is waited for."""
    asked = (p.text for p in reversed(draft.state.prompts) if p.open and p.frame == frame.id)
    return next(asked, draft.phrases.COMING_BACK if frame.waiting is not None else "")
