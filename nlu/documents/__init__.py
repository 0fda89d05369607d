"""Answers from the operator's own documents: Markdown files, found by their words and quoted."""

from nlu.documents.engine import (
    DocumentsSettings,
    check_folders,
    check_link,
    empty_folders,
    open_engine,
    quoted,
)
from nlu.documents.library import Found, Library, open_library

__all__ = [
    "DocumentsSettings",
    "Found",
    "Library",
    "check_folders",
    "check_link",
    "empty_folders",
    "open_engine",
    "open_library",
    "quoted",
]
