"""Two real bcoin nodes and two real depinsatd between them; a Bitcoin peer of a few lines."""
import hashlib
import json
import pathlib
import socket
import struct
import subprocess
import time

from daemon_world import Pair, free_port

HERE = pathlib.Path(__file__).resolve().parent
MAGIC = bytes.fromhex("fabfb5da")  # regtest


def wait_until(what, holds, timeout=60):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError(f"not after {timeout} s: {what}")


class Nodes:
    """bitcoin_nodes.js: the nodes "user" and "gateway"."""

    def __init__(self):
        ports = [free_port() for _ in range(4)]
        self.gateway_port, self.user_port = ports[0], ports[2]
        self.process = subprocess.Popen(["node", HERE / "bitcoin_nodes.js", *map(str, ports)], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        env={"NODE_BACKEND": "js", "PATH": "/usr/local/bin:/usr/bin:/bin"})
        self.read()

    def read(self):
        answer = json.loads(self.process.stdout.readline())
        assert "ok" in answer, answer
        return answer["ok"]

    def do(self, node, action, **more):
        self.process.stdin.write(json.dumps({"do": action, "node": node} | more) + "\n")
        self.process.stdin.flush()
        return self.read()

    def copy(self, hashes):
        """Gives the user's node blocks of the other one's, as an ordinary peer would."""
        self.do("user", "copy", hashes=hashes)

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class World(Pair):
    """With a node at either end."""

    def __init__(self, program, delay_s=0.05, seed=1):
        super().__init__(program, delay_s, seed)
        self.nodes = Nodes()
        self.user.write_config(self.gateway.key, delay_s, f"""
[[bridge.bitcoin]]
network = "regtest"
listen = "127.0.0.1:{self.user.port}"
node = "tcp://127.0.0.1:{self.nodes.user_port}"
relay_bits_per_second = 200000""")
        self.gateway.write_config(self.user.key, delay_s, f"""
[[upstream]]
protocol = "bitcoin"
network = "regtest"
url = "tcp://127.0.0.1:{self.nodes.gateway_port}\"""")
        self.start(self.wait_until_ready)

    def state(self, role):
        return getattr(self, role).status()["protocols"]["bitcoin"][role]

    def wait_until_ready(self):
        self.user.wait_for_peer()
        self.wait_for_bridge()

    def wait_for_bridge(self):
        wait_until("both stations know the nodes' chain", lambda: all(
            self.state(role)["height"] == self.nodes.do(role, "tip")["height"] and self.state(role)["nodes"] == 1
            for role in ("user", "gateway")) and self.state("gateway")["subscribers"] == 1)

    def mine(self, blocks=1):
        return self.nodes.do("gateway", "mine", blocks=blocks)

    def wait_for_tip(self, timeout=60):
        tip = self.nodes.do("gateway", "tip")
        wait_until(f"the user's node has block {tip}", lambda: self.nodes.do("user", "tip") == tip, timeout)

    def bytes_down(self):
        return self.gateway.status()["link"]["packet_bytes_sent"]

    def close(self):
        super().close()
        self.nodes.close()


class BroadcastWorld(World):
    """The user station only listens to a group, to which the gateway sends."""

    def __init__(self, program, delay_s=0.05, seed=1):
        Pair.__init__(self, program, delay_s, seed)
        self.nodes, self.height = Nodes(), 1
        do = lambda *options: subprocess.run([program, *options], check=True, capture_output=True, text=True).stdout.strip()
        do("--generate-group-key", self.folder / "blocks.group")
        group = """
[[groups]]
name = "blocks"
key_file = "blocks.group"
"""
        self.user.write_config("", delay_s, f"""{group}
senders = ["{do("--sender", self.folder / "gateway.key")}"]
[[bridge.bitcoin]]
network = "regtest"
node = "tcp://127.0.0.1:{self.nodes.user_port}"
group = "blocks\"""")
        self.gateway.write_config("", delay_s, f"""{group}
sends = true
[[upstream]]
protocol = "bitcoin"
network = "regtest"
url = "tcp://127.0.0.1:{self.nodes.gateway_port}"
group = "blocks\"""")
        self.start(lambda: wait_until("both stations know the nodes' chain", self.knows_chain))

    def knows_chain(self):
        try:
            return all(self.state(role)["height"] == self.nodes.do(role, "tip")["height"] and self.state(role)["nodes"] == 1
                       for role in ("user", "gateway"))
        except OSError:
            return False

    def next_coinbase(self):
        self.height += 1
        return self.height


def double_sha256(data):
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def message(command, payload=b"", magic=MAGIC, length=None, checksum=None):
    return (magic + command.encode().ljust(12, b"\0") + struct.pack("<I", len(payload) if length is None else length)
            + (checksum or double_sha256(payload)[:4]) + payload)


def version():
    return struct.pack("<IQq", 70016, 8, int(time.time())) + bytes(52) + struct.pack("<Q", 1) + b"\x03/t/" + \
        struct.pack("<I?", 0, True)


class Peer:
    """A node that connects to a station."""

    def __init__(self, port, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.services = None

    def send(self, command, payload=b"", **more):
        self.socket.sendall(message(command, payload, **more))

    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise ConnectionError("closed")
            data += more
        return data

    def receive(self):
        header = self.exactly(24)
        return header[4:16].rstrip(b"\0").decode(), self.exactly(struct.unpack("<I", header[16:20])[0])

    def expect(self, command):
        while True:
            name, payload = self.receive()
            if name == command:
                return payload

    def introduce(self):
        self.send("version", version())
        self.services = struct.unpack("<Q", self.expect("version")[4:12])[0]
        self.send("verack")
        self.expect("verack")

    def is_closed(self):
        """Whether the station ends the connection."""
        try:
            while True:
                self.receive()
        except (ConnectionError, TimeoutError) as error:
            return not isinstance(error, TimeoutError)

    def close(self):
        self.socket.close()
