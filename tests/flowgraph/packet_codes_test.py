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


class ParametersTest(unittest.TestCase):
    def test_wrong_ones_are_refused_by_key(self):
        for key, make in [
            ("mode", lambda: depinsat.tc_bch_decoder(mode="guess")),
            ("mode", lambda: depinsat.cltu_decoder(mode="")),
            ("max_codeblocks", lambda: depinsat.cltu_decoder(max_codeblocks=0)),
        ]:
            with self.subTest(key=key):
                with self.assertRaisesRegex(ValueError, key):
                    make()


if __name__ == "__main__":
    unittest.main(verbosity=2)
