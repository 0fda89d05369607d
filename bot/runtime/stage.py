"""Who plays the turns: one runner, exchanged as a whole when plugins were read anew.

A turn keeps the runner that it began with, so it never sees half of the old and half of the new.
"""

from collections import Counter

from bot.model.ids import ConversationId
from bot.runtime.turns import Outcome, TurnRunner


class Stage:
    """Holds the runner of the next turn; ``note`` is what `/readyz` tells beside being ready."""

    def __init__(self, runner: TurnRunner) -> None:
        self.runner = runner
        self.note = ""
        self._under_way: Counter[int] = Counter()

    async def run(self, conversation: ConversationId) -> Outcome:
        """See `TurnRunner.run`."""
        runner = self.runner
        self._under_way[id(runner)] += 1
        try:
            return await runner.run(conversation)
        finally:
            self._under_way[id(runner)] -= 1

    @property
    def is_settled(self) -> bool:
        """Tell whether no turn is under way with an earlier runner."""
        mine = id(self.runner)
        return not any(count for one, count in self._under_way.items() if one != mine)

    def exchange(self, runner: TurnRunner) -> None:
        """Let another runner play from the next turn on."""
        self.runner = runner
