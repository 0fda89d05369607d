"""Training by a server that is not quite Rasa; see `nlu.rasa.client`."""

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import web
from typing_extensions import override

from bot import BotError
from bot.testing.contracts.engine import VOCABULARY
from nlu.rasa import RasaSettings, open_engine
from nlu.rasa.engine import Rasa
from tests.nlu.rasa.server import RasaServer, served


class Stranger(RasaServer):
    """Takes any project and names no model."""

    @override
    async def train(self, request: web.Request) -> web.Response:
        return web.Response(body=b"done")


class Forgetful(RasaServer):
    """Learns, and then has no such model."""

    @override
    async def load(self, request: web.Request) -> web.Response:
        self.models.clear()
        return await super().load(request)


async def refused(server: RasaServer, settings: RasaSettings | None = None) -> str:
    async with served(server):
        given = replace(settings or RasaSettings(), url=server.url)
        async with open_engine("rasa", given, VOCABULARY) as engine:
            assert isinstance(engine, Rasa)
            with pytest.raises(BotError) as caught:
                await engine.train(engine.project([]))
    return str(caught.value).replace(server.url, "URL")


async def test_a_server_that_names_no_model_is_told() -> None:
    assert await refused(Stranger()) == "URL named no model; is it a Rasa 3 server?"


async def test_a_model_that_cannot_be_loaded_is_told() -> None:
    told = await refused(Forgetful())

    assert told.startswith("Rasa refused with status 400: BadRequest: Agent with name models/")


async def test_a_training_ends_with_the_patience_of_the_settings() -> None:
    told = await refused(RasaServer(), RasaSettings(train_timeout=timedelta(microseconds=1)))

    assert told == "URL did not answer within 0:00:00.000001; raise nlu.rasa.train_timeout"
