#!/usr/bin/env python3
"""Times beam search beside the same search of the same model in PyTorch.

The model is a translator that `lembra train translate` has saved with its
default layers: bidirectional GRU, conditional GRU with additive attention, tied
embeddings. Its weights are given to the same network in PyTorch, which searches
many sentences at a time, a row for each hypothesis, until all of a batch have
ended. It is timed twice: with sources as they come, 50 at a time, as
translate.py has it, and with sources in the order of their lengths and batches
of several sizes, of which the fastest counts; both on the better number of
threads.

Two times are compared. That of the whole process, from its start to the written
results: Lembra's reads lines and writes words, PyTorch's gets the tokens and
writes tokens. And that of the search alone: PyTorch's is measured within its
process; from Lembra's, what it takes for a single line is taken away.

    python3 Benchmarks/search_peer.py captions.safetensors test.de.gz
"""

import argparse
import gzip
import json
import struct
import subprocess
import sys
import time

import numpy as np


def read_model(path):
    """The tensors and the description of a model file."""
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + size + offset for offset in entry["data_offsets"])
        tensors[name] = np.frombuffer(data[begin:end], np.float32).reshape(entry["shape"])
    return tensors, json.loads(metadata["lembra"])


def vocabularies(description):
    """The ids of the tokens of both languages."""
    tokenizers = description["description"]["tokenizers"]
    source = tokenizers["source"]
    sides = {"source": source, "target": tokenizers.get("target", source)}
    return {
        name: {token: index for index, token in enumerate(side["vocabulary"]["tokens"])}
        for name, side in sides.items()
    }


def network(torch, tensors):
    """The functions that read sources and advance by a token."""
    from torch import nn

    weights = {name: torch.from_numpy(array.copy()) for name, array in tensors.items()}
    units = weights["decoder.cells.0.weight_hh"].shape[1]
    width = weights["source.weight"].shape[1]

    def load(module, prefix, names):
        with torch.no_grad():
            for own, theirs in names.items():
                getattr(module, own).copy_(weights[prefix + theirs])
        return module

    gates = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    encoder = load(
        nn.GRU(width, units, batch_first=True, bidirectional=True),
        "encoder.",
        {name: name for gate in gates for name in (gate + "_l0", gate + "_l0_reverse")},
    )
    first = load(nn.GRUCell(width, units), "decoder.cells.0.", {gate: gate for gate in gates})
    second = load(nn.GRUCell(2 * units, units), "decoder.context.", {gate: gate for gate in gates})
    linear = torch.nn.functional.linear

    def read(ids):
        mask = ids >= 0
        rows = weights["source.weight"][ids.clamp(min=0)]
        packed = nn.utils.rnn.pack_padded_sequence(
            rows, mask.sum(1), batch_first=True, enforce_sorted=False
        )
        memory, _ = nn.utils.rnn.pad_packed_sequence(encoder(packed)[0], batch_first=True)
        mean = (memory * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        state = torch.tanh(linear(mean, weights["bridges.0.weight"], weights["bridges.0.bias"]))
        keys = linear(
            memory, weights["decoder.attention.key.weight"], weights["decoder.attention.key.bias"]
        )
        return memory, keys, mask, state

    def step(tokens, state, memory, keys, mask):
        words = weights["target.weight"][tokens]
        state = first(words, state)
        query = linear(state, weights["decoder.attention.query.weight"])[:, None]
        scores = torch.tanh(keys + query) @ weights["decoder.attention.vector"]
        attention = torch.softmax(scores.masked_fill(~mask, -1e9), 1)
        context = torch.bmm(attention[:, None], memory).squeeze(1)
        state = second(context, state)
        known = torch.cat([state, context, words], 1)
        output = torch.tanh(
            linear(known, weights["decoder.output.weight"], weights["decoder.output.bias"])
        )
        return torch.log_softmax(linear(output, weights["target.weight"], weights["bias"]), 1), state

    return read, step


def search(torch, model, sources, order, start, end, unwritten, beam, batch):
    """The best tokens of each source, which are taken in this order."""
    read, step = model
    results = [None] * len(sources)
    for first in range(0, len(order), batch):
        own = order[first : first + batch]
        longest = max(len(sources[index]) for index in own)
        ids = torch.tensor([sources[i] + [-1] * (longest - len(sources[i])) for i in own])
        count = len(own)
        memory, keys, mask, state = (
            part.repeat_interleave(beam, 0) for part in read(ids)
        )
        tokens = torch.full((count * beam,), start)
        scores = torch.full((count, beam), -1e9)
        scores[:, 0] = 0
        sequences = torch.empty((count * beam, 0), dtype=torch.long)
        done = torch.zeros(count * beam, dtype=torch.bool)
        firsts = torch.arange(count)[:, None] * beam
        for _ in range(3 * longest + 10):
            logs, state = step(tokens, state, memory, keys, mask)
            logs[:, unwritten] = -1e9
            # What has ended stays as it is.
            logs[done] = -1e9
            logs[done, end] = 0
            size = logs.shape[1]
            scores, best = (scores.view(-1, 1) + logs).view(count, -1).topk(beam, 1)
            parents = (best // size + firsts).view(-1)
            tokens = (best % size).view(-1)
            sequences = torch.cat([sequences[parents], tokens[:, None]], 1)
            state, done = state[parents], done[parents] | (tokens == end)
            if done.all():
                break
        lengths = (sequences != end).sum(1).view(count, beam) + 1
        chosen = (scores / ((5 + lengths) / 6)).argmax(1) + firsts.view(-1)
        for index, row in zip(own, sequences[chosen].tolist()):
            results[index] = row[: row.index(end)] if end in row else row
    return results


def prepared(torch, path):
    """The network of a model file, and the ids of the tokens that matter."""
    torch.set_grad_enabled(False)
    tensors, description = read_model(path)
    ids = vocabularies(description)["target"]
    start, end = ids["<s>"], ids["</s>"]
    unwritten = [start] + [ids[token] for token in ("<unk>",) if token in ids]
    return network(torch, tensors), start, end, unwritten


def taken_order(sources, is_sorted):
    """The order in which sources are searched for."""
    plain = list(range(len(sources)))
    return sorted(plain, key=lambda index: len(sources[index])) if is_sorted else plain


def search_alone(path, beam):
    """The whole process of the search in PyTorch, told what to do on standard input."""
    task = json.load(sys.stdin)
    import torch

    torch.set_num_threads(task["threads"])
    model, start, end, unwritten = prepared(torch, path)
    order = taken_order(task["sources"], task["sorted"])
    found = search(
        torch, model, task["sources"], order, start, end, unwritten, beam, task["batch"]
    )
    json.dump(found, sys.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("model")
    parser.add_argument("source", help="the sources, plain or gzip")
    parser.add_argument("--lembra", default=".build/release/lembra")
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.alone:
        return search_alone(arguments.model, arguments.beam)
    ids = vocabularies(read_model(arguments.model)[1])
    opener = gzip.open if arguments.source.endswith(".gz") else open
    lines = opener(arguments.source, "rt").read().splitlines()
    command = [arguments.lembra, "predict", arguments.model, "-", "--json"]

    def timed(command, text):
        begin = time.perf_counter()
        result = subprocess.run(
            command, check=True, capture_output=True, text=True, input=text)
        return time.perf_counter() - begin, json.loads(result.stdout)

    def lembra(lines, *options):
        spent, result = timed(command + list(options), "\n".join(lines) + "\n")
        return spent, result["predictions"]

    _, known = lembra(lines, "--beam", "1", "--alignments")
    sources = [[ids["source"][token] for token in line["sourceTokens"]] for line in known]

    import torch

    model, start, end, unwritten = prepared(torch, arguments.model)
    ways = [("pytorch", False, 50)]
    ways += [("pytorch sorted", True, batch) for batch in (50, 100, 250, 500)]
    # By engine, the least seconds of the search alone and of the process, and how.
    alone, whole = {}, {}

    def note(best, name, spent, how):
        best[name] = min(best.get(name, (spent, how)), (spent, how))

    for _ in range(arguments.rounds):
        for threads in (1, 2):
            torch.set_num_threads(threads)
            for name, is_sorted, batch in ways:
                order = taken_order(sources, is_sorted)
                begin = time.perf_counter()
                theirs = search(
                    torch, model, sources, order, start, end, unwritten, arguments.beam, batch
                )
                note(alone, name, time.perf_counter() - begin, (threads, is_sorted, batch))
            options = ["--beam", str(arguments.beam), "--threads", str(threads)]
            spent, ours = lembra(lines, *options)
            start_up, _ = lembra(lines[:1], *options)
            note(whole, "lembra", spent, (threads,))
            note(alone, "lembra", spent - start_up, (threads,))
        # Processes of their own, each in the way that was the fastest within one.
        for name in ("pytorch", "pytorch sorted"):
            threads, is_sorted, batch = alone[name][1]
            task = {
                "threads": threads, "sorted": is_sorted, "batch": batch, "sources": sources
            }
            own = [sys.executable, __file__, arguments.model, arguments.source, "--alone"]
            spent, _ = timed(own + ["--beam", str(arguments.beam)], json.dumps(task))
            note(whole, name, spent, (threads, is_sorted, batch))
    own = [[ids["target"][token] for token in line["translations"][0]["tokens"]] for line in ours]
    same = sum(a == b for a, b in zip(own, theirs))
    for what, best in (("whole process", whole), ("search alone", alone)):
        for engine, (seconds, how) in best.items():
            times = seconds / best["lembra"][0]
            batches = f", {how[2]} a batch" if len(how) > 1 else ""
            print(
                f"{what:13}  {engine:14} {seconds:7.2f} s for {len(lines)} lines "
                f"({how[0]} threads{batches}): {times:.2f} times ours"
            )
    print(f"{same} of {len(lines)} translations are the same tokens")


if __name__ == "__main__":
    main()
