"""Codes of CCSDS as blocks: encoder, errors, decoder give back the bytes; what can't be decoded is marked."""
import time
import unittest

import numpy as np
import pmt
from flowgraph import bits_of, llrs_of, random_bytes, run_bytes, tags_of
from gnuradio import blocks, depinsat, gr

CONVOLUTIONAL = {"k7_1-2": 3.0, "k7_2-3": 4.5, "k7_3-4": 4.5, "k7_5-6": 5.5, "k7_7-8": 6.5}  # Es/N0 in dB
LDPC = {
    "ar4ja_1-2_1024": (1024, 2048, 0.0),
    "ar4ja_1-2_4096": (4096, 8192, -0.5),
    "ar4ja_1-2_16384": (16384, 32768, -0.8),
    "ar4ja_2-3_1024": (1024, 1536, 2.0),
    "ar4ja_2-3_4096": (4096, 6144, 1.5),
    "ar4ja_2-3_16384": (16384, 24576, 1.2),
    "ar4ja_4-5_1024": (1024, 1280, 4.0),
    "ar4ja_4-5_4096": (4096, 5120, 3.5),
    "ar4ja_4-5_16384": (16384, 20480, 3.0),
    "c2": (7136, 8160, 4.5),
    "tc_128": (64, 128, 4.0),
    "tc_512": (256, 512, 2.5),
}
TURBO = {"1-2": (2, -0.5), "1-3": (3, -3.0), "1-4": (4, -4.5), "1-6": (6, -6.5)}


def outcome(sink, name):
    """(offset, "decoded" or "failed") of each frame, in order."""
    done = [(offset, "decoded") for key in ("corrected", "iterations") for offset, _ in tags_of(sink, f"{name}_{key}")]
    return sorted(done + [(offset, "failed") for offset, _ in tags_of(sink, f"{name}_failed")])


def damaged(data, count, seed):
    """`count` bytes of data wrong."""
    data, rng = bytearray(data), np.random.default_rng(seed)
    for place in rng.choice(len(data), count, replace=False):
        data[place] ^= int(rng.integers(1, 256))
    return bytes(data)


class ReedSolomonTest(unittest.TestCase):
    def test_errors_are_corrected_and_codeblocks_beyond_are_marked(self):
        codes = [(16, i, True, 0) for i in (1, 2, 3, 4, 5, 8)] + [(8, 1, True, 0), (16, 1, False, 0), (8, 5, False, 100), (16, 1, True, 222)]
        for e, interleaving, dual_basis, fill in codes:
            code = dict(e=e, interleaving=interleaving, dual_basis=dual_basis, virtual_fill=fill)
            with self.subTest(**code):
                size, sent = interleaving * (255 - 2 * e - fill), interleaving * (255 - fill)
                data = random_bytes(3 * size, seed=sent)
                coded = bytes(run_bytes(data + b"rest"[: size - 1], depinsat.reed_solomon_encoder(**code)).data())
                self.assertEqual(len(coded), 3 * sent)
                beyond = 3 * e * interleaving if fill < 200 else 30
                received = coded[:sent] + damaged(coded[sent : 2 * sent], e, 1) + damaged(coded[2 * sent :], beyond, 2)
                sink = run_bytes(received, depinsat.reed_solomon_decoder(**code))
                self.assertEqual(bytes(sink.data())[: 2 * size], data[: 2 * size])
                self.assertEqual(len(sink.data()), 3 * size)
                self.assertEqual(tags_of(sink, "reed_solomon_corrected")[:2], [(0, 0), (size, e)])
                if fill < 200:  # with one byte of data chance may find a codeword
                    self.assertEqual([offset for offset, _ in tags_of(sink, "reed_solomon_failed")], [2 * size])

    def test_a_codeword_that_failed_comes_as_it_was_received(self):
        received = random_bytes(255, seed=1)
        sink = run_bytes(received, depinsat.reed_solomon_decoder())
        self.assertEqual(tags_of(sink, "reed_solomon_failed"), [(0, 1)])
        self.assertEqual(bytes(sink.data()), received[:223])


class ConvolutionalTest(unittest.TestCase):
    def test_terminated_frames_come_back_through_noise(self):
        for code, es_n0_db in CONVOLUTIONAL.items():
            with self.subTest(code=code):
                data = random_bytes(5 * 223, seed=2)
                bits = run_bytes(data, depinsat.convolutional_encoder(code=code, frame_bytes=223)).data()
                llrs = llrs_of(bits, es_n0_db, seed=3)
                hard = np.frombuffer(llrs, dtype=np.int8) < 0
                self.assertGreater(np.count_nonzero(hard != bits), 5)
                sink = run_bytes(llrs, depinsat.viterbi_decoder(code=code, frame_bytes=223))
                self.assertEqual(bytes(sink.data()), data)

    def test_a_stream_comes_back_to_its_last_byte(self):
        for code, es_n0_db in CONVOLUTIONAL.items():
            for size in (1, 7, 5001):
                with self.subTest(code=code, size=size):
                    data = random_bytes(size, seed=4)
                    bits = run_bytes(data, depinsat.convolutional_encoder(code=code)).data()
                    llrs = llrs_of(bits, es_n0_db if size > 1000 else 12.0, seed=5)
                    self.assertEqual(bytes(run_bytes(llrs, depinsat.viterbi_decoder(code=code)).data()), data)

    def test_the_stream_begins_as_the_standard_says(self):
        bits = run_bytes(b"\x80", depinsat.convolutional_encoder(code="k7_1-2")).data()
        c1 = [1, 1, 1, 1, 0, 0, 1, 0]
        c2 = [1, 0, 1, 1, 0, 1, 1, 0]
        self.assertEqual(list(bits[:16:2]), c1)
        self.assertEqual([1 - bit for bit in bits[1:16:2]], c2)
        self.assertEqual(len(bits), 2 * (8 + 6))

    def test_nothing_in_is_nothing_out(self):
        llrs = run_bytes(b"", depinsat.viterbi_decoder()).data()
        self.assertEqual(len(llrs), 0)

    def test_minus_128_is_taken_for_minus_127(self):
        data = random_bytes(100, seed=6)
        bits = run_bytes(data, depinsat.convolutional_encoder(frame_bytes=100)).data()
        llrs = np.where(np.array(bits) == 1, -128, 127).astype(np.int8).tobytes()
        self.assertEqual(bytes(run_bytes(llrs, depinsat.viterbi_decoder(frame_bytes=100)).data()), data)

    def test_concatenated_frames_come_back_or_are_marked(self):
        for interleaving, code, es_n0_db in [(1, "k7_1-2", -1.0), (5, "k7_7-8", 4.5)]:
            with self.subTest(code=code):
                parameters = dict(interleaving=interleaving, code=code)
                size = 223 * interleaving
                data = random_bytes(3 * size, seed=7)
                bits = run_bytes(data, depinsat.concatenated_encoder(**parameters)).data()
                frame = len(bits) // 3
                llrs = llrs_of(bits[: 2 * frame], es_n0_db, 8) + llrs_of(bits[2 * frame :], -10.0, 9)
                sink = run_bytes(llrs, depinsat.concatenated_decoder(**parameters))
                self.assertEqual(bytes(sink.data())[: 2 * size], data[: 2 * size])
                self.assertGreater(sum(count for _, count in tags_of(sink, "reed_solomon_corrected")), 0)
                self.assertEqual(tags_of(sink, "reed_solomon_failed"), [(2 * size, interleaving)])
                self.assertEqual(len(sink.data()), 3 * size)


class IterativeTest(unittest.TestCase):
    def check(self, name, data, llrs, noise, decoder):
        """Frames of data, with noise alone between the second and the third."""
        size, length = len(data) // 3, len(llrs) // 3
        received = llrs[: 2 * length] + noise[:length] + llrs[2 * length :]
        sink = run_bytes(received, decoder)
        out = bytes(sink.data())
        self.assertEqual(out[: 2 * size] + out[3 * size :], data)
        kinds = ["decoded", "decoded", "failed", "decoded"]
        self.assertEqual(outcome(sink, name), [(i * size, kind) for i, kind in enumerate(kinds)])

    def test_every_ldpc_code(self):
        for code, (k, n, es_n0_db) in LDPC.items():
            with self.subTest(code=code):
                data = random_bytes(3 * k // 8, seed=k + n)
                codewords = bytes(run_bytes(data, depinsat.ccsds_ldpc_encoder(code=code)).data())
                self.assertEqual(len(codewords), 3 * n // 8)
                self.assertEqual(codewords[: k // 8], data[: k // 8])
                llrs = llrs_of(bits_of(codewords), es_n0_db + 1.5, seed=k)
                noise = llrs_of(np.random.default_rng(9).integers(0, 2, n), es_n0_db, seed=n)
                self.check("ldpc", data, llrs, noise, depinsat.ccsds_ldpc_decoder(code=code))

    def test_every_turbo_code(self):
        for rate, (inverse, es_n0_db) in TURBO.items():
            for k in (1784, 3568, 7136, 8920):
                with self.subTest(rate=rate, k=k):
                    code, n = f"turbo_{rate}_{k}", (k + 4) * inverse
                    data = random_bytes(3 * k // 8, seed=k)
                    bits = run_bytes(data, depinsat.turbo_encoder(code=code)).data()
                    self.assertEqual(len(bits), 3 * n)
                    llrs = llrs_of(bits, es_n0_db + 1.0, seed=k)
                    noise = llrs_of(np.random.default_rng(10).integers(0, 2, n), es_n0_db, seed=n)
                    self.check("turbo", data, llrs, noise, depinsat.turbo_decoder(code=code))


class RandomizerTest(unittest.TestCase):
    def test_frames_begin_as_the_standard_says_and_come_back(self):
        for sequence, start in [("tm_255", "ff480ec09a0d70bc"), ("tm_131071", "1c71b91ba9")]:
            with self.subTest(sequence=sequence):
                frame = dict(sequence=sequence, frame_items=223)
                zeros = bytes(run_bytes(bytes(2 * 223 + 5), depinsat.tm_randomizer(**frame)).data())
                self.assertEqual(zeros[: len(start) // 2].hex(), start)
                self.assertEqual(zeros[:223], zeros[223:])
                data = random_bytes(223 * 3, seed=13)
                twice = run_bytes(data, depinsat.tm_randomizer(**frame), depinsat.tm_randomizer(**frame))
                self.assertEqual(bytes(twice.data()), data)

    def test_bits_and_llrs_are_those_of_the_bytes(self):
        data = random_bytes(100, seed=14)
        packed = run_bytes(data, depinsat.tm_randomizer(frame_items=50)).data()
        bits = run_bytes(bits_of(data).tobytes(), depinsat.tm_randomizer(frame_items=400, items="bits")).data()
        self.assertEqual(list(bits), list(bits_of(bytes(packed))))
        llrs = llrs_of(bits, 20.0, seed=15)
        restored = run_bytes(llrs, depinsat.tm_randomizer(frame_items=400, items="llrs")).data()
        self.assertEqual(list(np.array(restored, dtype=np.uint8).view(np.int8) < 0), list(bits_of(data) == 1))

    def test_randomised_codewords_come_back_through_noise(self):
        data = random_bytes(128 * 3, seed=16)
        randomizer = depinsat.tm_randomizer(frame_items=256, sequence="tm_131071")
        codewords = run_bytes(data, depinsat.ccsds_ldpc_encoder(), randomizer).data()
        restorer = depinsat.tm_randomizer(frame_items=2048, sequence="tm_131071", items="llrs")
        sink = run_bytes(llrs_of(bits_of(codewords), 1.0, seed=17), restorer, depinsat.ccsds_ldpc_decoder())
        self.assertEqual(bytes(sink.data()), data)


class Feeder(gr.sync_block):
    """Waits for `gate` before its second half."""

    def __init__(self, data, gate):
        gr.sync_block.__init__(self, "feeder", None, [np.uint8])
        self.data, self.gate, self.sent = np.frombuffer(data, dtype=np.uint8), gate, 0

    def work(self, _, outputs):
        half = len(self.data) // 2
        if self.sent == half and not self.gate():
            time.sleep(0.001)
            return 0
        end = half if self.sent < half else len(self.data)
        count = min(len(outputs[0]), end - self.sent)
        outputs[0][:count] = self.data[self.sent : self.sent + count]
        self.sent += count
        return count or -1


class RunningTest(unittest.TestCase):
    def changed(self, message):
        """What became of 8 frames that one iteration can't decode; behind 4 of them a message comes."""
        data = random_bytes(128 * 8, seed=11)
        codewords = run_bytes(data, depinsat.ccsds_ldpc_encoder()).data()
        llrs = llrs_of(bits_of(codewords), 0.5, seed=12)
        decoder, sink = depinsat.ccsds_ldpc_decoder(max_iterations=1), blocks.vector_sink_b()

        def gate():
            if len(sink.data()) < len(data) // 2:
                return False
            if not gate.posted:
                decoder._post(pmt.intern("max_iterations"), message)
                gate.posted = True
            return decoder.nmsgs(pmt.intern("max_iterations")) == 0

        gate.posted = False
        tb = gr.top_block()
        feeder = Feeder(llrs, gate)  # Python's part of a block lives as long as this name
        tb.connect(feeder, decoder, sink)
        tb.run()
        return [kind for _, kind in outcome(sink, "ldpc")]

    def test_iterations_change_while_the_flowgraph_runs(self):
        self.assertEqual(self.changed(pmt.from_long(50)), ["failed"] * 4 + ["decoded"] * 4)

    def test_what_is_no_number_of_iterations_changes_nothing(self):
        for message in (pmt.from_long(0), pmt.from_long(-3), pmt.from_double(float("nan")), pmt.intern("ten"), pmt.PMT_NIL):
            self.assertEqual(self.changed(message), ["failed"] * 8)


class ParametersTest(unittest.TestCase):
    def test_wrong_ones_are_refused_by_key(self):
        for key, make in [
            ("e", lambda: depinsat.reed_solomon_encoder(e=9)),
            ("interleaving", lambda: depinsat.reed_solomon_decoder(interleaving=6)),
            ("fill", lambda: depinsat.concatenated_encoder(virtual_fill=223)),
            ("convolutional code", lambda: depinsat.convolutional_encoder(code="k7_8-9")),
            ("convolutional code", lambda: depinsat.concatenated_decoder(code="")),
            ("frame_bytes", lambda: depinsat.viterbi_decoder(frame_bytes=65537)),
            ("LDPC code", lambda: depinsat.ccsds_ldpc_encoder(code="c3")),
            ("max_iterations", lambda: depinsat.ccsds_ldpc_decoder(max_iterations=0)),
            ("turbo code", lambda: depinsat.turbo_encoder(code="turbo_1-5_1784")),
            ("max_iterations", lambda: depinsat.turbo_decoder(max_iterations=1001)),
            ("sequence", lambda: depinsat.tm_randomizer(sequence="tc")),
            ("frame_items", lambda: depinsat.tm_randomizer(frame_items=0)),
            ("items", lambda: depinsat.tm_randomizer(items="symbols")),
        ]:
            with self.subTest(key=key):
                with self.assertRaisesRegex(ValueError, key):
                    make()


if __name__ == "__main__":
    unittest.main(verbosity=2)
