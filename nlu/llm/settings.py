"""The table ``[nlu.llm]``."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot import Breaker, Secret, is_loopback
from nlu.documents import check_folders, check_link, empty_folders

LONGEST = timedelta(seconds=20)
"""Who has to wait longer for a reading has long gone."""

LONGEST_ANSWER = timedelta(seconds=60)
_COUNTS = ("max_tokens", "max_characters", "max_calls", "answer_tokens", "answer_characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class LlmSettings:
    """The table ``[nlu.llm]``.

    Attributes:
        url: of a server that speaks OpenAI's API, with its version:
            ``http://127.0.0.1:11434/v1``; calls go to ``{url}/chat/completions``.
        model: as the server names it.
        api_key: is sent as bearer token; left out where the server wants none.
        timeout: in seconds, for a whole call; from then on the next engine is asked.
        max_tokens: how much the model may write at most for one sentence.
        tokens_per_day: how much may be read and written in a day (UTC), in each process; once it
            is spent, the next engine is asked. 0: no limit.
        max_characters: a longer text is not sent.
        max_calls: how many calls are under way at once.
        breaker: the table ``[nlu.llm.breaker]``: after so many ``failures`` in a row no call is
            made for a ``pause`` in seconds.
        reasoning: the model is one that thinks before it answers (OpenAI's o-series and gpt-5):
            such models refuse a temperature, and count their thoughts in ``max_tokens``.
        talk: the model may make small talk where nothing else was found in a message.
        documents: folders of Markdown files that customers may read; relative to bot.toml. What
            stands there the model may tell, with its source.
        link: where these files are pages; see ``[nlu.documents]``.
        answer_timeout: in seconds, for a whole answer in words.
        answer_tokens: how much the model may write for one.
        answer_characters: a longer answer is cut between sentences.
    """

    url: str
    model: str
    api_key: Secret | None = None
    timeout: timedelta = timedelta(seconds=5)
    max_tokens: int = 256
    tokens_per_day: int = 2_000_000
    max_characters: int = 1000
    max_calls: int = 8
    breaker: Breaker = field(default_factory=Breaker)
    reasoning: bool = False
    talk: bool = False
    documents: tuple[Path, ...] = ()
    link: str = ""
    answer_timeout: timedelta = timedelta(seconds=20)
    answer_tokens: int = 400
    answer_characters: int = 800

    def __post_init__(self) -> None:
        _check_url(self.url)
        check_folders("documents", self.documents)
        check_link(self.link)
        if not self.model.strip():
            raise ValueError("model: is empty; write the model's name as the server knows it")
        if not timedelta(0) < self.timeout <= LONGEST:
            raise ValueError(
                f"timeout: must be more than 0 and at most {LONGEST.seconds} seconds; change it"
            )
        if not timedelta(0) < self.answer_timeout <= LONGEST_ANSWER:
            raise ValueError(
                f"answer_timeout: must be more than 0 and at most {LONGEST_ANSWER.seconds} "
                "seconds; change it"
            )
        if self.tokens_per_day < 0:
            raise ValueError("tokens_per_day: must not be negative; write 0 for no limit")
        for name in _COUNTS:
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: must be 1 or more; change it")

    def problems(self) -> Iterable[str]:
        """List what cannot work, for `threadline check`, too."""
        return empty_folders("documents", self.documents)

    @property
    def speaks(self) -> bool:
        """Tell whether the model may be shown to customers in its own words."""
        return self.talk or bool(self.documents)

    @property
    def endpoint(self) -> str:
        """Where calls go."""
        return f"{self.url.rstrip('/')}/chat/completions"

    @property
    def shows_its_key(self) -> bool:
        """Tell whether the key travels where others may read it."""
        is_plain = urlsplit(self.url).scheme == "http" and not is_loopback(self.url)
        return self.api_key is not None and is_plain


def _check_url(url: str) -> None:
    example = "write it as http://127.0.0.1:11434/v1"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"url: is no address; {example}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise ValueError(f"url: is no http or https address; {example}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("url: holds a password; take it out and give it as api_key")
    if parts.query or parts.fragment:
        raise ValueError(f"url: has a part behind ? or #; {example}")
