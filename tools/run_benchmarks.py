#!/usr/bin/env python3
"""Runs the Google Benchmark programs of a folder and joins their JSON.

Names select programs (fec, receiver, ...) or single benchmarks by a part of their name.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

RATES = {"_per_second": "/s", "_per_core_second": "/core second"}


def programs(folder):
    return sorted(p for p in folder.glob("*_bench") if p.is_file())


def run(program, names, simd):
    stem = program.name.removeprefix("depinsat_").removesuffix("_bench")
    wanted = [n for n in names if n not in stem]
    with tempfile.NamedTemporaryFile("r", suffix=".json") as out:  # GNU Radio logs to stdout
        command = [str(program), "--benchmark_format=json", f"--benchmark_out={out.name}"]
        if names and len(wanted) == len(names):
            command.append("--benchmark_filter=" + "|".join(wanted))
        if simd:
            command.append(f"--simd={simd}")
        result = subprocess.run(command, stdout=subprocess.DEVNULL)
        text = out.read()
    if result.returncode:
        sys.exit(f"{program.name} ended with status {result.returncode}")
    if not text.strip():
        return None
    report = json.loads(text)
    for row in report["benchmarks"]:
        row["name"] = row["name"].removesuffix("/real_time")  # how it was timed is no part of what it is
    return report


def show(row):
    rates = [(k.removesuffix(end) + unit, v) for end, unit in RATES.items() for k, v in row.items() if k.endswith(end)]
    text = "  ".join(f"{v / 1e6:12.3f} M {what}" for what, v in rates)
    print(f"{row['name']:<56} {text or format(row['cpu_time'], '.1f') + ' ' + row['time_unit']}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--simd", metavar="TARGET", help="the one SIMD target that depinsat's kernels may use")
    parser.add_argument("names", nargs="*")
    args = parser.parse_intermixed_args()
    if args.json and not args.json.absolute().parent.is_dir():
        parser.error(f"--json: {args.json.absolute().parent} is no folder")

    joined = {"context": None, "benchmarks": []}
    for program in programs(args.folder):
        report = run(program, args.names, args.simd)
        if report is None:
            continue
        joined["context"] = joined["context"] or report["context"]
        joined["benchmarks"] += report["benchmarks"]
        for row in report["benchmarks"]:
            show(row)
    if not joined["benchmarks"]:
        print(f"no benchmark matches {' '.join(args.names)}", file=sys.stderr)
        return 2
    if args.json:
        args.json.write_text(json.dumps(joined, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
