"""A decision in the making: the state so far, the wishes so far."""

from dataclasses import dataclass, replace

from bot.authoring.kinds import File
from bot.authoring.signatures import CommandSpec
from bot.dialog.events import Wish
from bot.dialog.phrases import Phrases
from bot.dialog.surroundings import Surroundings
from bot.model.conversation import Frame, State


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision in the making: the state so far and the wishes so far.

    ``files`` came with the message and are for a dialog yet to be found.
    ``asked`` are authors' patterns that are to speak first. ``ended`` says why nothing follows,
    where that is as it should be. ``consults`` are questions to the engines, by whether small talk
    is welcome.
    """

    state: State
    around: Surroundings
    wishes: tuple[Wish, ...] = ()
    asked: tuple[str, ...] = ()
    ended: str = ""
    files: tuple[File, ...] = ()
    consults: tuple[bool, ...] = ()

    @property
    def phrases(self) -> Phrases:
        """The bot's own sentences, in the customer's language."""
        return self.around.phrases

    def spec_of(self, frame: Frame | None) -> CommandSpec | None:
        """Find the command of a frame, if it is still offered."""
        return self.around.spec_of(frame)

    def wish(self, *wishes: Wish) -> "Draft":
        """Add wishes."""
        return replace(self, wishes=(*self.wishes, *wishes))

    def missed(self) -> "Draft":
        """Count a message that was not understood."""
        return self.on(replace(self.state, misses=self.state.misses + 1))

    def recalling(self) -> "Draft":
        """Have the next question shown with what is known."""
        return self.on(replace(self.state, recalls=True))

    def asks(self, pattern: str) -> "Draft":
        """Have an author's pattern speak before anything is decided."""
        return replace(self, asked=(*self.asked, pattern))

    def consulting(self, *, chatty: bool) -> "Draft":
        """Have the engines answer before anything is decided."""
        return replace(self, consults=(*self.consults, chatty))

    def holding(self, *files: File) -> "Draft":
        """Keep the files that came with the message for the dialog that they are for."""
        return replace(self, files=files)

    def done(self, why: str) -> "Draft":
        """Say why nothing follows, unless it has been said."""
        return replace(self, ended=self.ended or why)

    def on(self, state: State) -> "Draft":
        """Go on with another state."""
        return replace(self, state=state)

    def note(self, *notes: str) -> "Draft":
        """Add reasons that go before the next question or are said alone at the end."""
        return self.on(self.state.noted(*notes))
