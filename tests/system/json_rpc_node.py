"""A service of JSON-RPC that counts what it carries out, for the tests of [[bridge.json_rpc]]."""
import collections
import http.server
import json
import threading
import time


class Upstream(http.server.ThreadingHTTPServer):
    """Counts what it carries out; knows what was submitted, as a node knows its transactions."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]
        self.lock = threading.Lock()
        self.executed, self.asked = collections.Counter(), collections.Counter()
        self.authorizations = set()
        self.delay_s = 0.0         # before it answers what it has carried out
        self.page = None           # a status: all requests get a web page with it
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def run(self, method, params):
        with self.lock:
            self.asked[method] += 1
            if method == "submit" and self.executed[params[0]]:
                return {"error": {"code": 1013, "message": "already imported"}}
            if method in ("pay", "submit"):
                self.executed[params[0]] += 1
        if not method.startswith("rpc."):  # as probes do
            time.sleep(1 if method == "slow" else self.delay_s)
        if method == "chain_none":
            return {"result": None}
        return {"result": params}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.authorizations.add(self.headers.get("Authorization"))
        if self.server.page:
            return self.answer(self.server.page, b"<html>")
        body = json.dumps({"jsonrpc": "2.0", "id": request.get("id")} |
                          self.server.run(request["method"], request.get("params", []))).encode()
        self.answer(200, body)

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            pass  # the station has died

    def log_message(self, *_):
        pass
