#!/usr/bin/env python3
"""[[bridge.http]] with an ordinary connection: pages come by it, and by satellite when it fails.

Environment: DEPINSATD, the program.
"""
import concurrent.futures
import os
import time
import unittest

from daemon_world import free_port
from ordinary_world import Gate, OrdinaryWatch
from rpc_world import RpcPair, request
from web_server import Server

PROGRAM = os.environ["DEPINSATD"]


class OrdinaryConnection(OrdinaryWatch, unittest.TestCase):
    """The gateway has a mirror of its own of the pages."""

    @classmethod
    def setUpClass(cls):
        cls.server, cls.mirror = Server(), Server()
        cls.mirror.pages = cls.server.pages
        for server in (cls.server, cls.mirror):
            cls.addClassCleanup(server.server_close)
            cls.addClassCleanup(server.shutdown)
        cls.gate = Gate(cls.server.port)
        cls.addClassCleanup(lambda: cls.gate.close())
        cls.port = free_port()
        cls.world = RpcPair(PROGRAM, f"""
[[upstream]]
protocol = "http"
service = "docs"
url = "http://127.0.0.1:{cls.gate.port}/base/"
[[bridge.http]]
listen = "127.0.0.1:{cls.port}"
service = "docs"
max_body_bytes = 300000
""", f"""
[[upstream]]
protocol = "http"
service = "docs"
url = "http://127.0.0.1:{cls.mirror.port}/base"
""")
        cls.world.start()
        cls.addClassCleanup(lambda: cls.world.close())

    def setUp(self):
        self.server.ill, self.gate.silent = False, False
        self.wait_until_ordinary(True)

    def put(self, path, body, **headers):
        self.server.pages["/base" + path] = (body, {name.replace("_", "-"): value for name, value in headers.items()})

    def get(self, path, **headers):
        return request(self.port, "GET", path, headers={name.replace("_", "-"): v for name, v in headers.items()})

    def ordinary(self):
        return self.world.user.status()["protocols"]["http"]["services"]["docs"]["ordinary"]

    def test_it_is_used_first_and_what_is_kept_is_kept(self):
        before, asked = self.sent(), len(self.mirror.asked)
        self.put("/fresh?x=1", b"body", Cache_Control="max-age=600", Content_Type="text/plain", ETag='"f"')
        for _ in range(2):
            response, body = self.get("/fresh?x=1")
            self.assertEqual((response.status, body, response.headers["ETag"], response.headers["Content-Type"]),
                             (200, b"body", '"f"', "text/plain"))
        self.assertEqual(self.server.count("/base/fresh?x=1"), 1)
        self.put("/stale", b"body", ETag='"s"')
        for _ in range(2):
            self.assertEqual(self.get("/stale")[1], b"body")
        self.assertEqual([one[1:] for one in self.server.asked if one[0] == "/base/stale"], [(None, 200), ('"s"', 304)])
        self.assertEqual(self.get("/stale", If_None_Match='"s"')[0].status, 304)
        self.put("/private", b"one", Cache_Control="private, max-age=60")
        self.assertEqual(self.get("/private")[1], b"one")
        self.put("/private", b"two", Cache_Control="private, max-age=60")
        self.assertEqual(self.get("/private")[1], b"two")
        self.put("/moved", b"", Status="302", Location="/there")
        response, _ = self.get("/moved")
        self.assertEqual((response.status, response.headers["Location"]), (302, "/there"))
        self.assertEqual(self.get("/nowhere")[0].status, 404)
        self.put("/too-big", bytes(500_000))
        self.assertEqual(self.get("/too-big")[0].status, 502)
        self.put("/faulty", b"trace", Status="500")
        self.assertEqual(self.get("/faulty")[0].status, 500)
        self.assertTrue(self.ordinary())
        self.assertEqual((self.sent(), len(self.mirror.asked)), (before, asked))

    def test_when_it_is_cut_the_next_request_goes_by_satellite(self):
        self.put("/cut", b"body", ETag='"c"')
        self.assertEqual(self.get("/cut")[1], b"body")
        self.gate.close()
        start = time.monotonic()
        self.assertEqual(self.get("/cut")[1], b"body")
        took = time.monotonic() - start
        print(f"ordinary connection cut: answered by satellite after {took:.2f} s", flush=True)
        self.assertLess(took, 2)
        self.assertEqual(self.mirror.count("/base/cut"), 1)
        self.wait_until_ordinary(False)
        self.gate.open()

    def test_what_is_under_way_when_it_goes_silent(self):
        for n in range(10):
            self.put(f"/{n}/slow", b"%d" % n)
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            pages = pool.map(lambda n: self.get(f"/{n}/slow")[1], range(10))
            time.sleep(0.3)
            self.gate.silent = True
            start = time.monotonic()
            self.assertEqual(list(pages), [b"%d" % n for n in range(10)])
        took = time.monotonic() - start
        print(f"ordinary connection silent: what was under way was answered after {took:.2f} s", flush=True)
        self.assertLess(took, 5)  # the mirror takes a second of it
        self.assertEqual([self.mirror.count(f"/base/{n}/slow") for n in range(10)], [1] * 10)

    def test_an_error_page_in_its_stead(self):
        self.put("/page", b"body")
        self.server.ill = True
        self.assertEqual(self.get("/page")[1], b"body")
        self.assertEqual(self.mirror.count("/base/page"), 1)
        self.wait_until_ordinary(False)


if __name__ == "__main__":
    unittest.main(verbosity=2)
