"""The whole way with real peers: anvil, satellite, two stations, a wallet (cast)."""
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import stack  # noqa: E402

BUILD = pathlib.Path(os.environ["DEPINSAT_BUILD"])

# Noise instead of a carrier for 12 ms every 0.37 s, in each direction: touches 8 % of the short frames (17 ms) and destroys about 5 %.
FIVE_PERCENT = """
[[fade]]
station = "user"
direction = "up"
seconds = 0.012
period_s = 0.37
db = 60.0

[[fade]]
station = "gateway"
direction = "up"
start_s = 0.13
seconds = 0.012
period_s = 0.37
db = 60.0
"""


def resident_kib(pid):
    """Resident memory of a process and its descendants."""
    status = "".join(pathlib.Path(f"/proc/{one}/status").read_text() for one in stack.process_tree(pid))
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


class FirstLight(unittest.TestCase):
    waveform = stack.Waveform()

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="depinsat-")
        self.addCleanup(self._folder.cleanup)
        self.system = stack.Stack(self._folder.name, BUILD, self.waveform)
        self.addCleanup(self.system.stop)

    def run(self, result=None):
        failed_before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > failed_before:
            for log in sorted(self.logs):
                print(f"--- {log}\n{self.logs[log]}", file=sys.stderr)

    @property
    def logs(self):
        return getattr(self, "_logs", {})

    def tearDown(self):
        self._logs = {p.name: p.read_text(errors="replace")[-3000:] for p in self.system.folder.glob("*.log")}

    def cast_send(self):
        """A running `cast send` through the user station."""
        return subprocess.Popen(
            [stack.CAST, "send", "--json", "--rpc-url", self.system.rpc_url, "--rpc-timeout", "60", "--private-key",
             stack.SENDER_KEY, stack.RECEIVER, "--value", "1gwei"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def receipt_of(self, cast, seconds=120):
        out, err = cast.communicate(timeout=seconds)
        self.assertEqual(cast.returncode, 0, err)
        return json.loads(out)

    def assert_arrived_once(self, receipt):
        self.assertEqual(receipt["status"], "0x1")
        nonce = stack.rpc(self.system.node_url, "eth_getTransactionCount", [receipt["from"], "latest"])["result"]
        self.assertEqual(nonce, "0x1")
        of_node = stack.rpc(self.system.node_url, "eth_getTransactionReceipt", [receipt["transactionHash"]])["result"]
        self.assertEqual(receipt["blockHash"], of_node["blockHash"])

    def requests(self):
        """How many calls of clients went over the link so far."""
        while not (status := self.system.status("user")):
            pass  # the test's time-out bounds it
        return status["bridge"]["requests"]

    def frames(self, name, key):
        return self.system.status(name)["modem"]["frames"][key]


class CorruptedFrames(FirstLight):
    waveform = stack.Waveform(disturbances=FIVE_PERCENT)

    def setUp(self):
        super().setUp()
        self.answers = []

    def test_with_five_percent_of_the_frames_lost_the_transaction_arrives_once(self):
        self.system.start_all()
        self.system.wait_until_up()
        enough = threading.Event()
        traffic = [threading.Thread(target=self.ask_until, args=(enough, seed)) for seed in range(16)]
        for thread in traffic:
            thread.start()
        try:
            self.assert_arrived_once(self.receipt_of(self.cast_send()))
            for name in ("user", "gateway"):
                stack.wait_for(f"lost frames at {name}", lambda n=name: self.lost_share(n) > 0.02, 60)
        finally:
            enough.set()
            for thread in traffic:
                thread.join()
        self.assertEqual(set(self.answers), {"0x0"})
        for name in ("user", "gateway"):
            self.assertGreater(self.system.status(name)["link"]["segments_repeated"], 0)

    def lost_share(self, name):
        """Failed frames by all frames that came, once there are enough to speak of."""
        failed, received = self.frames(name, "failed"), self.frames(name, "received")
        return failed / (failed + received) if failed >= 4 else 0

    def ask_until(self, enough, seed):
        """Other traffic, so that many frames are on air: every call must be answered, and rightly."""
        pauses = random.Random(seed)
        while not enough.is_set():
            self.answers.append(stack.rpc(self.system.rpc_url, "eth_getUncleCountByBlockNumber", ["0x0"]).get("result"))
            time.sleep(pauses.uniform(0, 0.3))


class Interruptions(FirstLight):
    def start_with_separate_modem(self):
        """The user station's daemon and modem as processes of their own."""
        system = self.system
        system.write_configuration()
        system.start_anvil()
        system.start("satellite", system.bin / "depinsat", "sat", "--config", system.folder / "satellite.toml")
        system.start_station("gateway")
        self.start_daemon()
        self.start_modem()
        system.processes["user"] = system.processes["daemon"]
        system.wait_until_up()

    def start_daemon(self):
        self.system.start("daemon", self.system.bin / "depinsatd", "--config", self.system.folder / "user.toml")
        self.system.processes["user"] = self.system.processes["daemon"]

    def start_modem(self):
        self.system.start("modem", self.system.bin / "depinsat", "modem", "--config", self.system.folder / "user.toml")

    def test_with_the_modem_stopped_for_five_seconds_the_transaction_arrives_once(self):
        self.start_with_separate_modem()
        cast = self.cast_send()
        time.sleep(1.2)
        self.system.stop("modem")
        self.assertIsNone(cast.poll(), "cast ended before the modem was stopped")
        time.sleep(5)
        self.start_modem()
        self.assert_arrived_once(self.receipt_of(cast))

    def test_a_daemon_killed_between_request_and_answer_fails_the_call_and_works_after_restart(self):
        self.start_with_separate_modem()
        failure = []

        def call():
            try:
                failure.append(stack.rpc(self.system.rpc_url, "eth_getUncleCountByBlockNumber", ["0x0"]))
            except (OSError, urllib.error.URLError, ValueError) as error:
                failure.append(error)
        requests = self.requests()
        caller = threading.Thread(target=call)
        caller.start()
        while self.requests() == requests and caller.is_alive():
            time.sleep(0.02)  # less than the round trip of 0.5 s
        self.assertTrue(caller.is_alive(), "the call ended before the daemon was killed")
        self.system.processes["daemon"].kill()
        self.system.processes.pop("daemon").wait()
        caller.join(10)
        self.assertEqual(len(failure), 1, "the client hangs")
        self.assertIsInstance(failure[0], Exception)
        self.start_daemon()
        self.system.wait_until_up()
        self.assert_arrived_once(self.receipt_of(self.cast_send()))

    def test_a_station_stopped_for_five_seconds_leaves_the_other_alone(self):
        self.system.start_all()
        self.system.wait_until_up()
        watched = {n: self.system.processes[n].pid for n in ("satellite", "user")}
        memory = {n: resident_kib(pid) for n, pid in watched.items()}
        zeros = self.system.satellite_counts("user")["zeros"]
        gateway = stack.process_tree(self.system.processes["gateway"].pid)
        stack.signal_all(gateway, signal.SIGSTOP)
        try:
            time.sleep(5)
            answer = stack.rpc(self.system.rpc_url, "eth_getUncleCountByBlockNumber", ["0x0"])
        finally:
            stack.signal_all(gateway, signal.SIGCONT)
        self.assertIn("error", answer)
        self.assertEqual(self.system.satellite_counts("user")["zeros"], zeros)
        self.assertGreater(self.system.satellite_counts("gateway")["zeros"], 4 * self.waveform.symbol_rate_baud)
        for name, pid in watched.items():
            self.assertLess(resident_kib(pid) - memory[name], 8 * 1024, name)
        self.system.wait_until_up()
        self.assert_arrived_once(self.receipt_of(self.cast_send()))


class Demo(unittest.TestCase):
    def test_the_demo_writes_what_it_measured(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "demo.json"
            done = subprocess.run(["/usr/bin/python3", stack.ROOT / "tools/demo.py", "--json", file],
                                  capture_output=True, text=True, timeout=200)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            result = json.loads(file.read_text())
        self.assertEqual(result["transaction"]["status"], "0x1")
        self.assertAlmostEqual(result["one_way_delay_s"], 0.25, delta=0.1)
        for name in ("up", "down"):
            # The transaction alone has 115 bytes, its proven receipt more; the packets around them count.
            self.assertGreater(result["bytes_over_air"][name], 400)
            frames = result["frames"][name]
            # A keep-alive may be on its way when counting begins and another when it ends.
            self.assertAlmostEqual(frames["received"] + frames["failed"], frames["sent"], delta=2)
            self.assertGreater(frames["received"], 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
