#!/usr/bin/env python3
"""[[bridge.solana]] with an ordinary connection: transactions go by it, and by satellite when it fails before they have landed.

Environment: DEPINSATD, the program.
"""
import concurrent.futures
import time
import unittest

from ordinary_world import Gate, OrdinaryWatch
from rpc_world import call
from solana_world import Stations


class OrdinaryConnection(OrdinaryWatch, Stations):
    @classmethod
    def user_more(cls):
        cls.gate = Gate(cls.node_port)
        cls.addClassCleanup(lambda: cls.gate.close())
        return f"""
[[upstream]]
protocol = "solana"
url = "http://127.0.0.1:{cls.gate.port}"
"""

    def setUp(self):
        super().setUp()
        self.is_open = True
        self.wait_until_ordinary(True)
        self.before = self.at_node("test_counts")["executed"]

    def tearDown(self):
        self.at_node("test_deaf", False)
        self.at_node("test_sick", False)
        self.gate.silent = False
        if not self.is_open:
            self.gate.open()

    def cut(self):
        self.gate.close()
        self.is_open = False

    def ordinary(self):
        return self.world.user.status()["protocols"]["solana"]["ordinary"]

    def executed(self):
        return self.at_node("test_counts")["executed"] - self.before

    def wait_until_executed(self, count):
        end = time.monotonic() + 60
        while self.executed() < count:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.2)
        self.assertEqual(self.executed(), count)

    def test_it_is_used_first(self):
        before = self.sent()
        transaction = self.at_node("test_transfer", 2_100_000, 0)
        self.assertEqual(self.result("sendTransaction", transaction["base58"]), transaction["signature"])
        status = self.wait_for_state(transaction["signature"], {"final"})
        self.assertIsNone(status["gateway"])
        self.assertIsNone(status["status"]["err"])
        self.assertEqual(self.result("getSignatureStatuses", [transaction["signature"]]),
                         self.at_node("getSignatureStatuses", [transaction["signature"]]))
        self.result("getBalance", transaction["recipient"])
        self.assertEqual(self.sent(), before)
        self.assertEqual(self.executed(), 1)

    def test_a_refusal_is_the_node_s(self):
        late = self.at_node("test_transfer", 2_200_000, 0)
        self.at_node("test_expire")
        reply = call(self.port, "sendTransaction", late["base58"])
        self.assertEqual(reply["error"]["code"], -32002)
        self.assertEqual(self.result("depinsat_transactionStatus", late["signature"])["state"], "refused")

    def test_what_was_accepted_goes_on_by_satellite_when_the_connection_is_cut_before_it_landed(self):
        transaction = self.at_node("test_transfer", 2_300_000, 0)
        self.at_node("test_deaf", True)
        self.assertEqual(self.result("sendTransaction", transaction["base58"]), transaction["signature"])
        self.assertEqual(self.result("depinsat_transactionStatus", transaction["signature"])["state"], "accepted")
        before = self.sent()
        self.cut()
        self.at_node("test_deaf", False)
        self.wait_until_executed(1)
        self.assertGreater(self.sent(), before)
        self.assertIsNotNone(self.wait_for_state(transaction["signature"], {"landed", "final"})["gateway"])

    def test_what_was_accepted_outlives_the_station(self):
        transaction = self.at_node("test_transfer", 2_400_000, 0)
        self.at_node("test_deaf", True)
        self.assertEqual(self.result("sendTransaction", transaction["base58"]), transaction["signature"])
        self.cut()
        self.world.kill(self.world.user)
        self.at_node("test_deaf", False)
        self.wait_until_executed(1)

    def test_what_is_under_way_when_it_goes_silent(self):
        made = [self.at_node("test_transfer", 2_500_000 + n, 0) for n in range(10)]
        self.gate.silent = True
        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            sent = pool.map(lambda one: self.result("sendTransaction", one["base58"]), made)
            read = pool.map(lambda one: self.result("getBalance", one["recipient"]), made)
            self.assertEqual(list(sent), [one["signature"] for one in made])
            self.assertEqual(len(list(read)), 10)
        took = time.monotonic() - start
        print(f"ordinary connection silent: what was under way was answered after {took:.2f} s", flush=True)
        self.assertLess(took, 4)
        self.wait_until_executed(10)

    def test_after_a_cut_the_next_request_goes_by_satellite(self):
        self.cut()
        start = time.monotonic()
        self.result("getBalance", "11111111111111111111111111111111")
        took = time.monotonic() - start
        print(f"ordinary connection cut: answered by satellite after {took:.2f} s", flush=True)
        self.assertLess(took, 2)

    def test_a_node_that_says_it_is_behind_does_not_serve(self):
        self.at_node("test_sick", True)
        self.wait_until_ordinary(False, timeout=4)
        before = self.sent()
        self.result("getBalance", "11111111111111111111111111111111")
        self.assertGreater(self.sent(), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
