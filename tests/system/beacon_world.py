"""Two depinsatd with a beacon node, and what a validator client asks of them."""
import http.client
import json
import os
import threading
import time

from beacon_node import BeaconNode
from daemon_world import Pair

PROGRAM = os.environ["DEPINSATD"]
DELAY_S = 0.05
SIGNATURE = "0x" + "a7" * 96


class World(Pair):
    """With a beacon node; user_more(node) gives further lines of the user station's file."""

    def __init__(self, user_more=lambda node: ""):
        super().__init__(PROGRAM, DELAY_S)
        self.node = BeaconNode()
        self.user.write_config(self.gateway.key, DELAY_S, f"""{user_more(self.node)}
[[bridge.beacon]]
listen = "127.0.0.1:{self.user.port}"
timeout_ms = 8000""")
        self.gateway.write_config(self.user.key, DELAY_S, f"""
[[upstream]]
protocol = "beacon"
url = "http://127.0.0.1:{self.node.port}"
timeout_ms = 3000""")
        self.start()

    def request(self, method, path, body=None, headers=None, timeout=30):
        """Status, headers and body of one exchange with the user station."""
        connection = http.client.HTTPConnection("127.0.0.1", self.user.port, timeout=timeout)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        try:
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def get(self, path):
        status, _, body = self.request("GET", path)
        assert status == 200, (path, status, body)
        return json.loads(body)

    def post(self, path, value, **headers):
        fields = {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self.request("POST", path, json.dumps(value), fields)

    def wait_for(self, status, path="/eth/v1/node/health", timeout=30):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.request("GET", path)[0] == status:
                return
            time.sleep(0.1)
        raise AssertionError(f"{path}: no status {status} after {timeout} s")

    def close(self):
        super().close()
        self.node.close()


class Events(threading.Thread):
    """A client of /eth/v1/events."""

    def __init__(self, world, topics="head"):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", world.user.port, timeout=60)
        self.connection.request("GET", f"/eth/v1/events?topics={topics}", headers={"Accept": "text/event-stream"})
        self.response = self.connection.getresponse()
        self.heads = []
        self.start()

    def run(self):
        try:
            while line := self.response.readline():
                if line.startswith(b"data:"):
                    self.heads.append((time.time(), json.loads(line[5:])))
        except (OSError, ValueError):
            pass  # closed

    def next_head(self, timeout=20):
        count, end = len(self.heads), time.monotonic() + timeout
        while time.monotonic() < end:
            if len(self.heads) > count:
                return self.heads[-1][1]
            time.sleep(0.01)
        raise AssertionError(f"no head after {timeout} s")
