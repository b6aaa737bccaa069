#!/usr/bin/env python3
"""measure_receiver.py against a program whose thresholds are known. Usage: receiver_tool_test.py TOOLS_FOLDER"""
import os
import subprocess
import sys
import tempfile
import unittest

TOOLS = sys.argv.pop()

# Loses all frames below 0.98 dB, behind the receiver 0.12 dB more and with phase noise 0.29 dB more again.
PROGRAM = f"""#!{sys.executable}
import json, sys
if "--list" in sys.argv:
    print("code tc_128\\nmodcod qpsk_1-2 --frame-size normal\\nmodcod 8psk_3-4 --frame-size normal\\nmodcod bpsk_1-3 --frame-size short")
    sys.exit()
text = " ".join(sys.argv).replace("=", " ").split()
value = lambda name, default: float(text[text.index(name) + 1]) if name in text else default
threshold = 0.98 + 0.12 * ("receiver" in text) + 0.29 * ("--phase-noise-mask" in text)
frames = int(value("--frames", 0))
errors = 0 if value("--esn0-db", None) >= threshold else frames
errors = int(min(errors, value("--max-frame-errors", errors)))
print(json.dumps(dict(frames=frames, frame_errors=errors, fer=errors / frames, starts=1, starts_without_lock=0,
                      starts_in_time=1, undetected_errors=0, failed_frames=0, lock_losses=0, frames_to_lock=1.5, most_frames_to_lock=2)))
"""


class Tool(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.program = os.path.join(self.folder, "program")
        with open(self.program, "w") as file:
            file.write(PROGRAM)
        os.chmod(self.program, 0o755)

    def rows(self, *arguments):
        """Rows of the table, and whether the program was run."""
        result = subprocess.run([sys.executable, os.path.join(TOOLS, "measure_receiver.py"), "--program", self.program,
                                 "--data", self.folder, *arguments], capture_output=True, text=True)
        self.assertEqual(result.returncode, 0, result.stderr)
        return [line.strip("| ").split(" | ") for line in result.stdout.splitlines()[2:]], result.stderr != ""

    def test_thresholds_are_the_first_good_points_of_the_grid(self):
        rows, ran = self.rows("thresholds", "--modcods", "qpsk")
        self.assertEqual(rows, [["`qpsk_1-2`", "normal", "1.00"]])
        self.assertTrue(ran)
        self.assertEqual(self.rows("thresholds", "--modcods", "qpsk"), (rows, False))

    def test_the_rest_starts_from_them(self):
        self.assertEqual(self.rows("loss", "--modcods", "qpsk")[0],
                         [["`qpsk_1-2`", "normal", pilots, "1.00", "1.10", "0.10"] for pilots in ("on", "off")])
        row = self.rows("frames", "--frames", "50", "--modcods", "8psk")[0][0]
        self.assertEqual(row[:6], ["`8psk_3-4`", "normal", "on", "1.20", "0 of 50", "100.00"])
        self.assertEqual(self.rows("phase-noise")[0][0], ["20", "1.10", "1.40", "0.30"])

    def test_vl_snr_is_measured_at_the_es_n0_of_the_standard(self):
        rows, _ = self.rows("vl-snr", "--modcods", "bpsk_1-3 short")
        self.assertEqual(rows, [["`bpsk_1-3`", "short", "-3.32", "0 of 1000", "0.00", "0 of 1000", "0"]])
        self.assertEqual(self.rows("thresholds", "--modcods", "bpsk")[0], [])


if __name__ == "__main__":
    unittest.main()
