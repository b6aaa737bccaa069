"""What the flowgraph tests share."""
import pmt
from gnuradio import blocks, gr


def run_bytes(source_data, *chain):
    """Bytes through a chain of blocks to bytes."""
    return run(blocks.vector_source_b(list(source_data)), blocks.vector_sink_b(), *chain)


def run(source, sink, *chain):
    """Runs source -> chain -> sink to the end; returns the sink."""
    tb = gr.top_block()
    tb.connect(source, *chain, sink)
    tb.run()
    return sink


def frames_of(sink):
    """The values of a sink's "frame" tags in their order, as Python dictionaries, with their data fields."""
    data = bytes(sink.data())
    frames = []
    for tag in sorted((t for t in sink.tags() if pmt.symbol_to_string(t.key) == "frame"), key=lambda t: t.offset):
        frame = pmt.to_python(tag.value)
        frame["data"] = data[tag.offset : tag.offset + frame["bytes"]]
        frames.append(frame)
    return sorted(frames, key=lambda f: f["sequence"])


def tags_of(sink, key):
    """(offset, value) of the tags with this key."""
    return [(t.offset, pmt.to_python(t.value)) for t in sink.tags() if pmt.symbol_to_string(t.key) == key]
