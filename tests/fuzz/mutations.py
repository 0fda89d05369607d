"""Bodies that are nearly right: changed where their grammar has its joints, or anywhere.

JSON is changed as a tree, also inside of texts and of forms; mails by lines and fields; and all of
them as bytes. A fragment that is repeated until the body is full finds what is worse than linear.
"""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlencode

from tests.fuzz.targets import MAX_BYTES

Change: TypeAlias = Callable[[Any, Random], Any]

ODD: Sequence[Any] = (
    None, True, False, 0, -1, 2**31, 2**63, -(2**63) - 1, 10**400, 1e308, float("nan"),
    float("inf"), "", " ", "\0", "\ud800", "a\udfffb", "0", "-1", "1e999", "²", "\u0661", "x" * 300,
    "\u2028", "{}", "[", '{"a":', "<@U1>", "&lt;", "@shop_bot", "/start book", "p.1", "2026-13-40",
    [], [[]], [None], {}, {"": {}}, {"id": None}, {"type": "home"}, [{"id": {}}],
)  # fmt: skip
FRAGMENTS: Sequence[str] = (
    "a", " ", "\n", "\r\n", ">", "> ", "<", "<@U1>", "<a|", "&lt;", "@shop_bot ", "/a@b ", "[", "{",
    "(", "()", "=?utf-8?q?a?=", "=?", "<a@b>", "a@b,", "--\r\n", "-- \n", "On ", "wrote:\n",
    "On a, b wrote:\n> ", "From: a\n", "Am 1 schrieb a:\n", "<div>", "<!--", "&#1;", "\\u0000",
    '"', "\\", ";", "; a=b", "\t", "\u00e9", "\U0001f600", "1", "_", "*", "a=b&", "Sent from my ",
    "________\n", "dkim=pass header.d=x ", "  \r\n", "\n\n",
)  # fmt: skip


def mutated(body: bytes, random: Random) -> bytes:
    """Change a body somewhere, by its grammar where it has one; at most MAX_BYTES long."""
    for _ in range(random.randint(1, 3)):
        change = random.choice((_by_grammar, _by_grammar, _by_grammar, _bytes, _filled))
        body = change(body, random)[:MAX_BYTES]
    return body


def _by_grammar(body: bytes, random: Random) -> bytes:
    if (tree := _tree(body)) is not None:
        return _dumped(_changed(tree, random), random)
    if b"\n" in body:
        return _lines(body, random)
    if b"=" in body and (form := _form(body)):
        return _form_changed(form, random)
    return _bytes(body, random)


def _tree(body: bytes | str) -> Any:
    """Read JSON; None where it is none, or a mere word."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _dumped(tree: Any, random: Random) -> bytes:
    try:
        text = json.dumps(tree, ensure_ascii=random.random() < 0.5)
    except (ValueError, RecursionError):
        return b"[" * random.randint(1, 2000)
    return text.encode("utf-8", "surrogatepass")


def _changed(value: Any, random: Random) -> Any:
    """Change one value of a tree: deep below, or here."""
    if random.random() < 0.85:
        match value:
            case dict() if value:
                key = random.choice(list(value))
                return {**value, key: _changed(value[key], random)}
            case list() if value:
                at = random.randrange(len(value))
                return [*value[:at], _changed(value[at], random), *value[at + 1 :]]
            case str() if (tree := _tree(value)) is not None:  # JSON within a text
                return _dumped(_changed(tree, random), random).decode("utf-8", "replace")
    changes: Sequence[Change] = (_swapped, _swapped, _lacking, _many, _nested, _long)
    return random.choice(changes)(value, random)


def _swapped(value: Any, random: Random) -> Any:
    return random.choice(ODD)


def _lacking(value: Any, random: Random) -> Any:
    """Leave out a part, or give it another name."""
    if not isinstance(value, dict) or not value:
        return random.choice(ODD)
    key = random.choice(list(value))
    rest = {name: part for name, part in value.items() if name != key}
    return rest if random.random() < 0.7 else {**rest, f"{key}_": value[key]}


def _many(value: Any, random: Random) -> Any:
    if isinstance(value, dict) and random.random() < 0.5:
        return {**value, **{f"k{n}": random.choice(ODD) for n in range(random.randint(1, 40))}}
    return [value] * random.choice((2, 3, 30, 400))


def _nested(value: Any, random: Random) -> Any:
    key = random.choice(("text", "a", "type", "blocks"))
    for _ in range(random.choice((1, 5, 60))):
        value = [value] if random.random() < 0.3 else {key: value}
    return value


def _long(value: Any, random: Random) -> str:
    return random.choice(FRAGMENTS) * random.choice((3, 100, 3000))


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
    except ValueError:
        return {}


def _form_changed(form: dict[str, str], random: Random) -> bytes:
    """Change one field, within its JSON if it holds that; or all of them as one tree."""
    key = random.choice(list(form))
    if random.random() < 0.8:
        words = _changed(form[key], random)
        form[key] = words if isinstance(words, str) else json.dumps(words, ensure_ascii=False)
    else:
        found = _changed(form, random)
        form = {str(k): str(part) for k, part in found.items()} if isinstance(found, dict) else {}
    return urlencode(form, errors="replace").encode()


def _lines(body: bytes, random: Random) -> bytes:
    """Change a mail or another text by lines."""
    lines = body.split(b"\n")
    at = random.randrange(len(lines))
    match random.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines[at:at] = [lines[at]] * random.choice((1, 3, 200))
        case 2:
            other = random.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            name = lines[at].partition(b":")[0]
            lines[at] = name + b": " + _fragments(random)
        case 4:
            lines[at] = lines[at].rstrip(b"\r") + _fragments(random)
        case _:
            lines.insert(at, _fragments(random))
    return b"\n".join(lines)


def _fragments(random: Random) -> bytes:
    picked = [random.choice(FRAGMENTS) for _ in range(random.randint(1, 4))]
    return ("".join(picked) * random.choice((1, 1, 20, 1000))).encode()


def _bytes(body: bytes, random: Random) -> bytes:
    """Change bytes, whatever they mean."""
    at, length = random.randint(0, len(body)), random.choice((1, 1, 4, 40))
    match random.randrange(4):
        case 0:
            return body[:at] + random.randbytes(length) + body[at:]
        case 1:
            return body[:at] + body[at + length :]
        case 2:
            return body[:at] + random.randbytes(length) + body[at + length :]
        case _:
            return body[:at]


def _filled(body: bytes, random: Random) -> bytes:
    """Repeat a piece of a body, or a fragment, until the body is full."""
    at = random.randint(0, len(body))
    piece = body[at : at + random.randint(1, 30)]
    if random.random() < 0.5 or not piece:
        piece = random.choice(FRAGMENTS).encode("utf-8", "surrogatepass")
    times = max(0, MAX_BYTES - len(body)) // len(piece)
    return body[:at] + piece * random.choice((times, times, min(times, 50))) + body[at:]
