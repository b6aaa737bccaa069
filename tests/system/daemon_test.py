#!/usr/bin/env python3
"""depinsatd against a modem of the test's own: traffic, faults, restarts.

Environment: DEPINSATD, the program.
"""
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
import unittest

from daemon_world import World
from ethereum_node import Node

PROGRAM = os.environ["DEPINSATD"]
RAW = "eth_sendRawTransaction"
TRANSACTION = ("0x02f86e01800184773594018252089470997970c51812dc3a010c7d01b50e0d17dc79c8880de0b6b3a764000080c001a026aa7cd452f4cae17c3"
               "a85660608be4c6598cc1b0d5be25fcfc205321b8a618fa024d04971f2ab61d1d310cb10c6f3b7effea956bd5acd0cc10225fd28f0306799")
HASH = "0x406365edb1a39c8dc83cafa6de64ac9ed1569ff81365998dcc6201d548947ecc"


class Traffic(unittest.TestCase):
    """What comes over a good link."""

    @classmethod
    def setUpClass(cls):
        cls.world = World(PROGRAM, timeout_ms=20000)  # 100 kB take 2 s on an idle machine
        cls.addClassCleanup(cls.world.close)

    def error_code(self, response):
        self.assertEqual(response["jsonrpc"], "2.0")
        return response["error"]["code"]

    def test_a_request_is_answered_by_the_node(self):
        self.assertEqual(self.world.call("eth_chainId"), {"jsonrpc": "2.0", "id": 1, "result": "0x7a69"})

    def test_ids_of_any_type_come_back(self):
        for id in (0, -7, 2**63, 1.5, "text", "", None):
            self.assertEqual(self.world.call("eth_chainId", id=id)["id"], id)

    def test_params_and_results_pass_unchanged(self):
        for params in ([], [{"b": 1, "a": [1.5, True, None, "\u00e4\\\"\n"]}, 2**64 - 1]):
            self.assertEqual(self.world.call("test_echo", *params)["result"], params)
        response = self.world.rpc({"jsonrpc": "2.0", "id": 1, "method": "test_echo", "params": {"name": "x"}})
        self.assertEqual(response["result"], {"name": "x"})
        self.assertIsNone(self.world.call("test_null")["result"])

    def test_a_batch_is_answered_in_one_list_in_order(self):
        response = self.world.rpc([
            {"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"},
            {"jsonrpc": "2.0", "method": "test_note"},
            7,
            {"jsonrpc": "2.0", "id": "b", "method": "test_unknown"},
            {"jsonrpc": "2.0", "id": 3, "method": "test_echo", "params": [5]}])
        self.assertEqual([entry["id"] for entry in response], [1, None, "b", 3])
        self.assertEqual(self.error_code(response[1]), -32600)
        self.assertEqual(self.error_code(response[2]), -32601)
        self.assertEqual(response[3]["result"], [5])

    def test_a_notification_arrives_and_gets_no_answer(self):
        status, body = self.world.post('{"jsonrpc": "2.0", "method": "test_lone_note", "params": []}')
        self.assertEqual((status, body), (204, b""))
        end = time.monotonic() + 10
        while not self.world.node.count("test_lone_note") and time.monotonic() < end:
            time.sleep(0.02)
        self.assertEqual(self.world.node.count("test_lone_note"), 1)
        self.assertNotIn("id", [r for r in self.world.node.requests if r["method"] == "test_lone_note"][0])

    def test_an_unknown_method_is_refused_by_the_node(self):
        self.assertEqual(self.error_code(self.world.call("test_unknown")), -32601)

    def test_malformed_requests_are_refused_here(self):
        for body, code in (("", -32700), ("{", -32700), ("[1,", -32700), ("\xff", -32700), ("[]", -32600),
                           ("1", -32600), ('{"id": 1}', -32600), ('{"jsonrpc": "2.0", "id": 1, "method": 5}', -32600),
                           ("[" * 100000, -32600), ('{"jsonrpc": "1.0", "id": 1, "method": "x"}', -32600)):
            status, answer = self.world.post(body.encode("latin1"))
            self.assertEqual((status, self.error_code(json.loads(answer))), (200, code), body[:40])

    def test_web_pages_and_strange_clients_are_refused(self):
        good = '{"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"}'
        for headers, status in (({"Origin": "http://localhost"}, 403), ({"Host": "evil.example"}, 403),
                                ({"Host": "127.0.0.1.evil.example"}, 403), ({"Content-Type": "text/plain"}, 415),
                                ({"Content-Type": "application/json; charset=utf-8"}, 200),
                                ({"Host": "localhost:80"}, 200), ({"X": "y" * 10000}, 431)):
            self.assertEqual(self.world.post(good, headers)[0], status, headers)
        self.assertEqual(self.world.post(good, path="/other")[0], 404)
        self.assertEqual(self.world.post(None, method="GET")[0], 405)
        self.assertEqual(self.world.post(b"x" * ((1 << 20) + 1))[0], 413)

    def test_an_answer_too_large_for_the_link_is_an_error(self):
        self.assertEqual(self.error_code(self.world.call("test_big")), -32054)
        self.assertEqual(len(self.world.call("test_long")["result"]), 100000)

    def test_a_node_that_talks_nonsense_is_an_error(self):
        self.assertEqual(self.error_code(self.world.call("test_nonsense")), -32053)

    def test_slow_and_silent_clients_do_not_hinder_others(self):
        idle = [socket.create_connection(("127.0.0.1", self.world.user.port)) for _ in range(20)]
        for connection in idle:
            connection.send(b"POST / HTTP/1.1\r\n")
        self.assertEqual(self.world.call("eth_chainId")["result"], "0x7a69")
        for connection in idle:
            connection.close()

    def test_many_clients_at_once_each_get_their_own_answer(self):
        answers = {}
        clients = [threading.Thread(target=lambda i=i: answers.update({i: self.world.call("test_echo", i, id=7)}))
                   for i in range(30)]
        for client in clients:
            client.start()
        for client in clients:
            client.join(30)
        self.assertEqual({i: answer["result"] for i, answer in answers.items()}, {i: [i] for i in range(30)})

    def test_the_status_counts(self):
        before = self.world.user.status()
        self.world.call("test_echo")
        end = time.monotonic() + 20  # link time takes some pings
        while self.world.user.status()["peers"][0]["time"] is None and time.monotonic() < end:
            time.sleep(0.1)
        after = self.world.user.status()
        self.assertEqual(after["bridge"]["answers"] - before["bridge"]["answers"], 1)
        self.assertGreater(after["link"]["packet_bytes_sent"], before["link"]["packet_bytes_sent"])
        self.assertEqual(after["bridge"]["in_flight"], 0)
        self.assertTrue(after["modem"]["locked"])
        self.assertLess(after["modem"]["age_s"], 2)
        self.assertEqual((after["station"], after["role"]), ("user", "user"))
        [peer] = after["peers"]
        self.assertEqual((peer["key"], peer["up"]), (self.world.gateway.key, True))
        # Both stations have the clocks of this machine.
        self.assertLessEqual(abs(peer["time"]["link_time_offset_s"]), peer["time"]["error_s"])
        self.assertLessEqual(abs(peer["time"]["wall_offset_s"]), peer["time"]["wall_error_s"])
        self.assertAlmostEqual(after["clock"]["time"], time.time(), delta=60)


class Faults(unittest.TestCase):
    """What happens when something breaks; each test has a world of its own."""

    def make_world(self, **options):
        world = World(PROGRAM, **options)
        self.addCleanup(world.close)
        return world

    def test_a_dead_node_is_an_error_and_a_new_one_serves(self):
        world = self.make_world()
        port = world.node.port
        world.node.close()
        response = world.call("eth_chainId")
        self.assertEqual(response["error"]["code"], -32053)
        self.assertIn("cannot be reached", response["error"]["message"])
        world.node = Node(port)
        self.assertEqual(world.call("eth_chainId")["result"], "0x7a69")

    def test_a_node_that_has_too_much_to_do_is_asked_again(self):
        world = self.make_world(timeout_ms=8000)
        world.node.refusals = ["txpool is full", "Too Many Requests"]
        self.assertEqual(world.call(RAW, TRANSACTION)["result"], HASH)
        self.assertEqual(world.node.count(RAW), 3)

    def test_a_node_slower_than_the_time_out_is_an_error_and_asked_once(self):
        world = self.make_world(timeout_ms=1000)
        world.node.slow_s = 3
        self.assertIn(world.call("test_slow")["error"]["code"], (-32051, -32052))
        self.assertEqual(world.node.count("test_slow"), 1)

    def test_a_dead_link_is_an_error_in_time_and_then_at_once(self):
        world = self.make_world(timeout_ms=1500)
        world.air.silent = True
        start = time.monotonic()
        self.assertIn(world.call("test_echo")["error"]["code"], (-32050, -32051, -32052))
        self.assertLess(time.monotonic() - start, 3)
        world.user.wait_for_peer(up=False, timeout=60)
        times = []
        for _ in range(5):
            start = time.monotonic()
            self.assertEqual(world.call("eth_chainId")["error"]["code"], -32050)
            times.append(time.monotonic() - start)
        self.assertLess(min(times), 0.1)
        world.air.silent = False
        world.user.wait_for_peer(timeout=60)
        self.assertIn("result", world.call("eth_chainId"))
        self.assertEqual(world.node.count("test_echo"), 0)

    def test_lost_frames_are_repeated_and_nothing_arrives_twice(self):
        world = self.make_world(timeout_ms=20000, seed=7)
        world.air.loss = 0.05
        payloads = [f"0x{i:04x}" + random.Random(i).randbytes(3000).hex() for i in range(40)]
        for payload in payloads:
            self.assertEqual(world.call("test_echo", payload)["result"], [payload])
        self.assertEqual([r["params"][0] for r in world.node.requests if r["method"] == "test_echo"], payloads)
        self.assertGreater(world.air.lost, 3)
        self.assertGreater(world.user.status()["frames"]["failed"] + world.gateway.status()["frames"]["failed"], 3)

    def test_a_transaction_overtakes_what_waits(self):
        world = self.make_world(timeout_ms=60000)
        bulk = [{"jsonrpc": "2.0", "id": i, "method": "test_count", "params": [random.Random(i).randbytes(8000).hex()]}
                for i in range(40)]
        client = threading.Thread(target=lambda: world.rpc(bulk))
        client.start()
        while not world.node.count("test_count"):
            time.sleep(0.01)
        self.assertEqual(world.call(RAW, TRANSACTION)["result"], HASH)
        self.assertLess(world.node.count("test_count"), 20)
        client.join(60)
        self.assertEqual(world.node.count("test_count"), 40)

    def test_a_modem_stopped_for_five_seconds_delays_a_request(self):
        world = self.make_world(timeout_ms=30000)
        world.air.stopped = True
        time.sleep(0.2)
        threading.Timer(5, lambda: setattr(world.air, "stopped", False)).start()
        self.assertEqual(world.call(RAW, TRANSACTION)["result"], HASH)
        self.assertEqual(world.node.count(RAW), 1)

    def test_a_killed_daemon_is_an_error_and_its_successor_works(self):
        world = self.make_world(timeout_ms=20000)
        world.node.slow_s = 2.5
        outcome = []

        def ask():
            try:
                outcome.append(world.call("test_slow"))
            except (OSError, http.client.HTTPException) as error:
                outcome.append(error)

        client = threading.Thread(target=ask)
        client.start()
        while not world.node.count("test_slow"):
            time.sleep(0.01)
        world.user.process.kill()
        world.user.process.wait()
        client.join(10)
        self.assertIsInstance(outcome[0], Exception)
        world.user.start()
        world.user.wait_for_peer(timeout=30)
        self.assertEqual(world.call(RAW, TRANSACTION)["result"], HASH)
        self.assertEqual((world.node.count("test_slow"), world.node.count(RAW)), (1, 1))


class StartAndStop(unittest.TestCase):
    """What a station refuses to start with, and how it ends."""

    @classmethod
    def setUpClass(cls):
        cls.world = World(PROGRAM)
        cls.addClassCleanup(cls.world.close)
        cls.text = cls.world.user.config.read_text()
        made = subprocess.run([PROGRAM, "--generate-key", cls.world.folder / "other.key"], capture_output=True, text=True)
        cls.other_key = made.stdout.strip()

    def run_config(self, text, *options):
        path = self.world.folder / "bad.toml"
        path.write_text(text)
        return subprocess.run([PROGRAM, "--config", path, *options], capture_output=True, text=True, timeout=20)

    def assert_refused(self, text, words):
        result = self.run_config(text)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertIn(words, result.stderr)
        self.assertEqual(result.stdout, "")

    def other(self, *changes):
        """The station's text with a key, endpoints and ports that nobody has."""
        text = self.text.replace("/user.", "/other.").replace('"user.key"', '"other.key"').replace(str(self.world.user.status_port), "19")
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        return text

    def test_bad_files_are_refused_with_one_line(self):
        self.assert_refused(self.other(("[waveform]", "[waveform]\ncolour = 1")), "bad.toml:8: waveform.colour: unknown key")
        self.assert_refused(self.other(("500000", '"500k"')), "bad.toml:9: waveform.symbol_rate_baud: is the text")
        self.assert_refused(self.other(("symbol_rate_baud = 500000", "symbol_rate = 500")), "do you mean symbol_rate_baud?")
        self.assert_refused(self.other(('"other.key"', '"no.key"')), "no.key: No such file")
        self.assert_refused(self.other((self.world.gateway.key, self.other_key)), "station.peers: the station's own public key is listed")
        self.assert_refused("[station", "bad.toml:1: not TOML")

    def test_a_key_file_that_others_may_read_is_refused(self):
        key = self.world.folder / "open.key"
        key.write_text((self.world.folder / "user.key").read_text())
        key.chmod(0o640)
        self.assert_refused(self.other(('"other.key"', '"open.key"')), "its mode must be 0600")

    def test_ports_in_use_are_refused(self):
        self.assert_refused(self.text, "in use by another depinsatd")
        self.assert_refused(self.other(), f"127.0.0.1:{self.world.user.port}: Address already in use")
        self.assert_refused(self.other((f":{self.world.user.port}", ":18"), (":19", f":{self.world.gateway.status_port}")),
                            "telemetry.listen: cannot listen on")
        self.assertEqual(self.world.call("eth_chainId")["result"], "0x7a69")

    def test_a_key_file_in_use_is_refused(self):
        self.assert_refused(self.other(('"other.key"', '"user.key"')), "user.key: in use by another depinsatd")

    def test_check_and_print_config_start_nothing(self):
        self.assertEqual(self.run_config(self.text, "--check").returncode, 0)
        printed = json.loads(self.run_config(self.text, "--print-config").stdout)
        self.assertEqual(printed["modem"]["tx_endpoint"], self.world.user.endpoints["tx"])
        self.assertEqual(printed["waveform"]["pilots"], True)

    def test_a_key_is_made_once(self):
        path = self.world.folder / "new.key"
        made = subprocess.run([PROGRAM, "--generate-key", path], capture_output=True, text=True)
        self.assertEqual((made.returncode, path.stat().st_mode & 0o777), (0, 0o600))
        shown = subprocess.run([PROGRAM, "--public-key", path], capture_output=True, text=True)
        self.assertEqual(shown.stdout, made.stdout)
        again = subprocess.run([PROGRAM, "--generate-key", path], capture_output=True, text=True)
        self.assertEqual(again.returncode, 2)
        self.assertIn("File exists", again.stderr)

    def test_a_hangup_changes_the_peers_and_a_bad_file_changes_nothing(self):
        user = self.world.user
        keys = lambda: [peer["key"] for peer in user.status()["peers"]]

        def reload(text):
            user.config.write_text(text)
            user.process.send_signal(signal.SIGHUP)

        def becomes(wanted):
            until = time.monotonic() + 20
            while keys() != wanted and time.monotonic() < until:
                time.sleep(0.05)
            self.assertEqual(keys(), wanted)

        gateway = f'peers = ["{self.world.gateway.key}"]'
        self.assertIn(gateway, self.text)
        try:
            reload(self.text.replace(gateway, 'peers = ["nonsense"]'))
            reload(self.text.replace(gateway, f'peers = ["{self.world.gateway.key}", "{self.other_key}"]')
                   .replace("[[bridge.ethereum]]", f'[[bridge.ethereum]]\ngateway = "{self.world.gateway.key}"'))
            becomes([self.world.gateway.key, self.other_key])
            self.assertEqual(self.world.call("eth_chainId")["result"], "0x7a69")  # the session goes on
            reload(self.text.replace(gateway, f'peers = ["{self.other_key}"]'))
            becomes([self.other_key])
            self.assertIn("error", self.world.call("eth_chainId"))
        finally:
            reload(self.text)
        becomes([self.world.gateway.key])
        user.wait_for_peer()
        self.assertEqual(self.world.call("eth_chainId")["result"], "0x7a69")

    def test_signals_end_it_with_status_0(self):
        for sig in (signal.SIGINT, signal.SIGTERM):
            self.assertEqual(self.world.user.stop(sig), 0)
            self.world.user.start()
            self.world.user.wait_for_peer()


if __name__ == "__main__":
    unittest.main(verbosity=2)
