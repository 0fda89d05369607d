"""How alike two sentences are, by their letters; pairs of many are found without comparing all."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import ceil

LETTERS = 3
NEARLY_THE_SAME = 0.8


def grams(text: str) -> frozenset[str]:
    """List the groups of three letters of a sentence, case and punctuation aside."""
    words = "".join(one if one.isalnum() else " " for one in text.casefold()).split()
    spread = f" {' '.join(words)} "
    return frozenset(spread[at : at + LETTERS] for at in range(max(1, len(spread) - LETTERS + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Tell the share of groups that both have, 0.0 to 1.0 (Jaccard)."""
    return len(one & other) / (len(one | other) or 1)


def alike(texts: Sequence[str], least: float = NEARLY_THE_SAME) -> Iterator[tuple[int, int]]:
    """Find pairs at least so alike, by their numbers, the earlier first.

    Two sets that share so much share one of their rarest members (prefix filter of Bayardo, Ma and
    Srikant, "Scaling Up All Pairs Similarity Search", 2007): only such pairs are compared.
    """
    sets = [grams(text) for text in texts]
    often = Counter(gram for one in sets for gram in one)
    holders: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(sets):
        rarest = sorted(one, key=lambda gram: (often[gram], gram))
        rarest = rarest[: len(one) - ceil(least * len(one)) + 1]
        for other in sorted({held for gram in rarest for held in holders[gram]}):
            if likeness(one, sets[other]) >= least:
                yield other, number
        for gram in rarest:
            holders[gram].append(number)
