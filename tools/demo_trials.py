"""What script/demo does to a link that carries a transaction: it is cut, or a station's daemon is killed.

Each trial prints what happens as it happens, raises RuntimeError or TimeoutError if anything is not as it must be, and
returns the receipt.
"""
import json
import os
import signal
import subprocess
import time

import stack

# The wallet has the hash when the transaction is durably queued, and is not kept until the node has it.
BRIDGE_OPTIONS = "verdict_timeout_ms = 100\nno_verdict = \"hash\"\n"
WALLET_TIMEOUT_S = 60
RECEIPT_TIMEOUT_S = 90
RESTART_TIMEOUT_S = 30
LANDED_S = 1.0  # after a cut: what the receivers still had in work has come out
FALSE_FRAMES_PER_S = 1.0  # that noise may look like, of the 120 that come while the link is whole
TITLES = {"user": "user station", "gateway": "gateway"}


class Timeline:
    """Says each event with the seconds since the first, and keeps them."""

    def __init__(self):
        self.begin, self.events = None, []

    def note(self, event):
        now = time.monotonic()
        self.begin = self.begin or now
        self.events.append({"seconds": round(now - self.begin, 2), "event": event})
        print(f"demo: {now - self.begin:8.2f} s  {event}", flush=True)


def submit(system, timeline):
    """A wallet signs and submits a transaction at the user station; its hash."""
    timeline.note("cast send --async at the user station")
    done = subprocess.run(
        [stack.CAST, "send", "--async", "--rpc-url", system.rpc_url, "--private-key", stack.SENDER_KEY, stack.RECEIVER,
         "--value", "1gwei"], capture_output=True, text=True, timeout=WALLET_TIMEOUT_S)
    if done.returncode != 0:
        raise RuntimeError(f"cast send failed: {done.stderr.strip()}")
    transaction = done.stdout.strip()
    timeline.note(f"the wallet has its hash, {transaction[:10]}")
    return transaction


def ask_user_station(system, method, *params):
    """The result, or None if it has none or the station or the link is away."""
    try:
        return stack.rpc(system.rpc_url, method, params, timeout=15).get("result")
    except (OSError, ValueError):
        return None


def wait_for_receipt(system, transaction, timeline):
    receipt = stack.wait_for("receipt over the satellite",
                             lambda: ask_user_station(system, "eth_getTransactionReceipt", transaction), RECEIPT_TIMEOUT_S)
    timeline.note(f"the receipt came over the satellite: block {int(receipt['blockNumber'], 16)}")
    return receipt


def node_has(system, transaction):
    return stack.rpc(system.node_url, "eth_getTransactionByHash", [transaction])["result"] is not None


def heard(system):
    """Frames of both stations' receivers until now, dummy frames too."""
    frames = [system.status(name)["modem"]["frames"] for name in TITLES]
    return sum(f["received"] + f["dummy"] for f in frames)


def outage(system, seconds, timeline):
    """The link is cut both ways as soon as the wallet has its hash."""
    transaction = submit(system, timeline)
    system.set_link_cut(True)
    begin = time.monotonic()
    timeline.note(f"the link is cut both ways for {seconds:g} s")
    time.sleep(min(LANDED_S, seconds / 2))
    before = heard(system)
    timeline.note("the node has the transaction" if node_has(system, transaction) else "the node does not have the transaction")
    time.sleep(max(0.0, begin + seconds - time.monotonic()))
    if heard(system) - before > FALSE_FRAMES_PER_S * seconds:
        raise RuntimeError("the link was not cut: a station heard frames")
    if ask_user_station(system, "eth_getTransactionReceipt", transaction):
        raise RuntimeError("there was a receipt although the link was cut")
    system.set_link_cut(False)
    timeline.note("the link is restored")
    return wait_for_receipt(system, transaction, timeline)


def messages_at_gateway(system):
    return system.status("gateway")["link"]["messages_received"]


def crash(system, name, timeline):
    """A station's daemon is killed: the user's as soon as the wallet has its hash, the gateway's as soon as it has a message."""
    transaction = submit(system, timeline)
    if name == "gateway":
        came = messages_at_gateway(system)
        stack.wait_for("message at the gateway",
                       lambda: messages_at_gateway(system) > came or node_has(system, transaction), 30)
    killed = system.daemon_of(name)
    os.kill(killed, signal.SIGKILL)
    timeline.note(f"kill -9 of the {TITLES[name]}'s daemon, process {killed}")
    timeline.note("the node has the transaction" if node_has(system, transaction) else "the node does not have the transaction")
    started = stack.wait_for(f"daemon of the {TITLES[name]}",
                             lambda: system.daemon_of(name) not in (None, killed) and system.status(name) and system.daemon_of(name),
                             RESTART_TIMEOUT_S)
    timeline.note(f"its supervisor has started it again, process {started}")
    return wait_for_receipt(system, transaction, timeline)


def queued(system, name):
    done = subprocess.run([system.bin / "depinsat", "queue", "list", "--json", "--config", system.folder / f"{name}.toml"],
                          capture_output=True, text=True, check=True, timeout=30)
    return json.loads(done.stdout)


def check_delivered_once(system, receipts, timeline):
    """The node's blocks hold these transactions, each once, and nothing else; nothing waits in a journal."""
    sent = sorted(receipt["transactionHash"] for receipt in receipts)
    head = int(stack.rpc(system.node_url, "eth_blockNumber")["result"], 16)
    blocks = [stack.rpc(system.node_url, "eth_getBlockByNumber", [hex(n), False])["result"] for n in range(1, head + 1)]
    included = sorted(hash for block in blocks for hash in block["transactions"])
    if included != sent:
        raise RuntimeError(f"the node's blocks hold {included}, not each of {sent} once")
    nonce = int(stack.rpc(system.node_url, "eth_getTransactionCount", [receipts[0]["from"], "pending"])["result"], 16)
    if nonce != len(sent):
        raise RuntimeError(f"the sender's nonce is {nonce} after {len(sent)} transactions")
    for name, text in TITLES.items():
        stack.wait_for(f"empty journal of the {text}", lambda n=name: not queued(system, n), 20)
    timeline.note(f"delivered once: nonce {nonce}, {len(included)} in {head} blocks; no message waits in a journal")
