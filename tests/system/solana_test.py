#!/usr/bin/env python3
"""[[bridge.solana]] through two depinsatd, with litesvm as the node: real transactions are executed.

Environment: DEPINSATD, the program.
"""
import signal
import time
import unittest

from rpc_world import call
from solana_world import Stations


class Solana(Stations):
    def test_a_transaction_lands_once_although_frames_are_lost(self):
        self.world.air.loss = 0.3
        made = [self.at_node("test_transfer", 2_000_000 + n, version) for n in range(5) for version in ("legacy", 0)]
        before, balance = self.at_node("test_counts")["executed"], self.at_node("getBalance", made[0]["recipient"])["value"]
        for number, transaction in enumerate(made):
            base64 = number % 2
            options = [{"encoding": "base64", "skipPreflight": True}] if base64 else []
            sent = self.result("sendTransaction", transaction["base64" if base64 else "base58"], *options)
            self.assertEqual(sent, transaction["signature"])
        for transaction in made:
            self.assertIsNone(self.wait_for_state(transaction["signature"], {"landed", "final"})["status"]["err"])
            self.result("sendTransaction", transaction["base58"])  # once more: nothing is executed
        for transaction in made:
            self.wait_for_state(transaction["signature"], {"final"})
        self.assertEqual(self.at_node("test_counts")["executed"], before + 10)
        gained = self.at_node("getBalance", made[0]["recipient"])["value"] - balance
        self.assertEqual(gained, sum(2_000_000 + n for n in range(5)) * 2)
        statuses = self.result("getSignatureStatuses", [one["signature"] for one in made])["value"]
        self.assertEqual([one["confirmationStatus"] for one in statuses], ["finalized"] * 10)

    def test_a_transaction_goes_on_after_the_gateway_died(self):
        transaction = self.at_node("test_transfer", 3_000_000, 0)
        before = self.at_node("test_counts")["executed"]
        self.at_node("test_deaf", True)
        self.assertEqual(self.result("sendTransaction", transaction["base58"]), transaction["signature"])
        self.world.kill(self.world.gateway)
        self.at_node("test_deaf", False)
        self.wait_for_state(transaction["signature"], {"final"}, timeout=60)
        self.assertEqual(self.at_node("test_counts")["executed"], before + 1)

    def test_states_outlive_the_user_station(self):
        """Landed and final, on its way, and refused."""
        landed, waiting = self.at_node("test_transfer", 3_100_000, 0), self.at_node("test_transfer", 3_100_001, 0)
        before = self.at_node("test_counts")["executed"]
        self.result("sendTransaction", landed["base58"])
        self.wait_for_state(landed["signature"], {"landed"})
        self.at_node("test_deaf", True)
        self.result("sendTransaction", waiting["base58"])
        self.wait_for_state(waiting["signature"], {"accepted"})
        time.sleep(1.5)  # states are on disk within a second
        self.world.user.stop(signal.SIGKILL)
        time.sleep(4)  # the first one becomes final meanwhile; nobody is there to hear it
        self.world.user.start()
        self.world.user.wait_for_peer(timeout=40)
        self.assertEqual(self.wait_for_state(landed["signature"], {"final"})["status"]["confirmationStatus"], "finalized")
        self.assertEqual(self.result("depinsat_transactionStatus", waiting["signature"])["state"], "accepted")
        self.assertEqual([one and one["confirmationStatus"] for one in self.statuses(landed, waiting)], ["finalized", None])
        self.at_node("test_deaf", False)
        self.wait_for_state(waiting["signature"], {"final"})
        self.assertEqual([one["confirmationStatus"] for one in self.statuses(landed, waiting)], ["finalized"] * 2)
        self.assertEqual(self.at_node("test_counts")["executed"], before + 2)

    def test_what_expired_while_the_user_station_was_away_is_told(self):
        transaction = self.at_node("test_transfer", 3_200_000, 0)
        self.at_node("test_deaf", True)
        self.result("sendTransaction", transaction["base58"])
        self.wait_for_state(transaction["signature"], {"accepted"})
        time.sleep(1.5)
        self.world.user.stop(signal.SIGKILL)
        self.at_node("test_expire")
        time.sleep(5)  # the gateway finds out meanwhile, and tells nobody
        self.at_node("test_deaf", False)
        self.world.user.start()
        self.world.user.wait_for_peer(timeout=40)
        self.wait_for_state(transaction["signature"], {"expired"})
        self.assertEqual(self.statuses(transaction), [None])

    def statuses(self, *transactions):
        return self.result("getSignatureStatuses", [one["signature"] for one in transactions])["value"]

    def test_it_is_sent_again_until_it_lands(self):
        transaction = self.at_node("test_transfer", 4_000_000, 0)
        self.at_node("test_deaf", True)
        self.result("sendTransaction", transaction["base58"])
        received = self.at_node("test_counts")["received"]
        time.sleep(5)
        self.assertGreater(self.at_node("test_counts")["received"], received)
        self.at_node("test_deaf", False)
        self.wait_for_state(transaction["signature"], {"landed", "final"})

    def test_an_expired_blockhash_is_told(self):
        lost, late = self.at_node("test_transfer", 5_000_000, 0), self.at_node("test_transfer", 5_000_001, 0)
        self.at_node("test_deaf", True)
        self.result("sendTransaction", lost["base58"])
        self.at_node("test_expire")
        self.at_node("test_deaf", False)
        self.wait_for_state(lost["signature"], {"expired"})
        self.assertFalse(self.result("isBlockhashValid", lost["blockhash"])["value"])  # although one is handed out again
        error = call(self.port, "sendTransaction", late["base58"])["error"]
        self.assertEqual(error["code"], -32002)
        self.assertIn("BlockhashNotFound", error["message"])

    def test_what_is_no_good_transaction_is_not_sent(self):
        received = self.at_node("test_counts")["received"]
        good = self.at_node("test_transfer", 6_000_000, 0)
        wrong = good["base64"][:20] + ("A" if good["base64"][20] != "A" else "B") + good["base64"][21:]
        for params in ([wrong, {"encoding": "base64"}], [good["base64"]], ["0OIl"], [good["base58"], {"encoding": "json"}],
                       [good["base58"], {"minContextSlot": 5}], []):
            self.assertEqual(call(self.port, "sendTransaction", *params)["error"]["code"], -32602, params)
        self.assertEqual(self.at_node("test_counts")["received"], received)

    def test_reads(self):
        transaction = self.at_node("test_transfer", 7_000_000, 0)
        latest = self.result("getLatestBlockhash")["value"]
        self.assertEqual(latest, self.at_node("getLatestBlockhash")["value"])
        calls = self.at_node("test_counts")["calls"]["getLatestBlockhash"]
        self.result("getLatestBlockhash")  # is handed out again
        self.assertEqual(self.at_node("test_counts")["calls"]["getLatestBlockhash"], calls)
        self.assertTrue(self.result("isBlockhashValid", latest["blockhash"])["value"])
        self.assertIsNone(self.result("simulateTransaction", transaction["base64"], {"encoding": "base64"})["value"]["err"])
        self.assertEqual(self.result("getBalance", transaction["recipient"]),
                         self.at_node("getBalance", transaction["recipient"]))
        self.assertEqual(call(self.port, "getProgramAccounts", "x")["error"]["code"], -32601)
        self.assertEqual(call(self.port, "getEpochInfo")["error"]["message"], "Method not found")  # the node's own word


if __name__ == "__main__":
    unittest.main()
