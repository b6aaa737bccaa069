"""Single stages as blocks: against the whole transmitter, back again, and with wrong parameters."""
import unittest

import numpy as np
from flowgraph import random_bytes, run, run_bytes, samples_of, tags_of
from gnuradio import blocks, depinsat

FORMATS = [("qpsk_1-2", "short", True), ("qpsk_3-4", "normal", False), ("8psk_2-3", "short", False), ("8psk_3-5", "normal", True), ("16apsk_2-3", "short", True), ("32apsk_9-10", "normal", False)]
DATA_FIELD_BYTES = {
    ("qpsk_1-2", "short"): 869,
    ("qpsk_3-4", "normal"): 6041,
    ("8psk_2-3", "short"): 1319,
    ("8psk_3-5", "normal"): 4826,
    ("16apsk_2-3", "short"): 1319,
    ("32apsk_9-10", "normal"): 7264,
}


def constellation(modcod):
    modulation, rate = modcod.split("_")
    rings = {"16apsk": "4+12APSK", "32apsk": "4+12+16APSK"}.get(modulation)
    return f"{rings} {rate.replace('-', '/')}" if rings else modulation.upper()


def symbols(modcod, size, pilots, n=0):
    code = dict(modcod=modcod, frame_size=size)
    return [
        depinsat.bb_framer(**code),
        depinsat.bch_encoder(**code),
        depinsat.ldpc_encoder(**code),
        depinsat.interleaver(**code),
        depinsat.mapper(constellation(modcod)),
        depinsat.plframer(**code, pilots=pilots, pl_scrambling_n=n),
    ]


def bits_back(modcod, size, pilots, n=0):
    code = dict(modcod=modcod, frame_size=size)
    return [
        depinsat.pl_deframer(**code, pilots=pilots, pl_scrambling_n=n),
        depinsat.demapper(**code, esn0_db=12),
        depinsat.ldpc_decoder(**code),
        depinsat.bch_decoder(**code),
        depinsat.bb_deframer(**code),
    ]


class StagesTest(unittest.TestCase):
    def test_stages_in_a_row_are_the_transmitter(self):
        for number, (modcod, size, pilots) in enumerate(FORMATS):
            with self.subTest(modcod=modcod, frame_size=size):
                data = random_bytes(3 * DATA_FIELD_BYTES[modcod, size], seed=number)
                whole = samples_of(
                    data,
                    depinsat.dvbs2_transmitter(
                        modcod=modcod, frame_size=size, pilots=pilots, samples_per_symbol=1, pl_scrambling_n=5
                    ),
                )
                stages = samples_of(data, *symbols(modcod, size, pilots, n=5))
                np.testing.assert_array_equal(stages, whole[: len(stages)])
                self.assertEqual(len(whole) - len(stages), 3330)  # the dummy frame behind the last one

    def test_stages_invert_each_other(self):
        for number, (modcod, size, pilots) in enumerate(FORMATS):
            with self.subTest(modcod=modcod, frame_size=size):
                data = random_bytes(4 * DATA_FIELD_BYTES[modcod, size], seed=10 + number)
                sink = run_bytes(data, *symbols(modcod, size, pilots), *bits_back(modcod, size, pilots))
                self.assertEqual(bytes(sink.data()), data)
                fields = tags_of(sink, "data_field_bytes")
                self.assertEqual([bytes for _, bytes in fields], [DATA_FIELD_BYTES[modcod, size]] * 4)

    def test_bb_scrambler_inverts_itself_and_starts_as_the_standard_says(self):
        sink = run_bytes(bytes(2 * 879), depinsat.bb_scrambler())
        self.assertEqual(bytes(sink.data()[:4]), bytes([0x03, 0xF6, 0x08, 0x34]))
        self.assertEqual(sink.data()[:879], sink.data()[879:])
        data = random_bytes(879, seed=3)
        self.assertEqual(bytes(run_bytes(data, depinsat.bb_scrambler(), depinsat.bb_scrambler()).data()), data)

    def test_bch_decoder_corrects_and_tags(self):
        codeword = bytearray(run_bytes(random_bytes(879, seed=4), depinsat.bch_encoder()).data())
        message = bytes(codeword[:879])
        bad = bytearray(codeword)
        for byte in range(12):
            bad[70 * byte] ^= 0x10
        worse = bytearray(codeword)
        for byte in range(60):
            worse[10 * byte] ^= 0xFF
        sink = run_bytes(codeword + bad + worse, depinsat.bch_decoder())
        self.assertEqual(bytes(sink.data()[: 2 * 879]), 2 * message)
        self.assertEqual(tags_of(sink, "bch_corrected"), [(0, 0), (879, 12)])
        self.assertEqual(tags_of(sink, "bch_failed"), [(2 * 879, 0)])

    def test_ldpc_decoder_marks_frames_that_fail(self):
        source = blocks.vector_source_b(list(random_bytes(879, seed=5)))
        fecframe = run(source, blocks.vector_sink_b(), depinsat.bch_encoder(), depinsat.ldpc_encoder()).data()
        bits = np.unpackbits(np.array(fecframe, dtype=np.uint8)).astype(np.int8)
        good = 20 - 40 * bits
        noise = np.random.default_rng(6).integers(-20, 21, len(bits)).astype(np.int8)
        llrs = np.concatenate([good, noise]).astype(np.int8).view(np.uint8)
        sink = run_bytes(llrs.tolist(), depinsat.ldpc_decoder())
        self.assertEqual(tags_of(sink, "ldpc_iterations"), [(0, 0)])
        self.assertEqual([offset for offset, _ in tags_of(sink, "ldpc_failed")], [900])
        self.assertEqual(bytes(sink.data()[:900]), bytes(fecframe[:900]))

    def test_bb_deframer_gives_nothing_for_a_wrong_header(self):
        data = random_bytes(2 * 869, seed=7)
        bbframes = bytearray(run_bytes(data, depinsat.bb_framer()).data())
        bbframes[3] ^= 1
        sink = run_bytes(bbframes, depinsat.bb_deframer())
        self.assertEqual(bytes(sink.data()), data[869:])
        self.assertEqual(tags_of(sink, "bbheader_failed"), [(0, 0)])

    def test_pl_deframer_reads_the_pls_code(self):
        code = dict(modcod="8psk_2-3", frame_size="short")
        points = samples_of(random_bytes(8100, seed=8), depinsat.mapper("8PSK"))[:5400]
        sink = run(
            blocks.vector_source_c(points.tolist()),
            blocks.vector_sink_c(),
            depinsat.plframer(**code, pilots=True),
            depinsat.pl_deframer(**code, pilots=True),
        )
        np.testing.assert_array_equal(np.array(sink.data(), dtype=np.complex64), points)
        self.assertEqual(tags_of(sink, "pls_code"), [(0, 13 << 2 | 2 | 1)])

    def test_pulse_shaper_keeps_the_power(self):
        points = samples_of(random_bytes(20000, seed=9), depinsat.mapper("QPSK"))
        for samples_per_symbol in (2, 3, 8):
            shaper = depinsat.pulse_shaper(samples_per_symbol=samples_per_symbol, rolloff=0.2)
            sink = run(blocks.vector_source_c(points.tolist()), blocks.vector_sink_c(), shaper)
            self.assertEqual(len(sink.data()), samples_per_symbol * len(points))
            self.assertAlmostEqual(np.mean(np.abs(sink.data()) ** 2), 1.0, delta=0.02)

    def test_agc_brings_any_level_to_power_1(self):
        samples = samples_of(random_bytes(20 * 869, seed=12), depinsat.dvbs2_transmitter())
        for gain in (1e-4, 1.0, 300.0):
            source = blocks.vector_source_c((gain * samples).tolist())
            levelled = np.array(run(source, blocks.vector_sink_c(), depinsat.agc()).data())
            self.assertEqual(len(levelled), len(samples) // 128 * 128)
            self.assertAlmostEqual(np.mean(np.abs(levelled[4096:]) ** 2), 1.0, delta=0.03)

    def test_symbol_synchroniser_gives_back_the_symbols(self):
        data = random_bytes(20 * 869, seed=13)
        sent = samples_of(data, depinsat.dvbs2_transmitter(samples_per_symbol=1, rolloff=0.35))
        samples = samples_of(data, depinsat.dvbs2_transmitter(samples_per_symbol=4, rolloff=0.35))
        synchroniser = depinsat.symbol_synchroniser(sample_rate_hz=4e6, symbol_rate_baud=1e6, rolloff=0.35)
        source = blocks.vector_source_c(samples[1:].tolist())  # not on the clock of the symbols
        symbols = np.array(run(source, blocks.vector_sink_c(), synchroniser).data())
        self.assertGreaterEqual(len(symbols), len(sent) - 60)
        shifts = [np.abs(np.vdot(sent[40000:60000], symbols[40000 + s : 60000 + s])) / 20000 for s in range(-30, 31)]
        shift = int(np.argmax(shifts)) - 30
        received, wanted = symbols[40000 + shift : 60000 + shift], sent[40000:60000]
        amplitude = np.vdot(wanted, received) / len(wanted)
        error = np.mean(np.abs(received / amplitude - wanted) ** 2)
        self.assertLess(error, 0.005)  # -23 dB

    def test_wrong_parameters_are_refused_by_key(self):
        for key, make in [
            ("MODCOD", lambda: depinsat.bb_framer(modcod="qpsk_9-9")),
            ("MODCOD", lambda: depinsat.ldpc_encoder(modcod="qpsk_9-10", frame_size="short")),
            ("frame_size", lambda: depinsat.bch_encoder(frame_size="tiny")),
            ("rolloff", lambda: depinsat.bb_framer(rolloff=0.3)),
            ("isi", lambda: depinsat.bb_framer(isi=256)),
            ("stream_type", lambda: depinsat.bb_framer(stream_type="udp")),
            ("max_iterations", lambda: depinsat.ldpc_decoder(max_iterations=0)),
            ("constellation", lambda: depinsat.mapper("7PSK")),
            ("esn0_db", lambda: depinsat.demapper(esn0_db=float("nan"))),
            ("pl_scrambling_n", lambda: depinsat.plframer(pl_scrambling_n=262142)),
            ("samples_per_symbol", lambda: depinsat.pulse_shaper(samples_per_symbol=1)),
            ("piece_size", lambda: depinsat.agc(piece_size=10)),
            ("sample_rate_hz", lambda: depinsat.symbol_synchroniser(sample_rate_hz=1, symbol_rate_baud=1e6)),
            ("protocol_type", lambda: depinsat.gse_encapsulator(protocol_type=5)),
        ]:
            with self.subTest(key=key):
                with self.assertRaisesRegex(ValueError, key):
                    make()


if __name__ == "__main__":
    unittest.main(verbosity=2)
