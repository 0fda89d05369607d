"""A small server that speaks as Rasa 3.6.21 does: tokens, tickets, errors, training, parsing.

It understands by counting common words. What it answers, and in which form, was seen at a real
one (2026-11): a text is stripped, one that begins with a slash names its intent itself, errors of
parsing are 400 or 500 with ``ParsingError``, a train call keeps a model and does not load it.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import yaml
from aiohttp import web
from aiohttp.typedefs import Handler

LABELLED = re.compile(
    r"\[(?P<words>[^\]]+?)\](?:\((?P<name>[^:)]+?)(?:\:(?P<value>[^)]+))?\)|\{(?P<fields>[^}]+?)\})"
)
INJECTED = re.compile(r"^/(?P<intent>[^{@]+)(?:@[0-9.]+)?(?P<entities>\{.+\})?$")


@dataclass
class Model:
    """Examples by intent, words by what they are labelled as, synonyms."""

    examples: list[tuple[str, frozenset[str]]] = field(default_factory=list)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    synonyms: dict[str, str] = field(default_factory=dict)


def learnt(project: Mapping[str, Any]) -> Model:
    model = Model()
    for item in project.get("nlu", ()):
        for line in item["examples"].splitlines():
            example = line.removeprefix("-").strip()
            if "synonym" in item:
                model.synonyms[example.lower()] = item["synonym"]
            elif "intent" in item:
                plain = LABELLED.sub(lambda found: found["words"], example)
                model.examples.append((item["intent"], words_in(plain)))
                for found in LABELLED.finditer(example):
                    fields = json.loads(f"{{{found['fields']}}}") if found["fields"] else {}
                    named = {"entity": found["name"], "value": found["value"], **fields}
                    if named.get("value"):
                        model.synonyms[found["words"].lower()] = named.pop("value")
                    model.labels[found["words"]] = {k: v for k, v in named.items() if v}
    return model


def words_in(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))


@dataclass
class RasaServer:
    """Attributes:
    token, jwt_secret: what callers must show, if anything.
    models: by file; ``loaded`` is the one that answers.
    asked: the texts that came, as they came.
    paths: method and path of every call.
    fails: why training fails.
    answers: how to answer the next calls for parsing instead: a status, a body or silence.
    """

    token: str | None = None
    jwt_secret: str | None = None
    url: str = ""
    models: dict[str, Model] = field(default_factory=dict)
    loaded: Model | None = None
    asked: list[Any] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    projects: list[dict[str, Any]] = field(default_factory=list)
    fails: str = ""
    answers: list[int | bytes | tuple[int, bytes] | None] = field(default_factory=list)

    def teach(self, nlu: str) -> None:
        self.loaded = learnt(yaml.safe_load(nlu))

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self.paths.append(f"{request.method} {request.path}")
        if self.token is not None and request.query.get("token") == self.token:
            return await handler(request)
        if self.jwt_secret is not None and not self.is_admin(request):
            return failure(403, "NotAuthorized")
        if self.token is not None and self.jwt_secret is None:
            return failure(401, "NotAuthenticated")
        return await handler(request)

    def is_admin(self, request: web.Request) -> bool:
        told = request.headers.get("Authorization", "").removeprefix("Bearer ")
        signed, _, signature = told.rpartition(".")
        right = hmac.digest((self.jwt_secret or "").encode(), signed.encode(), hashlib.sha256)
        if base64.urlsafe_b64encode(right).rstrip(b"=").decode() != signature:
            return False
        claims = json.loads(base64.urlsafe_b64decode(signed.partition(".")[2] + "=="))
        return bool(claims["user"]["role"] == "admin" and claims["exp"] > 0)

    async def parse(self, request: web.Request) -> web.StreamResponse:
        if self.answers:
            match self.answers.pop(0):
                case None:
                    await asyncio.Event().wait()
                case int() as status:
                    return web.Response(status=status, text="<html>no JSON</html>")
                case (status, body):
                    return web.Response(status=status, body=body)
                case bytes() as body:
                    return web.Response(body=body, content_type="application/json")
        if self.loaded is None:
            return failure(409, "Conflict")
        try:
            text = (await request.json())["text"].strip()
        except (ValueError, KeyError, AttributeError, TypeError):
            return failure(500, "ParsingError")
        self.asked.append(text)
        return web.json_response(understood(self.loaded, text))

    async def train(self, request: web.Request) -> web.Response:
        try:
            project = yaml.safe_load(await request.text())
            domain = set(project["intents"])
        except (yaml.YAMLError, KeyError, TypeError):
            return failure(400, "BadRequest", "The training data\nis no YAML")
        if self.fails:
            return failure(500, "TrainingError", self.fails)
        if {item["intent"] for item in project["nlu"] if "intent" in item} - domain:
            return failure(500, "TrainingError", "An unexpected error occurred")
        self.projects.append(project)
        name = f"20261122-{len(self.projects)}.tar.gz"
        self.models[f"models/{name}"] = learnt(project)
        return web.Response(body=b"\x1f\x8b model", headers={"filename": name})

    async def load(self, request: web.Request) -> web.Response:
        named = (await request.json())["model_file"]
        if named not in self.models:
            return failure(400, "BadRequest", f"Agent with name {named} could not be loaded.")
        self.loaded = self.models[named]
        return web.Response(status=204)


def failure(
    status: int, reason: str, message: str = "An unexpected error occurred."
) -> web.Response:
    told: dict[str, Any] = {
        "version": "3.6.21", "status": "failure", "message": message, "reason": reason,
        "details": {}, "help": None, "code": status,
    }  # fmt: skip
    return web.json_response(told, status=status)


def understood(model: Model, text: str) -> dict[str, Any]:
    injected = INJECTED.match(text)
    if injected:
        whole = {"start": 0, "end": len(text), "extractor": "RegexMessageHandler"}
        named = json.loads(injected["entities"] or "{}")
        found = [{"entity": name, "value": value, **whole} for name, value in named.items()]
        sure = {"name": injected["intent"], "confidence": 1.0}
        return {"text": text, "intent": sure, "entities": found, "intent_ranking": [sure]}
    ranking = ranked(model, text)
    fallback = {"name": "nlu_fallback", "confidence": 0.3}
    if not ranking or ranking[0]["confidence"] < 0.3:
        ranking = [fallback, *ranking]
    return {
        "text": text, "intent": ranking[0], "entities": entities(model, text),
        "text_tokens": [[0, len(text)]], "intent_ranking": ranking[:10],
        "response_selector": {"all_retrieval_intents": ["faq"], "default": {"response": {}}},
    }  # fmt: skip


def ranked(model: Model, text: str) -> list[dict[str, Any]]:
    said = words_in(text)
    best: dict[str, float] = {}
    for intent, words in model.examples:
        common = len(said & words) / max(1, len(said | words))
        best[intent] = max(common, best.get(intent, 0.0))
    ranking = [meaning(intent, sure) for intent, sure in best.items() if sure]
    return sorted(ranking, key=lambda one: -one["confidence"])


def meaning(intent: str, confidence: float) -> dict[str, Any]:
    """A retrieval intent answers by its group, and tells its full name beside it."""
    group, slash, _ = intent.partition("/")
    return {
        "name": group, "confidence": confidence,
        **({"full_retrieval_intent_name": intent} if slash else {}),
    }  # fmt: skip


def entities(model: Model, text: str) -> Sequence[dict[str, Any]]:
    return [
        {
            **label, "start": found.start(), "end": found.end(), "extractor": "DIETClassifier",
            "value": model.synonyms.get(words.lower(), words), "confidence_entity": 0.99,
        }
        for words, label in model.labels.items()
        for found in re.finditer(rf"\b{re.escape(words)}\b", text)
    ]  # fmt: skip


@asynccontextmanager
async def served(server: RasaServer) -> AsyncIterator[RasaServer]:
    """Serve it on a free port of this machine."""
    app = web.Application(middlewares=[server.guard])
    app.router.add_post("/model/parse", server.parse)
    app.router.add_post("/model/train", server.train)
    app.router.add_put("/model", server.load)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
