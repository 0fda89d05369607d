import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.webchat.origins import is_allowed, own_origin, parse_origin

OWN = own_origin("http", "127.0.0.1:8080", {})


@pytest.mark.parametrize(
    ("origin", "allowed", "verdict"),
    [
        ("http://127.0.0.1:8080", ("self",), True),
        ("http://127.0.0.1:8081", ("self",), False),
        ("https://127.0.0.1:8080", ("self",), False),
        ("http://localhost:8080", ("self",), False),
        ("https://shop.example", ("https://shop.example",), True),
        ("https://SHOP.example:443", ("https://shop.example",), True),
        ("https://shop.example:444", ("https://shop.example",), False),
        ("http://shop.example", ("https://shop.example",), False),
        ("https://shop.example.evil.example", ("https://shop.example",), False),
        ("https://a.example.org", ("*.example.org",), True),
        ("https://a.b.example.org", ("*.example.org",), True),
        ("https://example.org", ("*.example.org",), False),
        ("https://badexample.org", ("*.example.org",), False),
        ("http://a.example.org", ("*.example.org",), False),
        ("http://a.example.org", ("http://*.example.org",), True),
        ("null", ("self", "*.example.org"), False),
        ("", ("self",), False),
        ("file://", ("self",), False),
        ("https://user@shop.example", ("https://shop.example",), False),
        ("https://shop.example/path", ("https://shop.example",), False),
        ("http://127.0.0.1:8080", (), False),
    ],
)
def test_origins_match_by_scheme_host_and_port(
    origin: str,
    allowed: tuple[str, ...],
    verdict: bool,  # noqa: FBT001 - a row of the table
) -> None:
    assert is_allowed(origin, allowed, OWN) is verdict


def test_behind_a_proxy_our_origin_is_what_the_browser_sees() -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "chat.example, inner"}

    assert own_origin("http", "10.0.0.1:80", headers) == parse_origin("https://chat.example")


@given(st.text())
def test_any_text_is_an_origin_or_none(text: str) -> None:
    assert is_allowed(text, ("https://shop.example",), None) in {True, False}
