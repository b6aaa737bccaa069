#!/usr/bin/env python3
"""Ethereum through two depinsatd: a wallet's transactions and polls, over a link of 250 ms one way.

Environment: DEPINSATD, the program.
"""
import json
import signal
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
        self.assertEqual(self.world.call(RAW, raw)["result"], hash)  # once more: it is done
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

    def test_what_was_refused_may_be_sent_once_more(self):
        raw, balance = self.signed(0), self.anvil.call("eth_getBalance", FROM, "latest")
        self.anvil.call("anvil_setBalance", FROM, "0x1")
        self.assertIn("nsufficient funds", self.world.call(RAW, raw)["error"]["message"])
        self.assertIn("nsufficient funds", self.world.call(RAW, raw)["error"]["message"])
        self.anvil.call("anvil_setBalance", FROM, balance)
        hash = self.world.call(RAW, raw)["result"]
        self.assertEqual(self.state(hash), "accepted")
        self.anvil.call("evm_mine")
        self.wait_for_state(hash, "included")

    def test_what_is_no_transaction_never_leaves_the_station(self):
        before = self.world.user.status()["link"]["messages_sent"]
        for raw, words in (("0x03c0", "blob transaction"), ("0x00", "type that is not known"), ("0xc0", "no RLP list"),
                           ("zz", "no hexadecimal"), (self.signed(0)[:-2] + "00" * 2, "no RLP list"), ("0x", "is empty")):
            error = self.world.call(RAW, raw)["error"]
            self.assertEqual(error["code"], -32602)
            self.assertIn(words, error["message"])
        self.assertEqual(self.world.user.status()["link"]["messages_sent"], before)


class Reorganisation(Chain):
    """The node's chain leaves the block that held a transaction."""

    OPTIONS = ("--no-mining",)

    def transactions(self):
        return self.world.user.status()["protocols"]["ethereum"]["transactions"]

    def include(self):
        hash = self.world.call(RAW, self.signed(0))["result"]
        self.anvil.call("evm_mine")
        self.wait_for_state(hash, "included")
        self.assertEqual(self.world.call("eth_getTransactionReceipt", hash)["result"],
                         self.anvil.call("eth_getTransactionReceipt", hash))
        return hash

    def reorganise(self, depth):
        """As many other blocks, without the transaction, and one more, as a longer chain has."""
        self.anvil.call("anvil_dropAllTransactions")
        self.anvil.call("anvil_reorg", depth, [])
        self.anvil.call("evm_mine")

    def wait_until_node_has(self, hash):
        end = time.monotonic() + 30
        while time.monotonic() < end and not self.anvil.call("eth_getTransactionByHash", hash):
            time.sleep(0.1)
        self.assertIsNone(self.anvil.call("eth_getTransactionByHash", hash)["blockHash"])

    def end(self, hash):
        """It gets into another block, and is final."""
        self.wait_until_node_has(hash)
        self.anvil.call("evm_mine")
        self.wait_for_state(hash, "included")
        receipt = self.anvil.call("eth_getTransactionReceipt", hash)
        self.assertEqual(self.world.call("eth_getTransactionReceipt", hash)["result"], receipt)
        self.assertEqual(self.world.call("depinsat_transactionStatus", hash)["result"]["blockNumber"], receipt["blockNumber"])
        for _ in range(3):
            self.anvil.call("evm_mine")
        self.wait_for_state(hash, "final")

    def test_a_transaction_of_the_last_block_is_taken_back_and_sent_again(self):
        hash = self.include()
        self.reorganise(1)
        self.wait_for_state(hash, "accepted")
        self.assertIsNone(self.world.call("eth_getTransactionReceipt", hash)["result"])
        status = self.world.call("depinsat_transactionStatus", hash)["result"]
        self.assertEqual((status["verified"], status["blockNumber"]), (False, None))
        self.assertEqual(self.transactions(), {"accepted": 1})
        self.assertEqual(self.world.user.status()["protocols"]["ethereum"]["reorganised"], 1)
        self.end(hash)

    def test_so_is_one_that_was_deeper_and_told_often_enough(self):
        hash = self.include()
        for _ in range(2):
            number = self.anvil.call("eth_blockNumber")
            self.anvil.call("evm_mine")
            end = time.monotonic() + 15
            while time.monotonic() < end and self.world.call("eth_blockNumber")["result"] == number:
                time.sleep(0.1)
        self.assertEqual(self.state(hash), "included")
        self.reorganise(3)
        self.wait_for_state(hash, "accepted")
        self.end(hash)

    def test_it_is_told_after_the_station_was_away(self):
        hash = self.include()
        time.sleep(1.5)  # states are on disk within a second
        self.world.user.stop(signal.SIGKILL)
        self.reorganise(1)
        self.world.user.start()
        self.world.user.wait_for_peer(timeout=40)
        self.wait_for_state(hash, "accepted")
        time.sleep(1.5)
        self.world.user.stop(signal.SIGKILL)
        self.world.user.start()
        self.world.user.wait_for_peer(timeout=40)
        self.assertEqual(self.state(hash), "accepted")
        self.end(hash)


if __name__ == "__main__":
    unittest.main(verbosity=2)
