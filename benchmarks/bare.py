"""The baseline of `benchmarks.fanout`: a server that broadcasts bytes, and does nothing else.

`python -m benchmarks.bare PORT SIZE`: each line of standard input is a number, which is sent to
all as the number of a state of SIZE bytes.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed


async def main(port: int, size: int) -> None:
    """Until standard input ends."""
    connected: set[ServerConnection] = set()

    async def keep(connection: ServerConnection) -> None:
        connected.add(connection)
        try:
            await connection.recv()
            await connection.send(_state(0, size), text=True)
            async for _ in connection:
                pass
        except ConnectionClosed:
            pass
        finally:
            connected.discard(connection)

    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    async with serve(keep, "127.0.0.1", port, compression=None, ping_interval=None, backlog=4096):
        while line := await reader.readline():
            broadcast(connected, _state(int(line), size), text=True)


def _state(seq: int, size: int) -> bytes:
    return b'{"t":"state","seq":%d,"now":0,"public":"' % seq + b"x" * size + b'"}'


if __name__ == "__main__":
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    logging.getLogger("websockets").setLevel(logging.ERROR)
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
