"""An Ethereum node of a few methods, for tests of the bridge."""
import base64
import http.server
import json
import os
import threading
import time


class Node(http.server.ThreadingHTTPServer):
    """Answers a few methods, and remembers every request."""

    daemon_threads = True

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.requests = []
        self.slow_s = 1.0
        self.refusals = []  # what the next transactions are answered
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def count(self, method):
        return sum(request["method"] == method for request in self.requests)

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(request)
        method = request["method"]
        reply = {"jsonrpc": "2.0", "id": request.get("id")}
        if method == "test_slow":
            time.sleep(self.server.slow_s)
        if method == "test_nonsense":
            return self.reply(500, b"<html>")
        results = {"eth_chainId": "0x7a69", "eth_sendRawTransaction": "0x" + "ab" * 32, "test_slow": "slow",
                   "test_echo": request.get("params"), "test_big": "x" * (1 << 21), "test_null": None,
                   "test_long": "y" * 100000, "test_noise": base64.b64encode(os.urandom(75000)).decode()}
        if method == "eth_sendRawTransaction" and self.server.refusals:
            reply["error"] = {"code": -32000, "message": self.server.refusals.pop(0)}
        elif method in results:
            reply["result"] = results[method]
        else:
            reply["error"] = {"code": -32601, "message": f"the method {method} does not exist"}
        self.reply(200, json.dumps(reply).encode())

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            pass  # the client has heard enough

    def log_message(self, *_):
        pass
