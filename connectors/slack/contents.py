"""Files of Slack's messages; pure.

Slack, "File object" (2026). Files that another service keeps are links; those that Slack no longer
shows (deleted, beyond the plan's limit) are nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot import Attachment, Body, attachment_of

MAX_FILES = 20
"""A message of Slack's app takes 10."""

_GONE = frozenset({"hidden_by_limit", "tombstone"})


def attachments_of(event: Body) -> tuple[Attachment, ...]:
    """Describe the files that came with a message."""
    return tuple(
        attachment_of(
            ref,
            mime=file.get("mimetype"),
            name=file.get("name"),
            size=file.get("size"),
            width=file.get("original_w"),
            height=file.get("original_h"),
        )
        for file in _files(event)
        if not _is_link(file) and (ref := _ref(file))
    )


def links_of(event: Body) -> tuple[str, ...]:
    """List the addresses of files that another service keeps: words, not bytes."""
    links = (file.get("url_private") for file in _files(event) if _is_link(file))
    return tuple(link for link in links if isinstance(link, str) and link)


def _ref(file: Mapping[str, Any]) -> str:
    """Give the address of a file, or its id where Slack wants to be asked (Slack Connect)."""
    found = (file.get("url_private"), file.get("id"))
    return next((ref for ref in found if isinstance(ref, str) and ref), "")


def _is_link(file: Mapping[str, Any]) -> bool:
    return file.get("is_external") is True


def _files(event: Body) -> Iterator[Mapping[str, Any]]:
    files = event.get("files")
    for file in files[:MAX_FILES] if isinstance(files, list) else ():
        mode = file.get("mode") if isinstance(file, Mapping) else None
        if isinstance(file, Mapping) and not (isinstance(mode, str) and mode in _GONE):
            yield file
