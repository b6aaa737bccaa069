"""Receivers behind a radio that loses samples and says so in its tags."""
import unittest

import numpy as np
import pmt
from flowgraph import channel, frames_of, random_bytes, samples_of
from gnuradio import blocks, depinsat, gr

FIELD, FRAME = 869, 2 * 8370  # QPSK 1/2, short, pilots: bytes of a data field, samples of a frame
RATE = 1e6


def time_tag(offset, seconds):
    tag = gr.tag_t()
    tag.offset, tag.key = offset, pmt.intern("rx_time")
    tag.value = pmt.make_tuple(pmt.from_uint64(int(seconds)), pmt.from_double(seconds % 1))
    return tag


def sample_tag(offset, sample):
    tag = gr.tag_t()
    tag.offset, tag.key, tag.value = offset, pmt.intern("satellite_sample"), pmt.from_uint64(sample)
    return tag


class GapsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.data = random_bytes(20 * FIELD, 1)
        cls.samples = samples_of(cls.data, depinsat.dvbs2_transmitter(), channel(6.0, 0.01))

    def receive(self, samples, tags):
        tb, sink = gr.top_block(), blocks.vector_sink_b()
        tb.connect(blocks.vector_source_c(samples, False, 1, tags), depinsat.dvbs2_receiver(sample_rate_hz=RATE), sink)
        tb.run()
        return frames_of(sink)

    def check(self, tags_at):
        begin, lost = 8 * FRAME + 5000, 1234
        samples = np.concatenate([self.samples[:begin], self.samples[begin + lost:]])
        frames = self.receive(samples, tags_at(begin, lost))
        self.assertEqual([f["failure"] for f in frames], ["none"] * 8 + ["gap"] + ["none"] * 11)
        for frame in frames:
            self.assertLessEqual(abs(frame["first_sample"] - frames[0]["first_sample"] - frame["sequence"] * FRAME), 1)

    def test_times_of_uhd_tell_of_lost_samples(self):
        start = 1.7e9 + 0.25
        self.check(lambda begin, lost: [time_tag(0, start), time_tag(begin, start + (begin + lost) / RATE)])

    def test_the_satellites_clock_tells_of_lost_samples(self):
        self.check(lambda begin, lost: [sample_tag(0, 77), sample_tag(begin, 77 + begin + lost)])

    def test_times_that_go_on_as_they_must_change_nothing(self):
        plain = self.receive(self.samples, [])
        tagged = self.receive(self.samples, [time_tag(n, 5 + n / RATE) for n in range(100, len(self.samples), 50021)])
        self.assertEqual([f["data"] for f in plain], [f["data"] for f in tagged])
        self.assertEqual([f["failure"] for f in tagged], ["none"] * 20)

    def test_a_time_that_goes_back_is_a_gap_of_unknown_length(self):
        frames = self.receive(self.samples, [time_tag(0, 1000), time_tag(8 * FRAME + 5000, 3)])
        self.assertEqual([f["failure"] for f in frames], ["none"] * 8 + ["gap"] + ["none"] * 11)

    def test_a_flowgraph_that_runs_again_receives_again(self):
        tb, source, sink = gr.top_block(), blocks.vector_source_c(self.samples, False, 1, [time_tag(0, 5)]), blocks.vector_sink_b()
        tb.connect(source, depinsat.dvbs2_receiver(sample_rate_hz=RATE), sink)
        for run in range(3):
            tb.run()
            frames = frames_of(sink)
            self.assertEqual([f["data"] for f in frames], [self.data[n : n + FIELD] for n in range(0, len(self.data), FIELD)])
            self.assertEqual([f["sequence"] for f in frames], [20 * run + n for n in range(20)])
            sink.reset()
            source.rewind()


if __name__ == "__main__":
    unittest.main()
