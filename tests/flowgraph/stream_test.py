"""Transport streams, several input streams, and a MODCOD that changes while it runs."""
import time
import unittest

import pmt
from flowgraph import channel, frames_of, random_bytes, run
from gnuradio import blocks, depinsat, gr

PACKET = 188


def packets(count, seed):
    """Packets of a transport stream; not null ones."""
    data = bytearray(random_bytes(count * PACKET, seed))
    data[0::PACKET] = b"\x47" * count
    data[1::PACKET] = b"\x01" * count
    return bytes(data)


def null_packets(data):
    return [data[i : i + PACKET][:3] == b"\x47\x1f\xff" for i in range(0, len(data), PACKET)]


class TransportStreamTest(unittest.TestCase):
    def test_packets_come_back_up_to_the_last(self):
        for modcod, size in (("qpsk_1-2", "short"), ("8psk_3-4", "normal")):
            with self.subTest(modcod=modcod):
                stream = packets(400, seed=1)
                sink = run(
                    blocks.vector_source_b(list(stream)),
                    blocks.vector_sink_b(),
                    depinsat.dvbs2_transmitter(modcod=modcod, frame_size=size, stream_type="transport"),
                    channel(12.0, 0.005, clock_error_ppm=30),
                    depinsat.dvbs2_receiver(),
                    depinsat.ts_deframer(),
                )
                received = bytes(sink.data())
                self.assertEqual(len(received) % PACKET, 0)
                nulls = null_packets(received)
                data = received[: nulls.index(True) * PACKET] if any(nulls) else received
                self.assertGreater(len(data), 250 * PACKET)
                self.assertTrue(stream.endswith(data))
                self.assertTrue(all(nulls[len(data) // PACKET :]))

    def test_header_fields_come_with_the_frame(self):
        sink = run(
            blocks.vector_source_b(list(packets(100, seed=1))),
            blocks.vector_sink_b(),
            depinsat.dvbs2_transmitter(stream_type="transport", isi=7),
            depinsat.dvbs2_receiver(),
        )
        frame = frames_of(sink)[3]
        self.assertEqual((frame["stream_type"], frame["upl_bits"], frame["sync"]), ("transport", 1504, 0x47))
        self.assertEqual((frame["isi"], frame["single_stream"], frame["ccm"]), (7, True, True))
        self.assertEqual((frame["issyi"], frame["npd"]), (False, False))

    def test_deleted_null_packets_are_refused(self):
        data = packets(40, seed=3)
        for npd in (False, True):
            with self.subTest(npd=npd):
                tag = gr.tag_t()
                tag.key = pmt.intern("frame")
                tag.value = pmt.make_dict()
                for key, value in {"stream_type": pmt.intern("transport"), "failure": pmt.intern("none"), "npd": pmt.from_bool(npd),
                                   "bytes": pmt.from_uint64(len(data)), "upl_bits": pmt.from_uint64(8 * PACKET),
                                   "sync": pmt.from_uint64(0x47), "syncd": pmt.from_uint64(0)}.items():
                    tag.value = pmt.dict_add(tag.value, pmt.intern(key), value)
                sink = run(blocks.vector_source_b(list(data), tags=[tag]), blocks.vector_sink_b(), depinsat.ts_deframer())
                self.assertEqual(len(sink.data()), 0 if npd else 39 * PACKET)


class RunAgainTest(unittest.TestCase):
    def test_a_flowgraph_that_has_ended_sends_all_of_the_next_stream(self):
        for stream_type, data in (("generic_continuous", random_bytes(5000, seed=2)), ("transport", packets(60, seed=2))):
            with self.subTest(stream_type=stream_type):
                tb, source, sink = gr.top_block(), blocks.vector_source_b(list(data)), blocks.vector_sink_c()
                tb.connect(source, depinsat.dvbs2_transmitter(stream_type=stream_type), sink)
                lengths = []
                for _ in range(3):
                    tb.run()
                    lengths.append(len(sink.data()))
                    sink.reset()
                    source.rewind()
                self.assertGreater(lengths[0], 2 * 8370)
                self.assertEqual(lengths, 3 * lengths[:1])


class ChangeTest(unittest.TestCase):
    def test_modcod_and_pilots_change_while_it_runs(self):
        tb = gr.top_block()
        transmitter, sink = depinsat.dvbs2_transmitter(modcod="qpsk_1-2", dummy_frames=True), blocks.vector_sink_b()
        tb.connect(
            blocks.vector_source_b(list(random_bytes(5000, seed=1)), True),
            transmitter,
            blocks.throttle(gr.sizeof_gr_complex, 2e6),
            channel(20.0, 0.0),
            depinsat.dvbs2_receiver(),
            sink,
        )
        tb.start()
        seen = lambda: {(f["modcod"], f["pilots"], f["ccm"]) for f in frames_of(sink)}
        try:
            for port, value, wanted in [
                ("modcod", None, ("qpsk_1-2", True, True)),
                ("modcod", pmt.intern("16apsk_3-4"), ("16apsk_3-4", True, False)),
                ("pilots", pmt.PMT_F, ("16apsk_3-4", False, False)),
                ("modcod", pmt.intern("8psk_2-3"), ("8psk_2-3", False, False)),
            ]:
                if value is not None:
                    transmitter.to_basic_block()._post(pmt.intern(port), value)
                # Ignored, with a warning.
                for port, wrong in (("modcod", pmt.intern("8psk_9-9")), ("modcod", pmt.PMT_T), ("pilots", pmt.intern("x"))):
                    transmitter.to_basic_block()._post(pmt.intern(port), wrong)
                while wanted not in seen():
                    time.sleep(0.05)  # the test's time-out bounds it
        finally:
            tb.stop()
            tb.wait()
        self.assertEqual({f["failure"] for f in frames_of(sink)[8:]}, {"none"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
