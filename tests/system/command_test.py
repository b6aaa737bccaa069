"""The `depinsat` command as people call it: help, mistakes, a station that runs and stops."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import unittest

import jsonschema
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command_world import COMMAND, ROOT, TestCase, depinsat  # noqa: E402
from depinsat import sigmf, status, supervisor  # noqa: E402

SCHEMA = json.loads((ROOT / "tests/vectors/sigmf/sigmf-schema.json").read_text())


class CommandLine(TestCase):
    def test_every_command_has_help(self):
        for command in ([], ["station"], ["modem"], ["sat"], ["keygen"], ["status"], ["queue"], ["queue", "drop"], ["replay"], ["doctor"]):
            result = depinsat(*command, "--help")
            self.assertEqual(result.returncode, 0, command)
            self.assertIn("--help", result.stdout)

    def test_mistakes_are_one_line_and_status_2(self):
        for command in ([], ["frobnicate"], ["modem"], ["modem", "--config", "x", "--onair"], ["status"], ["replay"],
                        ["sat"], ["sat", "--config", "/nonexistent"], ["station", "--config", "/nonexistent"],
                        ["modem", "--config", "/nonexistent"], ["status", "--satellite", "/nonexistent"]):
            self.check_refused(depinsat(*command), 2)

    def test_doctor_tells_what_is_missing(self):
        script = ("import sys\nfor name in ('gnuradio', 'yaml', 'rich'): sys.modules[name] = None\n"
                  "from depinsat import doctor\nsys.exit(doctor.run())")
        result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
        self.assertEqual((result.returncode, result.stderr), (1, ""))
        for word in ("MISSING   GNU Radio", "install python3-rich, python3-yaml", "MISSING   radio profiles", "no gr-uhd"):
            self.assertIn(word, result.stdout)

    def test_doctor_finds_the_basics(self):
        result = depinsat("doctor")
        self.assertEqual(result.returncode, 0, result.stdout)
        for word in ("GNU Radio", "depinsatd", "depinsat-sat", "hackrf", "SoapySDR"):
            self.assertIn(word, result.stdout)


class Status(TestCase):
    def test_people_get_units_and_times_of_day(self):
        for key, value, text in (("age_s", 0.0977014, "0.0977 s"), ("uptime_s", 59.4, "59.4 s"), ("uptime_s", 7325.2, "2 h 2 min"),
                                 ("snr_db", 9.94339, "9.9 dB"), ("cfo_hz", -219.578, "-220 Hz"), ("delay_ms", 250, "250 ms"),
                                 ("symbol_rate_error_ppm", 0.136, "0.14 ppm"), ("sent", 1234567, "1,234,567"),
                                 ("up", True, "yes"), ("measured_delay_s", None, "-"), ("modcod", "", "-"), ("name", "a", "a")):
            self.assertEqual(status.text_of(key, value), text)
        self.assertRegex(status.text_of("last_answer_time", 1795375388.09), r"^2026-11-2\d \d\d:\d\d:08$")

    def test_what_one_gateway_alone_says_is_marked(self):
        view = {"head": {"number": 17, "hash": "0xab", "unverified": True}, "heads": 5}
        self.assertEqual(dict(status.rows({"views": [view], "transactions": {"included": 3, "unverified": 1}})),
                         {"views.0.head.number": "17 (unverified)", "views.0.head.hash": "0xab (unverified)", "views.0.heads": "5",
                          "transactions.included": "3", "transactions.unverified": "1"})
        view["head"]["unverified"] = False
        self.assertEqual(dict(status.rows(view)), {"head.number": "17", "head.hash": "0xab", "heads": "5"})

    def test_what_is_no_status_is_refused(self):
        file = self.folder / "status.json"
        for text in ("[]", "{", "\"text\""):
            file.write_text(text)
            self.check_refused(depinsat("status", "--satellite", file), 2, "no status")


class Supervisor(TestCase):
    def child(self, script):
        child = supervisor.Child("child", [sys.executable, "-c", script])
        self.addCleanup(lambda: (child.stop(), child.reap(0)))
        return child

    def look_until(self, child, condition):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            status = child.look()
            if condition(status):
                return status
            time.sleep(0.02)
        self.fail("nothing happened in 20 s")

    def test_one_that_dies_is_started_again_after_longer_and_longer_pauses(self):
        child = self.child("raise SystemExit(1)")
        pauses = []
        while len(pauses) < 3:
            self.look_until(child, lambda _: child.process is None and child.due > time.monotonic() + 0.1)
            pauses.append(round(child.due - time.monotonic(), 1))
            self.look_until(child, lambda _: child.process is not None)
        self.assertEqual(pauses, [0.5, 1.0, 2.0])

    def test_one_that_can_never_run_ends_the_station(self):
        for number in (2, 3):
            self.assertEqual(self.look_until(self.child(f"raise SystemExit({number})"), lambda s: s is not None), number)

    def test_one_that_does_not_stop_is_killed(self):
        child = self.child("import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(60)")
        child.look()
        time.sleep(0.5)
        child.stop()
        child.reap(time.monotonic() + 0.2)
        self.assertIsNotNone(child.process.poll())


STATION = """[station]
name = "user"
role = "user"
key_file = "user.key"
peers = ["{key}"]
[waveform]
kind = "dvbs2"
symbol_rate_baud = 500000
modcod = "qpsk_1-2"
[radio]
profile = "{profile}"
{radio}
[transmit]
enabled = {enabled}
{transmit}
[modem]
tx_endpoint = "ipc://{folder}/tx"
rx_endpoint = "ipc://{folder}/rx"
telemetry_endpoint = "ipc://{folder}/telemetry"
[telemetry]
listen = "127.0.0.1:{port}"
"""
REAL = "tx_frequency_hz = 1e9\nrx_frequency_hz = 1e9\nsample_rate_hz = 2e6"
LIMITS = "band_hz = [0.9e9, 1.1e9]\nmax_power_dbm = {}\nservice = \"satellite\""


class Station(TestCase):
    """With a real depinsatd."""

    def setUp(self):
        super().setUp()
        key = depinsat("keygen", self.folder / "user.key")
        other = depinsat("keygen", self.folder / "gateway.key")
        self.assertEqual(key.returncode, 0, key.stderr)
        self.peer = other.stdout.strip().splitlines()[-1]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def station(self, profile="sim", radio="", enabled="true", transmit=""):
        if profile == "sim":
            radio = f"uplink_endpoint = \"ipc://{self.folder}/up\"\ndownlink_endpoint = \"ipc://{self.folder}/down\"\n" + radio
        file = self.folder / "station.toml"
        file.write_text(STATION.format(key=self.peer, profile=profile, radio=radio, enabled=enabled, transmit=transmit,
                                       folder=self.folder, port=self.port))
        return file

    def test_keys_are_made_once_and_private(self):
        self.assertEqual((self.folder / "user.key").stat().st_mode & 0o777, 0o600)
        again = depinsat("keygen", self.folder / "user.key")
        self.assertNotEqual(again.returncode, 0)

    def test_the_public_key_can_be_read_again(self):
        self.assertEqual(depinsat("keygen", "--public", self.folder / "gateway.key").stdout.strip(), self.peer)
        self.check_refused(depinsat("keygen", "--public", self.folder / "nobody.key"), 2, "nobody.key")

    def test_a_mistake_in_the_file_is_told_once(self):
        file = self.station()
        file.write_text(file.read_text().replace("role =", "rule ="))
        for command in ("modem", "station", "status"):
            self.check_refused(depinsat(command, "--config", file), 2, "station.rule")

    def test_without_the_device_the_modem_ends_with_status_3(self):
        for profile, name in (("usrp-b210", "type=b200"), ("hackrf", "driver=hackrf")):
            self.check_refused(depinsat("modem", "--config", self.station(profile, REAL, "false")), 3, name)

    def test_a_station_on_a_recording_writes_or_replays_it(self):
        file = self.folder / "air.sigmf-meta"
        modem = subprocess.Popen([COMMAND, "modem", "--config", self.station("sigmf", "file = \"air\"")])
        end = time.monotonic() + 20
        while not (sigmf.files(file)[1].exists() and sigmf.files(file)[1].stat().st_size > 4_000_000):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
        modem.send_signal(signal.SIGINT)
        self.assertEqual(modem.wait(20), 0)
        recording = sigmf.Recording(file)
        jsonschema.validate(recording.meta, SCHEMA)
        self.assertEqual((recording.sample_rate_hz, recording.datatype), (1e6, "cf32_le"))
        samples = np.fromfile(recording.data_file, np.complex64)[10_000:]
        self.assertLess(abs(np.mean(np.abs(samples) ** 2) - 1), 0.05)

        station = depinsat("station", "--config", self.station("sigmf", "file = \"air\"", "false"))
        self.assertEqual(station.returncode, 0, station.stderr)
        self.assertIn("modem has come to its end", station.stderr)
        replayed = depinsat("modem", "--config", self.station("sigmf", "file = \"air\"", "false"))
        self.assertEqual(replayed.returncode, 0, replayed.stderr)
        self.assertIn("receives only", replayed.stderr)
        other_rate = self.station("sigmf", "file = \"air\"\nsample_rate_hz = 2e6", "false")
        result = depinsat("modem", "--config", other_rate)
        self.assertEqual(result.returncode, 2)
        self.assertIn("sample_rate_hz", result.stderr)

    def test_limits_are_checked_before_the_device_is_touched(self):
        file = self.station("usrp-b210", REAL + "\ntx_gain_db = 50", "true", LIMITS.format(-20.0))
        self.check_refused(depinsat("modem", "--config", file, "--on-air"), 2, "max_power_dbm")
        file = self.station("hackrf", REAL, "true", LIMITS.format(0.0))
        self.check_refused(depinsat("modem", "--config", file, "--on-air"), 2, "half duplex")
        file = self.station("walkie-talkie", REAL, "false")
        self.check_refused(depinsat("modem", "--config", file), 2, "radio.profile")

    def test_a_station_that_does_not_run_has_no_status(self):
        self.check_refused(depinsat("status", "--config", self.station()), 1, "no station answers")

    def test_a_station_runs_restarts_and_stops(self):
        station = subprocess.Popen([COMMAND, "station", "--config", self.station()], stderr=subprocess.PIPE, text=True)
        try:
            def children():
                found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(station.pid)], capture_output=True, text=True)
                return {("modem" if " modem " in line else "daemon"): int(line.split()[0]) for line in found.stdout.splitlines()}

            def wait_for(condition):
                end = time.monotonic() + 20
                while not condition():
                    self.assertLess(time.monotonic(), end)
                    time.sleep(0.1)

            answers = lambda: depinsat("status", "--config", self.folder / "station.toml", "--json").returncode == 0  # noqa: E731
            wait_for(answers)
            first = children()
            self.assertEqual(set(first), {"modem", "daemon"})
            table = depinsat("status", "--config", self.folder / "station.toml")
            self.assertEqual(table.returncode, 0)
            os.kill(first["daemon"], signal.SIGKILL)
            wait_for(lambda: children().get("daemon") not in (None, first["daemon"]))
            wait_for(answers)
            self.assertEqual(children()["modem"], first["modem"])
        finally:
            station.terminate()
            errors = station.communicate(timeout=20)[1]
        self.assertEqual(station.returncode, 0, errors)
        self.assertIn("starting it again", errors)
        for pid in first.values():
            self.assertFalse(pathlib.Path(f"/proc/{pid}").exists())


if __name__ == "__main__":
    unittest.main(verbosity=2)
