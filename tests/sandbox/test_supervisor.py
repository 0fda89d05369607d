import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.sandbox.supervisor import Phase, Status, Supervisor
from tests.sandbox.stage import PATIENCE, STAND_IN, free_port

STUBBORN = (
    "import signal, socket, sys\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "server = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
    "while True: server.accept()[0].close()\n"
)


@asynccontextmanager
async def watched(supervisor: Supervisor) -> AsyncIterator[Supervisor]:
    async with asyncio.TaskGroup() as group:
        running = group.create_task(supervisor.run())
        yield supervisor
        running.cancel()


async def until(supervisor: Supervisor, phase: Phase, *, restarts: int) -> Status:
    version = 0
    async with asyncio.timeout(PATIENCE):
        while True:
            status = supervisor.status
            if status.phase is phase and status.restarts >= restarts:
                return status
            version = await supervisor.changed(version)


def good(port: int) -> Supervisor:
    return Supervisor([sys.executable, str(STAND_IN), str(port)], port=port)


def stubborn(port: int) -> Supervisor:
    command = [sys.executable, "-c", STUBBORN, str(port)]
    return Supervisor(command, port=port, grace=timedelta(milliseconds=200))


def is_alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


async def test_a_killed_child_is_started_again_and_counted() -> None:
    async with watched(good(free_port())) as supervisor:
        first = await until(supervisor, Phase.RUNNING, restarts=0)

        assert supervisor.kill()
        second = await until(supervisor, Phase.RUNNING, restarts=1)

    assert first.pid != second.pid
    assert (first.restarts, second.restarts) == (0, 1)


async def test_a_child_killed_from_outside_is_started_again() -> None:
    async with watched(good(free_port())) as supervisor:
        first = await until(supervisor, Phase.RUNNING, restarts=0)
        assert first.pid is not None

        os.kill(first.pid, signal.SIGKILL)

        await until(supervisor, Phase.RUNNING, restarts=1)


async def test_a_restart_ends_the_child_in_order_and_starts_it_at_once() -> None:
    async with watched(good(free_port())) as supervisor:
        first = await until(supervisor, Phase.RUNNING, restarts=0)

        assert supervisor.restart()
        second = await until(supervisor, Phase.RUNNING, restarts=1)

    assert second.pid != first.pid


async def test_a_child_that_ignores_the_restart_is_killed_after_the_grace() -> None:
    async with watched(stubborn(free_port())) as supervisor:
        first = await until(supervisor, Phase.RUNNING, restarts=0)

        supervisor.restart()
        second = await until(supervisor, Phase.RUNNING, restarts=1)

    assert second.pid != first.pid


@pytest.mark.parametrize("make", [good, stubborn])
async def test_nothing_is_left_alive_at_the_end(make: object) -> None:
    assert callable(make)
    async with watched(make(free_port())) as supervisor:
        status = await until(supervisor, Phase.RUNNING, restarts=0)

    assert status.pid is not None
    assert not is_alive(status.pid)
    assert supervisor.status.phase is Phase.DOWN
    assert not supervisor.kill()


async def test_a_child_that_dies_at_once_is_tried_ever_more_slowly() -> None:
    supervisor = Supervisor([sys.executable, "-c", "raise SystemExit(2)"], port=free_port())
    clock = asyncio.get_running_loop().time
    starts = []

    async with watched(supervisor):
        for number in range(4):
            await until(supervisor, Phase.STARTING, restarts=number)
            starts.append(clock())

    gaps = [later - earlier for earlier, later in pairwise(starts)]
    assert gaps[0] >= 0.2
    assert gaps[1] >= 0.4
    assert gaps[2] >= 0.8


async def test_a_child_that_is_killed_again_and_again_comes_back_as_fast_as_ever() -> None:
    async with watched(good(free_port())) as supervisor:
        clock = asyncio.get_running_loop().time
        gaps = []
        for number in range(4):
            await until(supervisor, Phase.RUNNING, restarts=number)
            supervisor.kill()
            killed = clock()
            await until(supervisor, Phase.STARTING, restarts=number + 1)
            gaps.append(clock() - killed)

    assert max(gaps) < 1.0  # 0.2 s each; a crash at the start would have been 1.6 s by now
