import gzip
import re
from pathlib import Path

import connectors.webchat
from connectors.webchat.assets import load_assets
from tests.connectors.webchat.memory import open_site

STATIC = Path(connectors.webchat.__file__).parent / "static"


def test_the_whole_widget_is_under_twenty_thousand_bytes() -> None:
    asset = load_assets()["widget.js"]

    assert len(asset.gzipped) <= 20_000
    assert gzip.decompress(asset.gzipped) == asset.plain


def test_the_widget_is_one_script_that_holds_every_module_once() -> None:
    text = load_assets()["widget.js"].plain.decode()
    sources = [path.read_text() for path in STATIC.glob("*.js")]

    assert "\nimport " not in text
    for source in sources:
        for name in re.findall(r"^export (?:class|const|function) (\w+)", source, re.MULTILINE):
            declared = rf"^(?:export )?(?:class|const|let|function) {name}\b"
            assert len(re.findall(declared, text, re.MULTILINE)) == 1


async def test_the_script_is_served_gzipped_to_any_page_and_not_twice() -> None:
    async with open_site() as site:
        async with site.http.get(f"{site.url}/widget.js") as response:
            headers, body = response.headers, await response.text()
        again = {"If-None-Match": headers["ETag"]}
        async with site.http.get(f"{site.url}/widget.js", headers=again) as response:
            status, rest = response.status, await response.read()
        plain = {"Accept-Encoding": "identity"}
        async with site.http.get(f"{site.url}/widget.js", headers=plain) as response:
            encoding = response.headers.get("Content-Encoding")

    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Content-Encoding"] == "gzip"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=86400"
    assert "threadline-chat" in body
    assert (status, rest, encoding) == (304, b"", None)


async def test_hashed_scripts_never_change_and_unknown_ones_are_not_found() -> None:
    names = [name for name in load_assets() if re.fullmatch(r"widget\.[0-9a-f]{16}\.js", name)]
    async with open_site() as site:
        async with site.http.get(f"{site.url}/{names[0]}") as response:
            cache = response.headers["Cache-Control"]
        statuses = []
        for path in ("widget.0000000000000000.js", "../bot.toml", "style.js", "static/widget.js"):
            async with site.http.get(f"{site.url}/{path}") as response:
                statuses.append(response.status)
        async with site.http.post(f"{site.url}/widget.js") as response:
            posted = response.status

    assert len(names) == 1
    assert cache == "public, max-age=31536000, immutable"
    assert statuses == [404] * 4
    assert posted == 405
