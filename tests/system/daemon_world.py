"""Two real depinsatd, joined by a modem of a few lines."""
import heapq
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import cbor2
import zmq

from ethereum_node import Node

FRAME_S = 0.0168  # QPSK, short, pilots, 500 kbaud
LEAD_S = 0.005


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Modem:
    """One station's end of the modem port."""

    def __init__(self, context, endpoints):
        self.tx, self.rx, self.telemetry = (context.socket(kind) for kind in (zmq.DEALER, zmq.PUSH, zmq.PUB))
        for sock in (self.tx, self.rx, self.telemetry):
            sock.linger = 0
        self.tx.connect(endpoints["tx"])
        self.rx.connect(endpoints["rx"])
        self.telemetry.bind(endpoints["telemetry"])
        self.asked = {}  # sequence -> time that the frame is needed
        self.sequence = self.received = 0
        self.next_frame = time.monotonic()

    def ask(self):
        self.next_frame += FRAME_S
        self.asked[self.sequence] = self.next_frame
        self.send({"type": "ask", "sequence": self.sequence, "needed_at": self.next_frame,
                   "max_airtime_us": 100000, "sent_at": time.monotonic()})
        self.sequence += 1

    def send(self, fields):
        self.tx.send_multipart([cbor2.dumps(fields), b""])

    def deliver(self, frame, failed):
        self.received += 1
        fields = {key: frame[key] for key in ("modcod", "frame_size", "pilots", "isi")}
        fields |= {"sequence": self.received, "snr_db": 9.0, "cfo_hz": 0.0, "iterations": 5, "corrected": 0,
                   "time": time.time(), "failure": "ldpc" if failed else "none"}
        try:
            self.rx.send_multipart([cbor2.dumps(fields), b"" if failed else frame["data"]], zmq.DONTWAIT)
        except zmq.Again:
            pass  # the daemon is away

    def tell(self):
        counts = dict.fromkeys(("sent", "idle", "late", "received", "failed", "dummy", "dropped"), 0)
        self.telemetry.send_multipart([cbor2.dumps(
            {"locked": True, "snr_db": 9.0, "cfo_hz": 0.0, "symbol_rate_error_ppm": 0.0, "modcod": "qpsk_1-2",
             "frames": counts | {"received": self.received}, "time": time.time()}), b""])

    def close(self):
        for sock in (self.tx, self.rx, self.telemetry):
            sock.close()


class Air(threading.Thread):
    """Carries frames between the first station and all others, with delay and loss."""

    def __init__(self, endpoints, delay_s, seed):
        super().__init__(daemon=True)
        self.endpoints, self.delay_s = endpoints, delay_s
        self.random = random.Random(seed)
        self.loss = 0.0
        self.silent = False   # nothing arrives
        self.stopped = False  # no modem runs
        self.lost = self.carried = 0
        self.running = True
        self.context = zmq.Context()

    def run(self):
        modems, flying, last_told = None, [], 0.0
        while self.running:
            if self.stopped or not modems:
                for modem in modems or ():
                    modem.close()
                modems, flying = None, []
                if self.stopped:
                    time.sleep(0.02)
                    continue
                modems = [Modem(self.context, endpoints) for endpoints in self.endpoints]
            now = time.monotonic()
            for index, modem in enumerate(modems):
                if now > modem.next_frame + FRAME_S - LEAD_S - 0.002:
                    modem.next_frame = max(modem.next_frame, now - FRAME_S + LEAD_S + 0.002)
                    modem.ask()
                self.take_answers(modem, [0] if index else range(1, len(modems)), flying)
            while flying and flying[0][0] <= now:
                _, _, to, frame = heapq.heappop(flying)
                self.carry(modems[to], frame)
            if now - last_told > 0.1:
                last_told = now
                for modem in modems:
                    modem.tell()
            time.sleep(0.001)
        for modem in modems or ():
            modem.close()
        self.context.term()

    def take_answers(self, modem, hearers, flying):
        while modem.tx.poll(0):
            header, data = modem.tx.recv_multipart()
            frame = cbor2.loads(header)
            needed_at = modem.asked.pop(frame["sequence"])
            late = time.monotonic() > needed_at
            outcome = "idle" if frame["idle"] else "late" if late else "sent"
            modem.send({"type": "report", "sequence": frame["sequence"], "outcome": outcome})
            if outcome == "sent":
                assert len(data) == 869, len(data)  # Kbch 7032 of S2 short 1/2, less the BBHEADER
                for to in hearers:
                    heapq.heappush(flying, (needed_at + self.delay_s, self.random.random(), to, frame | {"data": data}))

    def carry(self, modem, frame):
        if self.silent:
            return
        failed = self.random.random() < self.loss
        self.lost += failed
        self.carried += 1
        modem.deliver(frame, failed)

    def stop(self):
        self.running = False
        self.join()


class Station:
    """One depinsatd with its files."""

    def __init__(self, program, folder, role, name=None):
        self.program, self.folder, self.role, self.name = program, folder, role, name or role
        self.config = folder / f"{self.name}.toml"
        self.key = subprocess.run([program, "--generate-key", folder / f"{self.name}.key"], check=True,
                                  capture_output=True, text=True).stdout.strip()
        self.endpoints = {port: f"ipc://{folder}/{self.name}.{port}" for port in ("tx", "rx", "telemetry")}
        self.port, self.status_port = free_port(), free_port()
        self.waveform = ""
        self.process = None

    def write_config(self, peers, delay_s, more):
        """With one peer's key, or a list of them; "": none."""
        peers = json.dumps([peers] * bool(peers) if isinstance(peers, str) else peers)
        self.config.write_text(f"""
[station]
name = "{self.name}"
role = "{self.role}"
key_file = "{self.name}.key"
peers = {peers}
[waveform]
kind = "dvbs2"
symbol_rate_baud = 500000
modcod = "qpsk_1-2"
{self.waveform}
[radio]
profile = "sim"
[modem]
tx_endpoint = "{self.endpoints["tx"]}"
rx_endpoint = "{self.endpoints["rx"]}"
telemetry_endpoint = "{self.endpoints["telemetry"]}"
[link]
delay_ms = {int(delay_s * 1000)}
[telemetry]
listen = "127.0.0.1:{self.status_port}"
{more}
""")

    def start(self):
        with open(self.folder / f"{self.name}.log", "a") as log:
            self.process = subprocess.Popen([self.program, "--config", self.config], stderr=log)

    def stop(self, sig=signal.SIGTERM):
        self.process.send_signal(sig)
        return self.process.wait(10)

    def status(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.status_port, timeout=5)
        connection.request("GET", "/status")
        try:
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def wait_for_peer(self, up=True, timeout=20):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                if all(peer["up"] == up for peer in self.status()["peers"]):
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(f"{self.role}: the peer is not {'up' if up else 'down'} after {timeout} s")


class Pair:
    """User station, gateway and the air between them; what stands behind them is of those who use it."""

    def __init__(self, program, delay_s=0.05, seed=1):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="depinsat-"))
        self.user, self.gateway = self.stations = [Station(program, self.folder, role) for role in ("user", "gateway")]
        self.air = Air([station.endpoints for station in self.stations], delay_s, seed)

    def start(self, ready=None):
        """Returns when `ready` does, or else when the user has a session."""
        for station in self.stations:
            station.start()
        self.air.start()
        try:
            (ready or self.user.wait_for_peer)()
        except BaseException:
            self.close()
            raise

    def close(self):
        self.air.stop()
        for station in self.stations:
            if station.process and station.process.poll() is None:
                station.stop()
        if os.environ.get("DEPINSAT_KEEP_LOGS"):
            for station in self.stations:
                print((self.folder / f"{station.name}.log").read_text())
        shutil.rmtree(self.folder)


class World(Pair):
    """With an Ethereum node; timeout_ms is that of the user's endpoint. A node that is given is not closed;
    waveform and user_more are further lines of the files."""

    def __init__(self, program, delay_s=0.05, timeout_ms=4000, seed=1, node=None, waveform="", user_more=""):
        super().__init__(program, delay_s, seed)
        self.node = node or Node()
        self.owns_node = node is None
        self.user.waveform = self.gateway.waveform = waveform
        self.user.write_config(self.gateway.key, delay_s, f"""{user_more}
[[bridge.ethereum]]
listen = "127.0.0.1:{self.user.port}"
timeout_ms = {timeout_ms}
final_blocks = 3""")
        self.gateway.write_config(self.user.key, delay_s, f"""
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:{self.node.port}"
timeout_ms = 3000""")
        self.start()

    def post(self, body, headers=None, path="/", timeout=30, method="POST"):
        """Status and body of one HTTP exchange with the user's endpoint."""
        connection = http.client.HTTPConnection("127.0.0.1", self.user.port, timeout=timeout)
        connection.request(method, path, body, {"Content-Type": "application/json"} | (headers or {}))
        response = connection.getresponse()
        try:
            return response.status, response.read()
        finally:
            connection.close()

    def rpc(self, request):
        """The response to one request, or to a list of them."""
        status, body = self.post(request if isinstance(request, str) else json.dumps(request))
        assert status == 200, (status, body)
        return json.loads(body)

    def call(self, method, *params, id=1):
        return self.rpc({"jsonrpc": "2.0", "id": id, "method": method, "params": list(params)})

    def close(self):
        super().close()
        if self.owns_node:
            self.node.close()
