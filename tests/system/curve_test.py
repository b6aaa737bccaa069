"""A real daemon and a real modem that talk over TCP with CURVE, as on two machines; strangers are refused."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

import zmq

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import stack  # noqa: E402

BUILD = pathlib.Path(os.environ["DEPINSAT_BUILD"])
ANOTHER_CLOCK = ["unshare", "--time", "--monotonic", "1000000", "--fork", "--kill-child=SIGTERM"]  # that of a machine that runs longer


class Curve(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="depinsat-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.system = stack.Stack(self.folder, BUILD, stack.Waveform(delay_ms=50))
        self.addCleanup(self.system.stop)
        self.system.write_configuration()
        self.keys = {who: self.keygen(f"{who}-curve.key") for who in ("daemon", "modem")}
        self.ports = {name: stack.free_port() for name in ("tx", "rx", "telemetry")}
        self.write_config("daemon", "modem")
        self.write_config("modem", "daemon")
        self.context, self.sockets = zmq.Context(), []
        self.addCleanup(self.close)

    def keygen(self, name):
        """The public key of a new file; Z85."""
        made = subprocess.run([BUILD / "bin/depinsat", "keygen", "--curve", self.folder / name], check=True,
                              capture_output=True, text=True)
        self.assertEqual((self.folder / name).stat().st_mode & 0o777, 0o600)
        self.assertEqual(len(made.stdout), 41)
        shown = subprocess.run([BUILD / "bin/depinsat", "keygen", "--curve", "--public", self.folder / name], check=True,
                               capture_output=True, text=True)
        self.assertEqual(shown.stdout, made.stdout)
        return made.stdout.strip()

    def write_config(self, who, peer):
        """The user station's file for its daemon or its modem."""
        lines = (self.folder / "user.toml").read_text().splitlines()
        for name, port in self.ports.items():
            number = next(i for i, line in enumerate(lines) if line.startswith(f"{name}_endpoint"))
            lines[number] = f'{name}_endpoint = "tcp://127.0.0.1:{port}"'
        at = lines.index("[modem]") + 1
        lines[at:at] = [f'curve_key_file = "{who}-curve.key"', f'curve_peer_keys = ["{self.keys[peer]}"]']
        (self.folder / f"{who}.toml").write_text("\n".join(lines))

    def start(self, modem_runs_in=()):
        system = self.system
        system.start("satellite", system.bin / "depinsat", "sat", "--config", self.folder / "satellite.toml")
        system.start_station("gateway")
        system.processes["user"] = system.start("daemon", system.bin / "depinsatd", "--config", self.folder / "daemon.toml")
        system.start("modem", *modem_runs_in, system.bin / "depinsat", "modem", "--config", self.folder / "modem.toml")
        try:
            system.wait_until_up()
        except (TimeoutError, RuntimeError) as error:
            raise AssertionError(f"{error}\n{system.log('daemon')}\n{system.log('modem')}") from error

    def stranger(self, kind, name, server=None):
        """A socket that connects to the port with a new key, or without CURVE if there is no server."""
        sock = self.context.socket(kind)
        sock.reconnect_ivl = 60_000
        if kind == zmq.SUB:
            sock.subscribe(b"")
        if server:
            sock.curve_publickey, sock.curve_secretkey = zmq.curve_keypair()
            sock.curve_serverkey = self.keys[server].encode()
        sock.connect(f"tcp://127.0.0.1:{self.ports[name]}")
        self.sockets.append(sock)
        return sock

    def close(self):
        for sock in self.sockets:
            sock.close(0)
        self.context.term()

    def refused(self):
        return self.system.status("user")["modem_port"]["refused"]

    def test_daemon_and_modem_talk_and_strangers_are_refused(self):
        self.start()
        status = self.system.status("user")
        self.assertEqual(status["modem_port"], {"curve": True, "refused": 0})
        self.assertTrue(status["modem"]["locked"])
        self.assertFalse(self.system.status("gateway")["modem_port"]["curve"])
        for number, (kind, name, server) in enumerate(
                [(zmq.DEALER, "tx", "daemon"), (zmq.DEALER, "tx", None), (zmq.PUSH, "rx", "daemon"), (zmq.PUSH, "rx", None)], 1):
            self.stranger(kind, name, server)
            stack.wait_for(f"refusal {number}", lambda n=number: self.refused() == n, 10)
        listeners = [self.stranger(zmq.SUB, "telemetry", server) for server in ("modem", None)]
        stack.wait_for("the modem's log", lambda: "strangers refused so far: 2" in self.system.log("modem"), 10)
        for listener in listeners:
            self.assertEqual(listener.poll(1000), 0)
        after = self.system.status("user")
        self.assertLess(after["modem"]["age_s"], 1)
        self.assertTrue(after["peers"][0]["up"])
        self.assertIn("connections refused so far", self.system.log("daemon"))

    def test_the_modem_has_a_clock_of_its_own(self):
        if subprocess.run([*ANOTHER_CLOCK, "true"], capture_output=True).returncode:
            self.skipTest("this machine does not let us set a clock apart (unshare --time)")
        self.start(ANOTHER_CLOCK)
        before = self.system.status("user")["frames"]
        time.sleep(3)
        after = self.system.status("user")["frames"]
        self.assertGreater(after["sent"], 0)
        self.assertLess(after["late"] - before["late"], 3)

    def test_mistakes_are_one_line_and_status_2(self):
        key, config = self.folder / "modem-curve.key", self.folder / "modem.toml"
        for change, words in ((lambda: key.chmod(0o640), "its mode must be 0600"),
                              (lambda: config.write_text(config.read_text().replace("modem-curve.key", "user.key")),
                               "user.key: holds no CURVE key"),
                              (lambda: config.write_text(config.read_text().replace(self.keys["daemon"], self.system.keys["user"])),
                               "modem.curve_peer_keys: holds")):
            change()
            for command in ("depinsatd", "depinsat modem"):
                program, *more = command.split()
                done = subprocess.run([BUILD / "bin" / program, *more, "--config", config], capture_output=True, text=True,
                                      timeout=30)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                self.assertIn(words, done.stderr)
            key.chmod(0o600)


if __name__ == "__main__":
    unittest.main(verbosity=2)
