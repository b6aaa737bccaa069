"""gr-dtv's transmitter -> dvbs2_receiver: two implementations of the standard agree."""
import unittest

import dtv
from flowgraph import channel, frames_of, run
from gnuradio import blocks, depinsat

FRAMES = {"normal": 14, "short": 30}
DATA_FIELD_BYTES = {
    ("qpsk_1-2", "normal"): 4016,
    ("qpsk_3-4", "normal"): 6041,
    ("8psk_2-3", "normal"): 5370,
    ("qpsk_1-2", "short"): 869,
    ("qpsk_3-4", "short"): 1454,
    ("8psk_2-3", "short"): 1319,
}


class DtvTest(unittest.TestCase):
    def test_frames_of_gr_dtv_are_received(self):
        for (modcod, size), field in DATA_FIELD_BYTES.items():
            for pilots in (True, False):
                with self.subTest(modcod=modcod, frame_size=size, pilots=pilots):
                    self.check(modcod, size, pilots, field, FRAMES[size])

    def check(self, modcod, size, pilots, field, count):
        stream = dtv.transport_stream(count * field // dtv.TS_PACKET + 1, seed=field)
        sink = run(
            blocks.vector_source_b(list(stream)),
            blocks.vector_sink_b(),
            *dtv.transmitter(modcod, size, pilots),
            channel(12.0, 0.015, clock_error_ppm=20),
            depinsat.dvbs2_receiver(),
        )
        frames = frames_of(sink)
        sent = dtv.data_fields(stream)
        fields = [sent[at : at + field] for at in range(0, count * field, field)]
        first = fields.index(frames[0]["data"])
        self.assertLessEqual(first, 10)
        self.assertGreaterEqual(first + len(frames), count - 1)  # what gr-dtv's buffers kept at the end
        for frame, data in zip(frames, fields[first:]):
            self.assertEqual(frame["failure"], "none")
            self.assertEqual((frame["modcod"], frame["frame_size"], frame["pilots"]), (modcod, size, pilots))
            self.assertEqual(frame["data"], data)


if __name__ == "__main__":
    unittest.main(verbosity=2)
