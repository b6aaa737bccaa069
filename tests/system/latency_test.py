"""A message that is due now reaches the satellite's input within two frame times and lead_ms, bulk or not.

Its figures come from tools/measure_latency.py, which prints them. The bound is asked of the median, since the other
programs of the machine may hold up a single message.
"""
import json
import pathlib
import subprocess
import sys
import unittest

MEASURE = pathlib.Path(__file__).resolve().parents[2] / "tools/measure_latency.py"


class Latency(unittest.TestCase):
    def measure(self, frame_size):
        done = subprocess.run([sys.executable, MEASURE, "--frame-size", frame_size], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        print(done.stdout, end="")
        return json.loads(done.stdout)

    def test_short_frames(self):
        result = self.measure("short")
        self.assertLess(result["median_ms"], result["bound_ms"])

    def test_normal_frames(self):
        result = self.measure("normal")
        self.assertLess(result["median_ms"], result["bound_ms"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
