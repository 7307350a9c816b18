#!/usr/bin/env python3
"""Runs the project's benchmark and its peers in turn and prints the ratios.

A cell is one kind x workload x mode x number of threads. Within a round every
engine is measured in each cell, one after the other, so that what else the
machine does meets all of them; rounds are repeated, and the best (lowest)
median of each engine counts. Cells within 3 % of the best peer are settled by
further rounds of all engines. A ratio above 1 means ours is faster; `best` is
the ratio to the fastest peer of that cell.

The command of --ours takes the flags of peers.py less --engine, and prints the
same JSON lines. The interpreter of --python has requirements.txt.
"""

import argparse
import json
import math
import shlex
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import report
import workloads
from workloads import KINDS, MODES

HERE = Path(__file__).resolve().parent
ENGINES = ("pytorch", "onnxruntime", "openvino", "jax")


@dataclass(frozen=True, order=True)
class Cell:
    mode: str
    threads: int
    workload: str
    kind: str


class Measurements:
    """The best line of each engine in each cell."""

    def __init__(self, ours, peers):
        self.commands = {"ours": ours, **peers}
        self.best = defaultdict(dict)
        self.failures = []

    def measure(self, flags):
        """Runs every engine once with these flags."""
        for engine, command in self.commands.items():
            for cell, line in self.lines(engine, command + flags):
                known = self.best[cell].get(engine)
                if known is None or line["seconds"] < known["seconds"]:
                    self.best[cell][engine] = line

    def lines(self, engine, command):
        """The lines a command prints, each with its cell; what goes wrong is a failure."""
        try:
            process = subprocess.run(command, capture_output=True, text=True, errors="replace")
            code, output, errors = process.returncode, process.stdout, process.stderr
        except OSError as error:
            code, output, errors = error.errno, "", str(error)
        if code != 0:
            self.fail(engine, command, f"status {code}", errors[-600:])
        lines = []
        for text in output.splitlines():
            if not text.startswith("{"):
                continue
            try:
                lines.append(parsed(text))
            except (KeyError, TypeError, ValueError) as error:
                self.fail(engine, command, "unusable line", f"{type(error).__name__}: {error}")
        return lines

    def fail(self, engine, command, reason, details):
        asked = (command[command.index(flag) + 1] for flag in ("--only", "--kinds", "--modes"))
        threads = command[command.index("--threads") + 1]
        self.failures.append(f"{engine}, {', '.join(asked)}, threads {threads} ({reason})")
        print(f"failed ({reason}): {shlex.join(command)}\n{details}", file=sys.stderr)

    def ratios(self, cell):
        """By peer, how many times its time is ours; empty where a side has no figure."""
        engines = self.best[cell]
        if "ours" not in engines:
            return {}
        ours = engines["ours"]["seconds"]
        return {peer: line["seconds"] / ours for peer, line in engines.items() if peer != "ours"}

    def close_cells(self, margin=0.03):
        """The cells whose outcome is within the reach of noise."""
        return [
            cell
            for cell in sorted(self.best)
            if (ratios := self.ratios(cell)) and abs(min(ratios.values()) - 1) <= margin
        ]


def parsed(text):
    """A line of an engine and its cell; raises where it is cut short or lacks what is needed."""
    line = json.loads(text)
    cell = Cell(line["mode"], line["threads"], line["workload"], line["kind"])
    known = cell.mode in MODES and cell.kind in KINDS
    if not (known and isinstance(cell.workload, str) and isinstance(cell.threads, int)):
        raise ValueError(f"{cell} is no cell of a comparison")
    # Ratios are divided by the one, and both are printed as numbers.
    if not (0 < line["seconds"] < math.inf and 0 <= line["gflops"] < math.inf):
        raise ValueError("seconds or gflops is out of range")
    return cell, line


def compare(chosen):
    """All rounds, then those that settle the close cells."""
    peers = [chosen.python, str(HERE / "peers.py"), "--engine"]
    measurements = Measurements(
        shlex.split(chosen.ours), {engine: [*peers, engine] for engine in chosen.engines}
    )

    def flags(workload, kind, modes, threads):
        return [
            *("--workloads", str(chosen.workloads), "--only", workload, "--kinds", kind),
            *("--modes", ",".join(modes), "--threads", str(threads)),
            *("--seconds", str(chosen.seconds)),
        ]

    for number in range(1, chosen.rounds + 1):
        for threads in chosen.threads:
            for workload in workloads.read(chosen.workloads, chosen.only):
                progress(f"round {number} of {chosen.rounds}: {workload.id}, threads {threads}")
                modes = [mode for mode in chosen.modes if mode in workload.modes]
                for kind in chosen.kinds if modes else []:
                    measurements.measure(flags(workload.id, kind, modes, threads))

    # The cells are chosen once: to stop as soon as a ratio looks well would choose the outcome.
    close = measurements.close_cells() if chosen.settle else []
    for number in range(1, chosen.settle + 1 if close else 1):
        cells = report.plural(len(close), "close cell")
        progress(f"settling round {number} of {chosen.settle}: {cells}")
        for cell in close:
            measurements.measure(flags(cell.workload, cell.kind, [cell.mode], cell.threads))
    return measurements


def progress(text):
    print(text, file=sys.stderr, flush=True)


def options():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )

    def names(noun, known):
        parse = workloads.choice(noun, known)

        def checked(text):
            try:
                return parse(text)
            except ValueError as error:
                raise argparse.ArgumentTypeError(str(error)) from error

        return checked

    def listed(flag, noun, known):
        parser.add_argument(
            flag, type=names(noun, known), default=list(known), help=f"of {','.join(known)}"
        )

    parser.add_argument("--ours", required=True, metavar="COMMAND")
    parser.add_argument("--python", default=sys.executable, help="this interpreter without")
    parser.add_argument("--workloads", default=HERE / "workloads.json", metavar="FILE")
    listed("--engines", "engine", ENGINES)
    parser.add_argument("--only", help="workloads with commas between", metavar="ID,ID")
    listed("--kinds", "kind", KINDS)
    listed("--modes", "mode", MODES)
    parser.add_argument("--threads", type=counts, default=[1, 2], help="1,2 without")
    parser.add_argument("--rounds", type=count, default=2, help="2 without")
    parser.add_argument("--settle", type=whole, default=5, help="rounds for close cells; 5 without")
    parser.add_argument("--seconds", type=duration, default=0.4, help="for each measurement")
    parser.add_argument("--json", metavar="FILE", help="write the best line of every engine")
    parser.add_argument("--markdown", metavar="FILE", help="write the table to publish")
    parser.add_argument(
        "--command-line", metavar="TEXT", help="the command to name in that table instead of this"
    )
    return parser


def count(text):
    if not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"'{text}' is no number above 0")
    return int(text)


def whole(text):
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 0 on")
    return int(text)


def duration(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"'{text}' is no number of seconds above 0")
    return seconds


def counts(text):
    return [count(part) for part in text.split(",")]


def main():
    parser = options()
    chosen = parser.parse_args()
    try:
        workloads.read(chosen.workloads, chosen.only)
    except (OSError, TypeError, ValueError) as error:
        parser.error(str(error))
    measurements = compare(chosen)
    comparison = report.Comparison(measurements, chosen.engines)
    print(comparison.text())
    if chosen.json:
        lines = [line for engines in measurements.best.values() for line in engines.values()]
        Path(chosen.json).write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    if chosen.markdown:
        command = chosen.command_line or shlex.join(["python3", *sys.argv])
        setting = report.Setting.here(measurements, chosen, command)
        Path(chosen.markdown).write_text(comparison.markdown(setting), encoding="utf-8")
        progress(f"written: {chosen.markdown}")
    if measurements.failures:
        failed = report.plural(len(measurements.failures), "measurement")
        sys.exit(f"{failed} failed: those cells lack an engine")


if __name__ == "__main__":
    main()
