"""SigMF recordings: made, replayed, refused; captures and the frames that they hold."""
import json
import pathlib
import subprocess
import sys
import unittest

import jsonschema
import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from command_world import COMMAND, ROOT, TestCase, depinsat  # noqa: E402
from depinsat import sigmf  # noqa: E402

SCHEMA = json.loads((ROOT / "tests/vectors/sigmf/sigmf-schema.json").read_text())
RATE, BAUD = 500e3, 250e3


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
                             ({"depinsat:rolloff": "x"}, "0.35, 0.25, 0.2"), ({"core:datatype": ["cf32_le"]}, "core:datatype"),
                             ({"depinsat:symbol_rate_baud": float("nan")}, "1000 to 60000000"),
                             ({"depinsat:symbol_rate_baud": 60e6}, "samples a symbol"),
                             ({"depinsat:pl_scrambling_n": 1.5}, "0 to 262141"),
                             ({"depinsat:spectral_inversion": "yes"}, "auto, normal, inverted"),
                             ({"core:extensions": ["x"]}, "core:extensions"),
                             ({"core:extensions": [{"name": "x", "version": "1.0.0", "optional": False}]}, "x")):
            capture = make_recording(self.folder / "bad", self.samples[:100])
            meta = json.loads(capture.read_text())
            meta["global"].update(change)
            capture.write_text(json.dumps(meta))
            self.check_refused(depinsat("replay", capture), 2, word)
        capture = make_recording(self.folder / "bad", self.samples[:100])
        sigmf.files(capture)[1].write_bytes(b"123")
        self.check_refused(depinsat("replay", capture), 2, "size")
        for text in ("[]", "[" * 100_000):
            capture.write_text(text)
            self.check_refused(depinsat("replay", capture), 2, "SigMF")

    def test_the_end_of_the_output_ends_it(self):
        capture = make_recording(self.folder / "capture", self.samples)
        with subprocess.Popen([COMMAND, "replay", capture], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.readline()
            process.stdout.close()
            self.assertEqual((process.wait(20), process.stderr.read()), (1, b""))
        with open("/dev/full", "w") as full:
            result = subprocess.run([COMMAND, "replay", capture], stdout=full, stderr=subprocess.PIPE, text=True, timeout=20)
        self.assertEqual((result.returncode, len(result.stderr.splitlines())), (1, 1))
        self.assertIn("No space left", result.stderr)

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


if __name__ == "__main__":
    unittest.main(verbosity=2)
