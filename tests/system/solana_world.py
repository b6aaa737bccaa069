"""A user station and a gateway with litesvm as the node, for the tests of [[bridge.solana]]."""
import os
import pathlib
import subprocess
import time
import unittest

from daemon_world import free_port
from rpc_world import RpcPair, call

PROGRAM = os.environ["DEPINSATD"]
NODE = pathlib.Path(__file__).with_name("solana_node.mjs")


class Stations(unittest.TestCase):
    """Two stations and the gateway's node, of all tests of a class."""

    @classmethod
    def setUpClass(cls):
        cls.node = subprocess.Popen(["node", NODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        cls.addClassCleanup(cls.end_node)
        cls.node_port = int(cls.node.stdout.readline())
        cls.port = free_port()
        cls.world = RpcPair(PROGRAM, f"""
[[bridge.solana]]
listen = "127.0.0.1:{cls.port}"
blockhash_age_s = 2
[[bridge.solana.methods]]
method = "getEpochInfo"
replay = "idempotent"
{cls.user_more()}""", f"""
[[upstream]]
protocol = "solana"
url = "http://127.0.0.1:{cls.node_port}"
""")
        cls.world.start()
        cls.addClassCleanup(lambda: cls.world.close())

    @classmethod
    def user_more(cls):
        return ""

    @classmethod
    def end_node(cls):
        cls.node.stdin.close()
        cls.node.wait(10)
        cls.node.stdout.close()

    def setUp(self):
        self.world.air.loss, self.world.air.silent = 0.0, False
        self.world.user.wait_for_peer(timeout=40)

    def at_node(self, method, *params):
        return call(self.node_port, method, *params)["result"]

    def result(self, method, *params):
        reply = call(self.port, method, *params)
        self.assertIn("result", reply, reply)
        return reply["result"]

    def wait_for_state(self, signature, states, timeout=30):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            status = self.result("depinsat_transactionStatus", signature)
            if status["state"] in states:
                return status
            time.sleep(0.2)
        self.fail(status)
