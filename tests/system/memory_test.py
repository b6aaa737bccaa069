#!/usr/bin/env python3
"""Memory of two depinsatd with every bridge but TUN, under a hundred clients that never pause.

Environment: DEPINSATD, the program; REQUESTS, how many each client of HTTP or WebSocket makes: 7200 are a day of one that asks once in
12 s. TUN keeps at most its max_waiting_bytes.
"""
import http.server
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import unittest

from beacon_node import BeaconNode
from bitcoin_world import Nodes
from daemon_world import free_port
from ethereum_world import Anvil
from rpc_world import RpcPair, request
from tcp_service import Service, echo

HERE = pathlib.Path(__file__).parent
PROGRAM = os.environ["DEPINSATD"]
REQUESTS = int(os.environ["REQUESTS"])
MOST_BYTES, MOST_GROWTH = 150e6, 10e6  # of a process; of the second half
RAWS = json.loads((HERE.parent / "vectors/ethereum/block.json").read_text())["transactions"]  # of anvil's first account
CLIENTS = 90  # of HTTP and WebSocket
BRIDGES = ("ethereum", "beacon", "bitcoin", "json_rpc", "solana", "http", "tcp")


class Server(http.server.ThreadingHTTPServer):
    """Pages for the cache, and JSON-RPC that echoes."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, body, **headers):
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(self.path.encode() * 500, Cache_Control="public, max-age=20", ETag=f'"{self.path}"')

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        result = {"context": {"slot": 1}, "value": {"blockhash": "1" * 32, "lastValidBlockHeight": 150}}
        self.answer(json.dumps({"jsonrpc": "2.0", "id": request.get("id"), "result":
                                result if request["method"] == "getLatestBlockhash" else request.get("params")}).encode())

    def log_message(self, *_):
        pass


def memory(station, what):
    """VmRSS, or VmHWM: the most that it was."""
    lines = pathlib.Path(f"/proc/{station.process.pid}/status").read_text().splitlines()
    return 1024 * int(next(line for line in lines if line.startswith(what)).split()[1])


class Memory(unittest.TestCase):
    def setUp(self):
        self.anvil, self.beacon, self.bitcoin = Anvil("--block-time", "1"), BeaconNode(), Nodes()
        self.server, self.echo = Server(), Service(echo)
        for one in (self.anvil, self.beacon, self.bitcoin, self.server, self.echo):
            self.addCleanup(one.close)
        self.ports = {bridge: free_port() for bridge in BRIDGES}
        more = {"bitcoin": 'network = "regtest"', "tcp": 'service = "echo"', "http": 'service = "pages"', "json_rpc": """service = "echo"
[[bridge.json_rpc.methods]]
method = "test_echo"
replay = "idempotent"
cache = 30"""}
        nodes = {"ethereum": (self.anvil.port, ""), "beacon": (self.beacon.port, ""), "solana": (self.server.port, ""),
                 "bitcoin": (self.bitcoin.gateway_port, 'network = "regtest"'), "json_rpc": (self.server.port, 'service = "echo"'),
                 "http": (self.server.port, 'service = "pages"'), "tcp": (self.echo.port, 'service = "echo"')}
        schemes = dict.fromkeys(BRIDGES, "http") | {"bitcoin": "tcp", "tcp": "tcp"}
        self.world = RpcPair(PROGRAM, "".join(
            f'[[bridge.{name}]]\nlisten = "127.0.0.1:{port}"\n{more.get(name, "")}\n' for name, port in self.ports.items()), "".join(
            f'[[upstream]]\nprotocol = "{name}"\nurl = "{schemes[name]}://127.0.0.1:{port}"\n{keys}\n'
            for name, (port, keys) in nodes.items()))
        self.world.start()
        self.addCleanup(self.world.close)
        end = time.monotonic() + 40
        while time.monotonic() < end and request(self.ports["beacon"], "GET", "/eth/v1/node/health")[0].status != 200:
            time.sleep(0.2)

    def test_it_stays_below_its_bound_and_does_not_grow(self):
        stations = self.world.stations
        rss = lambda: [memory(station, "VmRSS") for station in stations]
        show = lambda what, sizes: print(f"{time.monotonic() - start:6.0f} s  {what:>8} requests made  "
                                         f"user {sizes[0] / 1e6:6.1f} MB  gateway {sizes[1] / 1e6:6.1f} MB", flush=True)
        start = time.monotonic()
        show(0, rss())
        options = {"ports": self.ports, "requests": REQUESTS, "raws": RAWS}
        load = subprocess.Popen([sys.executable, HERE / "memory_clients.py", json.dumps(options)], stdout=subprocess.PIPE, text=True)
        self.addCleanup(load.stdout.close)
        self.addCleanup(load.wait, 10)
        self.addCleanup(load.terminate)
        half, shown = None, 0.0
        for line in load.stdout:
            report = json.loads(line)
            made = sum(count for what, count in report["made"].items() if what not in ("heads told", "tcp", "bitcoin", "transactions"))
            if half is None and made >= REQUESTS * CLIENTS / 2:
                half = rss()
            if time.monotonic() - shown > 15:
                shown = time.monotonic()
                show(made, rss())
        self.assertEqual(load.wait(30), 0)
        end = rss()
        show(made, end)
        print("made:", report["made"], "without answer:", report["failed"], flush=True)
        heads = self.world.user.status()["protocols"]["ethereum"]["views"][0]["heads"]
        print(f"heads of Ethereum: {heads}; most that it was:", [f"{memory(one, 'VmHWM') / 1e6:.1f} MB" for one in stations], flush=True)
        self.assertEqual(made, REQUESTS * CLIENTS)
        self.assertTrue(all(report["made"].get(bridge) for bridge in (*BRIDGES, "websocket")), report)
        self.assertLess(sum(report["failed"].values()), made / 100)
        for station, before, after in zip(stations, half, end):
            self.assertLess(memory(station, "VmHWM"), MOST_BYTES, station.role)
            self.assertLess(after - before, MOST_GROWTH, station.role)


if __name__ == "__main__":
    unittest.main(verbosity=2)
