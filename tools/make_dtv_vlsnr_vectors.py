#!/usr/bin/python3
"""Makes the golden VL-SNR frames of tests/vectors/dvbs2 with GNU Radio's gr-dtv, an independent transmitter.

Usage: make_dtv_vlsnr_vectors.py FOLDER

For each of the nine forms the first frame of a chain:
    vlsnr_NAME_FRAME.bbframe.bin     BBFRAME before scrambling, packed, the last byte filled with zeros
    vlsnr_NAME_FRAME.quadrants.bin   PLFRAME behind the PLHEADER, four symbols a byte, first symbol in the top bits: the
                                     sign of I, then of Q (1: negative); header, pilots and data of VL-SNR all lie on the
                                     diagonals
"""
import sys
from pathlib import Path

import numpy
from gnuradio import blocks, dtv, gr

from make_dtv_capture import transport_stream

# Name, frame size, code rate, modulation, symbols of the PLFRAME.
FORMS = [
    ("qpsk_2-9", "normal", "C2_9_VLSNR", dtv.MOD_QPSK, 33282),
    ("bpsk_1-5", "medium", "C1_5_MEDIUM", dtv.MOD_BPSK, 33282),
    ("bpsk_11-45", "medium", "C11_45_MEDIUM", dtv.MOD_BPSK, 33282),
    ("bpsk_1-3", "medium", "C1_3_MEDIUM", dtv.MOD_BPSK, 33282),
    ("bpsk_1-5_sf2", "short", "C1_5_VLSNR_SF2", dtv.MOD_BPSK_SF2, 33282),
    ("bpsk_11-45_sf2", "short", "C11_45_VLSNR_SF2", dtv.MOD_BPSK_SF2, 33282),
    ("bpsk_1-5", "short", "C1_5_VLSNR", dtv.MOD_BPSK, 16686),
    ("bpsk_4-15", "short", "C4_15_VLSNR", dtv.MOD_BPSK, 16686),
    ("bpsk_1-3", "short", "C1_3_VLSNR", dtv.MOD_BPSK, 16686),
]
PLHEADER = 90
SEED = 7


def first_frame(size, rate, modulation, symbols):
    """@return bits of the BBFRAME before scrambling, symbols of the PLFRAME."""
    size, rate, standard = getattr(dtv, f"FECFRAME_{size.upper()}"), getattr(dtv, rate), dtv.STANDARD_DVBS2
    # What the LDPC block sends of a code word depends on the modulation where it is BPSK.
    coded = dtv.MOD_OTHER if modulation == dtv.MOD_QPSK else modulation
    source = blocks.vector_source_b(list(transport_stream(4000, SEED)), True)
    header = dtv.dvb_bbheader_bb(standard, size, rate, dtv.RO_0_20, dtv.INPUTMODE_NORMAL, dtv.INBAND_OFF, 168, 4000000)
    chain = [
        source, header,
        dtv.dvb_bbscrambler_bb(standard, size, rate),
        dtv.dvb_bch_bb(standard, size, rate),
        dtv.dvb_ldpc_bb(standard, size, rate, coded),
        dtv.dvbs2_interleaver_bb(size, rate, modulation),
        dtv.dvbs2_modulator_bc(size, rate, modulation, dtv.INTERPOLATION_OFF),
        dtv.dvbs2_physical_cc(size, rate, modulation, dtv.PILOTS_ON, 0),
        blocks.head(gr.sizeof_gr_complex, 2 * symbols),
    ]
    sink, bbframes = blocks.vector_sink_c(), blocks.vector_sink_b()
    top = gr.top_block()
    top.connect(*chain, sink)
    top.connect(header, bbframes)
    top.run()
    bits = numpy.array(bbframes.data(), numpy.uint8)
    length = int.from_bytes(numpy.packbits(bits[32:48]).tobytes(), "big")
    return bits[:80 + length], numpy.array(sink.data(), numpy.complex64)[::2]


def main():
    folder = Path(sys.argv[1])
    for name, size, *rest in FORMS:
        bits, symbols = first_frame(size, *rest)
        signs = numpy.stack([symbols[PLHEADER:].real < 0, symbols[PLHEADER:].imag < 0], -1)
        assert numpy.allclose(abs(symbols.real), 0.5 ** 0.5, atol=1e-6)
        path = str(folder / f"vlsnr_{name}_{size}")
        Path(path + ".bbframe.bin").write_bytes(numpy.packbits(bits).tobytes())
        Path(path + ".quadrants.bin").write_bytes(numpy.packbits(signs.ravel()).tobytes())


if __name__ == "__main__":
    main()
