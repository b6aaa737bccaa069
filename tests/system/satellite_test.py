"""The simulated satellite with stations at its sockets: clock, credit, absent, late and hostile stations."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import cbor2
import numpy as np
import zmq

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from sample_station import SampleStation  # noqa: E402

PROGRAM = os.environ["DEPINSAT_SAT"]
RATE, DELAY_MS = 200_000, 250
DELAY = RATE * DELAY_MS // 1000
STATION = """[[station]]
name = "{}"
tx_frequency_hz = {}
rx_frequency_hz = {}
symbol_rate_baud = 100000
"""


def ramp(first, count):
    """A sample that tells its own number."""
    n = np.arange(first, first + count)
    return (n % 1000 / 1000 + 1j * (n // 1000 % 1000 / 1000 + 0.001)).astype(np.complex64)


class Satellite:
    def __init__(self, *options, rate=RATE, extra=""):
        self.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self.folder.name)
        self.uplink, self.downlink = f"ipc://{folder}/run/up", f"ipc://{folder}/run/down"
        self.status_file, self.config = folder / "status.json", folder / "satellite.toml"
        self.rate, self.options = rate, options
        self.config.write_text(f"""[satellite]
sample_rate_hz = {rate}
delay_ms = {DELAY_MS}
uplink_endpoint = "{self.uplink}"
downlink_endpoint = "{self.downlink}"
status_file = "status.json"
""" + STATION.format("a", 0, 1e6) + STATION.format("b", 1e6, 0) + extra)

    def __enter__(self):
        # With the address sanitizer freed memory would wait in quarantine, and look like a leak.
        self.process = subprocess.Popen([PROGRAM, "--config", self.config, *self.options], stderr=subprocess.PIPE, text=True,
                                        env={**os.environ, "ASAN_OPTIONS": "quarantine_size_mb=0"})
        self.process.stderr.readline()  # it is bound
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.log = self.process.communicate(timeout=10)[1]
        self.folder.cleanup()

    def station(self, name, transmit=None, **options):
        return SampleStation(name, self.uplink, self.downlink, self.rate, transmit, **options)

    def status(self):
        """Counters of now: the file is written once a second."""
        asked = time.time()
        wait_for(lambda: self.status_file.exists() and self.status_file.stat().st_mtime > asked)
        return json.loads(self.status_file.read_text())

    def resident_kb(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.02)


def counters(status, name):
    return next(s for s in status["stations"] if s["name"] == name)


def expected(first, count):
    """What the other station sent, after the delay; nothing before it began."""
    return ramp(first - DELAY, count)


class SatelliteTest(unittest.TestCase):
    def check_stream(self, station, begun):
        """All that came of what was sent since sample `begun` is what the other station sent, at its place.

        On a busy machine a station of this test may itself be late: it then loses samples, but less than half a second.
        """
        lost, last = 0, None
        for first, samples, _ in list(station.received):
            sent = expected(first, len(samples))
            known = np.arange(first, first + len(samples)) >= begun + DELAY
            missing = (samples == 0) & known
            np.testing.assert_array_equal(samples[known & ~missing], sent[known & ~missing])
            lost += np.count_nonzero(missing) + (first - last if last is not None else 0)
            last = first + len(samples)
        self.assertGreater(last, begun + DELAY)
        self.assertLess(lost, RATE // 2)

    def test_samples_arrive_after_the_delay_and_unchanged(self):
        with Satellite() as satellite, satellite.station("a", ramp) as a, satellite.station("b", ramp) as b:
            wait_for(lambda: sum(len(r[1]) for r in list(b.received)) > 4 * DELAY)
            status = satellite.status()
        self.check_stream(b, a.grants[0][0])
        self.check_stream(a, b.grants[0][0])
        for name in "ab":
            self.assertEqual(counters(status, name)["refused"], 0)

    def test_as_fast_as_possible_loses_nothing(self):
        with Satellite("--as-fast-as-possible", rate=RATE) as satellite, \
                satellite.station("a", ramp) as a, satellite.station("b", ramp) as b:
            wait_for(lambda: sum(len(r[1]) for r in list(b.received)) > 2 * RATE)
            status = satellite.status()
        self.assertEqual(a.grants[0][0], 0)
        first, samples = b.stream()
        self.assertEqual(first, 0)
        np.testing.assert_array_equal(samples[DELAY:], expected(0, len(samples))[DELAY:])
        self.assertFalse(samples[:DELAY].any())
        self.assertEqual(counters(status, "a")["zeros"] + counters(status, "b")["zeros"], 0)

    def test_patient_it_stands_still_for_a_station_that_is_late(self):
        def stuck(first, count):
            if first < 2 * RATE <= first + count:
                time.sleep(1.5)  # far beyond the delay
            return ramp(first, count)

        with Satellite("--patient") as satellite, satellite.station("a", stuck) as a, satellite.station("b", ramp) as b:
            begin = time.monotonic()
            wait_for(lambda: sum(len(r[1]) for r in list(b.received)) > 4 * RATE, 40)
            took, status = time.monotonic() - begin, satellite.status()
        self.assertGreater(took, 4 + 1)
        self.assertEqual([counters(status, name)["dropped"] for name in "ab"], [0, 0])
        first, samples = b.stream()
        begun = a.grants[0][0] + DELAY
        np.testing.assert_array_equal(samples[begun - first:], expected(first, len(samples))[begun - first:])

    def test_the_satellite_is_the_clock(self):
        with Satellite() as satellite, satellite.station("a", ramp) as a:
            wait_for(lambda: len(a.grants) > 10)
            begin, granted = time.monotonic(), sum(a.grants[-1])
            time.sleep(3)
            rate = (sum(a.grants[-1]) - granted) / (time.monotonic() - begin)
            self.assertLess(abs(rate / RATE - 1), 0.1)
            for (first, samples), (following, _) in zip(a.grants, a.grants[1:]):
                self.assertGreaterEqual(following, first + samples)

    def test_credit_ends_at_20_ms(self):
        with Satellite() as satellite, satellite.station("a", transmit=None) as a:
            wait_for(lambda: a.grants)
            time.sleep(DELAY_MS / 2000)
            self.assertLessEqual(sum(n for _, n in a.grants if a.grants), RATE * 0.020)

    def test_lateness_within_the_delay_is_forgiven(self):
        def often_late(first, count):
            if first // RATE != (first + count) // RATE:
                time.sleep(0.18)  # lost, were it not forgiven: 0.7 s
            return ramp(first, count)

        with Satellite() as satellite, satellite.station("a", often_late) as a, satellite.station("b") as b:
            wait_for(lambda: sum(len(r[1]) for r in list(b.received)) > 4 * RATE)
        self.check_stream(b, a.grants[0][0])

    def test_a_stopped_station_disturbs_nobody(self):
        with Satellite() as satellite, satellite.station("a", ramp) as a, satellite.station("c-is-unknown"):
            other = subprocess.Popen([sys.executable, __file__, "--station", "b", satellite.uplink, satellite.downlink])
            try:
                wait_for(lambda: counters(satellite.status(), "b")["samples_in"] > RATE)
                before, memory = satellite.status(), satellite.resident_kb()
                other.send_signal(signal.SIGSTOP)
                time.sleep(5)
                stopped = satellite.status()
                other.send_signal(signal.SIGCONT)
                grown = satellite.resident_kb() - memory
                wait_for(lambda: counters(satellite.status(), "b")["samples_in"] >
                         counters(stopped, "b")["samples_in"] + RATE)
                after = satellite.status()
            finally:
                other.kill()
                other.wait()
        # Had the other stalled it, it would have lost the 5 s; a busy machine may cost it a moment.
        self.assertGreater(sum(len(samples) for _, samples, _ in a.received), 5.5 * RATE)
        self.assertLess(counters(after, "a")["zeros"] - counters(before, "a")["zeros"], RATE // 2)
        self.assertLess(counters(after, "a")["dropped"], RATE // 2)
        self.assertGreater(counters(stopped, "b")["zeros"] - counters(before, "b")["zeros"], 3 * RATE)
        self.assertGreater(counters(stopped, "b")["dropped"], 3 * RATE)
        self.assertLess(grown, 4096)
        self.assertGreater(after["unknown"], 0)

    def test_a_station_may_vanish_and_return(self):
        with Satellite() as satellite, satellite.station("a", ramp) as a:
            for times in range(1, 4):
                with satellite.station("b", ramp) as b:
                    wait_for(lambda: sum(len(r[1]) for r in list(b.received)) > 2 * DELAY)
                    self.check_stream(b, a.grants[0][0])
                    self.assertTrue(b.grants)
            self.assertEqual(counters(satellite.status(), "b")["starts"], 3)

    def test_the_satellite_may_vanish_and_return(self):
        first = Satellite()
        with first, first.station("a", ramp) as a, first.station("b", ramp) as b:
            wait_for(lambda: len(b.received) > 20)
            first.process.terminate()
            first.process.communicate()
            del b.received[:], a.grants[:]
            first.__enter__()
            wait_for(lambda: sum(len(r[1]) for r in list(b.received)) > 4 * DELAY)
            self.assertTrue(a.grants)

    def test_a_link_is_cut_and_restored_by_sighup(self):
        with Satellite() as satellite, satellite.station("a", ramp) as a, satellite.station("b", ramp) as b:
            def wait_for_sound(station, sound):
                del station.received[:]
                wait_for(lambda: any(len(s) and s.any() == sound for _, s, _ in list(station.received)))

            def reread(text):
                satellite.config.write_text(text)
                satellite.process.send_signal(signal.SIGHUP)
                return next(line for line in satellite.process.stderr if ": present" not in line)

            whole = satellite.config.read_text()
            cut = whole + '[[loss]]\nstation = "b"\ndirection = "down"\nshare = 1\nseconds = 1\n'
            wait_for_sound(b, True)
            self.assertIn("were read again", reread(cut))
            wait_for_sound(b, False)
            wait_for_sound(a, True)
            for mistake, words in ((cut.replace("share = 1", "share = 2"), "loss.share"),
                                   (whole.replace(f"delay_ms = {DELAY_MS}", "delay_ms = 77"), "only [[fade]] and [[loss]]")):
                said = reread(mistake)
                self.assertIn("nothing is changed", said)
                self.assertIn(words, said)
            wait_for_sound(b, False)
            self.assertIn("were read again", reread(whole))
            wait_for_sound(b, True)

    def test_hostile_messages_are_dropped_and_counted(self):
        with Satellite() as satellite, satellite.station("a", ramp) as a, satellite.station("b", ramp):
            context = zmq.Context()
            for endpoint in (satellite.uplink, satellite.downlink):
                evil = context.socket(zmq.DEALER)
                evil.linger = 500
                evil.connect(endpoint)
                samples = cbor2.dumps({"type": "samples", "first_sample": 1 << 61, "sample_rate_hz": RATE})
                body = np.full(10, np.nan, np.complex64).tobytes()
                for parts in ([b""], [b"", b""], [b"\xff" * 3000, b"x"], [b"a"] * 50, [samples, body], [samples, b"1234567"],
                              [cbor2.dumps({"type": "hello", "station": "b", "sample_rate_hz": RATE * 2}), b""],
                              [cbor2.dumps({"type": "hello", "station": "nobody", "sample_rate_hz": RATE}), b""],
                              [cbor2.dumps({"type": "credit", "samples": 1 << 61}), b""], [samples, bytes(1 << 20)]):
                    for _ in range(20):
                        evil.send_multipart(parts)
                evil.close()
            # A station that lies about what it was granted.
            for first in (0, 1 << 40):
                a.send(a.up, {"type": "samples", "first_sample": first, "sample_rate_hz": RATE}, bytes(800))
            time.sleep(1)
            status = satellite.status()
            context.destroy()
            self.assertIsNone(satellite.process.poll())
        self.assertIn("station b: refused: its sample_rate_hz is 400000.0, the satellite's is 200000.0", satellite.log)
        strangers = satellite.log.count("station nobody: refused: not in the configuration")  # 40 times
        self.assertEqual(strangers, 6)
        self.assertGreaterEqual(status["malformed"], 200)
        self.assertGreaterEqual(status["unknown"], 80)
        self.assertGreater(counters(status, "b")["refused"], 0)
        self.assertGreater(counters(status, "a")["refused"] + counters(status, "a")["late"], 0)

    def test_mistakes_end_with_one_line_and_status_2(self):
        with Satellite() as satellite:
            second = subprocess.run([PROGRAM, "--config", satellite.config], capture_output=True, text=True, timeout=10)
            self.check_refused(second, "in use")
            self.assertIn(satellite.uplink, second.stderr)
        unwritable = Satellite("--status-file", "/nonexistent/status.json")
        self.check_refused(subprocess.run([PROGRAM, "--config", unwritable.config, *unwritable.options], capture_output=True,
                                          text=True, timeout=10), "status_file: /nonexistent/status.json")
        bad = Satellite(extra="[[fade]]\nstation = \"a\"\n")
        self.check_refused(subprocess.run([PROGRAM, "--config", bad.config], capture_output=True, text=True, timeout=10),
                           "fade.direction")
        for arguments in (["--config", "/nonexistent.toml"], [], ["--confg", "x"]):
            self.check_refused(subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=10), "")

    def check_refused(self, result, word):
        self.assertEqual(result.returncode, 2)
        self.assertEqual(len(result.stderr.strip().splitlines()), 1, result.stderr)
        self.assertIn(word, result.stderr)

    def test_signals_stop_it_cleanly(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with Satellite() as satellite:
                satellite.process.send_signal(number)
                self.assertEqual(satellite.process.wait(5), 0)
        self.assertEqual(subprocess.run([PROGRAM, "--help"], capture_output=True).returncode, 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--station"]:
        with SampleStation(sys.argv[2], sys.argv[3], sys.argv[4], RATE, ramp) as station:
            station.thread.join()
    unittest.main(verbosity=2)
