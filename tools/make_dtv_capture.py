#!/usr/bin/python3
"""Makes a DVB-S2 or DVB-S2X capture with GNU Radio's gr-dtv, an independent transmitter.

Transport stream packets from a seed go through gr-dtv's chain, a root-raised-cosine filter, clock
error, frequency offset and noise, into a SigMF recording:

    NAME.sigmf-data, NAME.sigmf-meta   samples and what they are, one annotation a frame
    NAME.frames                        the data fields of the BBFRAMEs, one after another

The same arguments give the same files, with the same versions of GNU Radio and numpy.
"""

import argparse
import csv
import hashlib
import json
import sys
from pathlib import Path

import numpy
from gnuradio import blocks, dtv, filter as gr_filter, gr
from gnuradio.filter import firdes

from dvbs2_tables import modcod_name

# gr-dtv's constants by the constellation's name in modcods.csv.
MODULATIONS = {
    "QPSK": dtv.MOD_QPSK, "8PSK": dtv.MOD_8PSK, "2+4+2APSK": dtv.MOD_8APSK, "4+12APSK": dtv.MOD_16APSK,
    "8+8APSK": dtv.MOD_8_8APSK, "4+12+16APSK": dtv.MOD_32APSK, "4+12+16rbAPSK": dtv.MOD_4_12_16APSK,
    "4+8+4+16APSK": dtv.MOD_4_8_4_16APSK, "16+16+16+16APSK": dtv.MOD_64APSK,
    "8+16+20+20APSK": dtv.MOD_8_16_20_20APSK, "4+12+20+28APSK": dtv.MOD_4_12_20_28APSK,
    "128APSK": dtv.MOD_128APSK, "256APSK": dtv.MOD_256APSK,
}
DATA = Path(__file__).resolve().parents[1] / "lib/data/dvbs2/modcods.csv"
ROLLOFFS = {0.35: dtv.RO_0_35, 0.25: dtv.RO_0_25, 0.20: dtv.RO_0_20}
FILTER_SPAN = 32  # symbols, both sides together


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", type=Path, help="path of the recording, without suffix")
    parser.add_argument("--modcod", default="qpsk_1-2", help="qpsk_1-2, 32apsk_4-5 ...")
    parser.add_argument("--frame-size", choices=["normal", "short"], default="short")
    parser.add_argument("--no-pilots", action="store_true")
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--es-n0-db", type=float, default=10.0)
    parser.add_argument("--offset-hz", type=float, default=0.0)
    parser.add_argument("--clock-ppm", type=float, default=0.0,
                        help="positive: the transmitter's clock is fast")
    parser.add_argument("--symbol-rate-baud", type=float, default=500e3)
    parser.add_argument("--samples-per-symbol", type=int, choices=range(2, 9), default=2)
    parser.add_argument("--rolloff", type=float, choices=sorted(ROLLOFFS), default=0.20)
    parser.add_argument("--pl-scrambling-n", type=int, default=0)
    parser.add_argument("--format", choices=["cf32", "ci16"], default="cf32")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with open(DATA, newline="") as file:
        rows = {modcod_name(row): row for row in csv.DictReader(file) if row["frame"] == arguments.frame_size}
    if arguments.modcod not in rows:
        parser.error(f"--modcod: {arguments.modcod}: must be one of " + ", ".join(rows))
    arguments.row = rows[arguments.modcod]
    if arguments.frames < 1:
        parser.error("--frames: must be 1 or more")
    return arguments


def plframe_symbols(arguments):
    return int(arguments.row["plframe_symbols_no_pilots" if arguments.no_pilots else "plframe_symbols_pilots"])


def transport_stream(packets, seed):
    """Packets of 188 bytes, sync byte and header as usual, payload from the seed."""
    stream = numpy.random.default_rng(seed).integers(0, 256, (packets, 188), dtype=numpy.uint8)
    stream[:, 0] = 0x47
    stream[:, 1:3] = 1, 0
    stream[:, 3] = 0x10 | numpy.arange(packets) % 16
    return stream.tobytes()


def transmit(arguments):
    """@return symbols, and bits of the BBFRAMEs before scrambling."""
    size = getattr(dtv, f"FECFRAME_{arguments.frame_size.upper()}")
    rate = getattr(dtv, f"C{arguments.row['ldpc_code_identifier'].replace('/', '_')}")
    modulation = MODULATIONS[arguments.row["constellation"]]
    pilots = dtv.PILOTS_OFF if arguments.no_pilots else dtv.PILOTS_ON
    standard = dtv.STANDARD_DVBS2
    # Frames beyond those wanted are on their way when the head stops; 8100 bytes is the longest.
    source = blocks.vector_source_b(
        list(transport_stream((arguments.frames + 64) * 8100 // 188, arguments.seed)), True)
    header = dtv.dvb_bbheader_bb(standard, size, rate, ROLLOFFS[arguments.rolloff],
                                 dtv.INPUTMODE_NORMAL, dtv.INBAND_OFF, 168, 4000000)
    chain = [
        source, header,
        dtv.dvb_bbscrambler_bb(standard, size, rate),
        dtv.dvb_bch_bb(standard, size, rate),
        dtv.dvb_ldpc_bb(standard, size, rate, dtv.MOD_OTHER),
        dtv.dvbs2_interleaver_bb(size, rate, modulation),
        dtv.dvbs2_modulator_bc(size, rate, modulation, dtv.INTERPOLATION_OFF),
        dtv.dvbs2_physical_cc(size, rate, modulation, pilots, arguments.pl_scrambling_n),
        # Two samples a symbol, the second of which is zero.
        blocks.head(gr.sizeof_gr_complex, 2 * arguments.frames * plframe_symbols(arguments)),
    ]
    symbols, bbframes = blocks.vector_sink_c(), blocks.vector_sink_b()
    top = gr.top_block()
    top.connect(*chain, symbols)
    top.connect(header, bbframes)
    top.run()
    return numpy.array(symbols.data(), numpy.complex64)[::2], numpy.array(bbframes.data(), numpy.uint8)


def shape(symbols, arguments):
    """@return samples of mean power 1; symbol k lies on sample (k + span / 2) * ratio."""
    ratio = arguments.samples_per_symbol
    taps = firdes.root_raised_cosine(ratio, ratio, 1.0, arguments.rolloff, FILTER_SPAN * ratio + 1)
    padded = numpy.concatenate([symbols, numpy.zeros(FILTER_SPAN, numpy.complex64)])
    source, sink = blocks.vector_source_c(padded.tolist()), blocks.vector_sink_c()
    chain = [source, gr_filter.interp_fir_filter_ccf(ratio, taps)]
    if arguments.clock_ppm:
        phases = 64
        low_pass = firdes.low_pass(phases, phases, 0.42, 0.16)
        chain.append(gr_filter.pfb_arb_resampler_ccf(1 / (1 + 1e-6 * arguments.clock_ppm),
                                                     low_pass, phases))
    top = gr.top_block()
    top.connect(*chain, sink)
    top.run()
    samples = numpy.array(sink.data(), numpy.complex128)
    if arguments.clock_ppm:
        samples = samples[chain[-1].group_delay():]
    return samples / numpy.sqrt(numpy.mean(numpy.abs(samples) ** 2))


def impair(samples, arguments):
    ratio = arguments.samples_per_symbol
    rate = arguments.symbol_rate_baud * ratio
    random = numpy.random.default_rng(arguments.seed + 1)
    turns = arguments.offset_hz / rate * numpy.arange(len(samples)) + random.random()
    noise = random.standard_normal(len(samples)) + 1j * random.standard_normal(len(samples))
    power = ratio * 10 ** (-arguments.es_n0_db / 10)
    return samples * numpy.exp(2j * numpy.pi * turns) + noise * numpy.sqrt(power / 2)


def data_fields(bits, frames):
    """Data field of each BBFRAME; gr-dtv fills them up: k_bch = 80 + DFL."""
    length = int.from_bytes(numpy.packbits(bits[32:48]).tobytes(), "big")
    whole = bits[:frames * (80 + length)].reshape(frames, 80 + length)
    return [numpy.packbits(frame[80:]).tobytes() for frame in whole]


def write(arguments, samples, fields):
    scale = 0.2 if arguments.format == "ci16" else 1.0  # noise peaks stay below full scale
    if arguments.format == "ci16":
        pairs = numpy.stack([samples.real, samples.imag], -1) * (scale * 32767)
        raw = numpy.clip(numpy.round(pairs), -32767, 32767).astype("<i2").tobytes()
    else:
        raw = samples.astype("<c8").tobytes()
    ratio = arguments.samples_per_symbol / (1 + 1e-6 * arguments.clock_ppm)
    description = (f"DVB-S2{'X' * (arguments.row['standard'] == 'S2X')} {arguments.modcod} {arguments.frame_size}, pilots "
                   f"{'off' if arguments.no_pilots else 'on'}, {arguments.symbol_rate_baud:g} baud, "
                   f"roll-off {arguments.rolloff}, Es/N0 {arguments.es_n0_db} dB, offset "
                   f"{arguments.offset_hz} Hz, clock {arguments.clock_ppm} ppm, seed "
                   f"{arguments.seed}; gr-dtv of GNU Radio {gr.version()}")
    annotations = [{
        "core:sample_start": round((k * plframe_symbols(arguments) + FILTER_SPAN / 2) * ratio),
        "core:sample_count": round(plframe_symbols(arguments) * ratio),
        "core:label": f"PLFRAME {k}",
        "core:comment": f"data field: {len(field)} bytes, SHA-256 "
                        + hashlib.sha256(field).hexdigest(),
    } for k, field in enumerate(fields)]
    meta = {
        "global": {
            "core:datatype": f"{arguments.format}_le",
            "core:sample_rate": arguments.symbol_rate_baud * arguments.samples_per_symbol,
            "core:version": "1.2.5",
            "core:num_channels": 1,
            "core:sha512": hashlib.sha512(raw).hexdigest(),
            "core:description": description,
            "core:extensions": [{"name": "depinsat", "version": "1.0.0", "optional": True}],
            "depinsat:symbol_rate_baud": arguments.symbol_rate_baud,
            "depinsat:rolloff": arguments.rolloff,
            "depinsat:pl_scrambling_n": arguments.pl_scrambling_n,
            "core:recorder": "tools/make_dtv_capture.py " + " ".join(sys.argv[2:]),
        },
        "captures": [{"core:sample_start": 0}],
        "annotations": annotations,
    }
    base = str(arguments.name)
    Path(base + ".sigmf-data").write_bytes(raw)
    Path(base + ".frames").write_bytes(b"".join(fields))
    Path(base + ".sigmf-meta").write_text(json.dumps(meta, indent=2) + "\n")


def main():
    arguments = parse_arguments()
    symbols, bits = transmit(arguments)
    samples = impair(shape(symbols, arguments), arguments)
    write(arguments, samples, data_fields(bits, arguments.frames))


if __name__ == "__main__":
    main()
