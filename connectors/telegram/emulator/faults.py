"""What is to go wrong next."""

from dataclasses import replace

from bot import Faults


class FaultBox:
    """Holds the faults that a test has set and uses them up."""

    def __init__(self) -> None:
        self.faults = Faults()

    def use_fail(self) -> bool:
        """Tell whether this call fails."""
        left = self.faults.fail
        self.faults = replace(self.faults, fail=max(0, left - 1))
        return left > 0

    def use_throttle(self) -> bool:
        """Tell whether this call comes too soon."""
        left = self.faults.throttle
        self.faults = replace(self.faults, throttle=max(0, left - 1))
        return left > 0

    def use_drop(self) -> bool:
        """Tell whether the connection is cut instead of answering."""
        left = self.faults.drop
        self.faults = replace(self.faults, drop=max(0, left - 1))
        return left > 0

    def use_duplicate(self) -> bool:
        """Tell whether this webhook is delivered twice."""
        left = self.faults.duplicate
        self.faults = replace(self.faults, duplicate=max(0, left - 1))
        return left > 0
