"""A small beacon node: bodies of a real one, slots of its own, and what was posted to it."""
import hashlib
import http.server
import json
import pathlib
import queue
import threading
import time
import urllib.parse

BODIES = pathlib.Path(__file__).parent.parent / "vectors" / "beacon" / "bodies.json"


def root_of(what, number):
    return "0x" + hashlib.sha256(f"{what}{number}".encode()).hexdigest()


class BeaconNode(http.server.ThreadingHTTPServer):
    """Slots of `slot_s` seconds; a head event in each of them at `block_at_s`."""

    daemon_threads = True

    def __init__(self, slot_s=4, block_at_s=0.3):
        super().__init__(("127.0.0.1", 0), Handler)
        self.exchanges = json.loads(BODIES.read_text())["exchanges"]
        self.slot_s, self.block_at_s = slot_s, block_at_s
        self.genesis = int(time.time()) - 200 * slot_s
        self.posts, self.gets = [], []   # (time, path, headers, body); (time, target)
        self.refuse = {}                 # path -> (status, body) of posts
        self.heads = {}                  # slot -> time of its event
        self.syncing = False
        self.delay_s = 0.0               # before posts are answered
        self.wrong_target = False        # of attestation data
        self.blinded = False             # what GET /eth/v3/validator/blocks gives
        self.ssz_block = bytes(number % 251 for number in range(5000))
        self.listeners = []
        self.running = True
        for work in (self.serve_forever, self.make_blocks):
            threading.Thread(target=work, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def body_of(self, part):
        """The response to the first exchange whose path contains `part`."""
        return json.loads(next(e["response"] for e in self.exchanges if part in e["path"]))

    def slot(self):
        return int((time.time() - self.genesis) / self.slot_s)

    def attestation_data(self, slot):
        epoch = slot // 32 - self.wrong_target
        return {"slot": str(slot), "index": "0", "beacon_block_root": root_of("block", slot),
                "source": {"epoch": str(epoch - 1), "root": root_of("source", epoch - 1)},
                "target": {"epoch": str(epoch), "root": root_of("target", epoch)}}

    def make_blocks(self):
        while self.running:
            slot = self.slot() + 1
            time.sleep(max(0, self.genesis + slot * self.slot_s + self.block_at_s - time.time()))
            event = {"slot": str(slot), "block": root_of("block", slot), "state": root_of("state", slot),
                     "epoch_transition": slot % 32 == 0,
                     "previous_duty_dependent_root": root_of("dependent", slot // 32 - 1),
                     "current_duty_dependent_root": root_of("dependent", slot // 32), "execution_optimistic": False}
            self.heads[slot] = time.time()
            for listener in list(self.listeners):
                listener.put(("head", event))

    def get(self, target):
        """Status and value of a reply."""
        url = urllib.parse.urlsplit(target)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/eth/v1/beacon/genesis":
            body = self.body_of("beacon/genesis")
            body["data"]["genesis_time"] = str(self.genesis)
            return 200, body
        if url.path == "/eth/v1/config/spec":
            body = self.body_of("config/spec")
            body["data"] |= {"SECONDS_PER_SLOT": str(self.slot_s), "ELECTRA_FORK_EPOCH": "0"}
            return 200, body
        if url.path == "/eth/v1/node/syncing":
            return 200, {"data": {"head_slot": str(self.slot()), "sync_distance": "0", "is_syncing": self.syncing,
                                  "is_optimistic": False, "el_offline": False}}
        if url.path == "/eth/v1/node/version":
            return 200, {"data": {"version": "tests/1"}}
        if "duties/proposer" in url.path:
            epoch = int(url.path.rsplit("/", 1)[1])
            body = self.body_of("duties/proposer")
            for number, duty in enumerate(body["data"]):
                duty["slot"] = str(32 * epoch + number)
            return 200, body | {"dependent_root": root_of("dependent", epoch)}
        if url.path == "/eth/v1/validator/attestation_data":
            return 200, {"data": self.attestation_data(int(query["slot"]))}
        if "validator/blocks" in url.path:
            return 200, self.body_of("validator/blocks")
        return 404, {"code": 404, "message": "unknown"}

    def count_posts(self, part):
        return sum(part in path for _, path, _, _ in self.posts)

    def posted(self, part, count=1, timeout=20):
        """What was posted to paths that contain `part`, once there is so much of it."""
        end = time.monotonic() + timeout
        while self.count_posts(part) < count:
            if time.monotonic() > end:
                raise AssertionError(f"{self.count_posts(part)} posts to {part} after {timeout} s")
            time.sleep(0.02)
        return [post for post in self.posts if part in post[1]]

    def close(self):
        self.running = False
        for listener in self.listeners:
            listener.put(None)
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.gets.append((time.time(), self.path))
        if self.path.startswith("/eth/v1/events"):
            return self.stream()
        if self.path.startswith("/eth/v3/validator/blocks/"):
            return self.reply_block()
        status, value = self.server.get(self.path)
        self.reply(status, json.dumps(value, separators=(",", ":")).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posts.append((time.time(), self.path, dict(self.headers), body))
        if "duties/" in self.path:
            exchange = next(e for e in self.server.exchanges if self.path.rsplit("/", 1)[0] in e["path"])
            return self.reply(200, exchange["response"].encode())
        time.sleep(self.server.delay_s)
        status, answer = self.server.refuse.get(self.path, (200, b""))
        self.reply(status, answer)

    def stream(self):
        events = queue.Queue()
        self.server.listeners.append(events)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            while (event := events.get()) is not None:
                self.wfile.write(f"event: {event[0]}\ndata: {json.dumps(event[1])}\n\n".encode())
                self.wfile.flush()
        except OSError:
            pass  # the listener has gone
        self.server.listeners.remove(events)

    def reply_block(self):
        fields = {"Eth-Consensus-Version": "electra", "Eth-Execution-Payload-Blinded": str(self.server.blinded).lower(),
                  "Eth-Execution-Payload-Value": "12345678901234567890", "Eth-Consensus-Block-Value": "42"}
        if self.headers["Accept"].startswith("application/octet-stream"):
            return self.reply(200, self.server.ssz_block, "application/octet-stream", fields)
        body = {"version": "electra", "execution_payload_blinded": self.server.blinded,
                "execution_payload_value": "12345678901234567890", "consensus_block_value": "42",
                "data": self.server.body_of("validator/blocks")["data"]}
        self.reply(200, json.dumps(body, separators=(",", ":")).encode(), fields=fields)

    def reply(self, status, body, content_type="application/json", fields=()):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        for name, value in dict(fields).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
