"""PDUs through GSE, DVB-S2 and back."""
import time
import unittest

import pmt
from flowgraph import Messages, channel, frames_of, random_bytes, run_bytes
from gnuradio import blocks, depinsat, gr


def pdu(data):
    return pmt.cons(pmt.make_dict(), pmt.init_u8vector(len(data), list(data)))


class GseTest(unittest.TestCase):
    def test_pdus_cross_the_link_in_order(self):
        for stream_type in ("generic_continuous", "gse_hem"):
            with self.subTest(stream_type=stream_type):
                self.check_link(stream_type)

    def check_link(self, stream_type):
        pdus = [random_bytes(size, seed=size) for size in (1, 2, 40, 100, 500, 865, 300, 864, 7) * 4]
        tb = gr.top_block()
        encapsulator, received = depinsat.gse_encapsulator(protocol_type=0x86DD), Messages()
        decapsulator = depinsat.gse_decapsulator()
        tb.connect(
            encapsulator,
            depinsat.dvbs2_transmitter(dummy_frames=True, stream_type=stream_type),
            channel(10.0, 0.005),
            depinsat.dvbs2_receiver(),
            decapsulator,
        )
        tb.msg_connect(decapsulator, "pdus", received, "in")
        port = pmt.intern("pdus")
        tb.start()
        lock = random_bytes(865, seed=1)
        while not received.values:  # the receiver needs some frames to lock
            encapsulator.to_basic_block()._post(port, pdu(lock))
            time.sleep(0.02)
        for data in pdus:
            encapsulator.to_basic_block()._post(port, pdu(data))
        while len(received.values) < len(pdus) or bytes(received.values[-1][1]) != pdus[-1]:
            time.sleep(0.01)  # the test's time-out bounds it
        tb.stop()
        tb.wait()
        self.assertEqual([bytes(data) for _, data in received.values[-len(pdus) :]], pdus)
        self.assertTrue(all(meta == {"protocol_type": 0x86DD} for meta, _ in received.values))

    def test_gse_hem_fills_its_data_fields(self):
        pdus = [random_bytes(700, seed=size) for size in range(30)]
        stream = b"".join(bytes([0xE0 | (len(p) + 2) >> 8, (len(p) + 2) & 255, 8, 0]) + p for p in pdus)
        frames = {}
        for stream_type in ("generic_continuous", "gse_hem"):
            data = stream
            if stream_type == "generic_continuous":  # one packet in each data field
                data = b"".join(stream[at : at + 704] + bytes(165) for at in range(0, len(stream), 704))
            tb, receiver, sink = gr.top_block(), depinsat.dvbs2_receiver(), blocks.vector_sink_b()
            decapsulator, received = depinsat.gse_decapsulator(), Messages()
            tb.connect(blocks.vector_source_b(list(data)), depinsat.dvbs2_transmitter(stream_type=stream_type), receiver, sink)
            tb.connect(receiver, decapsulator)
            tb.msg_connect(decapsulator, "pdus", received, "in")
            tb.run()
            frames[stream_type] = frames_of(sink)
            values = [bytes(data) for _, data in received.values]
            self.assertGreater(len(values), 15)  # the receiver may need some frames to lock
            first = pdus.index(values[0])
            self.assertEqual(values, pdus[first:first + len(values)])
        hem = frames["gse_hem"]
        self.assertLess(len(hem), len(frames["generic_continuous"]))
        self.assertTrue(all(frame["bytes"] == 869 for frame in hem[:-1]))
        self.assertTrue(all(frame["stream_type"] == "gse_hem" for frame in hem))
        self.assertGreater(len({frame["syncd"] for frame in hem}), 5)

    def test_pdus_that_fit_no_data_field_are_dropped(self):
        tb, encapsulator = gr.top_block(), depinsat.gse_encapsulator()
        head, sink = blocks.head(gr.sizeof_char, 869), blocks.vector_sink_b()
        tb.connect(encapsulator, head, sink)
        for data in (b"", bytes(866), b"kept"):
            encapsulator.to_basic_block()._post(pmt.intern("pdus"), pdu(data))
        encapsulator.to_basic_block()._post(pmt.intern("pdus"), pmt.from_long(1))
        tb.start()
        while len(sink.data()) < 869:
            time.sleep(0.01)
        tb.stop()
        tb.wait()
        self.assertEqual(bytes(sink.data()), bytes([0xE0, 6, 0x08, 0x00]) + b"kept" + bytes(861))


if __name__ == "__main__":
    unittest.main(verbosity=2)
