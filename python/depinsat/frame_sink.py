"""The end of a receiver's stream of bytes: whole frames with their metadata."""
import numpy as np
import pmt
from gnuradio import gr


class FrameSink(gr.sync_block):
    """Calls on_frame(fields, data) for each frame that dvbs2_receiver delivers, in order.

    Failed frames come with no data. Tag and keys: docs/blocks.md. What on_frame raises ends the stream and
    stands in `error`, since GNU Radio would pass over it.
    """

    def __init__(self, on_frame):
        gr.sync_block.__init__(self, name="frame_sink", in_sig=[np.uint8], out_sig=[])
        self.on_frame, self.open, self.data, self.error = on_frame, None, bytearray(), None

    def work(self, input_items, output_items):
        try:
            return self.take(input_items)
        except Exception as error:
            self.error, self.open = error, None
            return -1  # WORK_DONE: the enum of that name is no number to the gateway

    def take(self, input_items):
        items = bytes(input_items[0])
        tags = self.get_tags_in_window(0, 0, len(items), pmt.intern("frame"))
        position = 0
        for tag in sorted(tags, key=lambda tag: (tag.offset, pmt.to_python(tag.value)["sequence"])):
            at = tag.offset - self.nitems_read(0)
            self.data += items[position:at]
            position = at
            self.finish()
            self.open = pmt.to_python(tag.value)
        self.data += items[position:]
        return len(items)

    def finish(self):
        """The open frame is whole: the next one begins, or the stream ends."""
        if self.open is not None:
            self.on_frame(self.open, bytes(self.data[:self.open["bytes"]]))
            del self.data[:self.open["bytes"]]
            self.open = None
