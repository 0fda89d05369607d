"""Files that came with a message: which parameter of an open dialog each is for."""

from collections.abc import Sequence

from bot.authoring.contents import is_one_of
from bot.authoring.kinds import File, received
from bot.authoring.signatures import CommandSpec, Parameter
from bot.dialog import filewords
from bot.dialog.binding import Value
from bot.dialog.drafts import Draft
from bot.dialog.events import Heard
from bot.dialog.phrases import Phrases
from bot.model.conversation import Frame, Prompt


def with_files(draft: Draft, heard: Heard) -> Draft:
    """Keep what came with a message for the dialog that its words lead to."""
    files = tuple(received(draft.around.connector, one) for one in heard.attachments)
    return draft.holding(*files)


def values_of(
    files: Sequence[File], frame: Frame, spec: CommandSpec, asked: str | None
) -> tuple[list[Value], Sequence[File]]:
    """Choose whose value each file is; gives the values and what nobody wants.

    The parameter that is asked for comes first, then those without an answer; where there is only
    one for files, another file takes the place of its answer.
    """
    wanting = [one for one in spec.parameters if one.is_file]
    empty = [one for one in wanting if one.name not in frame.answers and one.name != asked]
    ordered = [*(one for one in wanting if one.name == asked), *empty]
    if not ordered and len(wanting) == 1:
        ordered = wanting
    left = list(files)
    values = []
    for parameter in ordered:
        if not left:
            break
        mine = _for(parameter, left)
        left = [one for one in left if one not in mine]
        values.append(_value(parameter, mine))
    return values, left


def unwanted(left: Sequence[File], taken: Sequence[Value], phrases: Phrases) -> str | None:
    """Tell what became of the files that nobody wants; None where there are none."""
    if not left:
        return None
    return phrases.of(filewords.ONE_ONLY if taken else filewords.NOT_WANTED)


def wanted_here(draft: Draft, prompt: Prompt | None) -> str | None:
    """Tell what to send where a file is asked for, and words came; None where none is."""
    spec = draft.spec_of(draft.state.frame(prompt.frame)) if prompt else None
    parameter = spec.parameter(prompt.argument or "") if prompt and spec else None
    if parameter is None or not parameter.is_file:
        return None
    shape = parameter.shape
    return filewords.wanted(
        draft.phrases, shape.types, shape.max_bytes, several=shape.item is not None
    )


def _for(parameter: Parameter, files: Sequence[File]) -> list[File]:
    """Choose a parameter's files: those of its type, else the first, to say why it is none."""
    shape = parameter.shape
    fitting = [one for one in files if is_one_of(one.mime, shape.types)] or list(files[:1])
    return fitting if shape.item is not None else fitting[:1]


def _value(parameter: Parameter, files: Sequence[File]) -> Value:
    value: object = list(files) if parameter.shape.item is not None else files[0]
    words = ", ".join(one.name for one in files)
    return Value(parameter=parameter.name, value=parameter.dump(value), words=words)
