#!/usr/bin/env python3
"""`depinsat queue` and the journal of depinsatd, with the station running and not.

Environment: DEPINSATD, DEPINSAT, the programs.
"""
import base64
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import struct
import subprocess
import tempfile
import time
import unittest

from daemon_world import Air, Station, free_port

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
        self.assertIn("the station runs", self.queue("drop", KEYS[1].hex(), status=1))
        self.user.stop(signal.SIGKILL)
        self.drop_one()
        self.assertEqual([m["key"] for m in self.listed()], [KEYS[0].hex(), KEYS[2].hex()])

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
