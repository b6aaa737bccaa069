"""A real node (anvil), a real wallet (cast) and two depinsatd between them, for the tests of Ethereum."""
import http.client
import http.server
import json
import os
import pathlib
import subprocess
import threading
import time
import unittest

from daemon_world import World, free_port

PROGRAM = os.environ["DEPINSATD"]
PEERS = pathlib.Path(__file__).parent / "node_modules/@foundry-rs"
ANVIL, CAST = (PEERS / f"{name}-linux-amd64/bin/{name}" for name in ("anvil", "cast"))
KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"  # anvil's first
FROM = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266"
TO = "0x70997970c51812dc3a010c7d01b50e0d17dc79c8"
RAW = "eth_sendRawTransaction"


class Anvil:
    """A node whose blocks come when they are due, or when a test wants one."""

    def __init__(self, *options):
        self.port = free_port()
        self.process = subprocess.Popen([ANVIL, "--port", str(self.port), "--silent", *options])
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                self.call("eth_chainId")
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("anvil does not start")

    def call(self, method, *params):
        return ask(self.port, {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})["result"]

    def close(self):
        self.process.terminate()
        self.process.wait(10)


def post(port, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", "/", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def ask(port, request):
    return json.loads(post(port, json.dumps(request))[1])


def result_of(text):
    response = json.loads(text)
    return json.dumps({key: response[key] for key in ("result", "error") if key in response})


class Recorder(http.server.ThreadingHTTPServer):
    """Stands between a wallet and its station, and asks the node the same before and after."""

    daemon_threads = True

    def __init__(self, station_port, node_port):
        super().__init__(("127.0.0.1", 0), RecorderHandler)
        self.station_port, self.node_port = station_port, node_port
        self.lock = threading.Lock()
        self.said = {}     # request without id -> every result that the node gave to it
        self.replies = []  # (request without id, result of the station)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def ask_node(self, key):
        response = ask(self.node_port, json.loads(key) | {"jsonrpc": "2.0", "id": 1})
        with self.lock:
            self.said.setdefault(key, set()).add(result_of(json.dumps(response)))


class RecorderHandler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = json.loads(body)
        key = json.dumps({name: request[name] for name in ("method", "params") if name in request})
        if request["method"] != RAW:
            self.server.ask_node(key)
        status, reply = post(self.server.station_port, body)
        if request["method"] != RAW:
            self.server.ask_node(key)
        with self.server.lock:
            self.server.replies.append((key, result_of(reply)))
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


class Chain(unittest.TestCase):
    """A world with anvil, whose blocks come every 12 s."""

    OPTIONS = ("--block-time", "12")

    def setUp(self):
        self.anvil = Anvil(*self.OPTIONS)
        self.addCleanup(self.anvil.close)
        self.world = World(PROGRAM, delay_s=0.25, timeout_ms=20000, node=self.anvil,
                           waveform="report_reception = false", user_more=self.user_more())
        self.addCleanup(self.world.close)

    def user_more(self):
        return ""

    def cast(self, *arguments, port=None):
        result = subprocess.run([CAST, *arguments, "--rpc-url", f"http://127.0.0.1:{port or self.world.user.port}"],
                                capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def send(self, value, port=None):
        """One `cast send`; its receipt."""
        return json.loads(self.cast("send", TO, "--value", str(value), "--private-key", KEY, "--json", port=port))

    def bytes_over_the_air(self):
        link = self.world.user.status()["link"]
        return link["packet_bytes_sent"] + link["packet_bytes_received"]

    def signed(self, nonce):
        return self.cast("mktx", TO, "--value", "1", "--private-key", KEY, "--nonce", str(nonce), "--gas-limit", "21000",
                         "--gas-price", "3000000000", "--priority-gas-price", "1", port=self.anvil.port).strip()

    def state(self, hash):
        status = self.world.call("depinsat_transactionStatus", hash)["result"]
        return status and status["state"]

    def wait_for_state(self, hash, *states):
        end = time.monotonic() + 30
        while time.monotonic() < end and self.state(hash) not in states:
            time.sleep(0.1)
        self.assertIn(self.state(hash), states)
