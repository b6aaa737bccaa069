"""gr-dtv's transmitter -> dvbs2_receiver: two implementations of the standard agree."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from flowgraph import frames_of, run
from gnuradio import blocks, depinsat, gr

MAKER = pathlib.Path(os.environ["DEPINSAT_SOURCE"]) / "tools/make_dtv_capture.py"
FRAMES = {"normal": 14, "short": 30}
ES_N0_DB = {"qpsk_1-2": 12, "qpsk_3-4": 12, "8psk_2-3": 12, "16apsk_3-4": 12, "32apsk_4-5": 15.5}


def capture(folder, modcod, size, pilots):
    """Path of a recording, and the data fields that went in."""
    name = pathlib.Path(folder) / "capture"
    options = ["--modcod", modcod, "--frame-size", size, "--frames", str(FRAMES[size]), "--seed", "7"]
    impairments = ["--es-n0-db", str(ES_N0_DB[modcod]), "--offset-hz", "15000", "--clock-ppm", "20"]
    command = [sys.executable, str(MAKER), str(name), *options, *impairments]
    subprocess.run(command + ([] if pilots else ["--no-pilots"]), check=True, timeout=120)
    sent = name.with_suffix(".frames").read_bytes()
    field = len(sent) // FRAMES[size]
    return name.with_suffix(".sigmf-data"), [sent[at : at + field] for at in range(0, len(sent), field)]


class DtvTest(unittest.TestCase):
    def test_frames_of_gr_dtv_are_received(self):
        for modcod in ES_N0_DB:
            for size in FRAMES:
                for pilots in (True, False):
                    with self.subTest(modcod=modcod, frame_size=size, pilots=pilots), tempfile.TemporaryDirectory() as folder:
                        self.check(modcod, size, pilots, *capture(folder, modcod, size, pilots))

    def check(self, modcod, size, pilots, path, fields):
        source = blocks.file_source(gr.sizeof_gr_complex, str(path))
        frames = frames_of(run(source, blocks.vector_sink_b(), depinsat.dvbs2_receiver()))
        self.assertEqual([f["failure"] for f in frames if f["failure"] != "none"], [])
        first = fields.index(frames[0]["data"])
        self.assertLessEqual(first, 10)
        self.assertEqual([f["data"] for f in frames], fields[first:])  # the last one, too
        for frame in frames:
            self.assertEqual((frame["modcod"], frame["frame_size"], frame["pilots"]), (modcod, size, pilots))
            self.assertAlmostEqual(frame["cfo_hz"], 15e3, delta=200)


if __name__ == "__main__":
    unittest.main(verbosity=2)
