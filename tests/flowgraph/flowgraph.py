"""What the flowgraph tests share."""
import random

import numpy as np
import pmt
from gnuradio import blocks, channels, gr


def random_bytes(count, seed):
    return bytes(random.Random(seed).choices(range(256), k=count))


def run(source, sink, *chain):
    """Runs source -> chain -> sink to the end; returns the sink."""
    tb = gr.top_block()
    tb.connect(source, *chain, sink)
    tb.run()
    return sink


def run_bytes(data, *chain):
    """Bytes through a chain of blocks to bytes; returns the sink."""
    return run(blocks.vector_source_b(list(data)), blocks.vector_sink_b(), *chain)


def samples_of(data, *chain):
    """Bytes through a chain of blocks to complex samples, as an array."""
    sink = run(blocks.vector_source_b(list(data)), blocks.vector_sink_c(), *chain)
    return np.array(sink.data(), dtype=np.complex64)


def channel(es_n0_db, offset, samples_per_symbol=2, clock_error_ppm=0.0, seed=1):
    """Noise, a frequency offset in cycles per sample and a clock error, for a signal of mean power 1."""
    noise = (samples_per_symbol / 10 ** (es_n0_db / 10)) ** 0.5
    return channels.channel_model(noise, offset, 1 + clock_error_ppm * 1e-6, [1.0], seed)


def bits_of(data):
    """Bits of bytes, one a byte, most significant first."""
    return np.unpackbits(np.frombuffer(bytes(data), dtype=np.uint8))


def llrs_of(bits, es_n0_db, seed):
    """LLRs (1/8 nat) of bits sent as +-1 over white noise, as the bytes of a stream."""
    es_n0 = 10 ** (es_n0_db / 10)
    noise = np.random.default_rng(seed).normal(0, (0.5 / es_n0) ** 0.5, len(bits))
    received = 1 - 2.0 * np.asarray(bits) + noise
    return np.clip(np.rint(8 * 4 * es_n0 * received), -127, 127).astype(np.int8).tobytes()


def tags_of(sink, key):
    """(offset, value) of the tags with this key, in their order."""
    return sorted((t.offset, pmt.to_python(t.value)) for t in sink.tags() if pmt.symbol_to_string(t.key) == key)


def frames_of(sink):
    """What dvbs2_receiver said of each frame, in their order, with its "data"."""
    data = bytes(sink.data())
    frames = []
    for tag in sink.tags():
        if pmt.symbol_to_string(tag.key) == "frame":
            frame = pmt.to_python(tag.value)
            frame["data"] = data[tag.offset : tag.offset + frame["bytes"]]
            frames.append(frame)
    return sorted(frames, key=lambda frame: frame["sequence"])


class Messages(gr.basic_block):
    """Keeps what comes to its message port "in", as Python values."""

    def __init__(self):
        gr.basic_block.__init__(self, "messages", None, None)
        self.values = []
        self.message_port_register_in(pmt.intern("in"))
        self.set_msg_handler(pmt.intern("in"), self.keep)

    def keep(self, message):
        self.values.append(pmt.to_python(message))
