#!/usr/bin/env python3
"""[[bridge.json_rpc]] through two depinsatd: what runs, and how often, when frames are lost, the link is cut and stations die.

Environment: DEPINSATD, the program.
"""
import concurrent.futures
import http.client
import json
import os
import pathlib
import subprocess
import sys
import time
import unittest

from daemon_world import free_port
from json_rpc_node import Upstream
from rpc_world import RpcPair, WebSocket, call, rpc

PROGRAM = os.environ["DEPINSATD"]
TRAIN = pathlib.Path(__file__).resolve().parents[2] / "tools/train_dictionary.py"
NOT_FOUND, LINK_DOWN, NO_ANSWER, UNKNOWN, DEAD, BUSY, QUEUED = -32601, -32050, -32051, -32052, -32053, -32055, -32056
METHODS = """
[[methods]]
method = "pay"                # replay = "never" is the default
deadline_ms = 8000
[[methods]]
method = "submit"
class = "transaction"
replay = "keyed"
deadline_ms = 8000
[[methods]]
method = "chain_*"
replay = "idempotent"
cache = "immutable"
[[methods]]
method = "chain_head"
replay = "idempotent"
cache = 2
[[methods]]
method = "slow"
replay = "idempotent"
[[methods]]
method = "echo"
max_request_bytes = 5000
max_answer_bytes = 4096
"""


def make_dictionary(folder, version):
    capture = folder / "capture.jsonl"
    with open(capture, "w") as out:
        for n in range(300):
            params = [{"account": f"0x{n * 7919:040x}", "network": "polkadot", "call": "balances.transferKeepAlive",
                       "tip": f"0x{n % 9:x}", "era": {"period": 64, "phase": n * version}}]
            out.write(json.dumps({"request": json.dumps({"method": "echo", "params": params}),
                                  "response": json.dumps({"result": params})}) + "\n")
    subprocess.run([sys.executable, TRAIN, "json_rpc-chain", str(version), capture, "--folder", folder, "--kb", "4"],
                   check=True, capture_output=True)


class JsonRpc(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.node = Upstream()
        cls.addClassCleanup(cls.node.server_close)
        cls.addClassCleanup(cls.node.shutdown)
        cls.port = free_port()
        cls.world = RpcPair(PROGRAM, f"""
[dictionaries]
folder = "user-dictionaries"
[[bridge.json_rpc]]
listen = "127.0.0.1:{cls.port}"
service = "chain"
methods_file = "methods.toml"
max_clients = 300
""", f"""
[dictionaries]
folder = "gateway-dictionaries"
[[upstream]]
protocol = "json_rpc"
service = "chain"
url = "http://127.0.0.1:{cls.node.port}"
credentials_file = "credentials"
methods = ["pay", "submit", "chain_*", "slow", "echo"]
""")
        folder = cls.world.folder
        (folder / "methods.toml").write_text(METHODS + '[[methods]]\nmethod = "forbidden"\n')
        (folder / "credentials").write_text("user:secret\n")
        for role, versions in (("user", [1]), ("gateway", [1, 2])):
            (folder / f"{role}-dictionaries").mkdir()
            for version in versions:
                make_dictionary(folder / f"{role}-dictionaries", version)
        cls.world.start()
        cls.addClassCleanup(lambda: cls.world.close())

    def setUp(self):
        self.world.air.loss, self.world.air.silent = 0.0, False
        self.world.user.wait_for_peer(timeout=40)

    def error_of(self, method, *params):
        return call(self.port, method, *params)["error"]["code"]

    def call_many(self, method, names, meanwhile):
        """The code of each call, 0 if it has a result, None if the station died under it; `meanwhile` runs half a second into
        it."""
        def one(name):
            try:
                return call(self.port, method, name).get("error", {"code": 0})["code"]
            except (OSError, AssertionError, json.JSONDecodeError, http.client.HTTPException):
                return None
        with concurrent.futures.ThreadPoolExecutor(len(names)) as pool:
            futures = [pool.submit(one, name) for name in names]
            time.sleep(0.5)
            meanwhile()
            return dict(zip(names, (future.result() for future in futures)))

    def check_never(self, codes):
        for name, code in codes.items():
            self.assertIn(code, (0, LINK_DOWN, NO_ANSWER, UNKNOWN, BUSY, None), name)
            self.assertLessEqual(self.node.executed[name], 1, name)
            if code == 0:
                self.assertEqual(self.node.executed[name], 1, name)
            if code in (LINK_DOWN, BUSY):
                self.assertEqual(self.node.executed[name], 0, name)

    def cut(self):
        self.world.air.silent = True
        time.sleep(2)
        self.world.air.silent = False

    def wait_until_executed(self, names):
        end = time.monotonic() + 90
        while time.monotonic() < end and not all(self.node.executed[name] for name in names):
            time.sleep(0.2)
        self.assertEqual({name: self.node.executed[name] for name in names}, dict.fromkeys(names, 1))

    def test_calls_batches_and_refusals(self):
        self.assertEqual(call(self.port, "echo", "x", {"y": "0xabcd"})["result"], ["x", {"y": "0xabcd"}])
        self.assertEqual(self.error_of("stop"), NOT_FOUND)
        self.assertEqual(self.error_of("forbidden"), NOT_FOUND)
        self.assertEqual(self.error_of("echo", "x" * 6000), -32054)
        self.assertEqual(self.error_of("echo", "x" * 4500), -32054)
        replies = rpc(self.port, [{"jsonrpc": "2.0", "id": n, "method": "echo", "params": [n]} for n in range(5)] +
                      [{"jsonrpc": "2.0", "id": 5, "method": "stop", "params": []}])
        self.assertEqual([reply["id"] for reply in replies], list(range(6)))
        self.assertEqual([reply.get("result") for reply in replies], [[0], [1], [2], [3], [4], None])
        self.assertEqual(rpc(self.port, {"id": 1, "method": "echo", "params": []})["result"], [])
        self.assertEqual(self.node.authorizations, {"Basic dXNlcjpzZWNyZXQ="})

    def test_websocket(self):
        client = WebSocket(self.port)
        self.addCleanup(client.close)
        client.send('{"jsonrpc":"2.0","id":"a","method":"echo","params":["ws"]}')
        self.assertEqual(json.loads(client.receive()), {"jsonrpc": "2.0", "id": "a", "result": ["ws"]})

    def test_what_is_alike_is_asked_once(self):
        before = self.node.asked["slow"]
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            replies = list(pool.map(lambda _: call(self.port, "slow", "same"), range(20)))
        self.assertEqual([reply["result"] for reply in replies], [["same"]] * 20)
        self.assertEqual(self.node.asked["slow"], before + 1)

    def test_what_is_kept_is_answered_while_the_link_is_down(self):
        call(self.port, "chain_block", 7)
        call(self.port, "chain_none")
        call(self.port, "chain_head")
        asked = self.node.asked["chain_block"]
        self.world.air.silent = True
        self.world.user.wait_for_peer(up=False, timeout=60)
        self.assertEqual(call(self.port, "chain_block", 7)["result"], [7])
        self.assertEqual(self.node.asked["chain_block"], asked)
        started = time.monotonic()
        self.assertEqual(self.error_of("chain_head"), LINK_DOWN)
        self.assertLess(time.monotonic() - started, 0.1)
        self.assertEqual(self.error_of("chain_none"), LINK_DOWN)
        self.assertEqual(self.error_of("pay", "while down"), LINK_DOWN)
        queued = self.call_many("submit", ["queued"], lambda: None)
        self.assertEqual(queued, {"queued": QUEUED})
        self.world.air.silent = False
        self.wait_until_executed(["queued"])
        self.assertEqual(self.node.executed["while down"], 0)

    def test_never_runs_twice_with_loss_and_a_cut(self):
        self.world.air.loss = 0.2
        codes = self.call_many("pay", [f"lossy {n}" for n in range(60)], self.cut)
        self.check_never(codes)
        self.assertGreater(list(codes.values()).count(0), 0)

    def test_never_runs_twice_when_stations_die(self):
        for station in (self.world.gateway, self.world.user):
            codes = self.call_many("pay", [f"{station.role} dies {n}" for n in range(60)], lambda: self.world.kill(station))
            self.check_never(codes)
            self.world.user.wait_for_peer(timeout=40)

    def test_keyed_runs_once_whatever_happens(self):
        self.world.air.loss = 0.2
        names = [f"keyed {n}" for n in range(40)]
        codes = self.call_many("submit", names, lambda: (self.cut(), self.world.kill(self.world.gateway)))
        self.assertLessEqual(set(codes.values()), {0, 1013, QUEUED})
        self.wait_until_executed(names)

    def test_keyed_runs_once_when_the_user_station_dies(self):
        names = [f"user keyed {n}" for n in range(40)]
        self.world.air.silent = True
        codes = self.call_many("submit", names, lambda: self.world.kill(self.world.user))
        self.world.air.silent = False
        self.assertEqual(set(codes.values()), {None})
        self.wait_until_executed(names)

    def test_the_same_keyed_call_again_gets_the_verdict(self):
        self.assertEqual(call(self.port, "submit", "again")["result"], ["again"])
        self.assertEqual(call(self.port, "submit", "again")["result"], ["again"])
        self.assertEqual(self.node.executed["again"], 1)

    def test_a_newer_dictionary_is_fetched_and_used(self):
        end = time.monotonic() + 30
        while time.monotonic() < end:
            known = {(one["version"], one["peers"]) for one in self.world.user.status()["dictionaries"]}
            theirs = {(one["version"], one["peers"]) for one in self.world.gateway.status()["dictionaries"]}
            if known == theirs == {(1, 1), (2, 1)}:
                break
            time.sleep(0.2)
        self.assertEqual(known, {(1, 1), (2, 1)})
        self.assertEqual(theirs, {(1, 1), (2, 1)})
        files = [self.world.folder / f"{role}-dictionaries/json_rpc-chain.2.dict" for role in ("user", "gateway")]
        self.assertEqual(files[0].read_bytes(), files[1].read_bytes())
        params = [{"account": "0x" + "5a" * 20, "network": "polkadot", "call": "balances.transferKeepAlive", "tip": "0x5"}]
        self.assertEqual(call(self.port, "echo", *params)["result"], params)


if __name__ == "__main__":
    unittest.main()
