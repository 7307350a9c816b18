"""The outcome of a comparison as text for a terminal and as Markdown to publish."""

import datetime
import math
import os
import platform
import subprocess
from dataclasses import dataclass

DISTRIBUTIONS = {
    "pytorch": "torch",
    "onnxruntime": "onnxruntime",
    "openvino": "openvino",
    "jax": "jax",
}


class Comparison:
    """The rows, means and worst cell of some measurements."""

    def __init__(self, measurements, peers):
        self.peers = peers
        self.rows, self.without = [], []
        # In order, and each once however many rounds it failed in.
        self.failures = list(dict.fromkeys(measurements.failures))
        for cell in sorted(measurements.best):
            ratios = measurements.ratios(cell)
            if ratios:
                self.rows.append((cell, measurements.best[cell]["ours"], ratios))
            else:
                ours = "ours" in measurements.best[cell]
                self.without.append((cell, "a peer" if ours else "ours"))

    def means(self):
        """Geometric means over the best peer: (name, mean, cells, cells below 1)."""
        modes = sorted({cell.mode for cell, _, _ in self.rows})
        for name, wanted in [*((mode, [mode]) for mode in modes), ("all", modes)]:
            best = [min(ratios.values()) for cell, _, ratios in self.rows if cell.mode in wanted]
            if best:
                mean = math.exp(sum(map(math.log, best)) / len(best))
                yield name, mean, len(best), sum(ratio < 1 for ratio in best)

    def worst(self):
        """The least ratio over the best peer, and its cell."""
        return min(((min(ratios.values()), cell) for cell, _, ratios in self.rows), default=None)

    def missing(self):
        for cell, side in self.without:
            place = f"{cell.mode}, threads {cell.threads}, {cell.workload}, {cell.kind}"
            yield f"{place}: no figure of {side}"
        # A peer that fails leaves the field to us, which no reader must take for a result.
        for failure in self.failures:
            yield f"failed: {failure}"

    def text(self):
        heads = " ".join(f"{'/' + peer:>12}" for peer in self.peers)
        lines = [
            f"{'mode':9} {'th':>2} {'workload':10} {'kind':4} {'ours ms':>9} {'GF/s':>6}  {heads} "
            f"{'/best':>7}"
        ]
        for cell, ours, ratios in self.rows:
            figures = " ".join(
                f"{ratios[peer]:12.2f}" if peer in ratios else f"{'-':>12}" for peer in self.peers
            )
            lines.append(
                f"{cell.mode:9} {cell.threads:>2} {cell.workload:10} {cell.kind:4} "
                f"{ours['seconds'] * 1e3:9.4f} {ours['gflops']:6.0f}  {figures} "
                f"{min(ratios.values()):7.2f}"
            )
        lines += self.missing()
        for name, mean, cells, below in self.means():
            lines.append(
                f"geometric mean over the best peer, {name}: {mean:.2f} "
                f"({plural(cells, 'cell')}, {below} below 1)"
            )
        if worst := self.worst():
            ratio, cell = worst
            lines.append(
                f"worst cell: {ratio:.2f} {cell.mode} {cell.threads} {cell.workload} {cell.kind}"
            )
        return "\n".join(lines)

    def markdown(self, setting):
        blocks = [
            "# Recurrent layers beside other engines",
            setting.markdown(),
            "A ratio is the peer's time divided by ours: above 1, ours is faster. `best` is the "
            "fastest peer\nof that row. A dash means that the engine has no figure there; "
            "onnxruntime and openvino do not train.",
            table(
                ["over the best peer", "geometric mean", "cells", "below 1"],
                [[name, f"{mean:.2f}", *rest] for name, mean, *rest in self.means()],
                left=1,
            ),
        ]
        if worst := self.worst():
            ratio, cell = worst
            blocks.append(
                f"Worst cell: {ratio:.2f} ({cell.mode}, threads {cell.threads}, {cell.workload}, "
                f"{cell.kind})."
            )
        blocks.append(
            table(
                ["mode", "workload", "kind", "threads", "ms", "GFLOP/s", *self.peers, "best"],
                [
                    [
                        *(cell.mode, cell.workload, cell.kind, cell.threads),
                        *(f"{ours['seconds'] * 1e3:.4g}", f"{ours['gflops']:.4g}"),
                        *(f"{ratios[peer]:.2f}" if peer in ratios else "-" for peer in self.peers),
                        f"{min(ratios.values()):.2f}",
                    ]
                    for cell, ours, ratios in self.rows
                ],
                left=3,
            )
        )
        if self.without or self.failures:
            blocks.append("\n".join(f"- {line}" for line in self.missing()))
        return "\n\n".join(blocks) + "\n"


def table(head, rows, left):
    """A Markdown table whose first `left` columns are words and whose others are numbers."""
    rules = ["---"] * left + ["---:"] * (len(head) - left)
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in [head, rules, *rows])


@dataclass
class Setting:
    """What a reader needs to repeat the measurement and to judge it."""

    machine: str
    peers: str
    command: str
    rounds: str
    day: str

    @classmethod
    def here(cls, measurements, chosen, command):
        versions = [
            f"{peer} {version(chosen.python, DISTRIBUTIONS[peer])}" for peer in chosen.engines
        ]
        settling = f", {chosen.settle} more for cells within 3 % of 1" if chosen.settle else ""
        rounds = f"{chosen.rounds}{settling}; {chosen.seconds:g} s a measurement"
        today = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
        return cls(machine(), ", ".join(versions), command, rounds, today)

    def markdown(self):
        return "\n".join(
            [
                f"- Date: {self.day}",
                f"- Machine: {self.machine}",
                f"- Peers: {self.peers}",
                f"- Command: `{self.command}`",
                f"- Rounds: {self.rounds}",
            ]
        )


def version(python, distribution):
    """The version of a distribution where the peers live."""
    program = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
    process = subprocess.run(
        [python, "-c", program, distribution], capture_output=True, text=True
    )
    return process.stdout.strip() if process.returncode == 0 else "(not installed)"


def machine():
    """The kind of machine; never its name."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            pairs = [line.split(":", 1) for line in file if ":" in line]
    except OSError:
        pairs = []
    facts = {key.strip(): value.strip() for key, value in pairs}
    model = facts.get("model name") or platform.processor() or platform.machine()
    # A package and a core in it, as a pair, are a physical core; not every machine tells them.
    places = [value.strip() for key, value in pairs if key.strip() in ("physical id", "core id")]
    cores = len(set(zip(places[::2], places[1::2])))
    threads = os.cpu_count()
    size = plural(cores, "core") if cores else plural(threads, "processor")
    if cores and threads != cores:
        size += f", {threads} hardware threads"
    kind = ", virtual machine" if "hypervisor" in facts.get("flags", "").split() else ""
    return f"{model}, {size}{kind}, {platform.system()} on {platform.machine()}"


def plural(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
