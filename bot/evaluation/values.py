"""Values that a recogniser finds in a sentence, as labels of the parameters that want them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.model.understanding import Hints, Label
from bot.ports.language import Recogniser


def find_values(
    text: str, kinds: Mapping[str, str], recognisers: Sequence[Recogniser[Any]], hints: Hints
) -> list[Label]:
    """Label the values whose kind one parameter alone has, where there is one of them alone.

    Args:
        text: the sentence.
        kinds: the parameters, each with the name of its type.
        recognisers: what finds values.
        hints: the moment and the locale of the sentence.
    """
    often = Counter(kinds.values())
    owners = {kind: name for name, kind in kinds.items() if often[kind] == 1}
    found: list[Label] = []
    for recogniser in sorted(recognisers, key=lambda one: -one.rank):
        parameter = owners.get(getattr(recogniser.type, "__name__", ""))
        if parameter is None or any(label.parameter == parameter for label in found):
            continue
        matches = [
            match
            for match in recogniser.find(text, hints)
            if not any(match.start < one.end and one.start < match.end for one in found)
        ]
        if len(matches) == 1:
            (match,) = matches
            found.append(
                Label(parameter=parameter, start=match.start, end=match.end, value=match.text)
            )
    return sorted(found, key=lambda one: one.start)
