"""A Rasa that is a small program: it trains by copying, and serves what it was trained on.

It stands where a home's processes stand, so Python finds it before any other.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from nlu.rasa.homes import Home

PROGRAM = '''\
"""Trains and serves as Rasa 3.6 is told to on its command line."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


def option(name):
    found = sys.argv[1:]
    return found[found.index(name) + 1] if name in found else None


def main():
    if sys.argv[1] == "train":
        train()
    else:
        serve()


def train():
    nlu = (Path(option("--nlu")) / "nlu.yml").read_text()
    print("epoch 1\\repoch 2\\rlearning", flush=True)
    if "impossible" in nlu:
        print("RasaException: this cannot be learnt")
        sys.exit(1)
    Path(option("--config")).write_text("rewritten")
    out = Path(option("--out"))
    out.mkdir()
    (out / (option("--fixed-model-name") + ".tar.gz")).write_text(nlu.split()[-1])


def serve():
    meaning = Path(option("--model")).read_text()
    if meaning == "broken":
        sys.exit(1)

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.answered({"model_file": option("--model")})

        def do_POST(self):
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if said["text"] == "die":
                sys.stderr.close()
                import os
                os._exit(3)
            self.answered({"intent": {"name": meaning, "confidence": 0.9}, "entities": [],
                           "intent_ranking": [{"name": meaning, "confidence": 0.9}]})

        def answered(self, told):
            shown = parse_qs(urlsplit(self.path).query).get("token")
            self.send_response(200 if shown == [option("--auth-token")] else 401)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *args):
            pass

    HTTPServer((option("--interface"), int(option("--port"))), Answer).serve_forever()
'''
PYTHON = """\
#!/bin/sh
case "$*" in
  *"-m venv"*)
    for last; do :; done
    mkdir -p "$last/bin"
    cp "$0" "$last/bin/python"
    echo "venv made" ;;
  *"-m pip"*)
    echo "Collecting rasa"
    echo "$@" >> "$(dirname "$0")/asked"
    if [ -e "$(dirname "$0")/no-network" ]; then echo "No route to host"; exit 1; fi ;;
  *ensurepip*) echo 3 10 ;;
  *) echo "rasa 3.6.21" ;;
esac
"""
"""What `threadline rasa setup` asks of a Python 3.10, answered by a shell."""


def furnished(folder: Path) -> Home:
    """Make a home whose Rasa is the program above."""
    home = Home(folder / ".rasa")
    home.python.parent.mkdir(parents=True)
    home.python.symlink_to(sys.executable)
    package = home.work / "rasa"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PROGRAM)
    home.mark_installed()
    return home


def files(last: str) -> Mapping[str, str]:
    """Write a project whose last word is what its model always answers."""
    return {
        "config.yml": "pipeline: []",
        "domain.yml": "intents: []",
        "data/nlu.yml": f"nlu {last}",
    }
