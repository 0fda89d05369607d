"""What engines are opened with outside of a running bot: the same as inside of it."""

import sys
from collections.abc import Mapping, Sequence

from bot.app import Options, database_file, open_store
from bot.authoring.signatures import CommandSpec
from bot.errors import BotError
from bot.model.misses import Taught
from bot.model.understanding import VocabularyEntry
from bot.plugins import Extensions
from bot.plugins.catalogue import vocabulary
from bot.plugins.lessons import read_material
from bot.plugins.taught import with_taught
from bot.settings import Settings

LOOKING = Options(own=False, upgrade=False, secrets=False)
"""Look at a database that a running bot may own."""


async def read_vocabulary(
    settings: Settings, extensions: Extensions, commands: Mapping[str, CommandSpec]
) -> list[VocabularyEntry]:
    """Gather the commands' sentences, those of ``[nlu] data``, and labelled misses.

    Where the database cannot be read, labelled misses are left out, and a line says so.
    """
    material = read_material(settings.nlu.data)
    lessons = with_taught(material.lessons, await _taught(settings, extensions))
    return vocabulary(commands, lessons, material.tables)


async def _taught(settings: Settings, extensions: Extensions) -> Sequence[Taught]:
    path = database_file(settings)
    if path is not None and not path.exists():
        return ()
    try:
        async with open_store(settings, extensions, LOOKING) as store:
            return await store.teaching.sentences()
    except BotError as error:
        sys.stderr.write(f"labelled misses are left out: {error}\n")
        return ()
