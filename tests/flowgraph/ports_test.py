"""Blocks with the modem port and the sample port, against a daemon and a satellite of the test's own."""
import tempfile
import time
import unittest

import cbor2
import numpy as np
import zmq
from flowgraph import channel, random_bytes, tags_of
from gnuradio import blocks, depinsat, gr

FIELD = 869


class Daemon:
    """The daemon's end of the modem port: answers each ask with the next data field, then with idle."""

    def __init__(self, folder, fields, modcod="qpsk_1-2"):
        self.context, self.modcod = zmq.Context(), modcod
        self.fields, self.answered, self.outcomes, self.received, self.telemetry = list(fields), {}, {}, [], []
        self.tx = self.socket(zmq.ROUTER, f"ipc://{folder}/tx")
        self.rx = self.socket(zmq.PULL, f"ipc://{folder}/rx")
        self.sub = self.context.socket(zmq.SUB)
        self.sub.setsockopt(zmq.SUBSCRIBE, b"")
        self.sub.connect(f"ipc://{folder}/telemetry")
        self.poller = zmq.Poller()
        for socket in (self.tx, self.rx, self.sub):
            self.poller.register(socket, zmq.POLLIN)

    def socket(self, kind, endpoint):
        socket = self.context.socket(kind)
        socket.linger = 0
        socket.bind(endpoint)
        return socket

    def run_until(self, condition):
        while not condition():  # the test's time-out bounds it
            for socket, _ in self.poller.poll(100):
                parts = socket.recv_multipart()
                if socket is self.tx:
                    self.serve(parts[0], cbor2.loads(parts[1]))
                elif socket is self.rx:
                    self.received.append((cbor2.loads(parts[0]), parts[1]))
                else:
                    self.telemetry.append((cbor2.loads(parts[0]), parts[1]))

    def serve(self, peer, message):
        self.longest_us = message.get("max_airtime_us")
        if message["type"] == "report":
            self.outcomes[message["sequence"]] = message["outcome"]
            return
        answer, field = {"type": "answer", "sequence": message["sequence"], "idle": not self.fields}, b""
        answer |= {"modcod": self.modcod, "frame_size": "short", "pilots": True, "isi": 3, "stream_type": "generic_continuous"}
        if self.fields:
            field = self.fields.pop(0)
            self.answered[message["sequence"]] = field
        self.tx.send_multipart([peer, cbor2.dumps(answer), field])

    def close(self):
        self.context.destroy(linger=0)


class ModemPortTest(unittest.TestCase):
    def modem(self, folder, path=lambda: channel(8.0, 0.01), **parameters):
        """Transmitter and receiver back to back, paced as a radio would be."""
        tb = gr.top_block()
        transmitter = depinsat.modem_port_transmitter(tx_endpoint=f"ipc://{folder}/tx", lead_ms=20)
        receiver = depinsat.modem_port_receiver(
            rx_endpoint=f"ipc://{folder}/rx", telemetry_endpoint=f"ipc://{folder}/telemetry", **parameters
        )
        tb.connect(transmitter, blocks.throttle(gr.sizeof_gr_complex, 1e6), path(), receiver)
        tb.msg_connect(transmitter, "telemetry", receiver, "transmitter")
        return tb

    def carry(self, daemon, tb, last_field, frames):
        """Runs until the last field has come back and telemetry tells of so many frames; what came back is what was sent."""
        tb.start()
        daemon.run_until(lambda: any(body == last_field for _, body in daemon.received))
        daemon.run_until(lambda: daemon.telemetry and daemon.telemetry[-1][0]["frames"]["received"] >= frames)
        tb.stop()
        tb.wait()
        daemon.close()
        sent = [field for sequence, field in daemon.answered.items() if daemon.outcomes.get(sequence) == "sent"]
        bodies = [body for _, body in daemon.received if body]
        self.assertEqual(bodies, sent[-len(bodies) :])
        return bodies

    def test_frames_of_the_daemon_come_back_to_it(self):
        fields = [random_bytes(FIELD, seed) for seed in range(40)]
        with tempfile.TemporaryDirectory() as folder:
            daemon, tb = Daemon(folder, fields), self.modem(folder)
            bodies = self.carry(daemon, tb, fields[-1], 20)
        self.assertGreaterEqual(len(bodies), 20)
        head = daemon.received[-1][0]
        self.assertEqual((head["modcod"], head["frame_size"], head["pilots"]), ("qpsk_1-2", "short", True))
        self.assertEqual((head["isi"], head["failure"]), (3, "none"))
        self.assertAlmostEqual(head["time"], time.time(), delta=60)
        telemetry, constellation = daemon.telemetry[-1]
        self.assertTrue(telemetry["locked"])
        self.assertAlmostEqual(telemetry["snr_db"], 8.0, delta=1.0)
        self.assertAlmostEqual(telemetry["cfo_hz"], 10e3, delta=200)
        self.assertGreaterEqual(telemetry["frames"]["sent"], 20)
        self.assertIs(telemetry["spectrum_inverted"], False)
        self.assertEqual(telemetry["gaps"], 0)
        self.assertGreater(len(constellation), 0)

    def test_frames_of_vl_snr_come_back_among_dummy_frames(self):
        fields = [random_bytes(644, seed) for seed in range(8)]
        with tempfile.TemporaryDirectory() as folder:
            daemon, tb = Daemon(folder, fields, "bpsk_1-3"), self.modem(folder, lambda: channel(-2.5, 0.001), vl_snr=True)
            self.carry(daemon, tb, fields[-1], 5)
        head, telemetry = daemon.received[-1][0], daemon.telemetry[-1][0]
        self.assertEqual((head["modcod"], head["frame_size"], head["pilots"]), ("bpsk_1-3", "short", True))
        self.assertEqual((head["isi"], head["failure"]), (3, "none"))
        self.assertAlmostEqual(telemetry["snr_db"], -2.5, delta=1.0)
        self.assertAlmostEqual(telemetry["cfo_hz"], 1e3, delta=50)

    def test_a_daemon_may_restart(self):
        with tempfile.TemporaryDirectory() as folder:
            tb = self.modem(folder)
            tb.start()
            for life in range(2):
                fields = [random_bytes(FIELD, 100 * life + seed) for seed in range(30)]
                daemon = Daemon(folder, fields)
                daemon.run_until(lambda: any(body == fields[-1] for _, body in daemon.received))
                daemon.close()
            tb.stop()
            tb.wait()

    def test_frames_of_any_symbol_rate_are_welcome(self):
        with tempfile.TemporaryDirectory() as folder:
            daemon, tb = Daemon(folder, []), gr.top_block()
            transmitter = depinsat.modem_port_transmitter(tx_endpoint=f"ipc://{folder}/tx", symbol_rate_baud=1000)
            tb.connect(transmitter, blocks.throttle(gr.sizeof_gr_complex, 2000), blocks.null_sink(gr.sizeof_gr_complex))
            daemon.longest_us = None
            tb.start()
            daemon.run_until(lambda: daemon.longest_us)
            tb.stop()
            tb.wait()
            daemon.close()
        self.assertGreaterEqual(daemon.longest_us, 33282 / 1000 * 1e6)  # QPSK, normal, pilots

    def test_the_flowgraph_may_stop_and_start_again(self):
        with tempfile.TemporaryDirectory() as folder:
            daemon, tb = Daemon(folder, []), self.modem(folder)
            for life in range(2):
                fields = [random_bytes(FIELD, 100 * life + seed) for seed in range(30)]
                daemon.fields = list(fields)
                tb.start()
                daemon.run_until(lambda: any(body == fields[-1] for _, body in daemon.received))
                tb.stop()
                tb.wait()
            daemon.close()


class Satellite:
    """The satellite's end of the sample port for one station."""

    def __init__(self, folder):
        self.context = zmq.Context()
        self.socket = self.context.socket(zmq.ROUTER)
        self.socket.linger = 0
        self.socket.bind(f"ipc://{folder}/port")
        self.peer = None

    def receive(self):
        self.peer, head, body = self.socket.recv_multipart()
        return cbor2.loads(head), np.frombuffer(body, np.complex64)

    def wait_for(self, kind):
        while True:  # the test's time-out bounds it
            head, body = self.receive()
            if head["type"] == kind:
                return head, body

    def send(self, head, samples=b""):
        self.socket.send_multipart([self.peer, cbor2.dumps(head), samples])

    def close(self):
        self.context.destroy(linger=0)


class SatelliteTest(unittest.TestCase):
    RATE = 1e6

    def test_the_sink_sends_what_is_granted(self):
        samples = np.arange(20000).astype(np.complex64)
        with tempfile.TemporaryDirectory() as folder:
            satellite, tb = Satellite(folder), gr.top_block()
            sink = depinsat.satellite_sink(f"ipc://{folder}/port", "user", self.RATE)
            tb.connect(blocks.vector_source_c(samples.tolist()), sink)
            tb.start()
            hello, _ = satellite.wait_for("hello")
            self.assertEqual((hello["station"], hello["sample_rate_hz"]), ("user", self.RATE))
            got, first = [], 700
            while sum(map(len, got)) < len(samples):
                satellite.send({"type": "credit", "first_sample": first, "samples": 4000})
                left = min(4000, len(samples) - sum(map(len, got)))
                while left > 0:
                    head, body = satellite.wait_for("samples")
                    self.assertEqual(head["first_sample"], first)
                    self.assertLessEqual(len(body), 5000)
                    got.append(body)
                    first += len(body)
                    left -= len(body)
                self.assertEqual(left, 0)
            tb.wait()
            satellite.close()
        np.testing.assert_array_equal(np.concatenate(got), samples)

    def test_the_source_fills_gaps_and_tags_them(self):
        with tempfile.TemporaryDirectory() as folder:
            satellite, tb = Satellite(folder), gr.top_block()
            source = depinsat.satellite_source(f"ipc://{folder}/port", "user", self.RATE)
            head, sink = blocks.head(gr.sizeof_gr_complex, 13000), blocks.vector_sink_c()
            tb.connect(source, head, sink)
            tb.start()
            credit, _ = satellite.wait_for("credit")
            self.assertEqual(credit["samples"], 20000)
            for first in (1000, 9000):
                samples = np.arange(first, first + 5000).astype(np.complex64)
                satellite.send({"type": "samples", "first_sample": first, "sample_rate_hz": self.RATE}, samples.tobytes())
            while len(sink.data()) < 13000:
                time.sleep(0.01)
            tb.stop()
            tb.wait()
            satellite.close()
        wanted = np.arange(1000, 14000).astype(np.complex64)
        wanted[5000:8000] = 0
        np.testing.assert_array_equal(np.array(sink.data(), np.complex64), wanted)
        self.assertEqual(tags_of(sink, "satellite_sample"), [(0, 1000), (8000, 9000)])

    def test_without_a_satellite_both_stop_when_told(self):
        with tempfile.TemporaryDirectory() as folder:
            tb, sink = gr.top_block(), blocks.vector_sink_c()
            tb.connect(depinsat.satellite_source(f"ipc://{folder}/down", "user", self.RATE), sink)
            tb.connect(
                blocks.null_source(gr.sizeof_gr_complex),
                depinsat.satellite_sink(f"ipc://{folder}/up", "user", self.RATE),
            )
            tb.start()
            time.sleep(0.3)
            tb.stop()
            tb.wait()
        self.assertEqual(len(sink.data()), 0)

    def test_wrong_parameters_are_refused_by_key(self):
        for key, make in [
            ("station", lambda: depinsat.satellite_sink("ipc:///tmp/x", "User 1", 1e6)),
            ("sample_rate_hz", lambda: depinsat.satellite_source("ipc:///tmp/x", "user", 1)),
            ("uplink_endpoint", lambda: depinsat.satellite_sink("nonsense", "user", 1e6)),
            ("tx_endpoint", lambda: depinsat.modem_port_transmitter(tx_endpoint="tcp://192.0.2.1:5000")),
            ("lead_ms", lambda: depinsat.modem_port_transmitter(tx_endpoint="ipc:///tmp/x", lead_ms=0)),
            ("max_airtime_ms", lambda: depinsat.modem_port_transmitter(tx_endpoint="ipc:///tmp/x", max_airtime_ms=0)),
        ]:
            with self.subTest(key=key):
                with self.assertRaisesRegex(ValueError, key):
                    make()


if __name__ == "__main__":
    unittest.main(verbosity=2)
