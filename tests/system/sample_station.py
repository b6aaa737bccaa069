"""A station's modem as the satellite sees it, without a modem: docs/architecture.md, "Sample port"."""
import threading
import time

import cbor2
import numpy as np
import zmq

MESSAGE_S, OUTSTANDING_S = 0.005, 0.020


class SampleStation:
    """Sends what `transmit(first, count)` returns for samples of the satellite's count; keeps what it receives."""

    def __init__(self, name, uplink, downlink, rate, transmit=None, takes=True):
        self.name, self.rate, self.transmit, self.takes = name, rate, transmit, takes
        self.context = zmq.Context()
        self.up, self.down = self._dealer(uplink), self._dealer(downlink)
        self.received = []  # (first_sample, samples, time)
        self.grants = []    # (first_sample, samples)
        self.stopped = threading.Event()
        self.paused = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _dealer(self, endpoint):
        socket = self.context.socket(zmq.DEALER)
        socket.linger = 0
        socket.rcvhwm = socket.sndhwm = 64
        socket.connect(endpoint)
        return socket

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join(10)
        self.context.destroy(linger=0)

    def send(self, socket, message, body=b""):
        try:
            socket.send_multipart([cbor2.dumps(message), body], zmq.NOBLOCK)
        except zmq.Again:
            pass

    def hello(self):
        for socket in (self.up, self.down):
            self.send(socket, {"type": "hello", "station": self.name, "sample_rate_hz": self.rate})

    def _run(self):
        poller = zmq.Poller()
        poller.register(self.up, zmq.POLLIN)
        poller.register(self.down, zmq.POLLIN)
        next_hello, heard = 0.0, True
        while not self.stopped.is_set():
            if self.paused.is_set():
                time.sleep(0.01)
                continue
            if time.monotonic() >= next_hello:
                self.hello()
                if self.takes and (heard is False or next_hello == 0.0):
                    self.send(self.down, {"type": "credit", "samples": int(OUTSTANDING_S * self.rate)})
                next_hello, heard = time.monotonic() + 1.0, False
            ready = dict(poller.poll(50))
            if self.up in ready:
                self._on_grant(cbor2.loads(self.up.recv_multipart()[0]))
            if self.down in ready:
                heard = True
                self._on_samples(*self.down.recv_multipart())

    def _on_grant(self, grant):
        first, count = grant["first_sample"], grant["samples"]
        self.grants.append((first, count))
        if self.transmit is None:
            return
        step = int(MESSAGE_S * self.rate)
        samples = np.asarray(self.transmit(first, count), np.complex64)
        for at in range(0, count, step):
            self.send(self.up, {"type": "samples", "first_sample": first + at, "sample_rate_hz": self.rate},
                      samples[at:at + step].tobytes())

    def _on_samples(self, header, body):
        samples = np.frombuffer(body, np.complex64)
        self.received.append((cbor2.loads(header)["first_sample"], samples, time.monotonic()))
        if self.takes:
            self.send(self.down, {"type": "credit", "samples": len(samples)})

    def stream(self):
        """All that came: (first sample, samples), which must be without a gap."""
        received = list(self.received)
        if not received:
            return 0, np.zeros(0, np.complex64)
        for (first, samples, _), (following, _, _) in zip(received, received[1:]):
            if first + len(samples) != following:
                raise AssertionError(f"gap at sample {first + len(samples)}: {following} follows")
        return received[0][0], np.concatenate([samples for _, samples, _ in received])
