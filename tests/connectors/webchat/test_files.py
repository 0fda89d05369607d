"""Files that the bot sent: shown to their visitor, saved rather than run, closed to all others."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import ConversationId
from connectors.webchat.paths import file_path, parse_path
from tests.connectors.webchat.memory import Site, open_site
from tests.journeys.postcards import PDF, PNG

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<html><script>alert(1)</script></html>"
POLYGLOT = b"\xff\xd8\xff\xe0<script>alert(1)</script>"


async def shown(site: Site, *files: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """Show files to a new visitor; gives the token and the blocks."""
    session = await site.session()
    conversation = ConversationId(session["conversation"])
    site.line.say(conversation, "Here.", files=list(files))
    _, page = await site.get("events", session["token"])
    return session["token"], page["events"][-1]["blocks"]


async def fetched(site: Site, token: str, url: str) -> tuple[int, bytes, dict[str, str]]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with site.http.get(f"{site.url}/v1/{url}", headers=headers) as response:
        return response.status, await response.read(), dict(response.headers)


async def test_a_picture_and_a_document_are_shown_and_fetched() -> None:
    async with open_site() as site:
        view = site.line.stored("view.png", "image/png", PNG)
        menu = site.line.stored("menu.pdf", "application/pdf", PDF)
        token, (text, image, file) = await shown(site, view, menu)
        picture = await fetched(site, token, image["url"])
        document = await fetched(site, token, file["url"])

    assert text["text"] == "Here."
    assert (image["type"], image["alt"], image["size"]) == ("image", "view.png", len(PNG))
    assert (file["type"], file["name"], file["mime"]) == ("file", "menu.pdf", "application/pdf")
    assert (picture[0], picture[1], picture[2]["Content-Type"]) == (200, PNG, "image/png")
    assert (document[0], document[1]) == (200, PDF)
    assert document[2]["Content-Disposition"] == "attachment"


@pytest.mark.parametrize("data", [SVG, HTML], ids=["svg", "html"])
@pytest.mark.parametrize("mime", ["image/svg+xml", "text/html", "image/png"])
async def test_what_could_run_is_saved_and_not_sniffed(data: bytes, mime: str) -> None:
    async with open_site() as site:
        token, blocks = await shown(site, site.line.stored("evil", mime, data))
        status, _, headers = await fetched(site, token, blocks[-1]["url"])

    assert status == 200
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"


async def test_a_picture_with_a_script_in_it_stays_a_picture() -> None:
    async with open_site() as site:
        token, blocks = await shown(site, site.line.stored("a.jpg", "text/html", POLYGLOT))
        _, _, headers = await fetched(site, token, blocks[-1]["url"])

    assert headers["Content-Type"] == "image/jpeg"
    assert headers["X-Content-Type-Options"] == "nosniff"


async def test_nobody_else_gets_the_file() -> None:
    async with open_site() as site:
        token, blocks = await shown(site, site.line.stored("view.png", "image/png", PNG))
        stranger = await site.session()
        url = blocks[-1]["url"]
        blob = hashlib.sha256(PNG).hexdigest()
        statuses = {
            "own": (await fetched(site, token, url))[0],
            "other": (await fetched(site, stranger["token"], url))[0],
            "nobody": (await fetched(site, "", url))[0],
            "guessed": (await fetched(site, token, f"files/{blob}"))[0],
            "forged": (await fetched(site, token, f"files/{blob}.{'0' * 32}"))[0],
            "climbing": (await fetched(site, token, "files/..%2f..%2fbot.toml"))[0],
        }

    assert statuses == {
        "own": 200, "other": 404, "nobody": 401, "guessed": 404, "forged": 404, "climbing": 404,
    }  # fmt: skip


async def test_what_is_no_longer_kept_is_not_found() -> None:
    async with open_site() as site:
        token, blocks = await shown(site, site.line.stored("view.png", "image/png", PNG))
        site.line.blobs.clear()
        status, _, _ = await fetched(site, token, blocks[-1]["url"])

    assert status == 404


async def test_files_can_only_be_read() -> None:
    async with open_site() as site:
        token, blocks = await shown(site, site.line.stored("view.png", "image/png", PNG))
        status, _ = await site.post(blocks[-1]["url"], token, {})

    assert status == 405


@given(visitor=st.text(min_size=1, max_size=30), other=st.text(max_size=30))
def test_a_path_opens_for_its_visitor_alone(visitor: str, other: str) -> None:
    blob = hashlib.sha256(visitor.encode(errors="replace")).hexdigest()
    path = file_path(visitor, blob)

    assert parse_path(visitor, path) == blob
    assert other == visitor or parse_path(other, path) is None


@given(st.text(max_size=120))
def test_any_other_path_opens_nothing(path: str) -> None:
    assert parse_path("visitor", f"files/{path}") is None
