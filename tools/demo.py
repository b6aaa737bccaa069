#!/usr/bin/env python3
"""Sends one signed Ethereum transaction from a wallet over a simulated satellite to a real node, and waits for its receipt.

Starts an Ethereum node (anvil), a gateway station, a user station and the satellite; `cast send` uses the user
station's local JSON-RPC endpoint. Real time, 250 ms each way, 500 kbaud QPSK 1/2. Exit status 0 only if
the receipt came over the satellite with status 0x1, and each transaction is in one block of the node, once.

With --scenario outage the user station has an ordinary connection to the node, which is cut and returns. With --loss, --outage and --crash, which go together, the link is not left in peace. Every trial sends a transaction of its own.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import demo_scenario
import demo_trials
import stack

FOLDER = stack.ROOT / "build/demo"
KEPT = FOLDER / "kept.json"
CAST_TIMEOUT_S = 120
FRAME_S = 0.1  # at most, until a frame of the demo is on air and decoded, besides the way
QUIET_TIMEOUT_S = 10
LEAST_FRAMES = 50  # each way, with loss: that none of them is lost has a probability of 0.8^50 = 1.4e-5
MOST_TRANSACTIONS = 20
# A short frame of QPSK with pilots at 500 kbaud, and the stretches that are lost: a frame that meets one of them is lost, and it
# meets SHORT_FRAME_S / STRETCH_S + 1 of all on average.
SHORT_FRAME_S, STRETCH_S = 0.0168, 0.004
STATIONS = ("user", "gateway")


def say(text):
    print(f"demo: {text}", flush=True)


def losses(share):
    """[[loss]] sections by which each way loses this share of its frames, at random."""
    of_stretches = 1 - (1 - share) ** (1 / (SHORT_FRAME_S / STRETCH_S + 1))
    return "".join(f"""
[[loss]]
station = "{name}"
direction = "up"
share = {of_stretches:.6f}
seconds = {STRETCH_S}
""" for name in STATIONS) if share else ""


def send_transaction(system, timeline):
    """Runs `cast send`, which waits for the receipt; returns that and the seconds that it took."""
    timeline.note("cast send at the user station")
    begin = time.monotonic()
    done = subprocess.run(
        [stack.CAST, "send", "--json", "--rpc-url", system.rpc_url, "--rpc-timeout", "30",
         "--private-key", stack.SENDER_KEY, stack.RECEIVER, "--value", "1gwei"],
        capture_output=True, text=True, timeout=CAST_TIMEOUT_S)
    seconds = time.monotonic() - begin
    if done.returncode != 0:
        raise RuntimeError(f"cast send failed: {done.stderr.strip()}")
    receipt = json.loads(done.stdout)
    timeline.note(f"cast has its receipt, which came over the satellite: block {int(receipt['blockNumber'], 16)}")
    return receipt, seconds


def check_receipt(system, receipt):
    """The receipt that came over the satellite must be the one that the node itself gives."""
    of_node = stack.rpc(system.node_url, "eth_getTransactionReceipt", [receipt["transactionHash"]])["result"]
    if of_node is None:
        raise RuntimeError("the node does not know the transaction")
    for key in ("transactionHash", "blockHash", "status"):
        if receipt[key] != of_node[key]:
            raise RuntimeError(f"receipt differs from the node's own: {key}")
    if receipt["status"] != "0x1":
        raise RuntimeError(f"the transaction failed with status {receipt['status']}")


def sent_bytes(system):
    """Bytes over the air until now, of each station."""
    return {name: system.status(name)["link"]["packet_bytes_sent"] for name in STATIONS}


def landed_frames(system, sender, receiver):
    """Counters of frames one way, at a moment when none is on its way: what was sent has been received, or failed."""
    quiet_s = system.waveform.delay_ms / 1000 + FRAME_S
    end = time.monotonic() + QUIET_TIMEOUT_S
    filled, since = None, 0.0
    while time.monotonic() < end:
        asked = time.monotonic()
        received, sent = system.status(receiver)["frames"], system.status(sender)["frames"]
        if sent["filled"] != filled:
            filled, since = sent["filled"], time.monotonic()
        elif asked - since > quiet_s:
            return {"sent": sent["sent"], "received": received["received"], "failed": received["failed"]}
        time.sleep(0.02)
    raise TimeoutError(f"station {sender} never rested for {quiet_s} s")


def frames_both_ways(system):
    return {"up": landed_frames(system, "user", "gateway"), "down": landed_frames(system, "gateway", "user")}


def difference(after, before):
    return {key: after[key] - before[key] for key in after}


def in_peace(system, loss, timeline):
    """Sends a transaction; with loss, one after another until enough frames are sent to speak of a share. What was measured."""
    frames_before, air_before = frames_both_ways(system), sent_bytes(system)
    receipts, seconds = [], []
    while True:
        receipt, took = send_transaction(system, timeline)
        receipts.append(receipt)
        seconds.append(took)
        air = difference(sent_bytes(system), air_before)
        after = frames_both_ways(system)
        frames = {way: difference(after[way], frames_before[way]) for way in after}
        if not loss or all(f["sent"] >= LEAST_FRAMES for f in frames.values()):
            break
        if len(receipts) == MOST_TRANSACTIONS:
            raise RuntimeError(f"{MOST_TRANSACTIONS} transactions took fewer than {LEAST_FRAMES} frames")
    if loss and not all(f["received"] < f["sent"] for f in frames.values()):
        raise RuntimeError("no frame was lost")
    return receipts, {"seconds": round(seconds[0], 3), "bytes_over_air": {"up": air["user"], "down": air["gateway"]},
                      "frames": frames}


def run_trials(system, args, timeline):
    """All that was asked for; receipts in order, and what was measured of those in peace."""
    receipts, measured = [], {}
    if args.loss or not (args.outage or args.crash):
        receipts, measured = in_peace(system, args.loss, timeline)
    if args.outage:
        receipts.append(demo_trials.outage(system, args.outage, timeline))
    for name in STATIONS if args.crash else ():
        receipts.append(demo_trials.crash(system, name, timeline))
    return receipts, measured


def transaction_of(receipt):
    return {"hash": receipt["transactionHash"], "status": receipt["status"], "block": int(receipt["blockNumber"], 16)}


def report(system, receipts, measured, timeline):
    return {
        "transaction": transaction_of(receipts[0]),
        "transactions": [transaction_of(receipt) for receipt in receipts],
        "one_way_delay_s": round(system.measured_delay_s(), 4),
        "waveform": "dvbs2",
        "modcod": system.waveform.modcod,
        "es_n0_db": round(system.status("user")["modem"]["snr_db"], 2),
        **measured,
        "timeline": timeline.events,
    }


def show(result):
    for t in result["transactions"]:
        say(f"transaction {t['hash']}: status {t['status']} in block {t['block']}")
    say(f"  {result['waveform']} {result['modcod']}, Es/N0 {result['es_n0_db']} dB, one way {result['one_way_delay_s'] * 1e3:.0f} ms")
    if "frames" not in result:
        return
    say(f"  receipt over the satellite after {result['seconds']:.2f} s")
    for name, path in (("up", "user -> gateway"), ("down", "gateway -> user")):
        f = result["frames"][name]
        say(f"  {name:<4} {path}: {result['bytes_over_air'][name]} bytes over the air; frames {f['sent']} sent, "
            f"{f['received']} received, {f['sent'] - f['received']} lost")


def run(system, args):
    say("starting node, satellite, gateway station and user station")
    system.start_all()
    system.wait_until_up()
    say("the stations have a session" + (f"; {args.loss:.0%} of the frames are lost at random, each way" if args.loss else ""))
    timeline = demo_trials.Timeline()
    if args.scenario:
        receipts, seconds = demo_scenario.outage(system, system.gate, timeline)
        measured = {"switch_s": round(seconds, 3)}
    else:
        receipts, measured = run_trials(system, args, timeline)
    for receipt in receipts:
        check_receipt(system, receipt)
    demo_trials.check_delivered_once(system, receipts, timeline)
    result = report(system, receipts, measured, timeline)
    show(result)
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")


def keep(system):
    KEPT.write_text(json.dumps([p.pid for p in system.processes.values()]))
    say("left running (script/demo --stop ends it):")
    say(f"  user station, Ethereum JSON-RPC  {system.rpc_url}")
    say(f"  user station, status             http://127.0.0.1:{system.ports['status_user']}/status")
    say(f"  gateway station, status          http://127.0.0.1:{system.ports['status_gateway']}/status")
    say(f"  node behind the gateway          {system.node_url}")
    say(f"  logs and configuration           {system.folder}")


def stop_kept():
    """Ends what --keep left running."""
    if not KEPT.exists():
        return False
    for pid in json.loads(KEPT.read_text()):
        try:
            if b"depinsat" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes() or \
               b"anvil" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGTERM)
        except (FileNotFoundError, ProcessLookupError):
            pass
    KEPT.unlink()
    return True


def number(least, most):
    """Of the command line, within limits."""
    def read(text):
        try:
            value = float(text)
        except ValueError:
            value = None
        if value is None or not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is no number from {least} to {most}")
        return value
    return read


def parse_arguments():
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loss", type=number(0, 0.3), default=0.0, metavar="SHARE",
                        help="lose this share of all frames at random, each way, from the start: 0 to 0.3")
    parser.add_argument("--outage", type=number(1, 3600), metavar="SECONDS",
                        help="cut the link as soon as a wallet has submitted, for so long: 1 to 3600")
    parser.add_argument("--scenario", choices=["outage"],
                        help="outage: transactions go by an ordinary connection, that is cut, they go on by satellite, and it returns")
    parser.add_argument("--crash", action="store_true",
                        help="kill -9 the user station's daemon as soon as a wallet has the hash, then the gateway's as soon as another "
                             "transaction comes in; their supervisors start them again")
    parser.add_argument("--patient", action="store_true",
                        help="on a busy machine: the satellite's clock stands still rather than lose samples of a station that is late")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write what was measured to FILE")
    parser.add_argument("--keep", action="store_true", help="leave everything running and print the endpoints")
    parser.add_argument("--stop", action="store_true", help="end what --keep left running")
    args = parser.parse_args()
    if args.scenario and (args.loss or args.outage or args.crash):
        parser.error("--scenario goes without --loss, --outage and --crash")
    if args.json and not os.access(args.json if args.json.exists() else args.json.absolute().parent, os.W_OK):
        parser.error(f"--json: {args.json} cannot be written")
    return args


def main():
    args = parse_arguments()
    if args.stop:
        say("stopped" if stop_kept() else "nothing was left running")
        return 0
    if KEPT.exists():
        say("ending what an earlier --keep left running")
        stop_kept()
    shutil.rmtree(FOLDER, ignore_errors=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    system = stack.Stack(FOLDER, waveform=stack.Waveform(disturbances=losses(args.loss)),
                         bridge_options=demo_trials.BRIDGE_OPTIONS if args.outage or args.crash else "",
                         patient=args.patient, ordinary=args.scenario is not None)
    kept = False
    try:
        run(system, args)
        if args.keep:
            keep(system)
            kept = True
        return 0
    except KeyboardInterrupt:
        return 130
    except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
        say(f"FAILED: {error}")
        say(f"logs: {FOLDER}")
        return 1
    finally:
        if not kept:
            system.stop()


if __name__ == "__main__":
    sys.exit(main())
