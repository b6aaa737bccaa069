#!/usr/bin/env python3
"""[[bridge.http]] through two depinsatd: bodies cross the link once, what is fresh is local, the rest is validated.

Environment: DEPINSATD, the program.
"""
import concurrent.futures
import os
import random
import time
import unittest

from daemon_world import free_port
from rpc_world import RpcPair, request
from web_server import Server

PROGRAM = os.environ["DEPINSATD"]


class HttpCache(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.port = free_port()
        cls.world = RpcPair(PROGRAM, f"""
[[bridge.http]]
listen = "127.0.0.1:{cls.port}"
service = "docs"
cache_bytes = 400000
max_body_bytes = 300000
""", f"""
[[upstream]]
protocol = "http"
service = "docs"
url = "http://127.0.0.1:{cls.server.port}/base/"
""")
        cls.world.start()
        cls.addClassCleanup(lambda: cls.world.close())

    def setUp(self):
        self.world.air.silent = False
        self.world.user.wait_for_peer(timeout=40)

    def put(self, path, body, **headers):
        self.server.pages["/base" + path] = (body, {name.replace("_", "-"): value for name, value in headers.items()})

    def get(self, path, **headers):
        response, body = request(self.port, "GET", path, headers={name.replace("_", "-"): v for name, v in headers.items()})
        return response, body

    def sent_bytes(self):
        return self.world.gateway.status()["link"]["packet_bytes_sent"]

    def test_what_is_fresh_is_local_even_while_the_link_is_down(self):
        self.put("/fresh?x=1", b"body", Cache_Control="max-age=600", Content_Type="text/plain", ETag='"f"')
        self.put("/stale", b"body", ETag='"s"')
        response, body = self.get("/fresh?x=1")
        self.assertEqual((response.status, body, response.headers["ETag"], response.headers["Content-Type"]),
                         (200, b"body", '"f"', "text/plain"))
        self.assertEqual(self.get("/stale")[1], b"body")
        self.world.air.silent = True
        self.world.user.wait_for_peer(up=False, timeout=60)
        self.assertEqual(self.get("/fresh?x=1")[1], b"body")
        self.assertEqual(self.get("/fresh?x=1", If_None_Match='W/"f"')[0].status, 304)
        started = time.monotonic()
        self.assertEqual(self.get("/stale")[0].status, 504)
        self.assertLess(time.monotonic() - started, 0.1)
        self.assertEqual(self.server.count("/base/fresh?x=1"), 1)

    def test_a_body_crosses_the_link_once(self):
        noise = random.Random(1).randbytes(200_000)
        self.put("/noise", noise, ETag='"n1"', Cache_Control="no-cache")
        self.assertEqual(self.get("/noise")[1], noise)
        before = self.sent_bytes()
        for _ in range(3):
            self.assertEqual(self.get("/noise")[1], noise)
        self.assertLess(self.sent_bytes() - before, 3000)
        self.assertEqual([one[1:] for one in self.server.asked if one[0] == "/base/noise"],
                         [(None, 200)] + [('"n1"', 304)] * 3)
        self.put("/noise", noise[:1000], ETag='"n2"', Cache_Control="no-cache")
        self.assertEqual(self.get("/noise")[1], noise[:1000])

    def test_without_a_tag_the_hash_says_that_nothing_changed(self):
        noise = random.Random(2).randbytes(100_000)
        self.put("/plain", noise)
        self.assertEqual(self.get("/plain")[1], noise)
        before = self.sent_bytes()
        self.assertEqual(self.get("/plain")[1], noise)
        self.assertLess(self.sent_bytes() - before, 3000)

    def test_what_is_private_is_not_kept(self):
        for path, headers in (("/private", {"Cache_Control": "private, max-age=60"}),
                              ("/no-store", {"Cache_Control": "no-store"}), ("/cookie", {"Set_Cookie": "a=b"}),
                              ("/varies", {"Vary": "Accept-Language", "Cache_Control": "max-age=60"})):
            self.put(path, b"one", **headers)
            self.assertEqual(self.get(path)[1], b"one")
            self.put(path, b"two", **headers)
            self.assertEqual(self.get(path)[1], b"two", path)

    def test_clients_who_want_the_same_wait_for_one(self):
        self.put("/slow", b"slow", Cache_Control="max-age=60")
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            self.assertEqual({body for _, body in pool.map(lambda _: self.get("/slow"), range(10))}, {b"slow"})
        self.assertEqual(self.server.count("/base/slow"), 1)

    def test_memory_is_bounded(self):
        for n in range(8):
            self.put(f"/big{n}", random.Random(n).randbytes(100_000), Cache_Control="max-age=600")
            self.get(f"/big{n}")
        self.assertLessEqual(self.world.user.status()["protocols"]["http"]["bytes"], 400_000)
        self.get("/big7")
        self.assertEqual(self.server.count("/base/big7"), 1)
        self.put("/too-big", bytes(500_000))
        self.assertEqual(self.get("/too-big")[0].status, 502)

    def test_refusals_and_other_answers(self):
        self.assertEqual(request(self.port, "POST", "/x", "{}", {"Content-Type": "application/json"})[0].status, 405)
        self.assertEqual(self.get("/x", Cookie="a=b")[0].status, 400)
        self.assertEqual(self.get("/nowhere")[0].status, 404)
        self.put("/moved", b"", Status="302", Location="/there")
        response, _ = self.get("/moved")
        self.assertEqual((response.status, response.headers["Location"]), (302, "/there"))
        self.assertEqual(self.get("/never-asked", Cache_Control="only-if-cached")[0].status, 504)


if __name__ == "__main__":
    unittest.main()
