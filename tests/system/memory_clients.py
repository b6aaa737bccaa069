#!/usr/bin/env python3
"""A hundred clients of a user station, each of which asks again as soon as it has its answer.

Its argument is JSON: the ports of the bridges, the raw transactions to be sent, and how many requests each client of HTTP and WebSocket
makes; the others, of TCP and Bitcoin, go on meanwhile. Prints one JSON line a second, and the last when all are made: requests by bridge,
and how many of them got no answer that is one.
"""
import asyncio
import base64
import collections
import json
import os
import struct
import sys

import bitcoin_world

FROM, TO = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266", "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"
BALANCES = [["eth_getBalance", address, "latest"] for address in (FROM, TO)]
POLLS = [["eth_blockNumber"], ["eth_gasPrice"], ["eth_getBlockByNumber", "latest", False], ["eth_chainId"], *BALANCES]
FAR = 200  # one in so many crosses the link whatever is known


class Load:
    def __init__(self, options):
        self.__dict__.update(options)
        self.asking = 90   # clients of HTTP and WebSocket that have not ended
        self.started = 0
        self.made, self.failed = collections.Counter(), collections.Counter()

    def turns(self, bridge):
        """A number for each request of a client, its own part of all numbers."""
        self.started += 1
        first = self.started * self.requests
        for number in range(first, first + self.requests):
            self.made[bridge] += 1
            yield number
        self.asking -= 1

    def goes_on(self, bridge):
        self.made[bridge] += self.asking > 0
        return self.asking > 0

    def rpc(self, method, *params):
        return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()

    def ethereum_call(self, number):
        if number % FAR == FAR - 1:
            return self.rpc("eth_getStorageAt", TO, hex(number), "latest")  # never the same
        return self.rpc(*POLLS[number % len(POLLS)])

    async def http(self, bridge, request_of):
        """A connection that is kept; request_of(number) gives head and body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[bridge])
        for number in self.turns(bridge):
            line, body = request_of(number)
            kind = b"Content-Type: application/json\r\nContent-Length: %d\r\n" % len(body) if body else b""
            writer.write(line + b" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n" % self.ports[bridge] + kind + b"\r\n" + body)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(int(one.split(b":")[1]) for one in head.split(b"\r\n") if one.lower().startswith(b"content-length:"))
            answer = await reader.readexactly(length)
            if b" 200 " not in head.split(b"\r\n")[0] or (body and b'"result"' not in answer):
                self.failed[bridge] += 1
        writer.close()

    async def websocket(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports["ethereum"])
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{self.ports['ethereum']}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        call = self.rpc("eth_subscribe", "newHeads")
        for number in self.turns("websocket"):
            length = bytes((0x80 | len(call),)) if len(call) < 126 else struct.pack("!BH", 0xFE, len(call))
            writer.write(b"\x81" + length + bytes(4) + call)  # masked by zeros
            while b'"id"' not in (message := await self.message(reader)):
                self.made["heads told"] += 1
            if b'"result"' not in message:
                self.failed["websocket"] += 1
            call = self.ethereum_call(number)
        writer.close()

    async def message(self, reader):
        _, length = await reader.readexactly(2)
        if length >= 126:
            length = int.from_bytes(await reader.readexactly(2 if length == 126 else 8), "big")
        return await reader.readexactly(length)

    async def tcp(self):
        """Streams of 20,000 bytes that come back."""
        while self.goes_on("tcp"):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.ports["tcp"])
            data = os.urandom(20_000)
            writer.write(data)
            if await reader.readexactly(len(data)) != data:
                self.failed["tcp"] += 1
            writer.close()

    async def bitcoin(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports["bitcoin"])

        async def expect(command):
            while True:
                header = await reader.readexactly(24)
                await reader.readexactly(struct.unpack("<I", header[16:20])[0])
                if header[4:16].rstrip(b"\0").decode() == command:
                    return

        writer.write(bitcoin_world.message("version", bitcoin_world.version()))
        await expect("version")
        writer.write(bitcoin_world.message("verack"))
        await expect("verack")
        while self.goes_on("bitcoin"):
            writer.write(bitcoin_world.message("ping", os.urandom(8)))
            await expect("pong")
            await asyncio.sleep(0.02)  # a peer that floods is let go
        writer.close()

    async def transactions(self):
        for raw in self.raws:
            await asyncio.sleep(1)
            reader, writer = await asyncio.open_connection("127.0.0.1", self.ports["ethereum"])
            body = self.rpc("eth_sendRawTransaction", raw)
            writer.write(b"POST / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\nContent-Type: application/json\r\n"
                         b"Content-Length: %d\r\n\r\n%s" % (self.ports["ethereum"], len(body), body))
            self.made["transactions"] += 1
            if b'"result"' not in await reader.read():
                self.failed["transactions"] += 1
            writer.close()

    def clients(self):
        post = lambda call_of: lambda number: (b"POST /", call_of(number))
        paths = [b"/eth/v1/node/health", b"/eth/v1/beacon/genesis", b"/eth/v1/node/syncing", b"/eth/v1/config/spec"]
        yield from (self.http("ethereum", post(self.ethereum_call)) for _ in range(30))
        yield from (self.websocket() for _ in range(20))
        yield from (self.http("beacon", lambda number: (b"GET " + paths[number % len(paths)], b"")) for _ in range(10))
        yield from (self.http("json_rpc", post(lambda number: self.rpc("test_echo", number if number % FAR == 0 else number % 50)))
                    for _ in range(10))
        yield from (self.http("solana", post(lambda _: self.rpc("getLatestBlockhash"))) for _ in range(10))
        yield from (self.http("http", lambda number: (b"GET /page%d" % (number % 40), b"")) for _ in range(10))
        yield from (self.tcp() for _ in range(5))
        yield from (self.bitcoin() for _ in range(5))

    def report(self):
        print(json.dumps({"made": self.made, "failed": self.failed}), flush=True)

    async def report_now_and_then(self):
        while True:
            await asyncio.sleep(1)
            self.report()

    async def run(self):
        reports, sending = (asyncio.create_task(one) for one in (self.report_now_and_then(), self.transactions()))
        await asyncio.gather(*self.clients())
        reports.cancel()
        sending.cancel()
        self.report()


if __name__ == "__main__":
    asyncio.run(Load(json.loads(sys.argv[1])).run())
