#!/usr/bin/env python3
"""Sweeps depinsat-fer through the knees of codes and MODCODs.

Usage: measure_waterfalls.py [--program FILE] [--threads N] sweep OUTPUT.jsonl NAME...
       measure_waterfalls.py table FILE.jsonl...

A NAME is a regular expression for lines of `depinsat-fer --list`: 'code ar4ja.*', 'modcod .* normal'.
The lines that depinsat-fer prints are appended to OUTPUT; a sweep that was stopped goes on where it was.
`table` prints Markdown: where each curve crosses the rates 1e-1, 1e-2 and 1e-3.
"""
import argparse
import collections
import json
import math
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FEWEST, MOST, SYMBOLS = 3000, 50000, 4e7  # frames of a point, and symbols if the code is short
ENOUGH_ERRORS = 100
END = 1e-3  # a curve ends at the first point below


class Curve:
    """One code or MODCOD, and how it is swept."""

    def __init__(self, line, program, threads):
        kind, name, *rest = line.split()
        self.what = [f"--{kind}", name, *rest]
        self.name = name
        self.iterations = 20 if re.match("ar4ja|c2|tc_", name) else 10 if name.startswith("turbo") else 50
        self.command = [program, *self.what, "--iterations", str(self.iterations), "--threads", str(threads)]

    def run(self, esn0_db, frames, *more):
        command = [*self.command, f"--esn0-db={esn0_db:.2f}", "--frames", str(frames), *more]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{' '.join(command)}: {result.stderr.strip()}")
        return json.loads(result.stdout)

    def knee(self):
        """Es/N0 on the grid where about half of the frames are lost, and the last report."""
        low, high = -12.0, 30.0
        while high - low > 0.1:
            middle = (low + high) / 2
            report = self.run(middle, 20)
            low, high = (middle, high) if report["frame_errors"] > 10 else (low, middle)
        return round(high, 1), report

    def step_db(self, report):
        if report["mean_iterations"] is None and not "+" in self.name:
            return 0.5
        return 0.1 if report["message_bits"] > 5000 else 0.2 if report["message_bits"] > 500 else 0.5


def seen_in(path):
    """Reports of an earlier run by name and Es/N0."""
    seen = {}
    if os.path.exists(path):
        with open(path) as file:
            for report in map(json.loads, file):
                seen[key(report), round(report["esn0_db"], 2)] = report
    return seen


def key(report):
    return report.get("modcod", report["code"]), report.get("frame_size")


def points(curve):
    """Es/N0 and frames of each point, as long as one is asked for."""
    esn0_db, report = curve.knee()
    step_db = curve.step_db(report)
    frames = int(min(max(SYMBOLS / report["symbols"], FEWEST), MOST))
    esn0_db -= step_db
    while True:
        yield round(esn0_db, 2), frames
        esn0_db += step_db


def sweep(arguments):
    listing = subprocess.run([arguments.program, "--list"], capture_output=True, text=True, check=True).stdout
    lines = [line for line in listing.splitlines() if line.split()[0] in ("code", "modcod") and "raptorq" not in line]
    chosen = [line for line in lines if any(re.fullmatch(name, line) for name in arguments.names)]
    if not chosen:
        sys.exit("no such name; see depinsat-fer --list")
    seen = seen_in(arguments.output)
    with open(arguments.output, "a") as output:
        for line in chosen:
            curve = Curve(line, arguments.program, arguments.threads)
            print(line, file=sys.stderr)
            size = curve.what[3] if "--frame-size" in curve.what else None
            for esn0_db, frames in points(curve):
                report = seen.get(((curve.name, size), esn0_db))
                if report is None:
                    report = curve.run(esn0_db, frames, "--max-frame-errors", str(ENOUGH_ERRORS))
                    output.write(json.dumps(report) + "\n")
                    output.flush()
                if report["fer"] < END:
                    break


def crossing(curve, rate):
    """Where the curve crosses a rate, between two points in the logarithm; None where it doesn't."""
    for (x0, y0), (x1, y1) in zip(curve, curve[1:]):
        if y0 >= rate > y1:
            return x0 + (x1 - x0) * math.log(y0 / rate) / math.log(y0 / y1)
    return None


def table(arguments):
    curves, about = collections.defaultdict(list), {}
    for path in arguments.files:
        for report in seen_in(path).values():
            # With no error, less than one: half an error is as good a guess as any.
            rate = max(report["frame_errors"], 0.5) / report["frames"]
            curves[key(report)].append((report["esn0_db"], rate))
            about[key(report)] = report
    print("| code or MODCOD | constellation | iterations | Es/N0 at 1e-1 | at 1e-2 | at 1e-3 | Eb/N0 at 1e-3 |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, curve in curves.items():
        report = about[name]
        at = [crossing(sorted(curve), rate) for rate in (1e-1, 1e-2, 1e-3)]
        ebn0 = None if at[2] is None else at[2] - report["esn0_db"] + report["ebn0_db"]
        cells = ["-" if db is None else f"{db:.2f}" for db in (*at, ebn0)]
        title = f"`{name[0]}`" + (f" {name[1]}" if name[1] else "")
        print(f"| {title} | {report['constellation']} | {report['iterations'] or '-'} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, "build/release/bin/depinsat-fer"))
    parser.add_argument("--threads", type=int, default=1)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("sweep")
    command.add_argument("output")
    command.add_argument("names", nargs="+")
    command.set_defaults(run=sweep)
    command = commands.add_parser("table")
    command.add_argument("files", nargs="+")
    command.set_defaults(run=table)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
