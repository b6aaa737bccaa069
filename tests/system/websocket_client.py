"""A WebSocket client of a few lines (RFC 6455), for the tests."""
import base64
import json
import os
import socket
import struct


class WebSocketClient:
    def __init__(self, port, timeout=30):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.stream = self.socket.makefile("rb")
        self.status = int(self.stream.readline().split()[1])
        while self.stream.readline() not in (b"\r\n", b""):
            pass
        self.unasked = []  # messages that came while an answer was waited for

    def send(self, message):
        body, mask = json.dumps(message).encode(), os.urandom(4)
        length = struct.pack("!B", 0x80 | len(body)) if len(body) < 126 else struct.pack("!BH", 0xFE, len(body))
        self.socket.sendall(b"\x81" + length + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(body)))

    def read(self):
        """The next message that came, whole."""
        while True:
            first, length = self.stream.read(2)
            if length >= 126:
                size = {126: 2, 127: 8}[length]
                length = int.from_bytes(self.stream.read(size), "big")
            body = self.stream.read(length)
            if first == 0x81:
                return json.loads(body)

    def call(self, method, *params):
        self.send({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})
        while "id" not in (message := self.read()):
            self.unasked.append(message)
        return message

    def told(self):
        """The next message that nobody asked for."""
        return self.unasked.pop(0) if self.unasked else self.read()

    def close(self):
        self.socket.close()
