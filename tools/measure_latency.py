#!/usr/bin/env python3
"""How long a message that is due now waits for the antenna, while bulk traffic fills every frame.

Runs the real modem and the real satellite. In the place of the daemon this program answers the modem's asks:
with bulk, or with a marked frame as soon as a message was handed over at a random moment. A recorder in front of
the satellite's input notes when each sample arrives; the receiver then finds the marked frames in the recording.
Printed as one JSON line: latency from the message to the first sample of its frame at the satellite's input.
"""
import argparse
import json
import random
import sys
import tempfile
import threading
import time

import cbor2
import numpy as np
import zmq

import stack

MARK = b"depinsat-latency"


class Daemon(threading.Thread):
    """Answers asks at once: bulk, or the message that waits."""

    def __init__(self, context, folder, waveform, data_field_bytes, seed):
        super().__init__(daemon=True)
        self.tx = context.socket(zmq.ROUTER)
        self.rx = context.socket(zmq.PULL)
        self.tx.bind(f"ipc://{folder}/user-tx")
        self.rx.bind(f"ipc://{folder}/user-rx")
        self.waveform, self.size, self.random = waveform, data_field_bytes, random.Random(seed)
        self.stopping = threading.Event()
        self.waiting = []    # (number, time handed over)
        self.handed_over = {}  # number -> time
        self.outcomes = {"sent": 0, "late": 0, "idle": 0}

    def hand_over(self, number):
        self.handed_over[number] = time.monotonic()
        self.waiting.append(number)

    def run(self):
        while not self.stopping.is_set():
            if self.tx.poll(20):
                self.take(*self.tx.recv_multipart())

    def take(self, identity, head, _body):
        message = cbor2.loads(head)
        if message["type"] == "report":
            self.outcomes[message["outcome"]] += 1
            return
        field = self.random.randbytes(self.size)
        if self.waiting:
            mark = MARK + self.waiting.pop(0).to_bytes(4, "big")
            field = mark + field[len(mark):]
        answer = {"type": "answer", "sequence": message["sequence"], "idle": False, "modcod": self.waveform.modcod,
                  "frame_size": self.waveform.frame_size, "pilots": True, "isi": 0, "stream_type": "generic_continuous"}
        self.tx.send_multipart([identity, cbor2.dumps(answer), field])


class Recorder(threading.Thread):
    """Stands between the station and the satellite's uplink socket; keeps samples and the times of their arrival."""

    def __init__(self, context, port, satellite_port):
        super().__init__(daemon=True)
        self.front = context.socket(zmq.ROUTER)
        self.front.bind(f"tcp://127.0.0.1:{port}")
        self.back = context.socket(zmq.DEALER)
        self.back.connect(f"tcp://127.0.0.1:{satellite_port}")
        self.stopping = threading.Event()
        self.station = None
        self.pieces = []  # (time of arrival, first sample, samples)

    def run(self):
        poller = zmq.Poller()
        poller.register(self.front, zmq.POLLIN)
        poller.register(self.back, zmq.POLLIN)
        while not self.stopping.is_set():
            ready = dict(poller.poll(20))
            if self.front in ready:
                self.station, head, body = self.front.recv_multipart()
                self.note(cbor2.loads(head), body)
                self.back.send_multipart([head, body])
            if self.back in ready and self.station is not None:
                self.front.send_multipart([self.station, *self.back.recv_multipart()])

    def note(self, head, body):
        if head["type"] == "samples":
            self.pieces.append((time.monotonic(), head["first_sample"], np.frombuffer(body, np.complex64)))

    def arrival_of(self, index):
        """When the sample with this index of the whole recording arrived."""
        begin = 0
        for at, _, samples in self.pieces:
            begin += len(samples)
            if index < begin:
                return at
        raise IndexError(index)


def received_frames(samples, waveform):
    """(first sample, data field) of each frame in the recording."""
    from gnuradio import blocks, depinsat, gr
    import pmt

    flowgraph = gr.top_block()
    source = blocks.vector_source_c(samples)
    receiver = depinsat.dvbs2_receiver(sample_rate_hz=2.0 * waveform.symbol_rate_baud,
                                       symbol_rate_baud=waveform.symbol_rate_baud)
    sink = blocks.vector_sink_b()
    flowgraph.connect(source, receiver, sink)
    flowgraph.run()
    data = bytes(sink.data())
    frames = [(tag.offset, pmt.to_python(tag.value)) for tag in sink.tags() if pmt.to_python(tag.key) == "frame"]
    return [(int(frame["first_sample"]), data[offset:offset + len(MARK) + 4]) for offset, frame in frames]


def measure(folder, args):
    waveform = stack.Waveform(symbol_rate_baud=args.symbol_rate, frame_size=args.frame_size)
    system = stack.Stack(folder, waveform=waveform)
    system.write_configuration()
    satellite_port = system.ports["uplink"]
    context = zmq.Context()
    recorder = Recorder(context, stack.free_port(), satellite_port)
    toml = system.folder / "user.toml"
    toml.write_text(toml.read_text().replace(f":{satellite_port}\"", f":{recorder_port(recorder)}\""))
    daemon = Daemon(context, folder, waveform, args.data_field_bytes, args.seed)
    recorder.start()
    daemon.start()
    try:
        system.start("satellite", system.bin / "depinsat", "sat", "--config", system.folder / "satellite.toml")
        system.start("modem", system.bin / "depinsat", "modem", "--config", toml)
        stack.wait_for("bulk on air", lambda: daemon.outcomes["sent"] > 20, 30)
        rng = random.Random(args.seed)
        for number in range(args.messages):
            time.sleep(rng.uniform(0.05, 0.2))
            daemon.hand_over(number)
        time.sleep(0.5)
    finally:
        system.stop()
        for thread in (recorder, daemon):
            thread.stopping.set()
            thread.join()
        context.destroy(linger=0)  # samples for a satellite that is gone would be waited for
    return daemon, recorder, waveform


def recorder_port(recorder):
    return int(recorder.front.getsockopt_string(zmq.LAST_ENDPOINT).rsplit(":", 1)[1])


def latencies(daemon, recorder, waveform):
    samples = np.concatenate([samples for _, _, samples in recorder.pieces])
    found = {}
    for first, field in received_frames(samples, waveform):
        if field.startswith(MARK):
            number = int.from_bytes(field[len(MARK):len(MARK) + 4], "big")
            found[number] = recorder.arrival_of(first) - daemon.handed_over[number]
    return found


def plframe_symbols(frame_size):
    return {"normal": 33282, "short": 8370}[frame_size]  # QPSK with pilots


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frame-size", choices=["short", "normal"], default="short")
    parser.add_argument("--symbol-rate", type=int, default=1_000_000, help="baud")
    parser.add_argument("--messages", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    args.data_field_bytes = {"normal": 4016, "short": 869}[args.frame_size]  # QPSK 1/2

    with tempfile.TemporaryDirectory(prefix="depinsat-") as folder:
        daemon, recorder, waveform = measure(folder, args)
    found = latencies(daemon, recorder, waveform)
    if len(found) < args.messages:
        print(f"only {len(found)} of {args.messages} messages were found in the recording", file=sys.stderr)
        return 1
    frame_ms = plframe_symbols(args.frame_size) / args.symbol_rate * 1e3
    in_ms = sorted(1e3 * x for x in found.values())
    print(json.dumps({"frame_size": args.frame_size, "symbol_rate_baud": args.symbol_rate, "frame_ms": round(frame_ms, 3),
                      "bound_ms": round(2 * frame_ms + 5, 3), "messages": len(in_ms), "median_ms": round(in_ms[len(in_ms) // 2], 3),
                      "p90_ms": round(in_ms[int(0.9 * len(in_ms))], 3), "max_ms": round(in_ms[-1], 3),
                      "outcomes": daemon.outcomes}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
