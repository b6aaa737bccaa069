"""Installed under a prefix: env.sh, grcc and the loopback flowgraph, without anything from the build folder."""
import os
import pathlib
import random
import subprocess
import tempfile
import unittest

CMAKE, BUILD = os.environ["DEPINSAT_CMAKE"], os.environ["DEPINSAT_BUILD"]
FROM_THE_BUILD = ("PYTHONPATH", "GRC_BLOCKS_PATH", "LD_LIBRARY_PATH")


class InstallTest(unittest.TestCase):
    def test_an_installation_under_a_prefix_works_with_env_sh(self):
        with tempfile.TemporaryDirectory() as folder:
            prefix, output = pathlib.Path(folder) / "prefix", pathlib.Path(folder) / "output.bin"
            subprocess.run(
                [CMAKE, "--install", BUILD, "--prefix", str(prefix), "--component", "gnuradio"],
                check=True, stdout=subprocess.DEVNULL, timeout=120,
            )
            flowgraph = prefix / "share/gnuradio/examples/depinsat/dvbs2_loopback.grc"
            script = f"""
                set -eu
                . {prefix}/share/depinsat/env.sh
                cd {folder}
                grcc -o {folder} {flowgraph} >/dev/null
                "$PYTHON" dvbs2_loopback.py --output {output}
                "$PYTHON" -c 'from gnuradio import depinsat; print(depinsat.__file__)'
                printenv PATH GRC_BLOCKS_PATH
            """
            environment = {k: v for k, v in os.environ.items() if k not in FROM_THE_BUILD}
            environment["PYTHON"] = os.environ["DEPINSAT_PYTHON"]
            for shell in ("sh", "bash"):
                with self.subTest(shell=shell):
                    done = subprocess.run(
                        [shell, "-c", script], env=environment, cwd=folder, text=True, capture_output=True, timeout=120
                    )
                    self.assertEqual(done.returncode, 0, done.stderr)
                    module, path, blocks = done.stdout.splitlines()
                    self.assertTrue(module.startswith(str(prefix)), module)
                    self.assertTrue(path.startswith(f"{prefix}/bin:"), path)
                    self.assertEqual(blocks, f"{prefix}/share/gnuradio/grc/blocks")
                    sent = bytes(random.Random(1).choices(range(256), k=60 * 869))
                    received = output.read_bytes()
                    self.assertGreaterEqual(len(received), 50 * 869)
                    self.assertTrue(sent.endswith(received))
                    output.unlink()


if __name__ == "__main__":
    unittest.main(verbosity=2)
