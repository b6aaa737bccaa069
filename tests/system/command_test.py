"""The `depinsat` command as people call it, and the parts of it that decide: profiles, permission, recordings."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import jsonschema
import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COMMAND = os.environ["DEPINSAT"]

from depinsat import profiles, sigmf, supervisor, transmit  # noqa: E402
from depinsat.errors import CommandError  # noqa: E402

SCHEMA = json.loads((ROOT / "tests/vectors/sigmf/sigmf-schema.json").read_text())
RATE, BAUD = 500e3, 250e3


def depinsat(*arguments, timeout=60):
    return subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=timeout)


class TestCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def check_refused(self, result, status, word=""):
        """One line on stderr, nothing on stdout, this status."""
        self.assertEqual(result.returncode, status, result.stderr)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertIn(word, result.stderr)


class CommandLine(TestCase):
    def test_every_command_has_help(self):
        for command in ([], ["station"], ["modem"], ["sat"], ["keygen"], ["status"], ["replay"], ["doctor"]):
            result = depinsat(*command, "--help")
            self.assertEqual(result.returncode, 0, command)
            self.assertIn("--help", result.stdout)

    def test_mistakes_are_one_line_and_status_2(self):
        for command in ([], ["frobnicate"], ["modem"], ["modem", "--config", "x", "--onair"], ["status"], ["replay"],
                        ["sat"], ["sat", "--config", "/nonexistent"], ["station", "--config", "/nonexistent"],
                        ["modem", "--config", "/nonexistent"], ["status", "--satellite", "/nonexistent"]):
            self.check_refused(depinsat(*command), 2)

    def test_doctor_finds_the_basics(self):
        result = depinsat("doctor")
        self.assertEqual(result.returncode, 0, result.stdout)
        for word in ("GNU Radio", "depinsatd", "depinsat-sat", "hackrf", "SoapySDR"):
            self.assertIn(word, result.stdout)


class Profiles(TestCase):
    radio = {"sample_rate_hz": 1e6, "tx_frequency_hz": 1e9, "rx_frequency_hz": 1e9}

    def test_every_profile_is_valid(self):
        self.assertEqual(profiles.names(), ["hackrf", "sigmf", "sim", "usrp-b210"])
        for name in profiles.names():
            profile = profiles.load(name)
            self.assertEqual(profile["real"], "transmit" in profile)
            for direction in ("transmit", "receive"):
                if profile["real"]:
                    low, high = profile[direction]["gain_db"]
                    self.assertTrue(low <= profile[direction]["default_gain_db"] <= high)
            for transmits in (True, False):
                stages = [s["db"] for s in profile.get("gain_stages", []) if s["transmit"] == transmits]
                if stages:
                    whole = profile["transmit" if transmits else "receive"]["gain_db"]
                    self.assertEqual([sum(s[0] for s in stages), sum(s[1] for s in stages)], whole)

    def test_a_profile_transmits_with_its_lowest_gain_by_default(self):
        for name in profiles.names():
            profile = profiles.load(name)
            if profile["real"]:
                self.assertEqual(profile["transmit"]["default_gain_db"], profile["transmit"]["gain_db"][0])

    def test_mistakes_in_a_profile_are_told(self):
        good = (ROOT / "hardware/usrp-b210.yml").read_text()
        for bad in (good.replace("driver: uhd", "driver: hope"), good + "colour: red\n", good.replace("real: true\n", ""),
                    good.replace("  max_power_dbm: 20", "  power: 20"), "[", good.replace("[0, 76]", "[0, 76, 1]")):
            file = self.folder / "usrp-b210.yml"
            file.write_text(bad)
            self.assertRaisesRegex(CommandError, "usrp-b210.yml", profiles.read, file)

    def test_values_outside_of_the_profile_are_refused(self):
        b210 = profiles.load("usrp-b210")
        self.assertEqual(profiles.settings(self.radio, b210)["tx_gain_db"], 0)
        for key, value in (("tx_gain_db", 90), ("rx_gain_db", -1), ("sample_rate_hz", 1e3), ("tx_frequency_hz", 1e6),
                           ("rx_frequency_hz", 7e9), ("clock_source", "sundial")):
            self.assertRaisesRegex(CommandError, key, profiles.settings, {**self.radio, key: value}, b210)
        self.assertRaisesRegex(CommandError, "hackrf, sigmf, sim", profiles.load, "../hardware/sim")

    def test_gain_is_shared_out_and_never_exceeded(self):
        hackrf = profiles.load("hackrf")
        for gain in np.arange(0, 61.1, 0.5):
            stages = profiles.shared_gain(hackrf, True, gain)
            self.assertLessEqual(sum(stages.values()), gain)
        self.assertEqual(profiles.shared_gain(hackrf, True, 61), {"VGA": 47, "AMP": 14})
        self.assertEqual(profiles.shared_gain(hackrf, True, 50), {"VGA": 47, "AMP": 0})
        self.assertEqual(profiles.shared_gain(hackrf, False, 50), {"LNA": 40, "VGA": 10})


class Permission(TestCase):
    """Principle: not on air by accident."""

    def ask(self, profile="usrp-b210", on_air=True, gain=0, frequency=1e9, **changes):
        profile = profiles.load(profile)
        radio = {"sample_rate_hz": 2e6, "tx_frequency_hz": frequency, "rx_frequency_hz": 1e9, "tx_gain_db": gain}
        limits = {"enabled": True, "band_hz": [0.999e9, 1.001e9], "max_power_dbm": -30.0, "service": "satellite", **changes}
        config = {"transmit": {k: v for k, v in limits.items() if v is not None}, "radio": radio,
                  "waveform": {"symbol_rate_baud": 1e6, "rolloff": 0.2}}
        return transmit.permitted(config, profiles.settings(radio, profile), profile, on_air)[0]

    def test_all_that_is_asked_for_must_be_given(self):
        self.assertTrue(self.ask())
        self.assertFalse(self.ask(on_air=False))
        self.assertFalse(self.ask(enabled=False))
        for missing in ("band_hz", "max_power_dbm"):
            self.assertRaisesRegex(CommandError, missing, self.ask, **{missing: None})
        for service in ("simulation", "amateur"):
            self.assertRaisesRegex(CommandError, "service", self.ask, service=service)

    def test_the_whole_carrier_must_lie_in_the_band(self):
        self.assertTrue(self.ask(frequency=1.0004e9))
        for frequency in (1.00041e9, 0.99959e9, 2e9):
            self.assertRaisesRegex(CommandError, "band_hz", self.ask, frequency=frequency)

    def test_the_highest_power_of_the_gain_must_be_allowed(self):
        self.assertTrue(self.ask(gain=39.75))  # 20 dBm at 89.75 dB
        self.assertRaisesRegex(CommandError, "max_power_dbm", self.ask, gain=40)
        self.assertRaisesRegex(CommandError, "max_power_dbm", self.ask, profile="hackrf", gain=20)

    def test_simulations_need_no_licence(self):
        self.assertTrue(self.ask(profile="sim", on_air=False, service="simulation", band_hz=None, max_power_dbm=None))
        self.assertFalse(self.ask(profile="sim", on_air=False, enabled=False))


def make_recording(path, samples, datatype="cf32_le", rate=RATE, waveform=None, **others):
    """A recording of these samples."""
    meta_file, data_file = sigmf.files(path)
    waveform = {"symbol_rate_baud": BAUD, "rolloff": 0.35} if waveform is None else waveform
    meta = sigmf.metadata(datatype, rate, 0.0, waveform, **others)
    jsonschema.validate(meta, SCHEMA)
    meta_file.write_text(json.dumps(meta))
    samples = np.asarray(samples, np.complex64)
    if datatype == "ci16_le":
        samples = np.round(samples.view(np.float32) * 32767 / 8).astype("<i2")
    data_file.write_bytes(samples.tobytes())
    return meta_file


def dvbs2_samples(data, es_n0_db=12.0):
    """QPSK 1/2 short frames of `data` at 2 samples per symbol, with noise, a frequency offset and a pause."""
    from gnuradio import blocks, depinsat, gr
    graph, sink = gr.top_block(), blocks.vector_sink_c()
    graph.connect(blocks.vector_source_b(list(data)), depinsat.dvbs2_transmitter(rolloff=0.35), sink)
    graph.run()
    rng = np.random.default_rng(7)
    samples = np.concatenate([np.zeros(1000), np.array(sink.data()), np.zeros(500)])
    samples = samples * np.exp(2j * np.pi * 0.004 * np.arange(len(samples)))
    noise = rng.normal(size=(len(samples), 2)) @ np.array([1, 1j]) * np.sqrt(2 * 10 ** (-es_n0_db / 10) / 2)
    return samples + noise


class Replay(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.field = (7032 - 80) // 8  # bytes of a data field: QPSK 1/2, short
        cls.data = np.random.default_rng(5).integers(0, 256, 20 * cls.field, np.uint8).tobytes()
        cls.samples = dvbs2_samples(cls.data)

    def frames(self, *arguments):
        result = depinsat("replay", *arguments, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = [json.loads(line) for line in result.stdout.splitlines()]
        return lines[:-1], lines[-1]["summary"]

    def test_the_same_frames_every_time(self):
        capture = make_recording(self.folder / "capture", self.samples)
        runs = [depinsat("replay", capture, "--json").stdout for _ in range(2)]
        self.assertEqual(runs[0], runs[1])
        frames, summary = self.frames(capture, "--output", self.folder / "out")
        self.assertEqual(summary["received"], len(frames) - summary["failed"])
        self.assertEqual(summary["samples"], len(self.samples))
        sent = [self.data[i:i + self.field] for i in range(0, len(self.data), self.field)]
        received = [(self.folder / "out" / f"frame-{f['sequence']:06d}.bin").read_bytes() for f in frames
                    if f["failure"] == "none"]
        self.assertGreaterEqual(len(received), 10)
        self.assertEqual(received, sent[-len(received):])  # the last whole frame, too
        for frame in frames:
            self.assertEqual((frame["modcod"], frame["frame_size"], frame["pilots"]), ("qpsk_1-2", "short", True))
            self.assertLess(abs(frame["cfo_hz"] - 2000), 50)
        self.assertLess(abs(frames[-1]["snr_db"] - 12), 0.5)

    def test_16_bit_integers_hold_the_same_frames(self):
        plain, _ = self.frames(make_recording(self.folder / "floats", self.samples))
        integers, _ = self.frames(make_recording(self.folder / "integers", self.samples, "ci16_le"))
        self.assertEqual([f["data_sha256"] for f in plain], [f["data_sha256"] for f in integers])

    def test_any_sample_rate_of_a_radio_serves(self):
        from gnuradio import blocks, gr
        from depinsat import modem
        for samples_per_symbol in (1.4, 3.125, 12):
            graph, sink = gr.top_block(), blocks.vector_sink_c()
            padded = np.concatenate([self.samples, np.zeros(1000)])
            graph.connect(blocks.vector_source_c(padded), modem.resampler(samples_per_symbol / 2), sink)
            graph.run()
            frames, _ = self.frames(make_recording(self.folder / "rate", sink.data(), rate=BAUD * samples_per_symbol))
            self.assertEqual(sum(f["failure"] == "none" for f in frames), 20, samples_per_symbol)

    def test_options_stand_in_for_what_the_recording_does_not_tell(self):
        capture = make_recording(self.folder / "bare", self.samples, waveform={})
        self.check_refused(depinsat("replay", capture), 2, "--symbol-rate-baud")
        frames, _ = self.frames(capture, "--symbol-rate-baud", BAUD, "--rolloff", 0.35)
        self.assertGreaterEqual(len(frames), 10)

    def test_people_get_one_line_a_frame(self):
        lines = depinsat("replay", make_recording(self.folder / "capture", self.samples)).stdout.splitlines()
        self.assertIn("qpsk_1-2 short pilots", lines[0])
        self.assertIn("frames received", lines[-1])

    def test_bad_recordings_are_refused(self):
        for change, word in (({"core:datatype": "rf64_le"}, "core:datatype"), ({"core:sample_rate": "fast"}, "core:sample_rate"),
                             ({"core:num_channels": 2}, "core:num_channels"), ({"depinsat:rolloff": 0.5}, "rolloff"),
                             ({"core:extensions": [{"name": "x", "version": "1.0.0", "optional": False}]}, "x")):
            capture = make_recording(self.folder / "bad", self.samples[:100])
            meta = json.loads(capture.read_text())
            meta["global"].update(change)
            capture.write_text(json.dumps(meta))
            self.check_refused(depinsat("replay", capture), 2, word)
        capture = make_recording(self.folder / "bad", self.samples[:100])
        sigmf.files(capture)[1].write_bytes(b"123")
        self.check_refused(depinsat("replay", capture), 2, "size")
        capture.write_text("[]")
        self.check_refused(depinsat("replay", capture), 2, "SigMF")

    def test_an_empty_recording_has_no_frames(self):
        frames, summary = self.frames(make_recording(self.folder / "empty", []))
        self.assertEqual((frames, summary["received"]), ([], 0))

    def test_what_is_recorded_is_valid_and_comes_back(self):
        from gnuradio import blocks, gr
        from depinsat import radio
        path = self.folder / "recorded.sigmf-data"
        graph = gr.top_block()
        waveform = {"symbol_rate_baud": BAUD, "rolloff": 0.35, "modcod": "qpsk_1-2"}
        graph.connect(blocks.vector_source_c(self.samples[:100_000]), radio.Record(path, RATE, 1e9, waveform))
        graph.run()
        recording = sigmf.Recording(path)
        jsonschema.validate(recording.meta, SCHEMA)
        self.assertEqual(recording.waveform, {"symbol_rate_baud": BAUD, "rolloff": 0.35})
        sink = blocks.vector_sink_c()
        graph = gr.top_block()
        graph.connect(radio.Replay(recording), sink)
        graph.run()
        np.testing.assert_array_equal(np.array(sink.data(), np.complex64), np.asarray(self.samples[:100_000], np.complex64))


class Captures(TestCase):
    """Captures in git and the frames that they hold."""

    def test_every_capture_gives_its_frames_twice(self):
        captures = sorted((ROOT / "tests/captures").glob("*" + sigmf.META))
        self.assertTrue(captures)
        for capture in captures:
            jsonschema.validate(json.loads(capture.read_text()), SCHEMA)
            if not sigmf.files(capture)[1].exists():
                print(f"skipped: {sigmf.files(capture)[1].name} is absent", file=sys.stderr)
                continue
            runs = [depinsat("replay", capture, "--json") for _ in range(2)]
            self.assertEqual(runs[0].returncode, 0, runs[0].stderr)
            self.assertEqual(runs[0].stdout, runs[1].stdout)
            received = [json.loads(line)["data_sha256"] for line in runs[0].stdout.splitlines()[:-1]]
            self.assertEqual(received, self.expected(capture))

    @staticmethod
    def expected(capture):
        """SHA-256 of each data field, as tools/make_dtv_capture.py wrote them from what it sent."""
        annotations = json.loads(capture.read_text())["annotations"]
        return [a["core:comment"].rpartition("SHA-256 ")[2] for a in annotations]

    def test_a_capture_with_other_samples_is_refused(self):
        capture = make_recording(self.folder / "capture", np.zeros(100), **{"core:sha512": "0" * 128})
        self.check_refused(depinsat("replay", capture), 2, "core:sha512")


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
        for status in (2, 3):
            self.assertEqual(self.look_until(self.child(f"raise SystemExit({status})"), lambda s: s is not None), status)

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
