#!/usr/bin/env python3
"""Two bcoin nodes on regtest that are connected through two stations only.

Environment: DEPINSATD, the program.
"""
import os
import struct
import time
import unittest

from bitcoin_world import BroadcastWorld, Peer, World, message, version, wait_until

PROGRAM = os.environ["DEPINSATD"]
NODE_NETWORK = 1
WITNESS_BLOCK = 0x40000002


class Bitcoin(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(PROGRAM)
        cls.addClassCleanup(cls.world.close)
        cls.nodes = cls.world.nodes
        cls.height = 1

    def next_coinbase(self):
        Bitcoin.height += 1
        return Bitcoin.height

    def test_the_stations_are_the_only_connection(self):
        for node in ("user", "gateway"):
            self.assertTrue(all("/depinsat:" in agent for agent in self.nodes.do(node, "peers")))

    def test_a_mined_block_reaches_the_users_node(self):
        self.world.mine()
        self.world.wait_for_tip()

    def test_a_transaction_of_the_user_is_mined_and_comes_back(self):
        txid = self.nodes.do("user", "spend", height=self.next_coinbase())
        wait_until("the gateway's node has the transaction", lambda: self.nodes.do("gateway", "has", txid=txid))
        height = self.nodes.do("gateway", "tip")["height"] + 1
        self.world.mine()
        self.world.wait_for_tip()
        self.assertIn(txid, self.nodes.do("user", "block", height=height)["transactions"])

    def test_a_family_of_transactions_arrives_parents_first(self):
        txids = self.nodes.do("user", "fan", height=self.next_coinbase(), count=20)
        wait_until("the gateway's node has all", lambda: all(
            self.nodes.do("gateway", "has", txid=txid) for txid in txids))

    def test_a_block_of_relayed_transactions_takes_few_bytes(self):
        txids = self.nodes.do("gateway", "fan", height=self.next_coinbase(), count=60)
        wait_until("the user's node has all", lambda: all(
            self.nodes.do("user", "has", txid=txid) for txid in txids))
        time.sleep(2)  # the gateway learns that they arrived
        before, fallbacks = self.world.bytes_down(), self.world.state("user")["fallbacks"]
        self.world.mine()
        self.world.wait_for_tip()
        taken = self.world.bytes_down() - before
        block = self.nodes.do("user", "block", height=self.nodes.do("user", "tip")["height"])
        print(f"block of {block['bytes']} bytes, {len(block['transactions'])} transactions: {taken} packet bytes")
        self.assertGreater(block["bytes"], 8000)
        self.assertLess(taken, 1500)  # packets, acknowledgements and pings of some seconds
        self.assertEqual(self.world.state("user")["fallbacks"], fallbacks)

    def test_blocks_missed_while_the_link_was_silent_come_later(self):
        self.world.air.silent = True
        self.world.user.wait_for_peer(up=False, timeout=60)
        self.world.mine(12)
        self.world.air.silent = False
        self.world.wait_for_tip(120)

    def test_lost_frames_delay_blocks_and_no_more(self):
        self.world.air.loss = 0.1
        self.addCleanup(setattr, self.world.air, "loss", 0)
        for _ in range(5):
            self.nodes.do("gateway", "fan", height=self.next_coinbase(), count=10)
            self.world.mine()
            self.world.wait_for_tip(120)

    def test_a_station_that_was_killed_serves_again(self):
        for station in (self.world.user, self.world.gateway):
            self.nodes.do("gateway", "fan", height=self.next_coinbase(), count=10)
            station.process.kill()
            station.process.wait()
            self.world.mine()
            station.start()
            self.world.wait_for_tip(120)
        self.world.wait_for_bridge()

    def test_a_transaction_sent_while_the_link_is_silent_arrives_later(self):
        self.world.air.silent = True
        self.world.user.wait_for_peer(up=False, timeout=60)
        txid = self.nodes.do("user", "spend", height=self.next_coinbase())
        self.world.air.silent = False
        wait_until("the gateway's node has the transaction",
                   lambda: self.nodes.do("gateway", "has", txid=txid), 120)

    def test_a_node_that_connects_finds_a_peer_without_a_chain_to_give(self):
        peer = Peer(self.world.user.port)
        self.addCleanup(peer.close)
        peer.introduce()
        self.assertFalse(peer.services & NODE_NETWORK)
        peer.expect("getheaders")
        peer.send("ping", bytes(range(8)))
        self.assertEqual(peer.expect("pong"), bytes(range(8)))
        block_hash = bytes.fromhex(self.world.mine()[0])[::-1]
        while block_hash not in peer.expect("inv"):
            pass
        self.world.wait_for_tip()
        peer.send("getdata", b"\1" + struct.pack("<I", WITNESS_BLOCK) + block_hash)
        self.assertGreater(len(peer.expect("block")), 80)
        peer.send("getdata", b"\1" + struct.pack("<I", WITNESS_BLOCK) + bytes(32))
        peer.expect("notfound")

    def test_hostile_peers_are_dropped_and_hurt_nobody(self):
        port = self.world.user.port
        for first in (b"GET / HTTP/1.1\r\n\r\n" + bytes(24), message("version", version(), magic=b"\xf9\xbe\xb4\xd9"),
                      message("version", length=0xFFFFFFFF), message("version", version(), checksum=b"abcd"),
                      message("verack"), message("version", bytes(20)), message("block", length=4000001)):
            peer = Peer(port)
            peer.socket.sendall(first)
            self.assertTrue(peer.is_closed(), first[:30])
            peer.close()
        for command, payload in (("headers", b"\1" + bytes(81)), ("inv", b"\xfe\xff\xff\xff\xff"), ("tx", bytes(60)),
                                 ("getheaders", bytes(40)), ("sendcmpct", b""), ("getblocktxn", b"\xff" * 50)):
            peer = Peer(port)
            peer.introduce()
            peer.send(command, payload)
            self.assertTrue(peer.is_closed() or command == "headers", command)
            peer.close()
        idle = [Peer(port) for _ in range(60)]  # more than are taken; the newest displace the oldest
        for peer in idle:
            self.addCleanup(peer.close)
            peer.socket.sendall(b"\xfa\xbf")  # and no more
        self.world.mine()
        self.world.wait_for_tip()
        peer = Peer(port)
        self.addCleanup(peer.close)
        peer.introduce()


class Broadcast(unittest.TestCase):
    def test_blocks_reach_a_station_that_only_listens(self):
        world = BroadcastWorld(PROGRAM)
        self.addCleanup(world.close)
        for loss, blocks in ((0, 1), (0.1, 8)):
            world.air.loss = loss
            for _ in range(blocks):
                world.nodes.do("gateway", "fan", height=world.next_coinbase(), count=50)
                world.mine()
            world.wait_for_tip(120)
        self.assertGreaterEqual(world.state("user")["broadcasts"], 9)
        self.assertEqual(world.state("user")["refused"], 0)
        link = world.user.status()["link"]
        self.assertEqual((link["packet_bytes_sent"], link["frames_filled"]), (0, 0))
        # A block that was lost as a whole is one that the node gets elsewhere; later ones are taken then.
        world.air.silent = True
        missed = world.mine()
        time.sleep(3)
        world.air.silent = False
        world.mine()
        time.sleep(2)
        self.assertNotEqual(world.nodes.do("user", "tip"), world.nodes.do("gateway", "tip"))
        world.nodes.copy(missed)
        world.mine()
        world.wait_for_tip(60)


if __name__ == "__main__":
    unittest.main(verbosity=2)
