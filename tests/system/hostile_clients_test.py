#!/usr/bin/env python3
"""Programs of the same machine that mean harm, and web pages that the user visits: others are still served.

Environment: DEPINSATD, the program.
"""
import os
import pathlib
import socket
import threading
import time
import unittest

from daemon_world import World

PROGRAM = os.environ["DEPINSATD"]
GOOD = b'{"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"}'
MAX_CLIENTS = 64  # the default
MOST_MEMORY = 150 << 20


def header(length, more=""):
    return (f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{more}"
            f"Content-Length: {length}\r\n\r\n").encode()


class HostileClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(PROGRAM)
        cls.addClassCleanup(cls.world.close)
        cls.check_served(cls)

    def setUp(self):
        self.addCleanup(self.check_memory)
        self.addCleanup(self.check_served)

    def check_served(self):
        begin = time.monotonic()
        status, body = self.world.post(GOOD)
        assert status == 200 and b"0x7a69" in body, (status, body)
        assert time.monotonic() - begin < 2, "served late"

    def check_memory(self):
        status = pathlib.Path(f"/proc/{self.world.user.process.pid}/status").read_text()
        resident = int(status.split("VmRSS:")[1].split()[0]) * 1024
        self.assertLess(resident, MOST_MEMORY)

    def connect(self):
        connection = socket.create_connection(("127.0.0.1", self.world.user.port), timeout=10)
        self.addCleanup(connection.close)
        return connection

    def reply_to(self, *parts):
        """The first line of the reply; empty if the station ends the connection without one."""
        connection = self.connect()
        try:
            for part in parts:
                connection.sendall(part)
        except OSError:
            pass  # it may stop to listen once it has heard enough
        try:
            return connection.recv(4096).split(b"\r\n")[0].decode()
        except ConnectionResetError:
            return ""

    def test_a_thousand_connections_that_say_nothing(self):
        silent = [self.connect() for _ in range(1000)]
        self.check_served()
        self.assertLessEqual(self.open_ends(silent), MAX_CLIENTS)

    def open_ends(self, connections):
        count = 0
        for connection in connections:
            connection.setblocking(False)
            try:
                count += connection.recv(1) != b""
            except BlockingIOError:
                count += 1
            except ConnectionResetError:
                pass
        return count

    def test_slow_writers_and_half_open_sockets(self):
        half = [self.connect() for _ in range(MAX_CLIENTS)]
        for connection in half:
            connection.sendall(header(1000)[:40])
        self.check_served()
        whole = [self.connect() for _ in range(MAX_CLIENTS)]
        for connection in whole:
            connection.sendall(header(1000) + b"{")
        for _ in range(5):
            for connection in whole:
                try:
                    connection.sendall(b" ")
                except OSError:
                    pass  # closed to make room
            self.check_served()

    def test_bodies_of_a_gigabyte(self):
        self.assertIn(" 413 ", self.reply_to(header(1 << 30)))
        chunked = (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                   b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"100000\r\n" + bytes(1 << 20) + b"\r\n"
        self.assertIn(" 413 ", self.reply_to(chunked, chunk, chunk, chunk))
        self.assertIn(" 413 ", self.reply_to(header((1 << 64) - 1)))

    def test_nested_json(self):
        for body in (b"[" * 1_000_000, b'{"a":' * 100_000, b'[{"method":' * 50_000,
                     b'{"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": ' + b"[" * 20_000 + b"]" * 20_000 + b"}"):
            status, reply = self.world.post(body)
            self.assertEqual(status, 200)
            self.assertIn(b'"error"', reply)

    def test_floods_of_headers(self):
        self.assertIn(" 431 ", self.reply_to(b"POST / HTTP/1.1\r\n" + b"X: y\r\n" * 100_000))
        self.assertIn(" 431 ", self.reply_to(b"POST / HTTP/1.1\r\nX: " + b"y" * 1_000_000))
        self.assertIn(" 431 ", self.reply_to(b"POST /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n"))

    def test_smuggled_lengths(self):
        twice = header(5, "Content-Length: 50\r\n") + b"{}   "
        self.assertNotIn(" 200 ", self.reply_to(twice))
        both = header(5, "Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n"
        self.assertNotIn(" 200 ", self.reply_to(both))

    def test_pages_on_other_origins(self):
        for more in ("Origin: https://evil.example\r\n", "Origin: null\r\n"):
            self.assertIn(" 403 ", self.reply_to(header(len(GOOD), more) + GOOD))
        rebound = header(len(GOOD)).replace(b"127.0.0.1", b"evil.example:8545")
        self.assertIn(" 403 ", self.reply_to(rebound + GOOD))
        form = header(len(GOOD)).replace(b"application/json", b"text/plain")
        self.assertIn(" 415 ", self.reply_to(form + GOOD))
        for site in ("cross-site", "same-site"):  # an image or a script says no Origin
            self.assertIn(" 403 ", self.reply_to(header(len(GOOD), f"Sec-Fetch-Site: {site}\r\n") + GOOD))
            load = f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: {site}\r\n\r\n".encode()
            self.assertIn(" 403 ", self.reply_to(load))
        preflight = (b"OPTIONS / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\n"
                     b"Access-Control-Request-Method: POST\r\n\r\n")
        self.assertIn(" 403 ", self.reply_to(preflight))

    def test_websockets_that_say_nothing(self):
        upgrade = (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                   b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        replies = [self.reply_to(upgrade) for _ in range(MAX_CLIENTS)]
        self.assertEqual(sum(" 101 " in reply for reply in replies), MAX_CLIENTS * 3 // 4)
        self.check_served()

    def test_noise(self):
        for seed in range(50):
            noise = b"".join((seed * 1_000_003 + i * 7919).to_bytes(8, "little") for i in range(200))
            self.assertNotIn(" 200 ", self.reply_to(noise))

    def test_floods_of_requests(self):
        """Sixteen programs that ask without reading the answers."""
        ends = threading.Event()

        def flood():
            with socket.create_connection(("127.0.0.1", self.world.user.port), timeout=1) as connection:
                request = (header(len(GOOD)) + GOOD) * 50
                while not ends.is_set():
                    try:
                        connection.sendall(request)
                    except OSError:
                        return

        floods = [threading.Thread(target=flood) for _ in range(16)]
        for thread in floods:
            thread.start()
        try:
            time.sleep(1)
            for _ in range(5):
                self.check_served()
        finally:
            ends.set()
            for thread in floods:
                thread.join()


if __name__ == "__main__":
    unittest.main(verbosity=2)
