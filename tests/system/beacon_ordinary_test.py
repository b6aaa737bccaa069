#!/usr/bin/env python3
"""[[bridge.beacon]] with an ordinary connection: the validator client is served by its node, and by satellite when that fails.

Environment: DEPINSATD, the program.
"""
import concurrent.futures
import json
import time
import unittest

from beacon_world import SIGNATURE, Events, World
from ordinary_world import Gate, OrdinaryWatch

ATTESTATIONS, BLOCKS = "/eth/v2/beacon/pool/attestations", "/eth/v2/beacon/blocks"


class OrdinaryConnection(OrdinaryWatch, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(cls.user_more)
        cls.addClassCleanup(cls.world.close)
        cls.addClassCleanup(lambda: cls.gate.close())

    @classmethod
    def user_more(cls, node):
        cls.gate = Gate(node.port)
        return f"""
[[upstream]]
protocol = "beacon"
url = "http://127.0.0.1:{cls.gate.port}"
"""

    def setUp(self):
        self.node = self.world.node
        self.node.delay_s, self.node.wrong_target, self.node.syncing, self.gate.silent = 0.0, False, False, False
        self.wait_until_ordinary(True)

    def ordinary(self):
        return self.world.user.status()["protocols"]["beacon"]["ordinary"]

    def attest(self, events, number):
        """One duty: the data of the next head, and its attestation at the node."""
        slot = int(events.next_head()["slot"])
        data = self.world.get(f"/eth/v1/validator/attestation_data?slot={slot}&committee_index=5")["data"]
        self.assertEqual(data, self.node.attestation_data(slot))
        before = self.node.count_posts(ATTESTATIONS)
        posted = [{"committee_index": "5", "attester_index": str(number), "data": data, "signature": SIGNATURE}]
        self.assertEqual(self.world.post(ATTESTATIONS, posted, Eth_Consensus_Version="electra")[0], 200)
        self.assertEqual(json.loads(self.node.posted(ATTESTATIONS, before + 1)[-1][3]), posted)

    def test_it_is_used_first(self):
        before = self.sent()
        events = Events(self.world)
        self.addCleanup(events.connection.close)
        self.attest(events, 1)
        for path in ("/eth/v1/beacon/genesis", "/eth/v1/node/version", "/eth/v1/node/syncing"):
            self.assertEqual(self.world.get(path), self.node.get(path)[1], path)
        self.assertEqual(self.world.get("/eth/v3/validator/blocks/16?randao_reveal=0x00")["version"], "electra")
        self.assertEqual(self.sent(), before)

    def test_duties_go_on_when_it_is_cut_and_when_it_returns(self):
        events = Events(self.world)
        self.addCleanup(events.connection.close)
        self.attest(events, 2)
        self.gate.close()
        start = time.monotonic()
        self.world.get("/eth/v1/validator/duties/proposer/6")
        took = time.monotonic() - start
        print(f"ordinary connection cut: answered by satellite after {took:.2f} s", flush=True)
        self.assertLess(took, 2)
        for number in range(3, 5):
            self.attest(events, number)
        self.assertGreater(self.sent(), 0)
        self.gate.open()
        self.wait_until_ordinary(True)
        before = self.sent()
        self.attest(events, 5)
        self.assertEqual(self.sent(), before)
        slots = [int(head["slot"]) for _, head in events.heads]
        self.assertEqual(slots, sorted(set(slots)))  # each once

    def test_what_is_under_way_when_it_goes_silent(self):
        self.node.delay_s = 1.0
        block = json.dumps({"message": {"slot": "1"}, "signature": SIGNATURE})
        before = self.node.count_posts(BLOCKS)
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            list_posted = pool.submit(self.world.post, ATTESTATIONS, [])
            published = pool.submit(self.world.request, "POST", BLOCKS, block, {"Content-Type": "application/json"})
            time.sleep(0.3)
            self.gate.silent = True
            start = time.monotonic()
            read = pool.submit(self.world.get, "/eth/v1/beacon/genesis")
            self.assertEqual(published.result()[0], 504)
            self.assertEqual(list_posted.result()[0], 200)
            read.result()
        took = time.monotonic() - start
        print(f"ordinary connection silent: what was under way was answered after {took:.2f} s", flush=True)
        self.assertLess(took, 4)
        time.sleep(1)
        self.assertEqual(self.node.count_posts(BLOCKS), before + 1)  # not repeated

    def test_a_node_that_syncs_does_not_serve(self):
        self.node.syncing = True
        self.wait_until_ordinary(False, timeout=3)

    def test_attestation_data_that_breaks_a_rule_is_not_handed_out(self):
        self.node.wrong_target = True
        status, _, body = self.world.request(
            "GET", f"/eth/v1/validator/attestation_data?slot={self.node.slot()}&committee_index=5")
        self.assertEqual(status, 503)
        self.assertIn(b"its target is not the slot's epoch", body)


if __name__ == "__main__":
    unittest.main(verbosity=2)
