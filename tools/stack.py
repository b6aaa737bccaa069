"""A whole system on this machine: an Ethereum node, a satellite, a gateway and a user station.

Used by script/demo and by the system tests. Every program gets ports of its own on loopback and a
log file in the folder of the stack; stop() leaves nothing running.
"""
import dataclasses
import json
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import tcp_gate

ROOT = pathlib.Path(__file__).resolve().parent.parent
PEERS = ROOT / "tests/system/node_modules/@foundry-rs"
ANVIL = PEERS / "anvil-linux-amd64/bin/anvil"
CAST = PEERS / "cast-linux-amd64/bin/cast"

# The first of the ten accounts that anvil funds at every start, and the second as receiver.
SENDER_KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
RECEIVER = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"

CUT = """
[[loss]]
station = "{}"
direction = "down"
share = 1
seconds = 1
"""

# Frequency plan of the bent pipe: the user's carrier, and the gateway's beside it.
UPLINK_HZ = 14.0e9
SPACING_HZ = 50e6


def free_port():
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, condition, seconds):
    """Returns the first true result of condition(); raises TimeoutError that names what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.05)
    raise TimeoutError(f"{what}: not within {seconds} s")


def rpc(url, method, params=(), timeout=30):
    """One JSON-RPC call; returns the whole answer, with "result" or "error"."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.load(answer)


def process_tree(pid):
    """The process and all its descendants, as far as they live."""
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid] + [p for child in children for p in process_tree(int(child))]


def signal_all(pids, number):
    """Sends a signal to each process that is still there."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


@dataclasses.dataclass
class Waveform:
    """What both stations send with, and what the satellite adds."""
    symbol_rate_baud: int = 500_000
    modcod: str = "qpsk_1-2"
    frame_size: str = "short"
    es_n0_db: float = 8.0
    delay_ms: int = 250
    doppler_hz: float = 500.0
    disturbances: str = ""  # [[fade]] and [[loss]] sections of satellite.toml


class Stack:
    """Processes and files of one system, in a folder of its own."""

    def __init__(self, folder, build=ROOT / "build/release", waveform=Waveform(), bridge_options="", patient=False,
                 ordinary=False):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.bin = build / "bin"
        self.waveform, self.bridge_options, self.patient = waveform, bridge_options, patient
        self.ordinary, self.gate = ordinary, None  # in front of the node, on the user station's ordinary connection
        self.processes = {}
        self.ports = {name: free_port() for name in
                      ("anvil", "rpc", "uplink", "downlink", "status_user", "status_gateway")}
        self.keys = {}

    # Configuration

    def write_configuration(self):
        for name in ("user", "gateway"):
            key = self.folder / f"{name}.key"
            key.unlink(missing_ok=True)
            made = subprocess.run([self.bin / "depinsat", "keygen", key], check=True, capture_output=True, text=True)
            self.keys[name] = made.stdout.split()[-1]
        self._write_station("user", "gateway", f"""
[[bridge.ethereum]]
listen = "127.0.0.1:{self.ports['rpc']}"
{self.bridge_options}""" + (f"""
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:{self.gate.port}"
max_head_age_s = 0
""" if self.gate else ""))
        self._write_station("gateway", "user", f"""
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:{self.ports['anvil']}"
""")
        self._write_satellite()

    def _write_station(self, name, peer, bridge):
        w = self.waveform
        (self.folder / f"{name}.toml").write_text(f"""[station]
name = "{name}"
role = "{name}"
key_file = "{name}.key"
peers = ["{self.keys[peer]}"]

[waveform]
kind = "dvbs2"
symbol_rate_baud = {w.symbol_rate_baud}
modcod = "{w.modcod}"
frame_size = "{w.frame_size}"

[radio]
profile = "sim"
uplink_endpoint = "tcp://127.0.0.1:{self.ports['uplink']}"
downlink_endpoint = "tcp://127.0.0.1:{self.ports['downlink']}"

[transmit]
enabled = true
service = "simulation"

[modem]
tx_endpoint = "ipc://{self.folder}/{name}-tx"
rx_endpoint = "ipc://{self.folder}/{name}-rx"
telemetry_endpoint = "ipc://{self.folder}/{name}-telemetry"

[link]
delay_ms = {w.delay_ms}

[telemetry]
listen = "127.0.0.1:{self.ports['status_' + name]}"
{bridge}""")

    def _write_satellite(self):
        w = self.waveform
        (self.folder / "satellite.toml").write_text(f"""[satellite]
sample_rate_hz = {2 * w.symbol_rate_baud}
translation_hz = -1000000000.0
delay_ms = {w.delay_ms}
uplink_endpoint = "tcp://127.0.0.1:{self.ports['uplink']}"
downlink_endpoint = "tcp://127.0.0.1:{self.ports['downlink']}"
status_file = "satellite.json"

[[station]]
name = "user"
tx_frequency_hz = {UPLINK_HZ}
rx_frequency_hz = {UPLINK_HZ + SPACING_HZ - 1e9}
symbol_rate_baud = {w.symbol_rate_baud}
es_n0_db = {w.es_n0_db}
uplink_doppler = {{ amplitude_hz = {w.doppler_hz}, period_s = 60.0 }}

[[station]]
name = "gateway"
tx_frequency_hz = {UPLINK_HZ + SPACING_HZ}
rx_frequency_hz = {UPLINK_HZ - 1e9}
symbol_rate_baud = {w.symbol_rate_baud}
es_n0_db = {w.es_n0_db}
uplink_doppler = {{ offset_hz = {-w.doppler_hz} }}
{w.disturbances}""")

    # Processes

    def start(self, name, *command):
        log = open(self.folder / f"{name}.log", "ab")
        self.processes[name] = subprocess.Popen(
            [str(c) for c in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        log.close()
        return self.processes[name]

    def start_all(self):
        if self.ordinary:
            self.gate = tcp_gate.Gate(self.ports["anvil"])
        self.write_configuration()
        self.start_anvil()
        self.start("satellite", self.bin / "depinsat", "sat", "--config", self.folder / "satellite.toml",
                   *["--patient"] * self.patient)
        for name in ("gateway", "user"):
            self.start_station(name)

    def start_anvil(self, *options):
        self.start("anvil", ANVIL, "--port", self.ports["anvil"], "--silent", *options)
        wait_for("anvil", self._anvil_answers, 20)

    def start_station(self, name):
        self.start(name, self.bin / "depinsat", "station", "--config", self.folder / f"{name}.toml")

    def wait_until_up(self, seconds=60):
        """Waits for a session between the stations, that is for both directions of the link."""
        for name in ("user", "gateway"):
            wait_for(f"session of station {name}", lambda n=name: self._peer_is_up(n), seconds)

    def daemon_of(self, name):
        """The process number of the daemon that a station's supervisor runs now; None while there is none."""
        for pid in process_tree(self.processes[name].pid):
            try:
                if pathlib.Path(f"/proc/{pid}/comm").read_text() == "depinsatd\n":
                    return pid
            except OSError:
                pass  # it has just ended
        return None

    def set_link_cut(self, cut):
        """Lets neither station hear anything from now on, or lets both hear again."""
        self._write_satellite()
        if cut:
            with open(self.folder / "satellite.toml", "a") as file:
                file.write("".join(CUT.format(name) for name in ("user", "gateway")))
        done = self._rereads()
        self.processes["satellite"].send_signal(signal.SIGHUP)
        wait_for("satellite reads its file again", lambda: self._rereads() > done, 10)

    def _rereads(self):
        return (self.folder / "satellite.log").read_text().count("were read again")

    def stop(self, *names, seconds=15):
        """Asks the named processes (default: all) to stop, and waits; kills those that do not."""
        chosen = [self.processes.pop(n) for n in (names or list(self.processes)) if n in self.processes]
        for process in chosen:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in chosen:
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                signal_all(process_tree(process.pid), signal.SIGKILL)
                process.wait()

    # What it says

    @property
    def rpc_url(self):
        return f"http://127.0.0.1:{self.ports['rpc']}"

    @property
    def node_url(self):
        return f"http://127.0.0.1:{self.ports['anvil']}"

    def status(self, name):
        """What GET /status of a station says; None if it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports['status_' + name]}/status", timeout=2) as answer:
                return json.load(answer)
        except (OSError, urllib.error.URLError, ValueError):
            return None

    def satellite_counts(self, station=None):
        """Counters of the satellite, or of one station at it, at most a second old."""
        counts = json.loads((self.folder / "satellite.json").read_text())
        return next(s for s in counts["stations"] if s["name"] == station) if station else counts

    def measured_delay_s(self):
        """One way from station to station, as the satellite measured it between its sockets; the longer of the two."""
        return max(path["measured_delay_s"] for path in self.satellite_counts()["paths"])

    def _peer_is_up(self, name):
        if self.processes[name].poll() is not None:
            raise RuntimeError(f"station {name} ended:\n{self.log(name)}")
        status = self.status(name)
        return status and all(peer["up"] for peer in status["peers"])

    def _anvil_answers(self):
        try:
            return rpc(self.node_url, "eth_chainId", timeout=1)
        except (OSError, ValueError):
            return None

    def log(self, name, lines=20):
        """The last lines of a program's log."""
        return "\n".join((self.folder / f"{name}.log").read_text(errors="replace").splitlines()[-lines:])
