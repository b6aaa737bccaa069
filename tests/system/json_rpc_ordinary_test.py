#!/usr/bin/env python3
"""[[bridge.json_rpc]] with an ordinary connection: it goes first; what is under way when it fails is answered, and runs as often as it may.

Environment: DEPINSATD, the program.
"""
import concurrent.futures
import http.client
import json
import os
import time
import unittest

from daemon_world import free_port
from json_rpc_node import Upstream
from ordinary_world import Gate, OrdinaryWatch
from rpc_world import RpcPair, call

PROGRAM = os.environ["DEPINSATD"]
UNKNOWN, KNOWN_TO_NODE = -32052, 1013
METHODS = "".join(f"""
[[bridge.json_rpc.methods]]
method = "{method}"
replay = "{replay}"
""" for method, replay in (("pay", "never"), ("submit", "keyed"), ("chain_*", "idempotent")))


class OrdinaryConnection(OrdinaryWatch, unittest.TestCase):
    """The gateway has a node of its own; both nodes are of one chain: what one has carried out the other knows."""

    @classmethod
    def setUpClass(cls):
        cls.node, cls.far = Upstream(), Upstream()
        cls.far.executed, cls.far.lock = cls.node.executed, cls.node.lock
        for node in (cls.node, cls.far):
            cls.addClassCleanup(node.server_close)
            cls.addClassCleanup(node.shutdown)
        cls.gate = Gate(cls.node.port)
        cls.addClassCleanup(lambda: cls.gate.close())
        cls.port = free_port()
        cls.world = RpcPair(PROGRAM, f"""
[[upstream]]
protocol = "json_rpc"
service = "chain"
url = "http://127.0.0.1:{cls.gate.port}"
credentials_file = "credentials"
[[bridge.json_rpc]]
listen = "127.0.0.1:{cls.port}"
service = "chain"
{METHODS}""", f"""
[[upstream]]
protocol = "json_rpc"
service = "chain"
url = "http://127.0.0.1:{cls.far.port}"
""")
        (cls.world.folder / "credentials").write_text("user:secret\n")
        cls.world.start()
        cls.addClassCleanup(lambda: cls.world.close())

    def setUp(self):
        self.node.delay_s, self.node.page, self.gate.silent = 0.0, None, False
        self.wait_until_ordinary(True)

    def state(self):
        return self.world.user.status()["protocols"]["json_rpc"]["services"]["chain"]

    def ordinary(self):
        return self.state()["ordinary"]

    def call_many(self, kinds, meanwhile):
        """For each (method, name) the code of the reply, 0 if it is a result, None if the station died, and the time it took after
        `meanwhile`, which runs 0.3 s into the calls."""
        def one(kind):
            try:
                code = call(self.port, *kind).get("error", {"code": 0})["code"]
            except (OSError, AssertionError, json.JSONDecodeError, http.client.HTTPException):
                code = None
            return code, time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(len(kinds)) as pool:
            futures = [pool.submit(one, kind) for kind in kinds]
            time.sleep(0.3)
            start = time.monotonic()
            meanwhile()
            replies = {kind: future.result() for kind, future in zip(kinds, futures)}
        return {kind: code for kind, (code, _) in replies.items()}, max(end for _, end in replies.values()) - start

    def test_it_is_used_first(self):
        before, asked = self.sent(), self.far.asked.total()
        for method in ("pay", "submit", "chain_a"):
            self.assertEqual(call(self.port, method, f"first {method}")["result"], [f"first {method}"])
        self.assertEqual((self.sent(), self.far.asked.total()), (before, asked))
        self.assertEqual(self.state()["ordinary"], f"127.0.0.1:{self.gate.port}")
        self.assertIn("Basic dXNlcjpzZWNyZXQ=", self.node.authorizations)

    def test_when_it_is_cut_the_next_request_goes_by_satellite_until_it_has_been_back_for_a_while(self):
        changes = self.state()["changes"]
        self.gate.close()
        start = time.monotonic()
        self.assertEqual(call(self.port, "pay", "after the cut")["result"], ["after the cut"])
        took = time.monotonic() - start
        print(f"ordinary connection cut: answered by satellite after {took:.2f} s", flush=True)
        self.assertLess(took, 2)
        self.assertEqual(self.node.executed["after the cut"], 1)
        self.wait_until_ordinary(False)
        self.gate.open()
        start = time.monotonic()
        self.wait_until_ordinary(True)
        self.assertGreater(time.monotonic() - start, 3)  # five good probes
        self.assertEqual(self.state()["changes"], changes + 2)

    def check_in_flight(self, fault):
        """All have reached the node when the fault comes and are answered, and none runs more often than it may."""
        kinds = [(method, f"{fault.__name__} {method} {n}") for method in ("pay", "submit", "chain_x") for n in range(15)]
        self.node.delay_s = 1.0
        codes, took = self.call_many(kinds, fault)
        print(f"{fault.__name__}: what was under way was answered after {took:.2f} s", flush=True)
        self.assertLess(took, 4)
        for (method, name), code in codes.items():
            expected = {"pay": (UNKNOWN, 1), "submit": (KNOWN_TO_NODE, 1), "chain_x": (0, 0)}[method]
            self.assertEqual((code, self.node.executed[name]), expected, name)

    def test_what_is_under_way_when_it_goes_silent(self):
        def silence():
            self.gate.silent = True
        self.check_in_flight(silence)
        self.wait_until_ordinary(False, timeout=0.1)
        start = time.monotonic()
        self.assertEqual(call(self.port, "pay", "after the silence")["result"], ["after the silence"])
        print(f"ordinary connection silent: the next request was answered after {time.monotonic() - start:.2f} s", flush=True)

    def test_what_is_under_way_when_it_breaks(self):
        def cut():
            self.gate.close()
        self.check_in_flight(cut)
        self.gate.open()

    def test_a_web_page_is_no_node(self):
        self.node.page = 503
        start, before = time.monotonic(), self.far.asked["chain_p"]
        self.assertEqual(call(self.port, "chain_p", 1)["result"], [1])
        print(f"web page of status 503: answered by satellite after {time.monotonic() - start:.2f} s", flush=True)
        self.assertEqual(self.far.asked["chain_p"], before + 1)
        self.wait_until_ordinary(False)
        self.node.page = 200  # as captive portals have it
        time.sleep(6)
        self.assertIsNone(self.state()["ordinary"])

    def test_keyed_calls_outlive_the_station(self):
        names = [f"outlives {n}" for n in range(10)]
        self.gate.silent = True
        codes, _ = self.call_many([("submit", name) for name in names], lambda: self.world.kill(self.world.user))
        self.assertEqual(set(codes.values()), {None})
        end = time.monotonic() + 60
        while not all(self.node.executed[name] for name in names):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.2)
        self.assertEqual([self.node.executed[name] for name in names], [1] * 10)


if __name__ == "__main__":
    unittest.main(verbosity=2)
