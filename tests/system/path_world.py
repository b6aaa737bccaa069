"""A user and a gateway with two paths between them, and a TCP service to talk to over them."""
import http.client
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading
import time

from daemon_world import free_port
from tcp_service import Service, echo

PATHS = ("east", "west")
DELAY_MS = 50

STATION = """[station]
name = "{role}"
role = "{role}"
key_file = "{role}.key"
peers = ["{peer}"]
[telemetry]
listen = "127.0.0.1:{port}"
{more}
"""
PATH = """
[[path]]
name = "{name}"
delay_ms = {delay_ms}
[path.waveform]
kind = "dvbs2"
symbol_rate_baud = {baud}
modcod = "qpsk_1-2"
[path.radio]
profile = "sim"
{radio}
[path.transmit]
enabled = true
[path.modem]
{modem}
"""

SATELLITE = """[satellite]
sample_rate_hz = {rate}
delay_ms = {delay_ms}
uplink_endpoint = "ipc://{folder}/{path}/up"
downlink_endpoint = "ipc://{folder}/{path}/down"
[[station]]
name = "user-{path}"
tx_frequency_hz = 14.0e9
rx_frequency_hz = 14.1e9
symbol_rate_baud = {baud}
es_n0_db = 10.0
[[station]]
name = "gateway-{path}"
tx_frequency_hz = 14.1e9
rx_frequency_hz = 14.0e9
symbol_rate_baud = {baud}
es_n0_db = 10.0
"""
BAUD = 100_000  # that of the satellites


class PathWorld:
    """Files and daemons; what carries the paths is of those who use it."""

    def __init__(self, keygen, baud, sections=""):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="depinsat-"))
        self.echo, self.processes = Service(echo), {}
        self.ports = {name: free_port() for name in ("user", "gateway", "echo")}
        self.keys = {role: subprocess.run([*keygen, self.folder / f"{role}.key"], check=True, capture_output=True,
                                          text=True).stdout.split()[-1] for role in ("user", "gateway")}
        more = {"user": f'[[bridge.tcp]]\nlisten = "127.0.0.1:{self.ports["echo"]}"\nservice = "echo"',
                "gateway": f'[[upstream]]\nprotocol = "tcp"\nservice = "echo"\nurl = "tcp://127.0.0.1:{self.echo.port}"'}
        for role, peer in (("user", "gateway"), ("gateway", "user")):
            text = STATION.format(role=role, peer=self.keys[peer], port=self.ports[role], more=more[role])
            for name in PATHS:
                modem = "\n".join(f'{key}_endpoint = "{value}"' for key, value in self.endpoints(role, name).items())
                radio = "\n".join(f'{way}link_endpoint = "ipc://{self.folder}/{name}/{way}"' for way in ("up", "down"))
                text += PATH.format(name=name, delay_ms=DELAY_MS, baud=baud, radio=radio, modem=modem)
            (self.folder / f"{role}.toml").write_text(text + sections)

    def endpoints(self, role, path):
        return {key: f"ipc://{self.folder}/{role}-{path}-{key}" for key in ("tx", "rx", "telemetry")}

    def start(self, name, *command):
        with open(self.folder / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log)

    def stop(self, name):
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(20)

    def status(self, role):
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[role], timeout=5)
        connection.request("GET", "/status")
        try:
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def paths_up(self, role):
        """Names of the paths that lead to the peer."""
        try:
            return {path["name"] for path in self.status(role)["paths"] if path["peers"][0]["up"]}
        except OSError:
            return set()

    def wait_for_paths(self, expected, seconds):
        end = time.monotonic() + seconds
        while (found := {role: self.paths_up(role) for role in ("user", "gateway")}) != dict.fromkeys(found, set(expected)):
            if time.monotonic() > end:
                raise AssertionError(f"after {seconds} s {found} are up, not {expected}")
            time.sleep(0.1)

    def connect(self, seconds=30):
        return socket.create_connection(("127.0.0.1", self.ports["echo"]), timeout=seconds)

    def close(self):
        for name in list(self.processes):
            self.stop(name)
        self.echo.close()
        shutil.rmtree(self.folder)


class SatelliteWorld(PathWorld):
    """The same with a simulated satellite for each path, and modems."""

    def __init__(self, command, sections=""):
        super().__init__([command, "keygen"], BAUD, sections)
        self.command = command

    def start_satellite(self, path):
        self.start(f"satellite {path}", self.command, "sat", "--config", self.folder / f"{path}.toml")

    def start_all(self):
        for path in PATHS:
            (self.folder / path).mkdir(mode=0o700)
            (self.folder / f"{path}.toml").write_text(SATELLITE.format(
                rate=2 * BAUD, delay_ms=DELAY_MS, folder=self.folder, path=path, baud=BAUD))
            self.start_satellite(path)
        for role in ("user", "gateway"):
            self.start(role, self.command, "station", "--config", self.folder / f"{role}.toml")


class Talk(threading.Thread):
    """A client that says something over and over, each time when it has its answer; the longest wait is kept."""

    def __init__(self, connection):
        super().__init__(daemon=True)
        self.connection, self.running = connection, True
        self.answers, self.longest_s, self.failure = 0, 0.0, None

    def run(self):
        try:
            while self.running:
                said, began = f"{self.answers:08}".encode() * 8, time.monotonic()
                self.connection.sendall(said)
                heard = b""
                while len(heard) < len(said):
                    heard += self.connection.recv(len(said) - len(heard)) or self.end()
                assert heard == said, (heard, said)
                self.longest_s = max(self.longest_s, time.monotonic() - began)
                self.answers += 1
        except (OSError, AssertionError) as error:
            self.failure = error

    def end(self):
        raise ConnectionError("the connection has ended")

    def wait_for_more(self, count, seconds):
        goal, end = self.answers + count, time.monotonic() + seconds
        while self.answers < goal and self.failure is None and time.monotonic() < end:
            time.sleep(0.05)
        assert self.failure is None and self.answers >= goal, (self.failure, self.answers, goal)

    def stop(self):
        self.running = False
        self.join(30)
        assert self.failure is None, self.failure
