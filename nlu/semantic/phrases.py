"""Phrases that nobody said, for the table to be made of: a small grammar, and a lot.

Text that people wrote may be somebody's, or part of a test. These phrases are composed of the
topics' words, of frames as customers use them, and of the teacher's own word pieces by lot.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TOPICS = Path(__file__).with_name("topics.txt")

STARTS = (
    "how do i V", "how can i V", "i want to V", "i would like to V", "can you V", "could you V",
    "please V", "i need to V", "help me V", "can i V", "why can't i V", "where can i V",
    "when can i V", "is it possible to V", "what happens if i V", "i cannot V", "i forgot to V",
    "should i V", "do i have to V", "i tried to V", "let me V", "i am unable to V", "let's V",
    "how long does it take to V", "how much does it cost to V", "what is the best way to V",
    "who can V", "am i able to V", "i am trying to V", "did you V", "don't V", "we want to V",
    "will you V", "would you V", "i'd like to V", "why do i have to V", "V", "V now", "V again",
    "when will you V", "tell me how to V", "remind me to V", "are you able to V", "never V",
)  # fmt: skip
"""V is a doing with its thing."""

OBJECTS = (
    "my N", "the N", "a N", "N", "this N", "your N", "my N N", "a A N", "the A N", "another N",
    "N and N", "the N for my N", "a N with N", "the N of the N", "my A N", "some N", "all N",
    "a N in P", "the N at T", "two N", "it", "my N T", "the N from P", "a N for Q people", "any N",
)  # fmt: skip

QUESTIONS = (
    "what is my N", "what is the N", "where is my N", "where is the A N", "when is the N",
    "why is my N A", "is my N A", "how much is the N", "how many N are there", "which N is A",
    "who is the N of P", "do you have N", "is there a N near P", "what's the N like in P",
    "my N is A", "the N was A", "my N is not A", "there is no N", "i have no N", "i lost my N",
    "i have a question about my N", "tell me about the N", "show me my N", "show me N in P",
    "what N do you recommend", "are there any A N", "how A is the N", "what does N mean", "no N",
    "my N has not arrived", "why was i charged for the N", "i never got my N", "N please",
    "the N does not work", "my N still isn't A", "what kind of N is A", "how old is the N",
    "is the N A T", "what is on my N T", "how far is the N from P", "i don't have N", "any N T",
    "how long is my N A", "can i have a N", "i don't like this N", "what do you think of N",
    "what is the difference between N and N", "give me the N", "find a A N in P", "i like N",
    "are you a A N", "you are A", "that is A", "was the N A", "i think my N is A", "more N",
    "what time is the N T", "how do i know if my N is A", "list all N", "N for the N", "less A",
    "who made the N", "is N A", "do i need a N for P", "how is the N", "what should my N be",
    "it is A", "it's not A", "the N seems A", "there's something wrong with my N", "which N T",
)  # fmt: skip

PLACES = (
    "london", "paris", "new york", "rome", "berlin", "tokyo", "chicago", "boston", "the city",
    "france", "spain", "italy", "india", "china", "mexico", "texas", "california", "brazil",
    "downtown", "the airport", "home", "work", "my house", "the kitchen", "the bedroom", "here",
    "europe", "canada", "the centre", "seattle", "dallas", "sydney", "cairo", "the bathroom",
)  # fmt: skip

TIMES = (
    "today", "tomorrow", "tonight", "next week", "on monday", "on friday", "this weekend",
    "at seven", "at 5 pm", "in an hour", "in ten minutes", "last month", "yesterday", "in march",
    "at noon", "right now", "this morning", "on july 4", "for two days", "every day", "next year",
    "until sunday", "since last week", "in the evening", "at 8:30 am", "on tuesday afternoon",
)  # fmt: skip

COUNTS = ("two", "three", "four", "5", "6", "ten", "20", "several")


@dataclass(frozen=True, slots=True)
class Topic:
    """Words that belong together."""

    things: Sequence[str]
    doings: Sequence[str]
    ways: Sequence[str]


def read_topics(path: Path = TOPICS) -> list[Topic]:
    """Read the word lists."""
    lines = (line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    parts = (line.split("|")[1:] for line in lines)
    return [Topic(*([w.replace("_", " ") for w in part.split()] for part in of)) for of in parts]


class Composer:
    """Composes phrases by lot; the same seed, the same phrases."""

    def __init__(self, words: Sequence[str], seed: int = 0) -> None:
        """Take whole words, the most frequent first, as a vocabulary of word pieces has them."""
        self._words = words
        self._topics = read_topics()
        self._lot = random.Random(seed)  # noqa: S311 - the same phrases each time

    def phrases(self, count: int) -> Iterator[str]:
        """Compose so many: half in their topic, a quarter with any word, a quarter of words."""
        for number in range(count):
            match number % 4:
                case 0 | 1:
                    yield self._sentence(strangeness=0.03)
                case 2:
                    yield self._sentence(strangeness=0.6)
                case _:
                    yield self._handful()

    def _sentence(self, strangeness: float) -> str:
        topic = self._lot.choice(self._topics)
        frame = self._lot.choice(STARTS if self._lot.random() < 0.5 else QUESTIONS)
        filled = [self._filled(mark, topic, strangeness) for mark in frame.split()]
        if self._lot.random() < 0.15:
            filled.append(self._lot.choice(TIMES))
        return " ".join(filled)

    def _filled(self, mark: str, topic: Topic, strangeness: float) -> str:
        words = {"N": topic.things, "A": topic.ways, "P": PLACES, "T": TIMES, "Q": COUNTS}
        match mark:
            case "V":
                thing = self._lot.choice(OBJECTS).split()
                rest = [self._filled(each, topic, strangeness) for each in thing]
                return " ".join([self._one_of(topic.doings, strangeness), *rest])
            case "N" | "A":
                return self._one_of(words[mark], strangeness)
            case _:
                return self._lot.choice(words[mark]) if mark in words else mark

    def _one_of(self, words: Sequence[str], strangeness: float) -> str:
        if self._lot.random() < strangeness:
            return self._any_word()
        return self._lot.choice(words)

    def _handful(self) -> str:
        return " ".join(self._any_word() for _ in range(self._lot.randint(2, 5)))

    def _any_word(self) -> str:
        """Draw a word: half of the draws from all alike, half the rarer the less often (Zipf)."""
        if self._lot.random() < 0.5:
            return self._lot.choice(self._words)
        return self._words[int(len(self._words) ** self._lot.random()) - 1]
