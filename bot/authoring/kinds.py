"""The types of values beside Python's own: money, phones, addresses, places, files.

Each can be a parameter's type, and each can be made by hand: what is not of the form raises
ValueError. All but files of the bot's own are kept as JSON.
"""

import hashlib
import mimetypes
import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Self, TypeAlias

from pydantic_core import CoreSchema, core_schema
from typing_extensions import override

from bot.errors import PluginError
from bot.model.messages import Attachment


@dataclass(frozen=True, slots=True)
class RestOfLine:
    """Marks a text that takes all words that are left; see `Text`."""


Text: TypeAlias = Annotated[str, RestOfLine()]
"""A text that takes the rest of the line; a plain `str` takes one word unless it is the last."""

MOST_MONEY = Decimal(10) ** 18
_DECIMALS = dict.fromkeys(
    ["CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"], Decimal(1)
) | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], Decimal("0.001"))
"""Currencies that have other than two decimals, by ISO 4217."""
UNITS = ("kg", "g", "mg", "lb", "oz", "l", "dl", "cl", "ml", "gal", "pt", "km", "m", "cm", "mm",
         "mi", "yd", "ft", "in")  # fmt: skip
"""Units of a `Quantity`: of mass, volume and length."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
MAX_EMAIL = 254
"""RFC 5321 by its erratum 1690; the part before the @ has at most 64."""
_URL = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?", re.IGNORECASE)
MAX_URL = 2048


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency, in the currency's usual decimals; ``currency`` is its ISO code."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if _CURRENCY.fullmatch(self.currency) is None:
            raise ValueError(f"{self.currency!r} is no ISO 4217 code")
        if not self.amount.is_finite() or abs(self.amount) >= MOST_MONEY:
            raise ValueError(f"{self.amount} is no amount")
        usual = self.amount.quantize(_DECIMALS.get(self.currency, Decimal("0.01")))
        if usual == self.amount:  # 12.5 and 12.50 are kept alike
            object.__setattr__(self, "amount", usual)

    @override
    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of a unit, as the customer said it: 2.5 kg; ``unit`` is a symbol as in `UNITS`."""

    amount: Decimal
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.unit!r} is no unit; use one of {', '.join(UNITS)}")
        if not self.amount.is_finite() or abs(self.amount) >= MOST_MONEY:
            raise ValueError(f"{self.amount} is no amount")
        # 2.50 and 2.5 are kept alike, and 20 is no 2E+1
        object.__setattr__(self, "amount", Decimal(f"{self.amount.normalize():f}"))

    @override
    def __str__(self) -> str:
        return f"{self.amount:f} {self.unit}"


class Ordinal(int):
    """A place in a row: 2 for "the second"; kept as a JSON number."""

    __slots__ = ()

    def __new__(cls, place: int) -> Self:
        """Check that it is a place; raises ValueError."""
        if place < 1:
            raise ValueError(f"{place} is no place in a row")
        return super().__new__(cls, place)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic keep it; see its documentation, "Custom types"."""
        del source, handler
        return core_schema.no_info_after_validator_function(cls, core_schema.int_schema(ge=1))


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in E.164 form: ``+390612345678``."""

    e164: str

    def __post_init__(self) -> None:
        if _E164.fullmatch(self.e164) is None:
            raise ValueError(f"{self.e164!r} is no number in E.164 form")

    @override
    def __str__(self) -> str:
        return self.e164


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the customer named it; ``lat`` and ``lon`` in degrees, where they are known."""

    text: str
    lat: float | None = None
    lon: float | None = None

    def __post_init__(self) -> None:
        lat, lon = self.lat or 0.0, self.lon or 0.0
        if (self.lat is None) is not (self.lon is None) or not (abs(lat) <= 90 and abs(lon) <= 180):
            raise ValueError(f"{self.lat}, {self.lon} is no point on Earth")

    @override
    def __str__(self) -> str:
        return self.text


class _Word(str):
    """A text of a certain form; kept as JSON text."""

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Let pydantic keep it; see its documentation, "Custom types"."""
        del source, handler
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(), serialization=core_schema.to_string_ser_schema()
        )


class Email(_Word):
    """An e-mail address; the domain is written in lower case."""

    __slots__ = ()

    def __new__(cls, address: str) -> Self:
        """Check the form; raises ValueError."""
        local, _, domain = address.rpartition("@")
        if _EMAIL.fullmatch(address) is None or len(local) > 64 or len(address) > MAX_EMAIL:
            raise ValueError(f"{address!r} is no e-mail address")
        return super().__new__(cls, f"{local}@{domain.lower()}")


class Url(_Word):
    """An address of a page: http or https, without a password in it."""

    __slots__ = ()

    def __new__(cls, address: str) -> Self:
        """Check the form; raises ValueError."""
        if _URL.fullmatch(address) is None or len(address) > MAX_URL:
            raise ValueError(f"{address!r} is no address of a page")
        return super().__new__(cls, address)


Fetch: TypeAlias = Callable[["File"], Awaitable[bytes]]
"""Reads the bytes of a received file; the runtime hands it in."""


reader: ContextVar[Fetch | None] = ContextVar("reader", default=None)
"""What reads files from the disk; the runtime sets it while authors' code runs."""

KEPT = ""
"""In place of a connector's name: a file of the bot's own that is kept to be sent."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a received file can be fetched: the connector's name and what it needs to find it."""

    connector: str
    attachment: Attachment


class File:
    """A file: one that a customer has sent, or one that a reply sends.

    No dataclass, for pydantic would take one apart where it writes arguments down.

    Attributes:
        name: the file's name.
        mime: of a received file as the platform says; guessed from the name where it is not given.
        size: in bytes; None where nobody knows before it is read.
        data: the bytes of a file of the bot's own.
        path: where on the disk one is.
        origin: where a received one can be fetched.
        fetch: how.
    """

    __slots__ = ("data", "fetch", "mime", "name", "origin", "path", "size")

    def __init__(
        self,
        name: str,
        *,
        data: bytes | None = None,
        path: str | Path | None = None,
        mime: str | None = None,
    ) -> None:
        self.name = name
        self.mime = mime or _guessed(name)
        self.size = None if data is None else len(data)
        self.data = data
        self.path = None if path is None else Path(path)
        self.origin: Origin | None = None
        self.fetch: Fetch | None = None

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, File) and self._told() == other._told()

    @override
    def __hash__(self) -> int:
        return hash(self._told())

    @override
    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, mime={self.mime!r}, size={self.size})"

    @override
    def __str__(self) -> str:
        return self.name

    async def read(self) -> bytes:
        """Read the bytes; a received file is fetched from its platform, one by path from the disk.

        Raises ConnectorError where the platform does not give it, UserError where it is larger
        than told or not of the kind it claims to be.
        """
        if self.data is not None:
            return self.data
        fetch = self.fetch or (reader.get() if self.path is not None else None)
        if fetch is None:
            raise PluginError(
                f"the file {self.name!r} can only be read while a command, an action or a check "
                "runs that was handed it"
            )
        return await fetch(self)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """Keep a received file as where it can be fetched; see pydantic's "Custom types"."""
        del source, handler
        return core_schema.no_info_plain_validator_function(
            cls._loaded,
            serialization=core_schema.plain_serializer_function_ser_schema(_dumped),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: object, handler: object) -> dict[str, Any]:
        """Tell tools that a file is no text; only a customer can send one."""
        del schema, handler
        return {"type": "object", "title": cls.__name__, "readOnly": True}

    def _told(self) -> tuple[object, ...]:
        return type(self), self.name, self.mime, self.data, self.path, self.origin

    @classmethod
    def _loaded(cls, value: object) -> "File":
        if isinstance(value, cls):
            return value
        kept: object = value.origin if isinstance(value, File) else _origin_of(value)
        if not isinstance(kept, Origin):
            raise ValueError("not a file that a customer has sent")  # noqa: TRY004 - pydantic takes ValueError
        return received(kept.connector, kept.attachment, kind=cls)


class Image(File):
    """A picture; ``width`` and ``height`` in pixels, where the platform says."""

    __slots__ = ("height", "width")

    def __init__(
        self,
        name: str,
        *,
        data: bytes | None = None,
        path: str | Path | None = None,
        mime: str | None = None,
    ) -> None:
        super().__init__(name, data=data, path=path, mime=mime)
        self.width: int | None = None
        self.height: int | None = None


def received(connector: str, attachment: Attachment, *, kind: type[File] | None = None) -> File:
    """Make the file of an attachment; an `Image` where the platform says that it is one."""
    if kind is None:
        kind = Image if is_image(attachment) else File
    made = kind(attachment.name or attachment.kind, mime=attachment.mime)
    made.size, made.origin = attachment.size, Origin(connector, attachment)
    if isinstance(made, Image):
        made.width, made.height = attachment.width, attachment.height
    return made


def is_image(attachment: Attachment) -> bool:
    """Tell whether an attachment is said to be a picture."""
    return attachment.kind == "image" or attachment.mime.startswith("image/")


def attached(value: Any, fetch: Fetch) -> Any:  # noqa: ANN401 - a parameter's value of any type
    """Give received files what reads them; any other value stays as it is."""
    if isinstance(value, list):
        return [attached(one, fetch) for one in value]
    if not isinstance(value, File) or value.origin is None:
        return value
    made = received(value.origin.connector, value.origin.attachment, kind=type(value))
    made.fetch = fetch
    return made


def told(value: object) -> Any:  # noqa: ANN401 - JSON
    """Write down what is no JSON: a file as where it is or by its hash, else as Python does."""
    if not isinstance(value, File):
        return repr(value)
    if value.origin is not None:
        return _dumped(value)
    data = b"" if value.data is None else value.data
    return {"name": value.name, "mime": value.mime, "sha256": hashlib.sha256(data).hexdigest()}


_TYPES = mimetypes.MimeTypes()  # the module's own functions would read the machine's tables


def _guessed(name: str) -> str:
    return _TYPES.guess_type(name)[0] or "application/octet-stream"


_SIZES = ("size", "width", "height")


def _dumped(file: File) -> dict[str, Any]:
    if file.origin is None:
        raise ValueError(f"{file.name!r} is a file of the bot's own; only a received one is kept")
    attachment = file.origin.attachment
    told = {"connector": file.origin.connector, "ref": attachment.ref, "kind": attachment.kind,
            "name": attachment.name, "mime": attachment.mime}  # fmt: skip
    sizes = {name: getattr(attachment, name) for name in _SIZES}
    return told | {name: size for name, size in sizes.items() if size is not None}


def _origin_of(value: object) -> Origin | None:
    if not isinstance(value, Mapping):
        return None
    words = {name: value.get(name) for name in ("connector", "ref", "kind", "name", "mime")}
    sizes = {name: value.get(name) for name in _SIZES}
    if not all(isinstance(word, str) for word in words.values()):
        return None
    if not all(size is None or isinstance(size, int) for size in sizes.values()):
        return None
    connector = str(words.pop("connector"))
    return Origin(connector, Attachment(**words, **sizes))  # type: ignore[arg-type]  # checked above
