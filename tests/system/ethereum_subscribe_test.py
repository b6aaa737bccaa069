#!/usr/bin/env python3
"""eth_subscribe over a WebSocket of the user station: by satellite, and by the ordinary connection.

Environment: DEPINSATD, the program.
"""
import time
import unittest

from ethereum_world import FROM, Chain
from websocket_client import WebSocketClient

# Runtime code that emits an empty log (LOG0) whenever it is called; the constructor returns it.
EMITTER = "0x6006600c60003960066000f360006000a000"
NOT_OF_HEADS = ("transactions", "uncles", "withdrawals", "size", "totalDifficulty")


class Subscriptions(Chain):
    OPTIONS = ()

    def setUp(self):
        super().setUp()
        self.client = WebSocketClient(self.world.user.port)
        self.addCleanup(self.client.close)
        self.assertEqual(self.client.status, 101)

    def subscribe(self, *params):
        return self.client.call("eth_subscribe", *params)["result"]

    def next_of(self, subscription):
        message = self.client.told()
        self.assertEqual(message["method"], "eth_subscription")
        self.assertEqual(message["params"]["subscription"], subscription)
        return message["params"]["result"]

    def emitter(self):
        """The address of a contract that emits logs."""
        hash = self.anvil.call("eth_sendTransaction", {"from": FROM, "data": EMITTER})
        while not (receipt := self.anvil.call("eth_getTransactionReceipt", hash)):
            time.sleep(0.05)
        return receipt["contractAddress"]

    def emit(self, address):
        self.anvil.call("eth_sendTransaction", {"from": FROM, "to": address})

    def test_each_head_comes_once_and_in_order(self):
        subscription = self.subscribe("newHeads")
        time.sleep(3)  # until the first news have come
        for _ in range(4):
            self.anvil.call("evm_mine")
        numbers = []
        while not numbers or numbers[-1] < 4:
            head = self.next_of(subscription)
            numbers.append(int(head["number"], 16))
            block = self.anvil.call("eth_getBlockByNumber", head["number"], False)
            self.assertEqual(head, {key: value for key, value in block.items() if key not in NOT_OF_HEADS})
        self.assertIn(numbers, ([0, 1, 2, 3, 4], [1, 2, 3, 4]))  # the one that there was may come first

    def test_logs_of_the_contract_that_is_asked_for(self):
        address, other = self.emitter(), self.emitter()
        subscription = self.subscribe("logs", {"address": address})
        self.emit(other)
        self.emit(address)
        log = self.next_of(subscription)
        [of_node] = self.anvil.call("eth_getLogs", {"address": address})
        self.assertEqual(log, of_node | {"removed": False})

    def test_what_is_subscribed_to_ends(self):
        one, other = self.subscribe("newHeads"), self.subscribe("newHeads")
        self.assertNotEqual(one, other)
        self.assertEqual(self.client.call("eth_unsubscribe", one)["result"], True)
        self.assertEqual(self.client.call("eth_unsubscribe", one)["result"], False)
        time.sleep(3)
        self.anvil.call("evm_mine")
        ids, number = [], 0
        while number < 1:
            message = self.client.told()["params"]
            ids.append(message["subscription"])
            number = int(message["result"]["number"], 16)
        self.assertEqual(set(ids), {other})

    def test_what_cannot_be_had_is_refused_with_its_reason(self):
        for params, words in ((["newPendingTransactions"], "more than the link has"), (["syncing"], "there are newHeads and logs"),
                              ([], "there are newHeads and logs"), (["logs", {"fromBlock": "0x0"}], "address and topics")):
            error = self.client.call("eth_subscribe", *params)["error"]
            self.assertEqual(error["code"], -32602)
            self.assertIn(words, error["message"])
        for _ in range(64):
            self.subscribe("newHeads")
        self.assertEqual(self.client.call("eth_subscribe", "newHeads")["error"]["code"], -32005)
        self.assertEqual(self.world.call("eth_subscribe", "newHeads")["error"]["code"], -32601)

    def test_calls_go_over_it_as_over_http(self):
        self.assertEqual(self.client.call("eth_getBalance", FROM, "latest")["result"],
                         self.anvil.call("eth_getBalance", FROM, "latest"))
        self.client.send([{"jsonrpc": "2.0", "id": n, "method": "eth_chainId", "params": []} for n in (1, 2)])
        self.assertEqual([one["result"] for one in self.client.read()], ["0x7a69"] * 2)


class ByTheOrdinaryConnection(Subscriptions):
    def user_more(self):
        return f"""
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:{self.anvil.port}"
max_head_age_s = 0
"""


if __name__ == "__main__":
    unittest.main(verbosity=2)
