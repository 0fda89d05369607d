"""Labelled misses as a file of Rasa's NLU format, for the project's repository."""

import json
from collections import defaultdict
from collections.abc import Iterable

from bot.labelling.marking import one_line
from bot.model.misses import Taught

MARK = "# Labelled with `threadline train`; add it to [nlu] data.\n"


def render_lessons(sentences: Iterable[Taught]) -> str:
    """Write them by meaning, each once, in the order in which they were said."""
    by_meaning: dict[str, dict[str, None]] = defaultdict(dict)
    for one in sentences:
        example = " ".join(one.sentence.split()) if one.marked else one_line(one.sentence)
        by_meaning[one.meaning][example] = None
    written = f'{MARK}version: "3.1"\nnlu:\n'
    for meaning, examples in sorted(by_meaning.items()):
        lines = "".join(f"    - {example}\n" for example in examples if example)
        name = json.dumps(meaning, ensure_ascii=False)  # JSON's strings are YAML's, too
        written += f"- intent: {name}\n  examples: |\n{lines}"
    return written if by_meaning else f'{MARK}version: "3.1"\nnlu: []\n'
