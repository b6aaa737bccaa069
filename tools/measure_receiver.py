#!/usr/bin/env python3
"""Measures the DVB-S2 receiver by depinsat-fer; prints Markdown tables.

Usage: measure_receiver.py [--program FILE] [--threads N] [--data FOLDER] [--modcods REGEX]
                           [--frames N] COMMAND

Commands, in this order, since all but the first two and the last start from the thresholds:
  thresholds    T: the least Es/N0, on a grid of 0.05 dB, with a frame error rate of 1e-3, ideally synchronised
  snr           estimates of the SNR from 0 to 20 dB
  frames        frames lost at T + 0.2 dB (32APSK and above: T + 0.4 dB), offset and clock error on
  loss          implementation loss: the receiver's own threshold less T
  acquisition   frames until the first one is out, 100 starts each
  doppler       frames lost at T + 0.5 dB while the carrier moves
  phase-noise   the receiver's threshold with the phase noise of an LNB, less that without
  vl-snr        each form of VL-SNR at the Es/N0 of the standard + 0.4 dB; the other commands leave VL-SNR out

Each run is one line of receiver_COMMAND.jsonl in FOLDER (default docs/data). What is there is not run again, so
that a stopped command goes on where it was; --modcods and --frames choose what to run.
"""
import argparse
import json
import os
import re
import subprocess
import sys

from dvbs2_tables import vlsnr_name

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
GRID_DB = 0.05
TARGET = 1e-3
OFFSETS = ["--cfo=0.1", "--clock-ppm=50"]
VL_SNR_MARGIN_DB = 0.4
RECEIVER = ["--synchronisation", "receiver"]


class Runs:
    """Runs of depinsat-fer, remembered in a file."""

    def __init__(self, arguments, name):
        self.arguments = arguments
        self.path = os.path.join(arguments.data, f"receiver_{name}.jsonl")
        self.seen = {}
        if os.path.exists(self.path):
            with open(self.path) as file:
                for report in map(json.loads, file):
                    self.seen[report["run"]] = report

    def __call__(self, *what):
        run = " ".join(what)
        if run not in self.seen:
            print(run, file=sys.stderr)
            command = [self.arguments.program, *what, "--threads", str(self.arguments.threads)]
            result = subprocess.run(command, capture_output=True, text=True)
            if result.returncode != 0:
                sys.exit(f"{run}: {result.stderr.strip()}")
            self.seen[run] = {"run": run, **json.loads(result.stdout)}
            with open(self.path, "a") as file:
                file.write(json.dumps(self.seen[run]) + "\n")
        return self.seen[run]


def vl_snr_forms():
    """(name, frame size): Es/N0 of the standard, dB."""
    with open(os.path.join(ROOT, "lib/data/dvbs2/vlsnr.json")) as file:
        return {(vlsnr_name(row["name"]), row["frame"]): row["ideal_esn0_db"] for row in json.load(file)["fec"]}


def modcods(arguments):
    """(name, frame size) of every MODCOD that was chosen, but those of VL-SNR."""
    listing = subprocess.run([arguments.program, "--list"], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in listing.splitlines() if line.startswith("modcod ")]
    forms = vl_snr_forms()
    return [(row[1], row[3]) for row in rows
            if arguments.modcods.search(f"{row[1]} {row[3]}") and (row[1], row[3]) not in forms]


def good_enough(run, what, esn0_db):
    """Whether the rate is at most TARGET: a look at 4000 frames, at 10,000 more where that does not decide."""
    what = [*what, f"--esn0-db={esn0_db:.2f}"]
    first = run(*what, "--frames", "4000", "--max-frame-errors", "12")
    if first["frame_errors"] >= 12:
        return False
    if first["frame_errors"] == 0:
        return True
    more = run(*what, "--frames", "10000", "--max-frame-errors", "20", "--seed", "2")
    return (first["frame_errors"] + more["frame_errors"]) / (first["frames"] + more["frames"]) <= TARGET


def search(run, what, start_db, reach_db=6.0):
    """The first point of the grid upwards from start_db that is good enough; None if there is none."""
    step = round(start_db / GRID_DB)
    for step in range(step, step + round(reach_db / GRID_DB)):
        if good_enough(run, what, step * GRID_DB):
            return round(step * GRID_DB, 2)
    return None


def knee(run, what):
    """Within 0.1 dB, from below, where half of the frames are lost."""
    low, high = -12.0, 30.0
    while high - low > 0.1:
        middle = (low + high) / 2
        errors = run(*what, f"--esn0-db={middle:.2f}", "--frames", "16")["frame_errors"]
        low, high = (middle, high) if errors > 8 else (low, middle)
    return low


def ideal(name, size):
    return ["--modcod", name, "--frame-size", size, "--iterations", "50"]


def threshold(run, name, size):
    what = ideal(name, size)
    return search(run, what, knee(run, what))


class Thresholds:
    """T of MODCODs, measured where they are not yet."""

    def __init__(self, arguments):
        self.run = Runs(arguments, "thresholds")

    def __call__(self, name, size):
        found = threshold(self.run, name, size)
        if found is None:
            sys.exit(f"{name} {size}: no threshold")
        return found


def head(*titles):
    print("| " + " | ".join(titles) + " |")
    print("|" + " --- |" * len(titles))


def row(*cells):
    print("| " + " | ".join("-" if cell is None else str(cell) for cell in cells) + " |", flush=True)


def show(value, digits):
    return None if value is None else f"{value:.{digits}f}"


def on_off(pilots):
    return "on" if pilots else "off"


def measure_thresholds(arguments):
    thresholds = Thresholds(arguments)
    head("MODCOD", "frames", "T, dB")
    for name, size in modcods(arguments):
        row(f"`{name}`", size, f"{thresholds(name, size):.2f}")


def margin_db(name):
    points = int(re.search(r"(\d+)apsk", name).group(1)) if "apsk" in name else 0
    return 0.4 if points >= 32 else 0.2


def pilot_modes(name):
    return (True,) if "apsk" in name else (True, False)


def measure_frames(arguments):
    run, thresholds = Runs(arguments, "frames"), Thresholds(arguments)
    frames = arguments.frames or 10000
    head("MODCOD", "frames", "pilots", "Es/N0, dB", "lost after lock", "delivered, %", "starts", "without lock",
         "lock losses")
    for name, size in modcods(arguments):
        for pilots in pilot_modes(name):
            esn0_db = thresholds(name, size) + margin_db(name)
            report = run(*ideal(name, size), *RECEIVER, *OFFSETS, "--pilots", on_off(pilots),
                         f"--esn0-db={esn0_db:.2f}", "--frames", str(frames))
            row(f"`{name}`", size, on_off(pilots), f"{esn0_db:.2f}", f"{report['frame_errors']} of {report['frames']}",
                f"{100 * (1 - report['fer']):.2f}", report["starts"], report["starts_without_lock"],
                report["lock_losses"])


EXAMPLES = "^(qpsk_1-2|8psk_3-4|16apsk_3-4|32apsk_4-5|64apsk_4-5|128apsk_3-4|256apsk_3-4) normal$"


def receiver_threshold(run, name, size, start_db, *more):
    what = [*ideal(name, size), *RECEIVER, *OFFSETS, *more]
    return search(run, what, start_db)


def measure_loss(arguments):
    run, thresholds = Runs(arguments, "loss"), Thresholds(arguments)
    head("MODCOD", "frames", "pilots", "T, dB", "receiver, dB", "loss, dB")
    for name, size in modcods(arguments):
        for pilots in pilot_modes(name):
            t = thresholds(name, size)
            own = receiver_threshold(run, name, size, t - 2 * GRID_DB, "--pilots", on_off(pilots))
            row(f"`{name}`", size, on_off(pilots), f"{t:.2f}", show(own, 2), show(own and own - t, 2))


def measure_snr(arguments):
    run = Runs(arguments, "snr")
    frames = arguments.frames or 160
    head("MODCOD", "Es/N0, dB", "mean estimate, dB", "deviation of a frame, dB", "worst mean of 16 frames, dB off")
    for name, lowest in (("qpsk_1-4", 0), ("8psk_3-5", 7), ("16apsk_3-4", 11), ("32apsk_4-5", 15)):
        for esn0_db in range(lowest, 21):
            report = run(*ideal(name, "normal"), *RECEIVER, *OFFSETS, f"--esn0-db={esn0_db}", "--frames", str(frames))
            row(f"`{name}`", esn0_db, show(report["snr_db"], 2), show(report.get("snr_deviation_db"), 2),
                show(report["worst_error_of_16_db"], 2))


def measure_acquisition(arguments):
    run, thresholds = Runs(arguments, "acquisition"), Thresholds(arguments)
    starts, seed = arguments.frames or 100, 0
    head("frames", "pilots", "offset of the symbol rate", "Es/N0, dB", "first frame out within 8 frames",
         "without lock", "frames until it is out: mean", "most")
    for size in ("normal", "short"):
        esn0_db = thresholds("qpsk_1-2", size) + 1
        for pilots in (True, False):
            for cfo in (-0.2, -0.1, 0, 0.05, 0.2):
                seed += 1  # other phases and timings for each
                report = run(*ideal("qpsk_1-2", size), *RECEIVER, "--pilots", on_off(pilots), f"--cfo={cfo}",
                             "--clock-ppm=100", f"--esn0-db={esn0_db:.2f}", "--frames", str(starts),
                             "--frames-per-start", "1", "--seed", str(seed))
                row(size, on_off(pilots), f"{100 * cfo:.0f} %", f"{esn0_db:.2f}",
                    f"{report['starts_in_time']} of {report['starts']}", report["starts_without_lock"],
                    show(report["frames_to_lock"], 2), show(report["most_frames_to_lock"], 2))


def measure_doppler(arguments):
    run, thresholds = Runs(arguments, "doppler"), Thresholds(arguments)
    esn0_db = thresholds("qpsk_1-2", "normal") + 0.5
    frames = str(arguments.frames or 2000)
    head("Hz/s at 1 Mbaud", "Es/N0, dB", "lost", "lock losses")
    for rate in (0, 1000, 3000, 10000, 20000, 50000, 100000):
        report = run(*ideal("qpsk_1-2", "normal"), *RECEIVER, f"--doppler-rate={rate}", f"--esn0-db={esn0_db:.2f}",
                     "--frames", frames, "--frames-per-start", frames)
        row(rate, f"{esn0_db:.2f}", f"{report['frame_errors']} of {report['frames']}", report["lock_losses"])


def measure_phase_noise(arguments):
    run, thresholds = Runs(arguments, "phase_noise"), Thresholds(arguments)
    name, size = "8psk_3-4", "normal"
    t = thresholds(name, size)
    plain = receiver_threshold(Runs(arguments, "loss"), name, size, t - 2 * GRID_DB, "--pilots", "on")
    head("symbol rate, Mbaud", "receiver without, dB", "with the mask, dB", "further loss, dB")
    for rate in (20e6, 5e6, 1e6):
        own = receiver_threshold(run, name, size, t, f"--symbol-rate-baud={rate:.0f}", "--phase-noise-mask", "lnb")
        row(f"{rate / 1e6:.0f}", show(plain, 2), show(own, 2),
            show(own - plain if own is not None and plain is not None else None, 2))


def measure_vl_snr(arguments):
    run = Runs(arguments, "vl_snr")
    frames = str(arguments.frames or 1000)
    head("MODCOD", "frames", "Es/N0, dB", "delivered", "delivered, %", "header found", "undetected errors")
    for number, ((name, size), esn0_db) in enumerate(vl_snr_forms().items()):
        if not arguments.modcods.search(f"{name} {size}"):
            continue
        esn0_db += VL_SNR_MARGIN_DB
        cfo, clock = (0.004, 90) if number % 2 else (-0.004, -90)
        report = run(*ideal(name, size), *RECEIVER, f"--cfo={cfo}", f"--clock-ppm={clock}", f"--esn0-db={esn0_db:.2f}",
                     "--frames", frames, "--frames-per-start", "100")
        delivered = report["frames"] - report["frame_errors"]
        found = min(delivered + report["failed_frames"], report["frames"])
        row(f"`{name}`", size, f"{esn0_db:.2f}", f"{delivered} of {report['frames']}", f"{100 * (1 - report['fer']):.2f}",
            f"{found} of {report['frames']}", report["undetected_errors"])


COMMANDS = {"thresholds": measure_thresholds, "snr": measure_snr, "frames": measure_frames, "loss": measure_loss,
            "acquisition": measure_acquisition, "doppler": measure_doppler, "phase-noise": measure_phase_noise,
            "vl-snr": measure_vl_snr}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, "build/release/bin/depinsat-fer"))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--data", default=os.path.join(ROOT, "docs/data"))
    parser.add_argument("--modcods", type=re.compile, help="those whose 'name size' has this in it; default: all, "
                        "but of loss one for each modulation")
    parser.add_argument("--frames", type=int, help="of a run (starts of acquisition), instead of the default")
    parser.add_argument("command", choices=COMMANDS)
    arguments = parser.parse_args()
    arguments.modcods = arguments.modcods or re.compile(EXAMPLES if arguments.command == "loss" else "")
    os.makedirs(arguments.data, exist_ok=True)
    COMMANDS[arguments.command](arguments)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
