#!/usr/bin/env python3
"""How long after its last sample a frame comes out of the receiver block.

A source hands out samples at the pace of the wall clock, in pieces as a radio does; a sink behind dvbs2_receiver
notes when the last byte of each frame arrives. Counted from the moment at which the middle of the frame's last symbol is
due, so the wait for the rest of its piece counts as well. Printed as one JSON line, in milliseconds.
"""
import argparse
import json
import sys
import time

import numpy as np
from gnuradio import blocks, depinsat, gr

SAMPLES_PER_SYMBOL = 2
FILTER_DELAY = 16 * SAMPLES_PER_SYMBOL  # of the transmitter's filter at roll-off 0.20


class Radio(gr.sync_block):
    """Samples, each no sooner than it is due."""

    def __init__(self, samples, rate, piece):
        gr.sync_block.__init__(self, "radio", None, [np.complex64])
        self.samples, self.rate, self.piece, self.at, self.began = samples, rate, piece, 0, None

    def work(self, _, outputs):
        self.began = self.began or time.monotonic()
        count = min(self.piece, len(outputs[0]), len(self.samples) - self.at)
        wait = self.began + (self.at + count) / self.rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        outputs[0][:count] = self.samples[self.at : self.at + count]
        self.at += count
        return count or -1

    def due(self, sample):
        return self.began + sample / self.rate


class Arrivals(gr.sync_block):
    """Notes how many bytes have come, and when."""

    def __init__(self):
        gr.sync_block.__init__(self, "arrivals", [np.uint8], None)
        self.notes, self.bytes = [], 0

    def work(self, inputs, _):
        self.bytes += len(inputs[0])
        self.notes.append((time.monotonic(), self.bytes))
        return len(inputs[0])


def signal(args, field_bytes):
    """Samples of noise and frames, as long as a frame for the lock and what is measured; and their number of symbols a frame."""
    random = np.random.default_rng(args.seed)
    data = random.bytes(args.frames * field_bytes)
    top, sink = gr.top_block(), blocks.vector_sink_c()
    transmitter = depinsat.dvbs2_transmitter(modcod=args.modcod, frame_size=args.frame_size, pilots=not args.no_pilots)
    top.connect(blocks.vector_source_b(list(data)), transmitter, sink)
    top.run()
    samples = np.array(sink.data(), np.complex64)
    starts = [tag.offset for tag in sink.tags() if str(tag.key) == "frame_start"]
    deviation = np.sqrt(SAMPLES_PER_SYMBOL * 10 ** (-args.es_n0_db / 10) / 2)
    noise = random.normal(0, deviation, (len(samples), 2)).astype(np.float32).view(np.complex64).ravel()
    return samples + noise, starts[1] - starts[0]


def measure(args):
    rate = args.symbol_rate_baud * SAMPLES_PER_SYMBOL
    samples, frame_samples = signal(args, args.field_bytes)
    radio, arrivals = Radio(samples, rate, max(int(rate * args.piece_ms / 1e3), 1)), Arrivals()
    receiver = depinsat.dvbs2_receiver(sample_rate_hz=rate, symbol_rate_baud=args.symbol_rate_baud, cores=args.cores)
    top = gr.top_block()
    top.connect(radio, receiver, arrivals)
    top.run()
    latencies = []
    for frame in range(1, args.frames):  # the first waits for the second, which proves it
        wanted = (frame + 1) * args.field_bytes
        arrived = next((moment for moment, count in arrivals.notes if count >= wanted), None)
        if arrived is None:
            raise SystemExit(f"frame {frame} was lost")
        latencies.append(1e3 * (arrived - radio.due((frame + 1) * frame_samples - SAMPLES_PER_SYMBOL + FILTER_DELAY)))
    return latencies


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modcod", default="qpsk_1-2")
    parser.add_argument("--frame-size", default="normal")
    parser.add_argument("--field-bytes", type=int, default=4016, help="data field of that MODCOD and frame size")
    parser.add_argument("--no-pilots", action="store_true")
    parser.add_argument("--symbol-rate-baud", type=float, default=1e6)
    parser.add_argument("--es-n0-db", type=float, default=2.0)
    parser.add_argument("--piece-ms", type=float, default=0.25, help="of the radio's samples")
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--frames", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    latencies = measure(args)
    print(json.dumps({"frames": len(latencies), "cores": args.cores, "median_ms": round(float(np.median(latencies)), 2),
                      "p90_ms": round(float(np.quantile(latencies, 0.9)), 2), "max_ms": round(max(latencies), 2)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
