"""Block files and flowgraphs for GNU Radio Companion: every block has one, every one makes its block, every flowgraph compiles."""
import inspect
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import unittest

import yaml
from gnuradio import depinsat

SOURCE = pathlib.Path(os.environ["DEPINSAT_SOURCE"])
FILES = sorted((SOURCE / "gr-depinsat/grc").glob("*.block.yml"))
FLOWGRAPHS = sorted((SOURCE / "grc").glob("*.grc"))
ITEM_BYTES = {"byte": 1, "complex": 8}


def compile_flowgraph(path, folder):
    subprocess.run(["grcc", "-o", folder, str(path)], check=True, capture_output=True, text=True, timeout=120)
    return pathlib.Path(folder) / (path.stem + ".py")


def make(block, values):
    """The block that GRC would make with these values of its parameters."""
    code = re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], block["templates"]["make"])
    return eval(code, {"depinsat": depinsat, "samp_rate": 1e6})


def defaults(block):
    """Values as GRC puts them into the code: texts in quotes."""
    return {
        parameter["id"]: repr(parameter["default"]) if parameter["dtype"] == "string" else parameter["default"]
        for parameter in block.get("parameters", [])
    }


def endpoints(values, folder):
    return {key: repr(f"ipc://{folder}/{key}") if key.endswith("endpoint") else value for key, value in values.items()}


class BlockFilesTest(unittest.TestCase):
    def test_every_block_has_a_file(self):
        blocks = {name for name, value in vars(depinsat).items() if callable(value) and inspect.isbuiltin(value)}
        self.assertEqual({yaml.safe_load(f.read_text())["id"].removeprefix("depinsat_") for f in FILES}, blocks)

    def test_every_file_makes_its_block(self):
        for file in FILES:
            with self.subTest(file=file.name), tempfile.TemporaryDirectory() as folder:
                description = yaml.safe_load(file.read_text())
                self.assertEqual(file.name, description["id"] + ".block.yml")
                self.assertTrue(description["category"].startswith("[DePINSat]/"))
                self.assertEqual(description["templates"]["imports"].split("\n")[0], "from gnuradio import depinsat")
                block = make(description, endpoints(defaults(description), folder))
                self.assertEqual(block.name(), description["id"].removeprefix("depinsat_"))
                self.check_ports(block, description)

    def check_ports(self, block, description):
        for ports, signature, messages in [
            (description.get("inputs", []), block.input_signature(), block.message_ports_in()),
            (description.get("outputs", []), block.output_signature(), block.message_ports_out()),
        ]:
            streams = [ITEM_BYTES[p["dtype"]] for p in ports if p["domain"] == "stream"]
            self.assertEqual(len(streams), signature.max_streams())
            if streams:
                self.assertEqual(streams, [signature.sizeof_stream_item(0)])
            named = {p["id"] for p in ports if p["domain"] == "message"}
            self.assertEqual(named, set(pmt_texts(messages)) - {"system"})

    def test_modcods_and_constellations_are_texts_that_the_block_checks(self):
        # One list of them, that of lib/: a list in each file would be another for each to go stale.
        checked = 0
        for file in FILES:
            description = yaml.safe_load(file.read_text())
            for parameter in description.get("parameters", []):
                if parameter["id"] in ("modcod", "constellation"):
                    with self.subTest(file=file.name):
                        self.assertNotIn("options", parameter)
                        values = defaults(description) | {parameter["id"]: repr("qpsk_9-9")}
                        with self.assertRaisesRegex(ValueError, r"qpsk_9-9.*(qpsk_1-4|QPSK), "):
                            make(description, values)
                        checked += 1
        self.assertGreaterEqual(checked, 14)

    def test_every_option_is_allowed(self):
        for file in FILES:
            description = yaml.safe_load(file.read_text())
            for parameter in description.get("parameters", []):
                for option in parameter.get("options", []):
                    with self.subTest(file=file.name, parameter=parameter["id"], option=option):
                        with tempfile.TemporaryDirectory() as folder:
                            values = endpoints(defaults(description), folder)
                            values[parameter["id"]] = repr(option) if parameter["dtype"] == "string" else option
                            if option == "medium":  # of VL-SNR only
                                values["modcod"] = repr("bpsk_1-5")
                            make(description, values)

    def test_the_lists_of_codes_are_those_of_the_kernels(self):
        lists = 0
        for file in FILES:
            description = yaml.safe_load(file.read_text())
            for parameter in description.get("parameters", []):
                if parameter["id"] in ("code", "sequence"):
                    with self.subTest(file=file.name), self.assertRaises(ValueError) as refused:
                        make(description, defaults(description) | {parameter["id"]: repr("none")})
                    self.assertCountEqual(parameter["options"], str(refused.exception).split("allowed: ")[1].split(", "))
                    lists += 1
        self.assertEqual(lists, 9)

    def test_callbacks_post_to_ports_that_the_block_has(self):
        import pmt

        for file in FILES:
            description = yaml.safe_load(file.read_text())
            for callback in description["templates"].get("callbacks", []):
                with self.subTest(file=file.name):
                    values = defaults(description)
                    block = make(description, values)
                    code = re.sub(r"\$\{(\w+)\}", lambda match: values[match[1]], callback)
                    port = re.search(r"pmt.intern\('(\w+)'\)", code)[1]
                    self.assertIn(port, pmt_texts(block.message_ports_in()))
                    eval(f"block.{code}", {"block": block, "pmt": pmt})


def pmt_texts(vector):
    import pmt

    return pmt.to_python(vector)


STATES = {"coordinate": [8, 8], "rotation": 0, "state": "enabled"}


def grc_block(name, id, **parameters):
    return {"name": name, "id": id, "parameters": parameters, "states": dict(STATES)}


def flowgraph_of_every_block():
    """A .grc with each block between null sources and null sinks."""
    variables = {"samp_rate": "1e6", "max_iterations": "20", "repair_symbols": "10"}
    blocks, connections = [grc_block(name, "variable", value=value) for name, value in variables.items()], []
    for file in FILES:
        description = yaml.safe_load(file.read_text())
        name = description["id"].removeprefix("depinsat_")
        parameters = {p["id"]: p["id"] if p["id"] in variables else p["default"] for p in description.get("parameters", [])}
        blocks.append(grc_block(name, description["id"], **parameters))
        for kind, ports in (("source", description.get("inputs", [])), ("sink", description.get("outputs", []))):
            for number, port in enumerate(p for p in ports if p["domain"] == "stream"):
                other = f"{name}_{kind}{number}"
                blocks.append(grc_block(other, f"blocks_null_{kind}", type=port["dtype"], vlen="1"))
                ends = [[other, "0"], [name, str(number)]]
                connections.append(sum(ends if kind == "source" else reversed(ends), []))
    options = {"id": "every_block", "generate_options": "no_gui", "output_language": "python"}
    return {
        "options": {"parameters": options, "states": dict(STATES)},
        "blocks": blocks,
        "connections": connections,
        "metadata": {"file_format": 1},
    }


class FlowgraphsTest(unittest.TestCase):
    def test_every_block_compiles_in_a_flowgraph(self):
        with tempfile.TemporaryDirectory() as folder:
            flowgraph = pathlib.Path(folder) / "every_block.grc"
            flowgraph.write_text(yaml.safe_dump(flowgraph_of_every_block()))
            program = compile_flowgraph(flowgraph, folder).read_text()
            for file in FILES:
                name = file.name.removeprefix("depinsat_").removesuffix(".block.yml")
                self.assertIn(f"self.{name} = depinsat.{name}(", program)
            compile(program, "every_block.py", "exec")
            for name in ("ldpc_decoder", "ccsds_ldpc_decoder", "turbo_decoder"):
                post = f"self.{name}._post(pmt.intern('max_iterations'), pmt.from_long(self.max_iterations))"
                self.assertIn(post, program.split("def set_max_iterations(self")[1].split("def ")[0])

    def test_the_concatenated_code_corrects_what_it_can(self):
        with tempfile.TemporaryDirectory() as folder:
            program = compile_flowgraph(SOURCE / "grc/ccsds_concatenated_loopback.grc", folder)
            for es_n0_db, failed in ((0, 0), (-5, 20)):
                done = subprocess.run(
                    [sys.executable, str(program), f"--esn0-db={es_n0_db}"], check=True, capture_output=True, text=True, timeout=60
                )
                self.assertIn(f"of 178400 bits wrong, {failed} codeblocks failed", done.stdout)
                self.assertEqual(done.stdout.startswith("0 of"), failed == 0)

    def test_every_flowgraph_compiles(self):
        self.assertTrue(FLOWGRAPHS)
        for path in FLOWGRAPHS:
            with self.subTest(path=path.name), tempfile.TemporaryDirectory() as folder:
                self.assertTrue(compile_flowgraph(path, folder).exists())

    def run_gui(self, name, folder, *arguments, seconds=4):
        """Runs a flowgraph with windows that nobody sees; what it printed when it was asked to stop."""
        program = compile_flowgraph(SOURCE / f"grc/{name}.grc", folder)
        process = subprocess.Popen(
            [sys.executable, "-u", str(program), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": folder},
        )
        try:
            process.wait(seconds)
            self.fail(f"{name} ended: {process.stdout.read()}")
        except subprocess.TimeoutExpired:
            process.terminate()
        try:
            text = process.communicate(timeout=60)[0]
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        self.assertNotIn("Traceback", text)
        self.assertEqual(process.returncode, 0, text)
        return text

    def test_the_loopback_with_displays_runs(self):
        with tempfile.TemporaryDirectory() as folder:
            self.run_gui("dvbs2_loopback_gui", folder)

    def test_the_sweep_goes_through_modcods(self):
        with tempfile.TemporaryDirectory() as folder:
            text = self.run_gui("dvbs2_modcod_sweep", folder, seconds=15)
            self.assertRegex(text, r"qpsk_1-4: [1-9]\d* frames received, \d failed")
            self.assertRegex(text, r"qpsk_1-2: [1-9]\d* frames received, 0 failed")

    def test_what_the_transmitter_writes_the_receiver_reads(self):
        with tempfile.TemporaryDirectory() as folder:
            payload, samples, received = (pathlib.Path(folder) / name for name in ("in.bin", "iq.cf32", "out.bin"))
            sent = bytes(random.Random(1).choices(range(256), k=60 * 869))
            payload.write_bytes(sent)
            program = compile_flowgraph(SOURCE / "grc/dvbs2_transmitter.grc", folder)
            subprocess.run(
                [sys.executable, str(program), "--input-file", payload, "--output-file", samples],
                check=True, timeout=60, stdin=subprocess.DEVNULL,
            )
            self.run_gui("dvbs2_receiver", folder, "--input-file", str(samples), "--output-file", str(received), seconds=8)
            self.assertGreater(len(received.read_bytes()), 40 * 869)
            self.assertTrue(sent.endswith(received.read_bytes()))

    def test_the_loopback_gives_back_what_it_was_given(self):
        with tempfile.TemporaryDirectory() as folder:
            program = compile_flowgraph(SOURCE / "grc/dvbs2_loopback.grc", folder)
            output = pathlib.Path(folder) / "output.bin"
            subprocess.run(
                [sys.executable, str(program), "--output", str(output), "--esn0-db", "3"], check=True, timeout=120
            )
            sent = bytes(random.Random(1).choices(range(256), k=60 * 869))
            received = output.read_bytes()
            self.assertGreaterEqual(len(received), 50 * 869)
            self.assertTrue(sent.endswith(received))


if __name__ == "__main__":
    unittest.main(verbosity=2)
