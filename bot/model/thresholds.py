"""How sure an engine must be before its word counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Confidences from which on something is done with a command that words may have meant.

    They are meant for calibrated confidences: of the readings at 0.4, two in five are right. What
    only looks something up costs the customer a line to skip when it was not meant; what has an
    effect costs them a question and a no. So the first may run where the second is only offered.

    Attributes:
        run: a command that only reads is run.
        propose: any other is begun; it asks for a yes before it has an effect.
        offer: it is named in a "did you mean".
    """

    run: float = 0.4
    propose: float = 0.5
    offer: float = 0.1

    def needed(self, *, only_reads: bool) -> float:
        """Tell how sure an engine must be for a command to be begun."""
        return self.run if only_reads else self.propose
