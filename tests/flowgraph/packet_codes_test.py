"""Codes for packets as blocks: telecommands in CLTUs, source blocks with symbols that got lost."""
import unittest

import numpy as np
import pmt
from flowgraph import bits_of, random_bytes, run, run_bytes, tags_of
from gnuradio import blocks, depinsat, gr


def packets_source(packets):
    """Packets of any length as a tagged stream."""
    tags, offset = [], 0
    for packet in packets:
        tag = gr.tag_t()
        tag.offset, tag.key, tag.value = offset, pmt.intern("packet_len"), pmt.from_long(len(packet))
        tags.append(tag)
        offset += len(packet)
    return blocks.vector_source_b(list(b"".join(packets)), False, 1, tags)


def packets_of(sink):
    """Packets of a tagged stream."""
    data = bytes(sink.data())
    return [data[offset : offset + length] for offset, length in tags_of(sink, "packet_len")]


def cltus_of(frames, **parameters):
    return packets_of(run(packets_source(frames), blocks.vector_sink_b(), depinsat.cltu_encoder(**parameters)))


def flipped(data, *bits):
    out = bits_of(data).copy()
    for bit in bits:
        out[bit] ^= 1
    return np.packbits(out).tobytes()


def filled(frame):
    """As a CLTU without randomiser holds it."""
    return frame + b"\x55" * (-len(frame) % 7)


class TelecommandTest(unittest.TestCase):
    def test_codeblocks_with_one_error_come_back_others_are_marked(self):
        data = random_bytes(7 * 4, seed=1)
        coded = bytes(run_bytes(data + b"rest", depinsat.tc_bch_encoder()).data())
        self.assertEqual(len(coded), 8 * 4)
        received = flipped(coded, 5, 64 + 62, 128 + 3, 128 + 40)
        sink = run_bytes(received, depinsat.tc_bch_decoder())
        self.assertEqual(bytes(sink.data()), data[:14] + received[16:23] + data[21:])
        self.assertEqual(tags_of(sink, "bch_corrected"), [(0, 1), (7, 1), (21, 0)])
        self.assertEqual(tags_of(sink, "bch_failed"), [(14, 0)])
        strict = run_bytes(received, depinsat.tc_bch_decoder(mode="detect"))
        self.assertEqual(tags_of(strict, "bch_failed"), [(0, 0), (7, 0), (14, 0)])

    def test_frames_of_any_length_come_back_at_any_bit(self):
        frames = [random_bytes(size, seed=size) for size in (1, 7, 8, 49, 256, 1024)]
        for randomized in (True, False):
            cltus = cltus_of(frames, randomized=randomized)
            self.assertTrue(all(cltu.startswith(b"\xeb\x90") and len(cltu) % 8 == 2 for cltu in cltus))
            stream = b"\x55" * 5 + b"".join(cltus) + b"\x55" * 2
            for shift in (0, 3):
                with self.subTest(randomized=randomized, shift=shift):
                    received = np.packbits(np.concatenate([np.zeros(shift, np.uint8), bits_of(stream)])).tobytes()
                    sink = run_bytes(received, depinsat.cltu_decoder(randomized=randomized))
                    packets = packets_of(sink)
                    self.assertEqual([p[: len(f)] for p, f in zip(packets, frames, strict=True)], frames)
                    self.assertEqual([len(p) for p in packets], [len(filled(f)) for f in frames])
                    self.assertEqual([errors for _, errors in tags_of(sink, "cltu_corrected")], [0] * len(frames))

    def test_a_cltu_that_errors_end_is_marked(self):
        frames = [filled(random_bytes(70, seed=seed)) for seed in (2, 3, 4)]
        cltus = cltus_of(frames)
        cltus[0] = flipped(cltus[0], 16 + 3, 16 + 64 + 9)
        cltus[1] = flipped(cltus[1], 16 + 64 * 4 + 3, 16 + 64 * 4 + 40)
        sink = run_bytes(b"".join(cltus[:2]) + b"\x55" * 200 + cltus[2][:-8], depinsat.cltu_decoder())
        packets = packets_of(sink)
        self.assertEqual(packets[0], frames[0])
        self.assertEqual(packets[1], frames[1][:28])
        self.assertEqual(packets[-1], frames[2])  # the end of the input ended it
        self.assertEqual(tags_of(sink, "cltu_corrected"), [(0, 2)])
        self.assertIn((70, 0), tags_of(sink, "cltu_failed"))
        self.assertEqual(len(tags_of(sink, "cltu_failed")), len(packets) - 1)

    def test_a_cltu_beyond_the_limit_is_marked(self):
        frame = random_bytes(70, seed=5)
        sink = run_bytes(cltus_of([frame])[0], depinsat.cltu_decoder(max_codeblocks=4))
        self.assertEqual(packets_of(sink)[0], frame[:28])
        self.assertEqual(tags_of(sink, "cltu_failed")[0], (0, 0))


class RaptorQTest(unittest.TestCase):
    def packets(self, data, k, t, repair):
        """Packets of the encoder, as rows."""
        coder = depinsat.raptorq_encoder(source_symbols=k, symbol_bytes=t, repair_symbols=repair)
        return np.array(run_bytes(data, coder).data(), dtype=np.uint8).reshape(-1, 4 + t)

    def decoded(self, packets, k, t):
        return run_bytes(packets.tobytes(), depinsat.raptorq_decoder(source_symbols=k, symbol_bytes=t))

    def test_packets_carry_the_payload_id_and_begin_with_the_source(self):
        k, t, repair = 5, 8, 3
        data = random_bytes(300 * k * t, seed=6)
        packets = self.packets(data, k, t, repair)
        sbn = [block % 256 for block in range(300) for _ in range(k + repair)]
        esi = list(range(k + repair)) * 300
        np.testing.assert_array_equal(packets[:, :4], [[s, 0, 0, e] for s, e in zip(sbn, esi)])
        self.assertEqual(packets[np.array(esi) < k, 4:].tobytes(), data)

    def test_blocks_come_back_from_any_symbols(self):
        for k, t, repair in [(1, 4, 2), (10, 64, 6), (100, 1200, 25), (1000, 16, 130)]:
            with self.subTest(k=k):
                data = random_bytes(4 * k * t, seed=k)
                packets = self.packets(data, k, t, repair)
                rng, keep, missing = np.random.default_rng(k), [], []
                for block in range(4):  # of each block, any K + 2 packets
                    chosen = np.sort(rng.permutation(k + repair)[: min(k + 2, k + repair)])
                    keep += list(block * (k + repair) + chosen)
                    missing.append(k - np.count_nonzero(chosen < k))
                sink = self.decoded(packets[keep], k, t)
                self.assertEqual(bytes(sink.data()), data)
                restored = tags_of(sink, "raptorq_restored")
                self.assertEqual([offset for offset, _ in restored], [block * k * t for block in range(4)])
                if k > 1:  # one symbol of two that restore it may come first
                    self.assertEqual([count for _, count in restored], missing)
                    self.assertGreater(sum(missing), 0)

    def test_a_block_with_too_few_symbols_is_marked_and_has_zeros_for_what_is_missing(self):
        k, t = 20, 8
        data = random_bytes(3 * k * t, seed=7)
        packets = self.packets(data, k, t, 4)
        lost = {24 + esi for esi in (0, 3, 4, 7, 19)}
        sink = self.decoded(packets[[i for i in range(72) if i not in lost]], k, t)
        expected = bytearray(data)
        for packet in lost:
            symbol = packet - 24 + k
            expected[symbol * t : (symbol + 1) * t] = bytes(t)
        self.assertEqual(bytes(sink.data()), bytes(expected))
        self.assertEqual(tags_of(sink, "raptorq_failed"), [(k * t, 5)])
        self.assertEqual(tags_of(sink, "raptorq_restored"), [(0, 0), (2 * k * t, 0)])

    def test_blocks_that_are_lost_altogether_are_counted(self):
        k, t = 4, 4
        data = random_bytes(10 * k * t, seed=8)
        packets = self.packets(data, k, t, 0)
        sink = self.decoded(np.concatenate([packets[: 2 * k], packets[7 * k :]]), k, t)
        self.assertEqual(bytes(sink.data()), data[: 2 * k * t] + data[7 * k * t :])
        self.assertEqual(tags_of(sink, "raptorq_lost"), [(2 * k * t, 5)])

    def test_the_last_block_of_the_input_is_delivered_whole_or_marked(self):
        k, t = 4, 4
        data = random_bytes(2 * k * t + 2 * t + 3, seed=9)
        packets = self.packets(data, k, t, 1)
        self.assertEqual(len(packets), 2 * (k + 1) + 2)
        sink = self.decoded(packets, k, t)
        self.assertEqual(bytes(sink.data()), data[:-3] + bytes(2 * t))
        self.assertEqual(tags_of(sink, "raptorq_failed"), [(2 * k * t, 2)])

    def test_anything_may_come(self):
        sink = self.decoded(np.frombuffer(random_bytes(12 * 300 + 5, seed=10), dtype=np.uint8), 3, 8)
        blocks_out = len(tags_of(sink, "raptorq_failed")) + len(tags_of(sink, "raptorq_restored"))
        self.assertEqual(len(sink.data()), blocks_out * 24)
        self.assertGreater(blocks_out, 200)

    def test_the_number_of_repair_symbols_changes_while_the_flowgraph_runs(self):
        coder = depinsat.raptorq_encoder(source_symbols=4, symbol_bytes=4, repair_symbols=0)
        coder._post(pmt.intern("repair_symbols"), pmt.from_long(3))  # is there before the first call
        self.assertEqual(len(run_bytes(bytes(4 * 4 * 10), coder).data()), 10 * (4 + 3) * 8)


class ParametersTest(unittest.TestCase):
    def test_wrong_ones_are_refused_by_key(self):
        for key, make in [
            ("mode", lambda: depinsat.tc_bch_decoder(mode="guess")),
            ("mode", lambda: depinsat.cltu_decoder(mode="")),
            ("max_codeblocks", lambda: depinsat.cltu_decoder(max_codeblocks=0)),
            ("source_symbols", lambda: depinsat.raptorq_encoder(source_symbols=8193)),
            ("symbol_bytes", lambda: depinsat.raptorq_decoder(symbol_bytes=6)),
            ("symbol_bytes", lambda: depinsat.raptorq_decoder(symbol_bytes=65536)),
            ("repair_symbols", lambda: depinsat.raptorq_encoder(repair_symbols=8193)),
        ]:
            with self.subTest(key=key):
                with self.assertRaisesRegex(ValueError, key):
                    make()


if __name__ == "__main__":
    unittest.main(verbosity=2)
