"""Where a Rasa of our own lives: a folder with its Python, its models and its token."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

VERSION = "3.6.21"
"""The last release of Rasa open source that was measured here."""

CONSTRAINTS = Path(__file__).with_name("constraints.txt")
"""A set of packages that was installed, trained and served with this version."""

MODEL = "*.tar.gz"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one folder; nothing is made by asking for them.

    Attributes:
        folder: holds everything: 2.7 GB once Rasa is installed; absolute.
    """

    folder: Path

    @property
    def environment(self) -> Path:
        """Give the folder of Rasa's own Python environment."""
        return self.folder / "python"

    @property
    def python(self) -> Path:
        """Give its interpreter."""
        return self.environment / "bin" / "python"

    @property
    def models(self) -> Path:
        """Give the folder of what was trained."""
        return self.folder / "models"

    @property
    def work(self) -> Path:
        """Give the folder that Rasa's processes stand in; they leave things behind."""
        return self.folder / "work"

    @property
    def is_installed(self) -> bool:
        """Tell whether all of Rasa is there, by the mark that the last step leaves."""
        try:
            return self._mark.read_text(encoding="utf-8") == _fingerprint()
        except OSError:
            return False

    def mark_installed(self) -> None:
        """Note that the last step is done."""
        self._mark.write_text(_fingerprint(), encoding="utf-8")

    def newest_model(self) -> Path | None:
        """Find what was trained last."""
        found = [(path.stat().st_mtime_ns, path) for path in self.models.glob(MODEL)]
        return max(found)[1] if found else None

    def refuse(self, model: Path) -> None:
        """Put a model aside that cannot be served; the file stays, to be looked at."""
        model.rename(model.with_suffix(".refused"))

    @property
    def token_file(self) -> Path:
        """Give the file of the token that servers of this home want to see."""
        return self.folder / "token"

    def token(self) -> str:
        """Read the token; where there is none yet, one is made that only this user may read."""
        try:
            return self.token_file.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.token_file.touch(mode=0o600, exist_ok=False)
            self.token_file.write_text(secrets.token_urlsafe(32), encoding="utf-8")
            return self.token_file.read_text(encoding="utf-8")

    @property
    def _mark(self) -> Path:
        return self.folder / "installed"


def _fingerprint() -> str:
    """Name a version with its constraints, so that a release with others installs anew."""
    pins = hashlib.sha256(CONSTRAINTS.read_bytes()).hexdigest()[:16]
    return f"rasa {VERSION} {pins}\n"
