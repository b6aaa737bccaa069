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
        pdus = [random_bytes(size, seed=size) for size in (1, 2, 40, 100, 500, 865, 300, 864, 7) * 4]
        tb = gr.top_block()
        encapsulator, received = depinsat.gse_encapsulator(protocol_type=0x86DD), Messages()
        decapsulator = depinsat.gse_decapsulator()
        tb.connect(
            encapsulator,
            depinsat.dvbs2_transmitter(dummy_frames=True),
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
