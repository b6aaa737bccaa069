"""dvbs2_transmitter and dvbs2_receiver: loopback, ends of streams, pieces, cores, latency, telemetry."""
import os
import random
import threading
import time
import unittest

import numpy as np
import pmt
from flowgraph import Messages, channel, frames_of, random_bytes, run, samples_of, tags_of
from gnuradio import blocks, depinsat, gr

FIELD = 869  # bytes of a data field: QPSK 1/2, short


class Pieces(gr.sync_block):
    """Puts out samples in pieces of random sizes."""

    LARGEST = 70000

    def __init__(self, samples, seed):
        gr.sync_block.__init__(self, "pieces", None, [np.complex64])
        self.samples, self.at, self.random = samples, 0, random.Random(seed)
        self.set_min_output_buffer(2 * self.LARGEST)

    def work(self, _, outputs):
        piece = self.samples[self.at :][: min(len(outputs[0]), self.random.randint(1, self.LARGEST))]
        outputs[0][: len(piece)] = piece
        self.at += len(piece)
        return len(piece) or -1


def receive(source, **parameters):
    """Frames and telemetry of a receiver behind the source."""
    tb, receiver, sink, telemetry = gr.top_block(), depinsat.dvbs2_receiver(**parameters), blocks.vector_sink_b(), Messages()
    tb.connect(source, receiver, sink)
    tb.msg_connect(receiver, "telemetry", telemetry, "in")
    tb.run()
    return frames_of(sink), telemetry.values


class LoopbackTest(unittest.TestCase):
    def test_frames_come_through_noise_and_offset(self):
        for size, field, count, pilots in [
            ("short", FIELD, 40, True),
            ("short", FIELD, 40, False),
            ("normal", 4016, 20, True),
            ("normal", 4016, 20, False),
        ]:
            with self.subTest(size=size, pilots=pilots):
                data = random_bytes(count * field, seed=count)
                sink = run(
                    blocks.vector_source_b(list(data)),
                    blocks.vector_sink_b(),
                    depinsat.dvbs2_transmitter(frame_size=size, pilots=pilots),
                    channel(4.0, 0.01, clock_error_ppm=30),
                    depinsat.dvbs2_receiver(),
                )
                frames = frames_of(sink)
                self.assertGreaterEqual(len(frames), count - 10)
                self.assertTrue(data.endswith(bytes(sink.data())))
                for frame in frames[-10:]:
                    self.assertEqual(frame["failure"], "none")
                    self.assertEqual((frame["modcod"], frame["frame_size"]), ("qpsk_1-2", size))
                    self.assertEqual(frame["pilots"], pilots)
                    self.assertEqual(frame["bytes"], field)
                    self.assertAlmostEqual(frame["snr_db"], 4.0, delta=1.0)
                    self.assertAlmostEqual(frame["cfo_hz"], 10e3, delta=100)

    def test_the_last_frame_may_be_short_and_is_delivered(self):
        data = random_bytes(19 * FIELD + 100, seed=2)
        sink = run(blocks.vector_source_b(list(data)), blocks.vector_sink_b(), depinsat.dvbs2_transmitter(), depinsat.dvbs2_receiver())
        frames = frames_of(sink)
        self.assertEqual(frames[-1]["bytes"], 100)
        self.assertEqual(frames[-1]["data"], data[-100:])

    def test_a_capture_that_ends_with_its_last_frame_gives_it(self):
        data = random_bytes(20 * FIELD, seed=3)
        samples = samples_of(data, depinsat.dvbs2_transmitter())
        samples = samples[: -2 * 3330 + 2 * 20]  # the dummy frame is gone, the filter's tail is there
        frames, _ = receive(blocks.vector_source_c(samples.tolist()))
        self.assertEqual(frames[-1]["data"], data[-FIELD:])

    def test_frames_of_changing_formats(self):
        """VCM: each part by a transmitter of its own; the joints cost at most a few frames."""
        parts = []
        for number, (modcod, size) in enumerate([("qpsk_1-2", "short"), ("8psk_2-3", "normal"), ("qpsk_3-4", "short")]):
            parts.append(samples_of(random_bytes(70000, seed=number), depinsat.dvbs2_transmitter(modcod=modcod, frame_size=size)))
        frames, _ = receive(blocks.vector_source_c(np.concatenate(parts).tolist()))
        formats = [(f["modcod"], f["frame_size"]) for f in frames if f["failure"] == "none"]
        for part in [("qpsk_1-2", "short"), ("8psk_2-3", "normal"), ("qpsk_3-4", "short")]:
            self.assertIn(part, formats)
        lengths = {f["bytes"] for f in frames if f["failure"] == "none"}
        self.assertTrue({869, 5370, 1454} <= lengths, lengths)

    def test_pieces_and_cores_change_nothing(self):
        data = random_bytes(40 * FIELD, seed=4)
        samples = samples_of(data, depinsat.dvbs2_transmitter(), channel(3.0, -0.02, clock_error_ppm=-50, seed=5))
        wanted = receive(blocks.vector_source_c(samples.tolist()))
        self.assertGreaterEqual(len(wanted[0]), 30)
        self.assertGreaterEqual(len(wanted[1]), 6)
        available = sorted(os.sched_getaffinity(0))
        for cores, threads, seed in [(available[:1], 1, 6), (available[:2], 2, 7), (available[:2], 4, 8), (available[:1], 2, 9)]:
            with self.subTest(cores=cores, threads=threads, seed=seed):
                os.sched_setaffinity(0, cores)
                try:
                    frames, telemetry = receive(Pieces(samples, seed), cores=threads)
                finally:
                    os.sched_setaffinity(0, available)
                self.assertEqual(frames, wanted[0])
                self.assertEqual(repr(telemetry), repr(wanted[1]))

    def test_a_frame_comes_out_though_no_sample_follows(self):
        """The block sleeps, waiting for samples, when the decoding on another core ends."""
        data = random_bytes(12 * FIELD, seed=12)
        samples = samples_of(data, depinsat.dvbs2_transmitter())
        for cores in (1, 2):
            tb, sink = gr.top_block(), blocks.vector_sink_b()
            source = Then(samples[: 2 * (12 * 8370 + 90 + 100)])  # the last frame and the PLHEADER behind it
            tb.connect(source, depinsat.dvbs2_receiver(cores=cores), sink)
            tb.start()
            while len(sink.data()) < len(data):  # the test's time-out bounds it
                time.sleep(0.01)
            self.assertEqual(bytes(sink.data()), data)
            source.ended = True
            tb.wait()

    def test_noise_alone_gives_no_bytes(self):
        noise = np.random.default_rng(9).normal(size=(400000, 2)).astype(np.float32).view(np.complex64).ravel()
        frames, telemetry = receive(blocks.vector_source_c(noise.tolist()))
        self.assertEqual([f for f in frames if f["failure"] == "none"], [])
        self.assertFalse(telemetry[-1]["locked"])

    def test_telemetry_comes_every_100_ms_of_samples_and_at_the_end(self):
        data = random_bytes(40 * FIELD, seed=10)
        samples = samples_of(data, depinsat.dvbs2_transmitter(), channel(8.0, 0.005))
        frames, telemetry = receive(blocks.vector_source_c(samples.tolist()))
        self.assertEqual(len(telemetry), len(samples) // 100_000 + 1)
        last = telemetry[-1]
        self.assertTrue(last["locked"])
        self.assertEqual(last["received"], sum(f["failure"] == "none" for f in frames))
        self.assertEqual(last["failed"], sum(f["failure"] != "none" for f in frames))
        self.assertAlmostEqual(last["snr_db"], 8.0, delta=0.7)
        self.assertAlmostEqual(last["cfo_hz"], 5e3, delta=100)
        self.assertGreater(len(last["constellation"]), 0)

    def test_vl_snr_comes_through_below_the_noise(self):
        """Both frame lengths; a receiver of other frames hears nothing of them."""
        for modcod, size, field, es_n0_db in [("bpsk_1-5", "short", 374, -5.7), ("qpsk_2-9", "normal", 1766, -2.4)]:
            with self.subTest(modcod=modcod):
                data = random_bytes(5 * field, seed=field)
                samples = samples_of(data, depinsat.dvbs2_transmitter(modcod=modcod, frame_size=size),
                                     channel(es_n0_db, 0.001, clock_error_ppm=30))
                frames, telemetry = receive(blocks.vector_source_c(samples.tolist()), max_iterations=50, vl_snr=True)
                self.assertEqual(b"".join(f["data"] for f in frames), data)
                for frame in frames:
                    self.assertEqual((frame["modcod"], frame["frame_size"]), (modcod, size))
                    self.assertEqual((frame["failure"], frame["pilots"], frame["bytes"]), ("none", True, field))
                    self.assertAlmostEqual(frame["snr_db"], es_n0_db, delta=1.0)
                    self.assertAlmostEqual(frame["cfo_hz"], 1e3, delta=20)
                last = telemetry[-1]
                self.assertTrue(last["locked"])
                self.assertEqual((last["received"], last["failed"]), (5, 0))
                self.assertEqual(len(last["constellation"]), 1024)
                again, _ = receive(Pieces(samples, seed=3), max_iterations=50, vl_snr=True, cores=2)
                self.assertEqual(again, frames)
                others, _ = receive(blocks.vector_source_c(samples.tolist()))
                self.assertEqual([f for f in others if f["failure"] == "none"], [])

    def test_wrong_parameters_are_refused_by_key(self):
        for key, make in [
            ("MODCOD", lambda: depinsat.dvbs2_transmitter(modcod="qpsk_9-9")),
            ("frame_size", lambda: depinsat.dvbs2_transmitter(frame_size="tiny")),
            ("MODCOD", lambda: depinsat.dvbs2_transmitter(frame_size="medium")),
            ("pilots", lambda: depinsat.dvbs2_transmitter(modcod="qpsk_2-9", frame_size="normal", pilots=False)),
            ("rolloff", lambda: depinsat.dvbs2_transmitter(rolloff=0.12)),
            ("samples_per_symbol", lambda: depinsat.dvbs2_transmitter(samples_per_symbol=9)),
            ("pl_scrambling_n", lambda: depinsat.dvbs2_transmitter(pl_scrambling_n=262142)),
            ("isi", lambda: depinsat.dvbs2_transmitter(isi=256)),
            ("stream_type", lambda: depinsat.dvbs2_transmitter(stream_type="tcp")),
            ("symbol_rate_baud", lambda: depinsat.dvbs2_receiver(symbol_rate_baud=0)),
            ("sample_rate_hz", lambda: depinsat.dvbs2_receiver(sample_rate_hz=1.1e6, symbol_rate_baud=1e6)),
            ("rolloff", lambda: depinsat.dvbs2_receiver(rolloff=0.3)),
            ("spectral_inversion", lambda: depinsat.dvbs2_receiver(spectral_inversion="yes")),
            ("max_iterations", lambda: depinsat.dvbs2_receiver(max_iterations=0)),
            ("cores", lambda: depinsat.dvbs2_receiver(cores=0)),
            ("sample_rate_hz", lambda: depinsat.dvbs2_receiver(symbol_rate_baud=1e5, vl_snr=True)),
            ("equaliser", lambda: depinsat.dvbs2_receiver(equaliser=True, vl_snr=True)),
            ("cores", lambda: depinsat.dvbs2_receiver(cores=65)),
        ]:
            with self.subTest(key=key):
                with self.assertRaisesRegex(ValueError, key):
                    make()


class TransmitterTest(unittest.TestCase):
    def test_tags_mark_the_first_sample_of_each_frame(self):
        source = blocks.vector_source_b(list(random_bytes(3 * FIELD, seed=11)))
        sink = run(source, blocks.vector_sink_c(), depinsat.dvbs2_transmitter(samples_per_symbol=3))
        self.assertEqual(tags_of(sink, "frame_start"), [(0, 0), (3 * 8370, 1), (6 * 8370, 2)])
        self.assertEqual(tags_of(sink, "dummy_start"), [(9 * 8370, True)])
        self.assertEqual(len(sink.data()), 3 * (3 * 8370 + 3330))

    def test_dummy_frames_keep_a_live_stream_on_air(self):
        """Bytes that never make a data field: dummies go out for as long as anybody listens."""
        tb, source = gr.top_block(), Trickle(FIELD - 1)
        head, sink = blocks.head(gr.sizeof_gr_complex, 30000), blocks.vector_sink_c()
        tb.connect(source, depinsat.dvbs2_transmitter(dummy_frames=True), head, sink)
        tb.start()
        while len(sink.data()) < 30000:  # the test's time-out bounds it
            time.sleep(0.01)
        source.ended = True
        tb.wait()
        self.assertEqual([offset for offset, _ in tags_of(sink, "dummy_start")], [0, 6660, 13320, 19980, 26640])
        self.assertEqual(tags_of(sink, "frame_start"), [])

    def test_without_dummy_frames_it_waits_for_the_rest_of_a_data_field(self):
        tb, source, sink = gr.top_block(), Trickle(FIELD - 1), blocks.vector_sink_c()
        tb.connect(source, depinsat.dvbs2_transmitter(), sink)
        tb.start()
        self.assertTrue(source.given.wait(10))
        time.sleep(0.1)
        self.assertEqual(len(sink.data()), 0)
        source.rest = [1]
        source.ended = True
        tb.wait()
        self.assertEqual(tags_of(sink, "frame_start"), [(0, 0)])
        self.assertEqual(len(sink.data()), 2 * (8370 + 3330))

    def test_bytes_are_taken_when_their_frame_is_due(self):
        """What waits between the transmitter and a sink that stands still is a small part of a frame."""
        tb, source, sink = gr.top_block(), Trickle(100 * FIELD), Still(30000)
        transmitter = depinsat.dvbs2_transmitter(frame_size="normal")
        tb.connect(source, transmitter, sink)
        tb.start()
        self.assertTrue(sink.stopped.wait(10))
        time.sleep(0.2)
        held = transmitter.nitems_written(0) - sink.taken
        taken = transmitter.nitems_read(0)
        sink.go_on.set()
        source.ended = True
        tb.stop()
        tb.wait()
        print(f"samples held between transmitter and sink: {held}")
        self.assertLessEqual(held, 1024)
        self.assertEqual(taken, 4016)  # 30000 samples lie in the first frame of 66564


class Trickle(gr.sync_block):
    """So many bytes, then nothing until it is told of a rest and of its end."""

    def __init__(self, count):
        gr.sync_block.__init__(self, "trickle", None, [np.uint8])
        self.left, self.rest, self.ended, self.given = count, [], False, threading.Event()

    def work(self, _, outputs):
        count = min(self.left, len(outputs[0]))
        if count > 0:
            outputs[0][:count] = 7
            self.left -= count
            return count
        self.given.set()
        if not self.ended:
            time.sleep(0.001)
            return 0
        count = len(self.rest)
        outputs[0][:count] = self.rest
        self.rest = []
        return count or -1


class Then(gr.sync_block):
    """Samples, then nothing until it is told of its end."""

    def __init__(self, samples):
        gr.sync_block.__init__(self, "then", None, [np.complex64])
        self.left, self.ended = samples, False

    def work(self, _, outputs):
        count = min(len(self.left), len(outputs[0]))
        outputs[0][:count] = self.left[:count]
        self.left = self.left[count:]
        if count == 0 and not self.ended:
            time.sleep(0.001)
        return count or (-1 if self.ended else 0)


class Still(gr.sync_block):
    """Takes so many samples and then stands still."""

    def __init__(self, count):
        gr.sync_block.__init__(self, "still", [np.complex64], None)
        self.count, self.taken = count, 0
        self.stopped, self.go_on = threading.Event(), threading.Event()

    def work(self, inputs, _):
        if self.taken >= self.count and not self.go_on.is_set():
            self.stopped.set()
            time.sleep(0.001)
            return 0
        taken = len(inputs[0]) if self.go_on.is_set() else min(len(inputs[0]), self.count - self.taken)
        self.taken += taken
        return taken


if __name__ == "__main__":
    unittest.main(verbosity=2)
