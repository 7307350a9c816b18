#!/usr/bin/env python3
"""Times the training of text models beside the same models in PyTorch.

Each job is a script that trains a model in PyTorch, in the folder --tasks, and
the command that trains the same model on the same batches with Lembra. The
scripts run unchanged but for the number of threads; what they spend on judging
the model is taken off. Lembra's validation part is made as small as it can be.
Both sides are tried with one thread and with two, one after the other, and the
faster of each counts. Prints a table, or one JSON object a line.

    python3 Benchmarks/tasks.py --tasks ../shared/peers/tasks --data ../shared/data/text
"""

import argparse
import gzip
import json
import subprocess
import tempfile
from pathlib import Path

# Runs a script for some time and counts its steps. Judging happens without
# gradients, so what is spent there is told apart.
RUNNER = r"""
import sys, time
path, threads, limit = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
sys.argv = [path] + sys.argv[4:]
import torch
set_threads = torch.set_num_threads
torch.set_num_threads = lambda count: set_threads(threads)
state = dict(steps=0, start=None, idle=0.0, entered=0.0)
class no_grad(torch.no_grad):
    def __enter__(self):
        state["entered"] = time.perf_counter()
        return super().__enter__()
    def __exit__(self, *rest):
        state["idle"] += time.perf_counter() - state["entered"]
        return super().__exit__(*rest)
torch.no_grad_of_scripts = no_grad
def counted(optimizer):
    step = optimizer.step
    def run(self, *args, **options):
        if state["start"] is None:
            state.update(start=time.perf_counter(), idle=0.0, steps=0)
        else:
            state["steps"] += 1
        spent = time.perf_counter() - state["start"] - state["idle"]
        if spent > limit:
            print("RATE", state["steps"] / spent, flush=True)
            import os
            os._exit(0)
        return step(self, *args, **options)
    optimizer.step = run
counted(torch.optim.Adam)
if "step" in torch.optim.AdamW.__dict__: counted(torch.optim.AdamW)
source = open(path).read().replace("torch.no_grad()", "torch.no_grad_of_scripts()")
exec(compile(source, path, "exec"), {"__name__": "__main__", "__file__": path})
"""


def peer_rate(arguments, script, options, threads):
    """The steps a second of a script."""
    command = [arguments.python, "-c", RUNNER, str(Path(arguments.tasks) / script)]
    command += [str(threads), str(arguments.seconds), *options]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    for line in output.splitlines():
        if line.startswith("RATE "):
            return float(line.split()[1])
    raise SystemExit(f"{script} did not run for {arguments.seconds} seconds:\n{output}")


def our_rate(arguments, options, steps, threads):
    """The steps a second of a training of Lembra, of which an epoch has `steps`."""
    with tempfile.TemporaryDirectory() as folder:
        command = [arguments.lembra, "train", *options, "--threads", str(threads)]
        command += ["--epochs", "2", "--json", "--quiet", "-o", folder + "/model.safetensors"]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return steps / min(epoch["seconds"] for epoch in json.loads(output)["history"])


def classify(data, folder):
    train = data / "sentence-polarity-train.tsv"
    lines = train.read_text().splitlines()
    held = folder / "held.tsv"
    held.write_text("\n".join(lines[:3]) + "\n")
    texts = [line.split("\t")[1].split() for line in lines[1:]]
    options = ["classify", str(train), "--validation", str(held), "--batch", "50"]
    tokens = sum(map(len, texts))
    return "classify.py", ["0", "100", "128", "0.5", "0.2", "max"], options, len(texts) / 50, tokens


def tag(data, folder):
    train = data / "conll2000/train.txt"
    sentences = [part.split("\n") for part in train.read_text().strip().split("\n\n")]
    # The script holds back 900 sentences, whichever they are.
    learnt, held = folder / "train.txt", folder / "held.txt"
    learnt.write_text("\n\n".join("\n".join(s) for s in sentences[900:]) + "\n")
    held.write_text("\n\n".join("\n".join(s) for s in sentences[:2]) + "\n")
    options = ["tag", str(learnt), "--validation", str(held), "--word", "0", "--features", "1"]
    options += ["--tag", "2", "--batch", "16", "--scheme", "keep"]
    tokens = sum(map(len, sentences[900:]))
    return "tag.py", ["pos", "1000"], options, (len(sentences) - 900) / 16, tokens


def language(data, folder):
    # A part of the text tells the rate as well as all of it.
    text = (data / "tinyshakespeare.txt").read_text()[:300_000]
    learnt = folder / "learnt.txt"
    learnt.write_text(text)
    options = ["language", str(learnt), "--unit", "character", "--validation", "100"]
    options += ["--hidden", "512", "--batch", "32", "--steps", "64", "--dropout", "0.1"]
    tokens = len(text) - 100
    script = ["1000", "512", "1", "32", "64", "4e-3", "0.1"]
    return "language.py", script, options, tokens / 32 / 64, tokens


def translate(data, folder):
    # A part of the pairs tells the rate as well as all of them.
    files = {}
    for side in ("de", "en"):
        with gzip.open(data.parent / f"translation/multi30k-train.{side}.gz", "rt") as file:
            lines = file.read().splitlines()[:8_000]
        for name, part in (("train", lines), ("held", lines[:2])):
            files[name, side] = folder / f"{name}.{side}"
            files[name, side].write_text("\n".join(part) + "\n")
    options = ["translate", "--source", str(files["train", "de"])]
    options += ["--target", str(files["train", "en"])]
    options += ["--validation-source", str(files["held", "de"])]
    options += ["--validation-target", str(files["held", "en"])]
    options += ["--lowercase", "--batch", "64"]
    words = sum(len(line.split()) for line in files["train", "en"].read_text().splitlines())
    return "translate.py", ["1000", "0.4"], options, 8_000 / 64, words


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--tasks", required=True, help="the folder of the scripts")
    parser.add_argument("--data", required=True, help="the folder of the texts, beside that of the translations")
    parser.add_argument("--lembra", default=".build/release/lembra")
    parser.add_argument("--python", default=".build/peers/bin/python")
    parser.add_argument("--seconds", type=float, default=20, help="how long a script runs")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json-lines", action="store_true")
    parser.add_argument("--only", nargs="*", default=["classify", "tag", "language", "translate"])
    arguments = parser.parse_args()
    jobs = {"classify": classify, "tag": tag, "language": language, "translate": translate}
    for name in arguments.only:
        best = {"pytorch": (0, 0), "lembra": (0, 0)}
        with tempfile.TemporaryDirectory() as folder:
            script, given, options, steps, tokens = jobs[name](
                Path(arguments.data), Path(folder)
            )
            for _ in range(arguments.rounds):
                for threads in (1, 2):
                    for engine, rate in (
                        ("pytorch", peer_rate(arguments, script, given, threads)),
                        ("lembra", our_rate(arguments, options, steps, threads)),
                    ):
                        best[engine] = max(best[engine], (rate * tokens / steps, threads))
        (peer, peer_threads), (own, own_threads) = best["pytorch"], best["lembra"]
        if arguments.json_lines:
            record = dict(task=name, pytorch=peer, pytorch_threads=peer_threads)
            record |= dict(lembra=own, lembra_threads=own_threads, ratio=own / peer)
            print(json.dumps(record), flush=True)
        else:
            print(
                f"{name:9}  PyTorch {peer:8.0f} tokens/s ({peer_threads} threads)"
                f"  Lembra {own:8.0f} tokens/s ({own_threads} threads)  ratio {own / peer:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
