"""Makes the table that comes with the package: ``python -m nlu.semantic.distil``.

A student of all-MiniLM-L6-v2 that has a vector for each word piece, and adds them up. It begins
with what the teacher makes of each piece alone, and is then bent until the sums lie where the
teacher puts whole phrases. The phrases are composed (`nlu.semantic.phrases`); no text was read.
The same machine makes the same table; another one, of the same accuracy.
"""

import argparse
import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.semantic.minilm import minilm
from nlu.semantic.phrases import Composer
from nlu.vectors import Matrix, Pieces, read_vocabulary
from nlu.vectors.table import TABLE, packed

PHRASES = 400_000
SIZE = 256
EPOCHS = 5
BATCH = 512
SPEED = 0.003
"""Of Adam (Kingma and Ba 2015), falling to nothing."""

HELD_OUT = 2000
COMMON = 1996
"""The number of "the": whole words begin here, the most frequent first; before are signs."""

TINY = np.float32(1e-6)


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases one behind the other: their pieces, where each begins and how long it is."""

    pieces: NDArray[np.intp]
    starts: NDArray[np.intp]
    lengths: NDArray[np.intp]

    @classmethod
    def of(cls, phrases: Sequence[Sequence[int]]) -> "Phrases":
        """Lay phrases out."""
        lengths = np.array([len(phrase) for phrase in phrases])
        pieces = np.array([piece for phrase in phrases for piece in phrase])
        return cls(pieces, np.cumsum(lengths) - lengths, lengths)

    def some(self, numbers: NDArray[np.intp]) -> "Phrases":
        """Take some of them."""
        lengths = self.lengths[numbers]
        starts = np.cumsum(lengths) - lengths
        places = np.repeat(self.starts[numbers] - starts, lengths) + np.arange(lengths.sum())
        return Phrases(self.pieces[places], starts, lengths)

    def sums(self, table: Matrix) -> Matrix:
        """Add up the vectors of each phrase's pieces."""
        whole: Matrix = np.add.reduceat(table[self.pieces], self.starts, axis=0)
        return whole


class Student:
    """A table that learns by Adam, row by row as they are met."""

    def __init__(self, table: Matrix) -> None:
        self.table = table
        self._mean = np.zeros_like(table)
        self._square = np.zeros_like(table)

    def learn(self, phrases: Phrases, wanted: Matrix, speed: float) -> None:
        """Bend the rows of some phrases so that sums point more where they should."""
        sums = phrases.sums(self.table)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True) + TINY
        ways = sums / lengths
        cosines = (ways * wanted).sum(axis=1, keepdims=True)
        pulls = np.repeat((cosines * ways - wanted) / lengths, phrases.lengths, axis=0)
        order = np.argsort(phrases.pieces, kind="stable")
        pieces, firsts = np.unique(phrases.pieces[order], return_index=True)
        pull = np.add.reduceat(pulls[order], firsts, axis=0) * np.float32(100 / len(wanted))
        self._mean[pieces] += np.float32(0.1) * (pull - self._mean[pieces])
        self._square[pieces] += np.float32(0.02) * (pull * pull - self._square[pieces])
        step = self._mean[pieces] / (np.sqrt(self._square[pieces]) + np.float32(1e-3))
        self.table[pieces] -= np.float32(speed) * step


def distilled(count: int) -> Iterator[str | Matrix]:
    """Tell how it goes, and give the table at last."""
    vocabulary = read_vocabulary()
    pieces, teacher = Pieces(vocabulary), minilm()
    words = [word for word in vocabulary[COMMON:] if word.isascii() and word.isalpha() and word[1:]]
    alone = teacher.of_pieces([[number] for number in range(len(vocabulary))])
    yield f"{len(alone)} pieces seen alone"
    cut = [pieces.of(phrase) for phrase in Composer(words).phrases(count)]
    taught = teacher.of_pieces(cut).astype(np.float16)  # half the memory, and exact enough
    yield f"{count} phrases seen"
    centre = taught.mean(axis=0, dtype=np.float32)
    axes = np.linalg.eigh(np.cov((taught - centre).T))[1][:, ::-1][:, :SIZE].astype(np.float32)
    wanted = (taught - centre) @ axes
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True) + TINY
    student = Student(_begun(alone @ axes))
    phrases = Phrases.of(cut)
    for told in _lessons(student, phrases, wanted):
        held = phrases.some(np.arange(count - HELD_OUT, count)).sums(student.table)
        ways = held / (np.linalg.norm(held, axis=1, keepdims=True) + TINY)
        yield f"{told}: cosine to the teacher {(ways * wanted[-HELD_OUT:]).sum(axis=1).mean():.4f}"
    yield student.table


def _begun(alone: Matrix) -> Matrix:
    """Let common words count less (after Zipf's law, by their place in the vocabulary)."""
    ranks = np.maximum(np.arange(len(alone)) - COMMON, 0)
    weights = np.log(8 + ranks) / np.log(8 + len(alone))
    table = (alone - alone[COMMON:].mean(axis=0)) * weights[:, None]
    begun: Matrix = (table / np.linalg.norm(table[COMMON:], axis=1).mean()).astype(np.float32)
    return begun


def _lessons(student: Student, phrases: Phrases, wanted: Matrix) -> Iterator[str]:
    lot = np.random.default_rng(0)
    many = len(wanted) - HELD_OUT
    steps = many // BATCH
    for epoch in range(EPOCHS):
        order = lot.permutation(many)
        for step in range(steps):
            some = order[step * BATCH : (step + 1) * BATCH]
            left = 1 - (epoch * steps + step) / (EPOCHS * steps)
            student.learn(phrases.some(some), wanted[some], SPEED * left)
        yield f"round {epoch + 1} of {EPOCHS}"


def main() -> None:
    """Make the table and tell its hash."""
    parser = argparse.ArgumentParser(prog="python -m nlu.semantic.distil", description=__doc__)
    parser.add_argument("--phrases", type=int, default=PHRASES)
    parser.add_argument("--to", type=Path, default=TABLE)
    given = parser.parse_args()
    for told in distilled(given.phrases):
        if isinstance(told, str):
            sys.stderr.write(f"{told}\n")
        else:
            given.to.write_bytes(packed(told))
    sys.stdout.write(f"{hashlib.sha256(given.to.read_bytes()).hexdigest()}  {given.to.name}\n")


if __name__ == "__main__":
    main()
