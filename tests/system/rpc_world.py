"""A user station and a gateway with bridges of one's own choice, and requests to them."""
import base64
import http.client
import json
import os
import signal
import socket

from daemon_world import Pair


class RpcPair(Pair):
    def __init__(self, program, user_more, gateway_more, delay_s=0.05, seed=1):
        super().__init__(program, delay_s, seed)
        self.user.write_config(self.gateway.key, delay_s, user_more)
        self.gateway.write_config(self.user.key, delay_s, gateway_more)

    def start(self):
        super().start(lambda: self.user.wait_for_peer(timeout=40))

    def kill(self, station):
        """As a crash does; the station runs again."""
        station.stop(signal.SIGKILL)
        station.start()


def request(port, method, path, body=None, headers=None, timeout=60):
    """The response of one HTTP exchange and its body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def rpc(port, body, timeout=60):
    """The response to one request of JSON-RPC, or to a list of them."""
    response, text = request(port, "POST", "/", json.dumps(body), {"Content-Type": "application/json"}, timeout)
    assert response.status == 200, (response.status, text)
    return json.loads(text)


def call(port, method, *params, timeout=60):
    return rpc(port, {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)}, timeout)


class WebSocket:
    """A client of RFC 6455 for short texts."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        assert b" 101 " in head.split(b"\r\n")[0], head

    def send(self, text):
        data = text.encode()
        assert len(data) < 126
        self.socket.sendall(bytes((0x81, 0x80 | len(data))) + bytes(4) + data)  # masked by zeros

    def take(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            assert more, "the server has gone"
            data += more
        return data

    def receive(self):
        kind, length = self.take(2)
        assert kind == 0x81, kind
        if length == 126:
            length = int.from_bytes(self.take(2), "big")
        return self.take(length).decode()

    def close(self):
        self.socket.close()
