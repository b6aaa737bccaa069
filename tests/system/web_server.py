"""A web server with pages of one's own choice that remembers what it was asked for."""
import http.server
import threading
import time


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]
        self.asked = []  # (path, If-None-Match, status)
        self.pages = {}  # path -> (body, headers)
        self.ill = False  # everything is a page of status 503
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def count(self, path):
        return sum(one[0] == path for one in self.asked)


class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_response(503 if self.server.ill else 200)
        self.send_header("Content-Length", "1000000000")  # of the body that a GET would have
        self.end_headers()

    def do_GET(self):
        if self.server.ill:
            return self.send_error(503)
        body, headers = self.server.pages.get(self.path, (None, {}))
        tag = self.headers.get("If-None-Match")
        status = 404 if body is None else 304 if tag and tag == headers.get("ETag") else headers.get("Status", 200)
        self.server.asked.append((self.path, tag, status))
        if self.path.endswith("slow"):
            time.sleep(1)
        body = b"not here" if body is None else b"" if status == 304 else body
        self.send_response(int(status))
        for name, value in headers.items():
            if name != "Status":
                self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:
            pass  # the station has left

    def log_message(self, *_):
        pass
