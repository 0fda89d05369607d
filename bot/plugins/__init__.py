"""Finds extensions: entry points and the user's folder; guards our generic package names."""

from bot.plugins.entries import Extension
from bot.plugins.extensions import (
    Extensions,
    LoadedAction,
    LoadedCommand,
    LoadedPattern,
    LoadedProvider,
    LoadedSubscriber,
    load_extensions,
)
from bot.plugins.project import forget_project, load_project
from bot.plugins.siblings import check_siblings
from bot.plugins.signatures import settings_type

__all__ = [
    "Extension",
    "Extensions",
    "LoadedAction",
    "LoadedCommand",
    "LoadedPattern",
    "LoadedProvider",
    "LoadedSubscriber",
    "check_siblings",
    "forget_project",
    "load_extensions",
    "load_project",
    "settings_type",
]
