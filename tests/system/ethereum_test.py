#!/usr/bin/env python3
"""Ethereum through two depinsatd: a wallet's transactions and polls, over a link of 250 ms one way.

Environment: DEPINSATD, the program.
"""
import json
import threading
import time
import unittest

from ethereum_world import FROM, KEY, RAW, TO, Chain, Recorder


class CastSend(Chain):
    def test_one_cast_send_takes_few_bytes_and_every_reply_is_the_node_s(self):
        warm = threading.Thread(target=self.send, args=(1,))
        warm.start()
        end = time.monotonic() + 60
        while int(self.anvil.call("eth_getTransactionCount", FROM, "pending"), 16) < 1 and time.monotonic() < end:
            time.sleep(0.05)
        self.anvil.call("evm_mine")
        warm.join(60)
        recorder = Recorder(self.world.user.port, self.anvil.port)
        before = self.bytes_over_the_air()
        receipt = self.send(2, recorder.server_address[1])
        time.sleep(2)  # what acknowledges the last of it
        spent = self.bytes_over_the_air() - before
        recorder.shutdown()
        recorder.server_close()
        print(f"one cast send: {spent} packet bytes both ways together, {len(recorder.replies)} exchanges", flush=True)
        self.assertEqual(int(receipt["status"], 16), 1)
        for key, reply in recorder.replies:
            if json.loads(key)["method"] == RAW:
                self.assertEqual(json.loads(reply)["result"], receipt["transactionHash"])
            else:
                self.assertIn(reply, recorder.said[key], key)
        numbers = [int(json.loads(reply)["result"], 16) for key, reply in recorder.replies
                   if json.loads(key)["method"] == "eth_blockNumber"]
        self.assertEqual(numbers, sorted(numbers))
        self.assertLessEqual(spent, 800)


class Transactions(Chain):
    OPTIONS = ("--no-mining",)

    def test_a_transaction_goes_through_its_states(self):
        raw = self.signed(0)
        hash = self.world.call(RAW, raw)["result"]
        self.assertEqual(self.anvil.call("eth_getTransactionByHash", hash)["hash"], hash)
        self.assertEqual(self.state(hash), "accepted")
        self.assertEqual(self.world.call("eth_getTransactionReceipt", hash)["result"], None)
        self.anvil.call("evm_mine")
        self.wait_for_state(hash, "included")
        self.assertEqual(self.world.call("eth_getTransactionReceipt", hash)["result"],
                         self.anvil.call("eth_getTransactionReceipt", hash))
        for _ in range(3):
            self.anvil.call("evm_mine")
        self.wait_for_state(hash, "final")
        self.assertEqual(self.world.user.status()["protocols"]["ethereum"]["transactions"], {"final": 1, "unverified": 1})

    def test_the_same_transaction_again_is_success(self):
        raw = self.signed(0)
        hash = self.world.call(RAW, raw)["result"]
        self.assertEqual(self.world.call(RAW, raw)["result"], hash)
        self.assertEqual(self.anvil.call("txpool_status")["pending"], "0x1")

    def test_one_that_the_node_has_from_elsewhere_is_success(self):
        raw = self.signed(0)
        hash = self.anvil.call(RAW, raw)
        self.assertEqual(self.world.call(RAW, raw)["result"], hash)
        raw = self.signed(1)
        hash = self.anvil.call(RAW, raw)
        self.anvil.call("evm_mine")
        self.assertEqual(self.world.call(RAW, raw)["result"], hash)  # its nonce is used up, by itself

    def test_what_the_node_refuses_is_refused_with_its_words(self):
        self.anvil.call(RAW, self.signed(0))
        self.anvil.call("evm_mine")
        other = self.cast("mktx", FROM, "--value", "9", "--private-key", KEY, "--nonce", "0", "--gas-limit", "21000",
                          "--gas-price", "3000000000", "--priority-gas-price", "1", port=self.anvil.port).strip()
        self.assertIn("nonce too low", self.world.call(RAW, other)["error"]["message"])

    def test_what_is_no_transaction_never_leaves_the_station(self):
        before = self.world.user.status()["link"]["messages_sent"]
        for raw, words in (("0x03c0", "blob transaction"), ("0x00", "type that is not known"), ("0xc0", "no RLP list"),
                           ("zz", "no hexadecimal"), (self.signed(0)[:-2] + "00" * 2, "no RLP list"), ("0x", "is empty")):
            error = self.world.call(RAW, raw)["error"]
            self.assertEqual(error["code"], -32602)
            self.assertIn(words, error["message"])
        self.assertEqual(self.world.user.status()["link"]["messages_sent"], before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
