#!/usr/bin/env python3
"""Times a linear-chain CRF as it is written in PyTorch: a loop over the steps.

Prints one JSON object a line: {"engine", "workload", "mode", "threads", "seconds"}

Training is the mean negative log likelihood of a batch of sequences of equal
length, then backward to the emissions and every score. A step of it is
torch.logsumexp over [batch, tags, tags]. Decoding is Viterbi with the best path
of every sequence brought back as a list. `seconds` is the median of one call.
"""

import argparse
import json

from timing import median_seconds

MODES = ("training", "decoding")


def log_partitions(torch, emissions, transitions, start, end):
    """Emissions are [steps, batch, tags]; transitions go from the row to the column."""
    states = start + emissions[0]
    for emission in emissions[1:]:
        states = torch.logsumexp(states.unsqueeze(2) + transitions, 1) + emission
    return torch.logsumexp(states + end, 1)


def path_scores(emissions, tags, transitions, start, end):
    steps = emissions.gather(2, tags.unsqueeze(2)).sum((0, 2))
    moves = transitions[tags[:-1], tags[1:]].sum(0)
    return start[tags[0]] + steps + moves + end[tags[-1]]


def best_paths(emissions, transitions, start, end):
    states, came_from = start + emissions[0], []
    for emission in emissions[1:]:
        best, places = (states.unsqueeze(2) + transitions).max(1)
        states = best + emission
        came_from.append(places)
    path = [(states + end).argmax(1)]
    for places in reversed(came_from):
        path.append(places.gather(1, path[-1].unsqueeze(1)).squeeze(1))
    return [tags[::-1] for tags in zip(*(step.tolist() for step in path))]


def calls(torch, batch, length, tags):
    """A function for each mode."""
    torch.manual_seed(1)
    emissions = torch.randn(length, batch, tags, requires_grad=True)
    scores = [torch.rand(*shape) * 0.2 - 0.1 for shape in ((tags, tags), (tags,), (tags,))]
    for score in scores:
        score.requires_grad_(True)
    given = torch.randint(tags, (length, batch))

    def training():
        # Gradients that are absent are written, not added to.
        for tensor in [emissions, *scores]:
            tensor.grad = None
        partitions = log_partitions(torch, emissions, *scores)
        (partitions - path_scores(emissions, given, *scores)).mean().backward()

    def decoding():
        with torch.inference_mode():
            best_paths(emissions, *scores)

    return {"training": training, "decoding": decoding}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--batch", type=int, default=32, help="sequences (32)")
    parser.add_argument("--length", type=int, default=50, help="steps of each (50)")
    parser.add_argument("--tags", type=int, default=25, help="tags (25)")
    parser.add_argument("--modes", default=",".join(MODES), help="with commas between")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=2, help="for each measurement (2)")
    chosen = parser.parse_args()
    modes = chosen.modes.split(",")
    if not set(modes) <= set(MODES):
        parser.error(f"--modes takes {' and '.join(MODES)}, not {chosen.modes}")
    if min(chosen.batch, chosen.length, chosen.tags, chosen.threads) < 1:
        parser.error("--batch, --length, --tags and --threads are 1 or more")

    import torch

    torch.set_num_threads(chosen.threads)
    functions = calls(torch, chosen.batch, chosen.length, chosen.tags)
    for mode in modes:
        line = {
            "engine": "pytorch",
            "workload": f"crf {chosen.batch}x{chosen.length}x{chosen.tags}",
            "mode": mode,
            "threads": chosen.threads,
            "seconds": median_seconds(functions[mode], chosen.seconds),
        }
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
