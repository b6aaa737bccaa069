"""script/demo --scenario outage: the user station's ordinary connection serves, is cut, and returns; the satellite stands in.

Prints what happens as it happens, and raises RuntimeError or TimeoutError if anything is not as it must be.
"""
import json
import subprocess
import time

import stack

SWITCH_TIMEOUT_S = 20
MOST_SWITCH_S = 2.0
CAST_TIMEOUT_S = 120


def ordinary(system):
    """The node that serves the user station on its ordinary connection, or None."""
    return system.status("user")["protocols"]["ethereum"]["ordinary"]


def sent(system, name):
    return system.status(name)["link"]["messages_sent"]


def send(system, timeline):
    """`cast send`, which waits for the receipt; that, and by which way it went."""
    before, told_before, by_ordinary = sent(system, "user"), sent(system, "gateway"), ordinary(system)
    done = subprocess.run(
        [stack.CAST, "send", "--json", "--rpc-url", system.rpc_url, "--private-key", stack.SENDER_KEY, stack.RECEIVER,
         "--value", "1gwei"], capture_output=True, text=True, timeout=CAST_TIMEOUT_S)
    if done.returncode != 0:
        raise RuntimeError(f"cast send failed: {done.stderr.strip()}")
    # The gateway tells of blocks for some time after it was asked last: that is nobody's way.
    receipt, messages = json.loads(done.stdout), sent(system, "user") - before
    told = sent(system, "gateway") - told_before
    way = f"by satellite, {messages + told} messages" if messages else "by the ordinary connection, nothing sent over the satellite"
    timeline.note(f"cast send and its receipt, block {int(receipt['blockNumber'], 16)}: {way}")
    if bool(messages) == bool(by_ordinary):
        raise RuntimeError(f"{messages} messages over the satellite; the ordinary connection: {by_ordinary}")
    return receipt


def outage(system, gate, timeline):
    """Receipts in order, and how long nobody was answered."""
    stack.wait_for("ordinary connection", lambda: ordinary(system), SWITCH_TIMEOUT_S)
    timeline.note("the ordinary connection serves")
    receipts = [send(system, timeline)]
    gate.close()
    cut = time.monotonic()
    timeline.note("the ordinary connection is cut")
    stack.rpc(system.rpc_url, "eth_getBalance", [stack.RECEIVER, "latest"])["result"]
    seconds = time.monotonic() - cut
    timeline.note(f"a read is answered by satellite, {seconds:.2f} s after the cut")
    if seconds > MOST_SWITCH_S:
        raise RuntimeError(f"that took longer than {MOST_SWITCH_S} s")
    stack.wait_for("change to the satellite", lambda: not ordinary(system), SWITCH_TIMEOUT_S)
    receipts += [send(system, timeline), send(system, timeline)]
    gate.open()
    timeline.note("the ordinary connection is restored")
    stack.wait_for("return to the ordinary connection", lambda: ordinary(system), SWITCH_TIMEOUT_S)
    timeline.note("it has answered five probes and serves again")
    receipts.append(send(system, timeline))
    return receipts, seconds
