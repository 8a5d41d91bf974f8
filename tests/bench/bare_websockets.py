"""A bare server on the `websockets` library: only the opening that the appliance also has, nothing behind it.

What reconnecting costs a good library that does nothing else; `bare.py` shows what it costs at the least.
"""

import asyncio
import contextlib
import json
import logging
import sys

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

_OPENING = '0{"sid":"aaaaaaaaaaaaaaaaaaaa","upgrades":[],"pingTimeout":20000,"pingInterval":25000}'


class Sizes:
    """How long the snapshot is."""

    snapshot = "x" * 100


async def greet(connection: ServerConnection) -> None:
    """The messages of the appliance's opening, then silence."""
    with contextlib.suppress(ConnectionClosed):
        await connection.send(_OPENING)
        async for text in connection:
            if text == "40":
                await connection.send('40{"sid":"bbbbbbbbbbbbbbbbbbbb"}')
                await connection.send(Sizes.snapshot)
            elif isinstance(text, str) and text.startswith('42["sizes"'):
                Sizes.snapshot = "x" * json.loads(text[2:])[2]


async def main(port: int) -> None:
    """Until killed."""
    async with serve(greet, "127.0.0.1", port, backlog=4096, compression=None, ping_interval=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    logging.disable()
    asyncio.run(main(int(sys.argv[1])))
