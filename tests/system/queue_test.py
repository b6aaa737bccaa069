#!/usr/bin/env python3
"""`depinsat queue` and the journal of depinsatd, with the station running and not.

Environment: DEPINSATD, DEPINSAT, the programs.
"""
import base64
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time
import unittest

from daemon_test import HASH, TRANSACTION
from daemon_world import Air, Station, World, free_port

PROGRAM, COMMAND = os.environ["DEPINSATD"], os.environ["DEPINSAT"]
DELAY_S = 0.05
KIND = 250  # no bridge takes it
KEYS = [bytes([i + 1, 0xAB] + 30 * [i]) for i in range(3)]


class Queue(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="depinsat-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.user, self.gateway = (Station(PROGRAM, self.folder, role) for role in ("user", "gateway"))
        self.user.write_config(self.gateway.key, DELAY_S, "")
        self.gateway.write_config(self.user.key, DELAY_S, f"""
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:{free_port()}"
""")
        self.addCleanup(self.stop_all)
        self.start(self.user)
        self.user.stop()
        self.journal = self.folder / "user.journal"

    def stop_all(self):
        for station in (self.user, self.gateway):
            if station.process and station.process.poll() is None:
                station.stop()

    def start(self, station):
        station.start()
        end = time.monotonic() + 20
        while time.monotonic() < end:
            try:
                return station.status()
            except OSError:
                time.sleep(0.05)
        self.fail(f"{station.role} does not start: " + (self.folder / f"{station.role}.log").read_text())

    def write_messages(self, life_s=3600):
        """As docs/protocol.md says."""
        peer = base64.b64decode(self.gateway.key)
        now = time.time_ns()
        with sqlite3.connect(self.journal) as database:
            for number, key in enumerate(KEYS):
                value = struct.pack(">qqBBB", now, now + int(life_s * 1e9), 2, KIND, 1) + key + bytes(range(100))
                database.execute("INSERT INTO record VALUES (0, ?, ?)", (peer + struct.pack(">Q", number + 1), value))
        database.close()

    def queue(self, *arguments, station=None, status=0):
        done = subprocess.run([COMMAND, "queue", *arguments, "--config", (station or self.user).config],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1 if status else 0, done.stderr)
        return done.stderr if status else done.stdout

    def listed(self, station=None):
        return json.loads(self.queue("list", "--json", station=station))

    def wait_for(self, what, condition, seconds=30):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.1)

    def test_without_the_station(self):
        self.write_messages()
        self.look()
        self.drop_one()
        self.start(self.user)
        self.assertEqual({m["key"] for m in self.listed()}, {KEYS[0].hex(), KEYS[2].hex()})

    def test_beside_the_station(self):
        self.write_messages()
        self.start(self.user)
        self.look()
        self.drop_one()
        self.user.stop(signal.SIGKILL)
        self.assertEqual([m["key"] for m in self.listed()], [KEYS[0].hex(), KEYS[2].hex()])

    def post(self, body, headers=None, method="POST"):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.user.status_port, timeout=10)) as connection:
            connection.request(method, "/queue/drop", body, {"Content-Type": "application/json"} | (headers or {}))
            response = connection.getresponse()
            return response.status, response.read()

    def test_the_station_drops_for_those_who_know_the_whole_key_and_are_no_web_page(self):
        self.write_messages()
        self.start(self.user)
        wanted = json.dumps({"key": KEYS[0].hex()})
        for headers, status in (({"Origin": "http://localhost"}, 403), ({"Host": "evil.example"}, 403), ({"Content-Type": "text/plain"}, 415)):
            self.assertEqual(self.post(wanted, headers)[0], status)
        self.assertEqual(self.post(None, method="GET")[0], 405)
        for body in ("", "[]", "{}", '{"key": 1}', json.dumps({"key": KEYS[0].hex()[:4]}), json.dumps({"key": "zz" * 32}),
                     json.dumps({"key": KEYS[0].hex() + "00"}), json.dumps({"key": KEYS[0].hex(), "more": 1})):
            status, reply = self.post(body)
            self.assertEqual(status, 400, body)
            self.assertIn("error", json.loads(reply))
        self.assertEqual(self.post(json.dumps({"key": "77" * 32})), (200, b'{"dropped":0}'))
        self.assertEqual(len(self.listed()), 3)
        self.assertEqual(self.post(wanted), (200, b'{"dropped":1}'))
        self.assertEqual(len(self.listed()), 2)

    def test_the_command_shows_the_token_and_names_what_is_missing(self):
        token = self.folder / "token"
        token.write_text("0123456789abcdef\n")
        token.chmod(0o600)
        plain = self.user.config.read_text()
        self.user.config.write_text(plain.replace("[telemetry]", "[telemetry]\ntoken_file = \"token\""))
        self.write_messages()
        self.user.start()
        self.wait_for("the status with a token", lambda: subprocess.run(
            [COMMAND, "status", "--config", self.user.config], capture_output=True).returncode == 0)
        self.assertEqual(self.post("{}")[0], 401)
        self.queue("drop", KEYS[1].hex())
        token.write_text("0123456789abcdeX")
        self.assertIn("401", self.queue("drop", KEYS[0].hex(), status=1))
        self.user.config.write_text(plain.replace("[telemetry]", "").replace(f'listen = "127.0.0.1:{self.user.status_port}"', ""))
        self.assertIn("telemetry.listen", self.queue("drop", KEYS[0].hex(), status=1))
        self.assertEqual([m["key"] for m in self.listed()], [KEYS[0].hex(), KEYS[2].hex()])

    def test_who_waits_for_a_dropped_message_is_told(self):
        world = World(PROGRAM, timeout_ms=60000)
        self.addCleanup(world.close)
        world.air.stopped = True  # so that it never is on air
        told = []
        client = threading.Thread(target=lambda: told.append(world.call("eth_sendRawTransaction", TRANSACTION)))
        client.start()
        self.wait_for("the transaction is queued", lambda: self.listed(world.user))
        self.assertEqual(world.call("depinsat_transactionStatus", HASH)["result"]["state"], "queued")
        self.queue("drop", HASH, station=world.user)
        client.join(10)
        self.assertIn("not delivered", told[0]["error"]["message"])
        self.assertEqual(world.call("depinsat_transactionStatus", HASH)["result"]["state"], "expired")
        self.assertEqual(self.listed(world.user), [])
        world.air.stopped = False
        world.user.wait_for_peer()
        self.assertIn("result", world.call("eth_chainId"))
        self.assertEqual(world.node.count("eth_sendRawTransaction"), 0)

    def look(self):
        messages = self.listed()
        self.assertEqual([m["key"] for m in messages], [key.hex() for key in KEYS])
        self.assertEqual({m["peer"] for m in messages}, {self.gateway.key})
        one = json.loads(self.queue("show", "0x01AB", "--json"))
        self.assertEqual(one["bytes"], bytes(range(100)).hex())
        self.assertEqual((one["class"], one["kind"], one["direction"]), ("transaction", KIND, "to"))
        self.assertIn("100 bytes", self.queue("list"))
        self.assertIn("left", self.queue("show", KEYS[0].hex()))
        self.assertIn("at least 4 hexadecimal digits", self.queue("show", "01a", status=2))

    def drop_one(self):
        self.assertIn("no message", self.queue("drop", "ffff", status=1))
        self.queue("drop", KEYS[1].hex()[:4])
        self.assertEqual([m["key"] for m in self.listed()], [KEYS[0].hex(), KEYS[2].hex()])

    def test_what_arrives_waits_for_a_bridge_across_a_crash_of_the_gateway(self):
        self.write_messages()
        air = Air([self.user.endpoints, self.gateway.endpoints], DELAY_S, 1)
        for station in (self.user, self.gateway):
            self.start(station)
        air.start()
        self.addCleanup(air.stop)
        self.wait_for("messages are not acknowledged", lambda: not self.listed())
        self.gateway.stop(signal.SIGKILL)
        there = self.listed(self.gateway)
        self.assertEqual([m["key"] for m in there], [key.hex() for key in KEYS])
        self.assertIn("not taken", self.queue("list", station=self.gateway))
        self.start(self.gateway)
        self.gateway.stop()
        self.queue("drop", KEYS[2].hex(), station=self.gateway)
        self.assertEqual(len(self.listed(self.gateway)), 2)


if __name__ == "__main__":
    unittest.main(verbosity=2)
