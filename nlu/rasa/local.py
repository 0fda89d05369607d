"""Training by Rasa's own command line, in a process of its own."""

import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bot import BotError, Clock, Project
from nlu.rasa.homes import Home
from nlu.rasa.processes import rasa_command, told

NEEDED_GIB = 3
"""Of memory for training: 1.7 GiB were seen with a small bot, more sentences need more."""

KEPT = 5
"""Models; the oldest go."""


async def learn(
    home: Home, project: Project, limit: timedelta, about: tuple[Clock, Callable[[str], None]]
) -> Path:
    """Train on a project; the model appears in the home's folder whole, or not at all.

    Rasa writes into the files that it is given, so it gets copies.

    Raises:
        BotError: Rasa failed, with its last line.
    """
    clock, tell = about
    room = free_gib()
    if room is not None and room < NEEDED_GIB:
        tell(f"note: {room:.1f} GiB of memory are free; training may need {NEEDED_GIB}")
    home.models.mkdir(parents=True, exist_ok=True)
    name = clock.now().strftime("%Y%m%d-%H%M%S") + ".tar.gz"
    with tempfile.TemporaryDirectory(dir=home.folder, prefix="training-") as made:
        folder = Path(made)
        for path, text in project.files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        await told(_train(home, folder), home.work, tell, limit)
        trained = next((folder / "models").glob("*.tar.gz"), None)
        if trained is None:
            raise BotError("Rasa trained no model; see its lines above")
        trained.replace(home.models / name)
    _forget_old(home)
    return home.models / name


def free_gib() -> float | None:
    """Tell how much memory is free (Linux, /proc/meminfo); None where nobody says."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(found[0]) / 1024**2 if found else None


def _train(home: Home, folder: Path) -> list[str]:
    return rasa_command(
        home, "train", "nlu", "--nlu", str(folder / "data"), "--config", str(folder / "config.yml"),
        "--domain", str(folder / "domain.yml"), "--out", str(folder / "models"),
        "--fixed-model-name", "model",
    )  # fmt: skip


def _forget_old(home: Home) -> None:
    found = sorted(home.models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime_ns)
    for path in found[:-KEPT]:
        path.unlink()
