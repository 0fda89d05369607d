"""The table ``[nlu.rasa]``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from bot import Breaker, Secret

LONGEST_TIMEOUT = timedelta(seconds=10)
"""A customer waits so long for every sentence that Rasa is slow with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RasaSettings:
    """The table ``[nlu.rasa]``.

    Attributes:
        url: of a Rasa 3 server started with ``--enable-api``.
        token: of its ``--auth-token``.
        jwt_secret: of its ``--jwt-secret``; the bot signs a ticket of an admin with it.
        jwt_method: of its ``--jwt-method``.
        timeout: in seconds, for one sentence; then the next engine is asked.
        breaker: after how many failures in a row the server is left alone, and for how long.
        max_requests: sentences that the server is asked at a time; more would only queue there.
        max_characters: of a longer text only the beginning is sent.
        intents: Rasa's intent, ``"faq/hours"`` for one of a retrieval group → the command's name,
            where they differ.
        entities: Rasa's entity, ``"city/to"`` for one in a role or group → the parameter's name.
        language: written into the project that `threadline train` makes.
        epochs: how often it goes through the sentences; as in Rasa's own template.
        train_timeout: in seconds, for training and for loading what was learnt.
    """

    url: str = "http://127.0.0.1:5005"
    token: Secret | None = None
    jwt_secret: Secret | None = None
    jwt_method: Literal["HS256", "HS384", "HS512"] = "HS256"
    timeout: timedelta = timedelta(seconds=1)
    breaker: Breaker = field(default_factory=Breaker)
    max_requests: int = 8
    max_characters: int = 1024
    intents: Mapping[str, str] = field(default_factory=dict)
    entities: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    epochs: int = 100
    train_timeout: timedelta = timedelta(hours=1)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError('url: is no address of a server; write it as "http://127.0.0.1:5005"')
        if parts.query or parts.fragment or parts.username:
            raise ValueError("url: has more than host and path; give a token as token")
        if not timedelta() < self.timeout <= LONGEST_TIMEOUT:
            raise ValueError("timeout: must be more than 0 and at most 10 seconds; change it")
        for name in ("max_requests", "max_characters", "epochs"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: must be at least 1; change it")
        if self.train_timeout <= timedelta():
            raise ValueError("train_timeout: must be more than 0 seconds; change it")
