"""What an annotation says of the values that may stand there: how they are read from words."""

import dataclasses
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from inspect import Parameter as Signature
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError
from pydantic.errors import PydanticSchemaGenerationError

from bot.authoring.kinds import (
    Email,
    File,
    Image,
    Money,
    Ordinal,
    Phone,
    Place,
    Quantity,
    RestOfLine,
    Url,
)
from bot.authoring.parameters import Arg
from bot.errors import PluginError

Kind: TypeAlias = Any
"""An annotation: whatever stands behind the colon."""

FILES: tuple[type[File], ...] = (Image, File)
PLAIN_TYPES = (
    str, int, float, Decimal, bool, date, time, datetime, timedelta,
    Money, Quantity, Ordinal, Phone, Email, Url, Place, *FILES,
)  # fmt: skip
"""What is read without a plug-in."""
REQUIRED = Signature.empty
MAX_FILE_BYTES = 10 * 1024 * 1024
"""Of a file whose `Arg` tells no other limit."""
MOST_FILE_BYTES = 64 * 1024 * 1024
"""Of any file, for they are read into memory."""
_TEXTS = (str, Place)
_MIME = re.compile(r"(?:\*/\*|[a-z0-9][a-z0-9.+-]*/(?:\*|[a-z0-9][a-z0-9.+-]*))")
_CODE = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How values of a parameter, of a list's entries or of a dataclass's field are read.

    Attributes:
        name: the parameter's or the field's; of entries their list's.
        type: the bare type: ``T`` of ``T | None``.
        arg: what is said of it.
        default: what stands where nothing is said; REQUIRED if something must be.
        options: the values of a Literal or an Enum, in order.
        spoken: further words for them, in lower case.
        labels: how they are shown, where not by their names.
        noun: what it is called in a sentence, where not by its name.
        rest: a text that takes the rest of the line.
        item: of a list, how its entries are read.
        fields: of a dataclass, how its fields are read.
    """

    name: str
    type: Any
    arg: Arg = field(default_factory=Arg)
    default: Any = REQUIRED
    options: tuple[Any, ...] = ()
    spoken: Mapping[str, Any] = field(default_factory=dict)
    labels: Mapping[Any, str] = field(default_factory=dict)
    noun: str = ""
    rest: bool = False
    item: "Shape | None" = None
    fields: "tuple[Shape, ...]" = ()

    @property
    def required(self) -> bool:
        """Tell whether something must be said."""
        return self.default is REQUIRED

    @property
    def is_file(self) -> bool:
        """Tell whether values come as attachments."""
        return self.type in FILES if self.item is None else self.item.is_file

    @property
    def is_open(self) -> bool:
        """Tell whether any words may be a value, so that none can be found in a sentence."""
        if self.item is not None:
            return self.item.is_open
        return self.type in _TEXTS or any(one.is_open and one.required for one in self.fields)

    @property
    def takes_rest(self) -> bool:
        """Tell whether all words that are left belong to it."""
        return self.rest or self.item is not None or bool(self.fields)

    def label(self, option: Any) -> str:  # noqa: ANN401 - one of the options
        """Write one of the options as it is shown."""
        return self.labels.get(option) or str(getattr(option, "value", option))

    @property
    def types(self) -> tuple[str, ...]:
        """List the media types that a file may have."""
        if self.arg.types:
            return tuple(self.arg.types)
        kind = self.type if self.item is None else self.item.type
        return ("image/*",) if kind is Image else ("*/*",)

    @property
    def max_bytes(self) -> int:
        """Tell how large a file may be."""
        return MAX_FILE_BYTES if self.arg.max_size is None else self.arg.max_size


def read_shape(
    name: str,
    annotation: object,
    default: object,
    *,
    where: str,
    known: Collection[Any],
    over: Arg | None = None,
) -> Shape:
    """Read an annotation; ``known`` are the types that have a recogniser.

    ``over`` is said besides and comes before what the annotation says.

    Raises:
        PluginError: beginning with ``where``, with the remedy.
    """
    bare, arg, rest = without_extras(annotation)
    arg = arg if over is None else over.over(arg)
    kind: object = without_none(bare)
    if default is REQUIRED and kind is not bare:
        default = None
    options = _options(kind)
    spoken = _spoken(options, arg, where)
    item: Shape | None = None
    fields: tuple[Shape, ...] = ()
    if kind not in known and not options and kind not in PLAIN_TYPES:
        if get_origin(kind) is list:
            item = _item(name, kind, where=where, known=known)
        elif isinstance(kind, type) and dataclasses.is_dataclass(kind):
            fields = _fields(kind, where=where, known=known)
        else:
            raise PluginError(f"{where} has the type {_type_name(kind)}, {_UNREADABLE}")
    shape = Shape(
        name=name, type=kind, arg=arg, default=default, options=options, spoken=spoken, rest=rest,
        item=item, fields=fields,
    )  # fmt: skip
    _check_arg(shape, where)
    return shape


_UNREADABLE = (
    "which no recogniser reads; use str, Text, int, float, Decimal, bool, date, time, datetime, "
    "timedelta, Money, Quantity, Ordinal, Phone, Email, Url, Place, Image, File, a Literal, an "
    "Enum, a dataclass or a list of these, or register a recogniser for it"
)


def adapter_of(annotation: object, shape: Shape, where: str) -> TypeAdapter[Any]:
    """Make what keeps values as JSON; refuse bounds and patterns that could never be met."""
    try:
        adapter = _kept_adapter(without_extras(annotation)[0])
    except PydanticSchemaGenerationError as error:
        raise PluginError(
            f"{where} has a type that cannot be kept as JSON; make it a dataclass"
        ) from error
    _check_bounds(shape, adapter, where)
    try:
        re.compile(shape.arg.pattern or "")
    except re.error as error:
        raise PluginError(f"{where} has the pattern {shape.arg.pattern!r}: {error}") from error
    return adapter


def _kept_adapter(kind: Kind) -> TypeAdapter[Any]:
    """Find or make an adapter: the questions of a flow are read anew on every turn."""
    try:
        return _made_once(kind, repr(kind))
    except TypeError:  # an annotation that cannot be hashed
        return TypeAdapter(kind)


@lru_cache(maxsize=1024)
def _made_once(kind: Kind, written: str) -> TypeAdapter[Any]:
    """Make an adapter; ``written`` keeps apart what is equal in another order: A | B, B | A."""
    del written
    return TypeAdapter(kind)


def without_extras(annotation: object) -> tuple[Kind, Arg, bool]:
    """Take an annotation apart: the type, what `Arg` says, whether it takes the rest."""
    if get_origin(annotation) in {Union, UnionType}:
        # Annotated[int, Arg()] | None says the same as Annotated[int | None, Arg()]
        inner = [part for part in get_args(annotation) if get_origin(part) is Annotated]
        if len(inner) == 1 and NoneType in get_args(annotation):
            bare, arg, rest = without_extras(inner[0])
            return bare | None, arg, rest
    if get_origin(annotation) is Annotated:
        bare, *extras = get_args(annotation)
        # Annotated[Text | None, Arg()] marks the text within
        bare, inner_arg, rest = without_extras(bare)
        arg = next((extra for extra in extras if isinstance(extra, Arg)), inner_arg)
        return bare, arg, rest or any(isinstance(extra, RestOfLine) for extra in extras)
    return annotation, Arg(), False


def without_none(annotation: object) -> Kind:
    """Give ``T`` of ``T | None``; any other annotation stays as it is."""
    if get_origin(annotation) in {Union, UnionType}:
        others = [part for part in get_args(annotation) if part is not NoneType]
        return others[0] if len(others) == 1 else annotation
    return annotation


def _options(bare: object) -> tuple[Any, ...]:
    if get_origin(bare) is Literal:
        return get_args(bare)
    if isinstance(bare, type) and issubclass(bare, Enum):
        return tuple(bare)
    return ()


def names_of(option: object) -> list[str]:
    """List what an option is called: a Literal's value; a member's value, name and other names."""
    if not isinstance(option, Enum):
        return [str(option).casefold()]
    named = [name for name, member in type(option).__members__.items() if member is option]
    return list(dict.fromkeys(one.casefold() for one in (str(option.value), *named)))


def _spoken(options: Collection[Any], arg: Arg, where: str) -> Mapping[str, Any]:
    """Read synonyms; each must lead to an option, and none may be another one's name."""
    spoken: dict[str, Any] = {}
    if arg.synonyms and not options:
        raise PluginError(f"{where} has synonyms, which only a Literal or an Enum can have")
    taken = {name: option for option in options for name in names_of(option)}
    for word, meant in (arg.synonyms or {}).items():
        option = next((one for one in options if meant in (one, getattr(one, "value", one))), None)
        if option is None or taken.get(word.casefold(), option) != option:
            raise PluginError(
                f"{where} has the synonym {word!r} for {meant!r}, which must be one of its values; "
                "and no synonym may be the name of another"
            )
        spoken[word.casefold()] = option
    return spoken


def _item(name: str, kind: object, *, where: str, known: Collection[Any]) -> Shape:
    (entry,) = get_args(kind)
    where = f"{where}, an entry of its list,"
    item = read_shape(name, entry, REQUIRED, where=where, known=known)
    if item.item is not None or item.type is bool or not item.required:
        raise PluginError(f"{where} is a list, a yes or no or None; make it a dataclass")
    _check_no_callbacks(item, where)
    return item


def _fields(kind: type[Any], *, where: str, known: Collection[Any]) -> tuple[Shape, ...]:
    try:
        hints = get_type_hints(kind, include_extras=True)
    except Exception as error:
        raise PluginError(f"{where}: a field of {kind.__name__}: {error}") from error
    fields = []
    for one in dataclasses.fields(kind):
        if not one.init:
            continue
        of_field = f"{where}, field {one.name!r} of {kind.__name__},"
        shape = read_shape(one.name, hints[one.name], _default(one), where=of_field, known=known)
        if shape.is_file or shape.item is not None or shape.fields:
            raise PluginError(
                f"{of_field} is a file, a list or a dataclass; make it a parameter of its own"
            )
        _check_no_callbacks(shape, of_field)
        fields.append(shape)
    if not fields:
        raise PluginError(f"{where} has the type {kind.__name__}, a dataclass without fields")
    return tuple(fields)


def _default(one: dataclasses.Field[Any]) -> Kind:
    if one.default_factory is not dataclasses.MISSING:
        return one.default_factory()
    return REQUIRED if one.default is dataclasses.MISSING else one.default


def _check_no_callbacks(shape: Shape, where: str) -> None:
    if shape.arg.check is not None or shape.arg.suggest is not None:
        raise PluginError(f"{where} has a check or suggestions; move them to the parameter")


def _check_arg(shape: Shape, where: str) -> None:
    """Refuse what an `Arg` says that its type cannot have."""
    arg = shape.arg
    if not shape.is_file and (arg.types is not None or arg.max_size is not None):
        raise PluginError(f"{where} has types or max_size, which only an Image or a File can have")
    for pattern in arg.types or ():
        if _MIME.fullmatch(pattern) is None:
            raise PluginError(f"{where} has the type {pattern!r}; write image/png or image/*")
    if arg.max_size is not None and not 0 < arg.max_size <= MOST_FILE_BYTES:
        raise PluginError(
            f"{where} has max_size={arg.max_size}; write a number of bytes up to {MOST_FILE_BYTES}"
        )
    if arg.currency is not None and (
        shape.type is not Money or _CODE.fullmatch(arg.currency) is None
    ):
        raise PluginError(f"{where} has the currency {arg.currency!r}; write an ISO code of Money")


def _check_bounds(shape: Shape, adapter: TypeAdapter[Any], where: str) -> None:
    measure = adapter
    if shape.item is not None:
        measure = _kept_adapter(int)
    elif shape.type in {Money, Quantity}:
        measure = _kept_adapter(Decimal)
    for bound in (shape.arg.ge, shape.arg.le):
        if bound is not None and not _is_bound(measure, bound):
            raise PluginError(f"{where} has the bound {bound!r}, which is not of its type")
    for one in (*shape.fields, *((shape.item,) if shape.item else ())):
        _check_bounds(one, _kept_adapter(one.type), where)


def _is_bound(adapter: TypeAdapter[Any], bound: Kind) -> bool:
    try:
        value = adapter.validate_python(bound)
        return bool(bound <= value <= bound)
    except (TypeError, ValidationError):
        return False


def _type_name(bare: object) -> str:
    return bare.__name__ if isinstance(bare, type) else str(bare)
