#!/usr/bin/env python3
"""TCP services through two depinsatd: a service with TLS, ends that wait, cuts, refusals.

Environment: DEPINSATD, the program.
"""
import contextlib
import hashlib
import os
import pathlib
import random
import shutil
import socket
import ssl
import struct
import subprocess
import tempfile
import threading
import time
import unittest

from daemon_world import Air, Station, free_port
from tcp_service import Service, echo

PROGRAM = os.environ["DEPINSATD"]
DELAY_S = 0.05


def receive(connection, count=None):
    """So many bytes, or all until the end."""
    data = bytearray()
    while count is None or len(data) < count:
        more = connection.recv(65536 if count is None else count - len(data))
        if not more:
            break
        data += more
    return bytes(data)


class SplitTcp(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="depinsat-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.given = 0  # bytes that the flood could put into its socket
        cls.services = {"echo": Service(echo), "tls": Service(cls.echo_tls), "flood": Service(cls.flood),
                        "reset": Service(cls.reset)}
        for service in cls.services.values():
            cls.addClassCleanup(service.close)
        ports = {name: service.port for name, service in cls.services.items()} | {"closed": free_port()}
        cls.ports = {name: free_port() for name in [*ports, "unknown"]}
        cls.user, cls.gateway = (Station(PROGRAM, cls.folder, role) for role in ("user", "gateway"))
        cls.user.write_config(cls.gateway.key, DELAY_S, "".join(
            f'[[bridge.tcp]]\nlisten = "127.0.0.1:{port}"\nservice = "{name}"\n' for name, port in cls.ports.items()))
        cls.gateway.write_config(cls.user.key, DELAY_S, "".join(
            f'[[upstream]]\nprotocol = "tcp"\nservice = "{name}"\nurl = "tcp://127.0.0.1:{port}"\n'
            for name, port in ports.items()))
        cls.make_certificate()
        cls.air = Air([cls.user.endpoints, cls.gateway.endpoints], DELAY_S, seed=1)
        for station in (cls.user, cls.gateway):
            station.start()
            cls.addClassCleanup(station.stop)
        cls.air.start()
        cls.addClassCleanup(cls.air.stop)
        cls.user.wait_for_peer(timeout=40)

    @classmethod
    def make_certificate(cls):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", cls.folder / "tls.key", "-out", cls.folder / "tls.pem", "-days", "2",
                        "-subj", "/CN=exchange.test", "-addext", "subjectAltName=DNS:exchange.test"],
                       check=True, capture_output=True)

    @classmethod
    def echo_tls(cls, connection):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cls.folder / "tls.pem", cls.folder / "tls.key")
        with context.wrap_socket(connection, server_side=True) as secure:
            while data := secure.recv(65536):
                secure.sendall(data)

    @classmethod
    def flood(cls, connection):
        with connection:
            for _ in range(96):
                connection.sendall(bytes(65536))
                cls.given += 65536

    @classmethod
    def reset(cls, connection):
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def connect(self, service):
        connection = socket.create_connection(("127.0.0.1", self.ports[service]), timeout=60)
        self.addCleanup(connection.close)
        return connection

    def test_tls_passes_untouched(self):
        context = ssl.create_default_context(cafile=self.folder / "tls.pem")
        with context.wrap_socket(self.connect("tls"), server_hostname="exchange.test") as secure:
            secure.sendall(b"a quote, please")
            self.assertEqual(receive(secure, 15), b"a quote, please")

    def test_a_client_that_ends_first_gets_all_that_is_left(self):
        data = random.Random(1).randbytes(100_000)
        connection = self.connect("echo")
        sender = threading.Thread(target=lambda: (connection.sendall(data), connection.shutdown(socket.SHUT_WR)))
        sender.start()
        self.assertEqual(hashlib.sha256(receive(connection)).digest(), hashlib.sha256(data).digest())
        sender.join()

    def test_services_that_are_not_there_are_refused(self):
        for service in ("unknown", "closed"):
            connection = self.connect(service)
            connection.sendall(b"hello")
            with self.assertRaises(ConnectionResetError):
                connection.recv(1)

    def test_a_connection_outlives_loss_and_a_cut(self):
        data = random.Random(2).randbytes(60_000)
        connection = self.connect("echo")
        connection.sendall(data[:1000])
        self.assertEqual(receive(connection, 1000), data[:1000])
        self.air.loss, self.air.silent = 0.05, True
        try:
            sender = threading.Thread(target=lambda: (connection.sendall(data[1000:]), connection.shutdown(socket.SHUT_WR)))
            sender.start()
            time.sleep(3)
            self.air.silent = False
            self.assertEqual(receive(connection), data[1000:])
            sender.join()
        finally:
            self.air.loss, self.air.silent = 0.0, False

    def test_services_that_reset_while_data_is_on_its_way_leave_nothing_behind(self):
        def use():
            connection = self.connect("reset")
            with contextlib.suppress(ConnectionError):
                for _ in range(50):
                    connection.sendall(b"x")
                    time.sleep(0.02)

        for _ in range(2):  # 200 in all, where a user may have 128 connections
            users = [threading.Thread(target=use) for _ in range(100)]
            for user in users:
                user.start()
            for user in users:
                user.join()
        connection = self.connect("echo")
        connection.sendall(b"hello")
        self.assertEqual(receive(connection, 5), b"hello")

    def test_a_client_that_does_not_read_stops_the_service(self):
        connection = self.connect("flood")
        connection.sendall(b"go")
        before, end = -1, time.monotonic() + 60
        while before != type(self).given and time.monotonic() < end:
            before = type(self).given
            time.sleep(4)
        # The window of a carrier of 500 kbaud is 112500 bytes; the kernel's own buffers hold the rest.
        self.assertLess(type(self).given, 96 * 65536)

    def test_an_open_connection_costs_nothing_while_nothing_is_said(self):
        connection = self.connect("echo")
        connection.sendall(b"x")
        self.assertEqual(receive(connection, 1), b"x")
        time.sleep(1)
        before = self.user.status()["link"]["segments_sent"]
        time.sleep(3)
        self.assertEqual(self.user.status()["link"]["segments_sent"], before)

    def test_status_counts_connections(self):
        connection = self.connect("echo")
        connection.sendall(b"x")
        receive(connection, 1)
        self.assertGreaterEqual(self.user.status()["protocols"]["tcp"]["connections"], 1)


if __name__ == "__main__":
    unittest.main()
