#!/usr/bin/env python3
"""IP through two depinsatd: ping and iperf3 between two network namespaces that have no other way.

Environment: DEPINSATD, the program. Needs root, for the interfaces.
"""
import http.client
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from daemon_world import FRAME_S, Air, Station
from ethereum_node import Node

PROGRAM = os.environ["DEPINSATD"]
DELAY_S = 0.05
ADDRESSES = {"user": ("10.66.0.2", "fd66::2"), "gateway": ("10.66.0.1", "fd66::1")}
FOREIGN = "10.66.0.77"  # no station has it


def run(*command, timeout=60, check=True):
    return subprocess.run(command, check=check, timeout=timeout, capture_output=True, text=True)


class Host:
    """A network namespace that holds one station's interface."""

    def __init__(self, role):
        self.name, self.device = f"depinsat-{os.getpid()}-{role}", f"dt{os.getpid()}{role[0]}"
        self.addresses = ADDRESSES[role]
        run("ip", "netns", "add", self.name)

    def take_device(self):
        run("ip", "link", "set", self.device, "netns", self.name)
        self.do("ip", "link", "set", "lo", "up")
        v4, v6 = self.addresses
        self.do("ip", "address", "add", f"{v4}/24", "dev", self.device)
        self.do("ip", "address", "add", f"{v6}/64", "dev", self.device, "nodad")
        self.do("ip", "link", "set", self.device, "up")

    def do(self, *command, **options):
        return run("ip", "netns", "exec", self.name, *command, **options)

    def start(self, *command):
        return subprocess.Popen(["ip", "netns", "exec", self.name, *command], stdout=subprocess.DEVNULL)

    def close(self):
        run("ip", "netns", "delete", self.name)


class Tun(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="depinsat-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.node = Node()
        cls.addClassCleanup(cls.node.close)
        cls.hosts = {role: Host(role) for role in ADDRESSES}
        for host in cls.hosts.values():
            cls.addClassCleanup(host.close)
        cls.user, cls.gateway = (Station(PROGRAM, cls.folder, role) for role in ADDRESSES)
        tun = '\n[[bridge.tun]]\ndevice = "{}"\ndeny = ["tcp:23", "udp:7000-7010"]\n'
        cls.user.write_config(cls.gateway.key, DELAY_S, tun.format(cls.hosts["user"].device) + f"""
[[bridge.ethereum]]
listen = "127.0.0.1:{cls.user.port}"
""")
        cls.gateway.write_config(cls.user.key, DELAY_S, tun.format(cls.hosts["gateway"].device) + f"""
[[bridge.tun.stations]]
station = "{cls.user.key}"
networks = {json.dumps(ADDRESSES["user"])}
[[upstream]]
protocol = "ethereum"
url = "http://127.0.0.1:{cls.node.port}"
""")
        cls.air = Air([cls.user.endpoints, cls.gateway.endpoints], DELAY_S, seed=1)
        for station in (cls.user, cls.gateway):
            station.start()
            cls.addClassCleanup(station.stop)
        cls.air.start()
        cls.addClassCleanup(cls.air.stop)
        cls.user.wait_for_peer(timeout=40)
        for host in cls.hosts.values():
            host.take_device()

    def status(self, role):
        return getattr(self, role).status()["protocols"]["tun"]

    def ping(self, address, *options, count=5):
        return self.hosts["user"].do("ping", "-q", "-c", str(count), "-i", "0.3", "-W", "2", *options, address, check=False)

    def test_pings_come_back(self):
        for address in ADDRESSES["gateway"]:
            answer = self.ping(address)
            self.assertIn("5 received", answer.stdout, answer.stderr)
            shortest = float(answer.stdout.split(" = ")[-1].split("/")[0])
            self.assertGreater(shortest, 2000 * DELAY_S)

    def test_whole_datagrams_of_the_mtu_pass(self):
        self.assertIn("3 received", self.ping(ADDRESSES["gateway"][0], "-M", "do", "-s", str(1280 - 28), count=3).stdout)

    def test_foreign_addresses_do_not_pass(self):
        user, before = self.hosts["user"], self.status("gateway")["refused"]
        user.do("ip", "address", "add", f"{FOREIGN}/24", "dev", user.device)
        self.addCleanup(user.do, "ip", "address", "delete", f"{FOREIGN}/24", "dev", user.device)
        self.assertIn("0 received", self.ping(ADDRESSES["gateway"][0], "-I", FOREIGN, count=2).stdout)
        self.assertGreaterEqual(self.status("gateway")["refused"], before + 2)

    def test_denied_ports_do_not_pass(self):
        before = self.status("user")
        probe = ("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
                 f"[s.sendto(b'x', ('{ADDRESSES['gateway'][0]}', port)) for port in (7000, 7010, 7011)]")
        self.hosts["user"].do("python3", "-c", probe)
        end = time.monotonic() + 5
        while self.status("user")["sent"] == before["sent"] and time.monotonic() < end:
            time.sleep(0.05)
        after = self.status("user")
        self.assertEqual(after["refused"] - before["refused"], 2)
        self.assertGreaterEqual(after["sent"] - before["sent"], 1)

    def test_tcp_passes_and_calls_go_before_it(self):
        server = self.hosts["gateway"].start("iperf3", "-s", "-1")
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        time.sleep(0.3)
        sent_before = self.packet_bytes_sent()
        client = subprocess.Popen(["ip", "netns", "exec", self.hosts["user"].name, "iperf3", "-J", "-n", "400K", "-c",
                                   ADDRESSES["gateway"][0]], stdout=subprocess.PIPE, text=True)
        time.sleep(2)
        took = max(self.time_of_a_call() for _ in range(5))
        end = json.loads(client.communicate(timeout=60)[0])["end"]
        received, written = end["sum_received"]["bytes"], end["sum_sent"]["bytes"]
        sent = self.packet_bytes_sent() - sent_before
        print(f"iperf3: {received} bytes in {end['sum_received']['seconds']:.1f} s, {sent} packet bytes; "
              f"calls beside it within {took:.2f} s")
        self.assertGreater(received, written / 2)  # the server counts until the client ends
        self.assertLess(sent, 1.15 * written)  # headers of IP and TCP (4 %), segments, packets
        # There and back, the frames on the way, the one that is filled, the node.
        self.assertLess(took, 2 * DELAY_S + 8 * FRAME_S + 0.3)

    def packet_bytes_sent(self):
        return self.user.status()["link"]["packet_bytes_sent"]

    def time_of_a_call(self):
        begin = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.user.port, timeout=20)
        connection.request("POST", "/", json.dumps({"jsonrpc": "2.0", "id": 1, "method": "eth_getBalance", "params": [
            f"0x{time.monotonic_ns() % 16 ** 10:040x}", "latest"]}), {"Content-Type": "application/json"})
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()
        return time.monotonic() - begin


if __name__ == "__main__":
    unittest.main(verbosity=2)
