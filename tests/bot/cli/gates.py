"""A service that holds up whoever calls it."""

import asyncio


class Gate:
    """Tells when somebody waits, and lets them through when it is opened."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()

    async def passed(self) -> None:
        self.reached.set()
        async with asyncio.timeout(20):
            await self.opened.wait()
