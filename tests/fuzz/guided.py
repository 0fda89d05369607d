"""One target under atheris: bodies are mutated towards branches of ours that were not taken yet.

Run as a process of its own by `python -m tests.fuzz`, for instrumented code is slow and libFuzzer
ends its process. What took long here is only noted: the caller measures it on the code as it is.
"""

import hashlib
import logging
import sys
from pathlib import Path
from random import Random
from time import thread_time

import atheris
import structlog

with atheris.instrument_imports(include=["connectors", "mailparser_reply"]):
    from tests.fuzz.mutations import mutated
    from tests.fuzz.targets import MAX_BYTES, MAX_SECONDS, TARGETS

MOST_SLOW = 20


def fuzz(name: str, seconds: int, folder: Path) -> None:
    """Fuzz until the time is over or something is found; the process ends with it."""
    target = TARGETS[name]
    slow = folder / "slow"

    def try_body(body: bytes) -> None:
        start = thread_time()
        target.check(body)
        if thread_time() - start > MAX_SECONDS and len(list(slow.iterdir())) < MOST_SLOW:
            (slow / hashlib.sha256(body).hexdigest()[:16]).write_bytes(body)

    def mutate(body: bytes, max_bytes: int, seed: int) -> bytes:
        random = Random(seed)  # noqa: S311 - no secret
        if random.random() < 0.3:
            return bytes(atheris.Mutate(body, max_bytes))
        return mutated(body, random)[:max_bytes]

    options = [
        f"-max_total_time={seconds}", f"-max_len={MAX_BYTES}", "-timeout=20", "-rss_limit_mb=2048",
        f"-artifact_prefix={folder}/", "-print_final_stats=1", "-verbosity=0",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *options, str(folder / "corpus")], try_body, custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    fuzz(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
