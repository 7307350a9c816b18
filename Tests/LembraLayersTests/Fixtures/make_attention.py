"""Makes the golden files of decoders with attention: run it in this folder with torch and safetensors.

For each kind of attention, `attention_KIND.weights.safetensors` holds the weights of a decoder under
Lembra's names, and `attention_KIND.values.safetensors` what it reads, its outputs and gradients. The
decoder is written out sentence by sentence with PyTorch's cells. Everything is computed in double
precision from numbers that `float32` holds exactly, and stored as `float32`.

Sequences lie one after the other, in the caller's order. The loss is the sum of the outputs, each
times one of the numbers `weight`.
"""

import torch
from safetensors.torch import save_file

SOURCES, TARGETS = [2, 5, 1, 3], [3, 1, 6, 4]
EMBEDDING, HIDDEN, OUTPUT = 4, 6, 3
CELLS = {"rnn": torch.nn.RNNCell, "gru": torch.nn.GRUCell, "lstm": torch.nn.LSTMCell}
# The kind of attention: cell, size of the memory, whether outputs are fed back, coverage.
KINDS = {
    "additive": ("gru", 5, False, False),
    "dot": ("rnn", 6, False, False),
    "general": ("lstm", 5, True, False),
    "concat": ("gru", 5, True, True),
}


def drawn(*shape, bound=1.0):
    """Numbers that float32 holds exactly, to compute with in float64."""
    return torch.empty(*shape).uniform_(-bound, bound).double()


def made(name, cell, memory, feeds, coverage):
    weights = {}

    def add(prefix, inputs):
        gates = {"rnn": 1, "gru": 3, "lstm": 4}[cell] * HIDDEN
        weights[f"{prefix}.weight_ih"] = drawn(gates, inputs)
        weights[f"{prefix}.weight_hh"] = drawn(gates, HIDDEN)
        weights[f"{prefix}.bias_ih"] = drawn(gates)
        weights[f"{prefix}.bias_hh"] = drawn(gates)

    add("cells.0", EMBEDDING + (OUTPUT if feeds else 0))
    if name == "additive":
        add("context", memory)
    if name in ("additive", "concat"):
        weights["attention.query.weight"] = drawn(HIDDEN, HIDDEN)
        weights["attention.key.weight"] = drawn(HIDDEN, memory)
        weights["attention.vector"] = drawn(HIDDEN)
    if name == "additive":
        weights["attention.key.bias"] = drawn(HIDDEN)
    if name == "general":
        weights["attention.key.weight"] = drawn(HIDDEN, memory)
    if coverage:
        weights["attention.coverage"] = drawn(HIDDEN)
    read = HIDDEN + memory + (EMBEDDING if name == "additive" else 0)
    weights["output.weight"], weights["output.bias"] = drawn(OUTPUT, read), drawn(OUTPUT)
    return weights


def step(cell, weights, prefix, x, state):
    module = CELLS[cell](x.shape[1], HIDDEN).double()
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    given = state if cell == "lstm" else state[0]
    new = torch.func.functional_call(module, {n: weights[f"{prefix}.{n}"] for n in names}, (x, given))
    return new if cell == "lstm" else (new,)


def attend(name, weights, query, memory, covered):
    if name in ("additive", "concat"):
        keys = memory @ weights["attention.key.weight"].T
        if name == "additive":
            keys = keys + weights["attention.key.bias"]
        inner = keys + query @ weights["attention.query.weight"].T
        if covered is not None:
            inner = inner + covered[:, None] * weights["attention.coverage"]
        scores = torch.tanh(inner) @ weights["attention.vector"]
    elif name == "general":
        scores = (memory @ weights["attention.key.weight"].T) @ query[0]
    else:
        scores = memory @ query[0]
    shares = torch.softmax(scores, 0)
    return (shares @ memory)[None], shares


def outputs(name, cell, feeds, coverage, weights, memory, tokens, state):
    results, fed, covered = [], torch.zeros(1, OUTPUT).double(), None
    for token in tokens.split(1):
        x = torch.cat([token, fed], 1) if feeds else token
        state = step(cell, weights, "cells.0", x, state)
        context, shares = attend(name, weights, state[0], memory, covered)
        if coverage:
            covered = shares if covered is None else covered + shares
        if name == "additive":
            state = step(cell, weights, "context", context, state)
        known = [state[0], context] + ([token] if name == "additive" else [])
        fed = torch.tanh(torch.cat(known, 1) @ weights["output.weight"].T + weights["output.bias"])
        results.append(fed)
    return torch.cat(results)


def stored(tensors):
    return {name: value.detach().float().contiguous() for name, value in tensors.items()}


torch.manual_seed(21)
for name, (cell, size, feeds, coverage) in KINDS.items():
    weights = {n: w.requires_grad_() for n, w in made(name, cell, size, feeds, coverage).items()}
    memories = [drawn(length, size).requires_grad_() for length in SOURCES]
    tokens = [drawn(length, EMBEDDING).requires_grad_() for length in TARGETS]
    count = 2 if cell == "lstm" else 1
    states = [drawn(len(SOURCES), HIDDEN).requires_grad_() for _ in range(count)]
    output = torch.cat(
        [
            outputs(
                name, cell, feeds, coverage, weights, memories[i], tokens[i],
                tuple(state[i : i + 1] for state in states),
            )
            for i in range(len(SOURCES))
        ]
    )
    weight = drawn(*output.shape)
    (output * weight).sum().backward()
    values = {
        "memory": torch.cat(memories),
        "tokens": torch.cat(tokens),
        "output": output,
        "weight": weight,
        "gradient.memory": torch.cat([m.grad for m in memories]),
        "gradient.tokens": torch.cat([t.grad for t in tokens]),
    }
    values |= {f"state.{i}": state for i, state in enumerate(states)}
    values |= {f"gradient.state.{i}": state.grad for i, state in enumerate(states)}
    values |= {f"gradient.{n}": w.grad for n, w in weights.items()}
    save_file(stored(weights), f"attention_{name}.weights.safetensors")
    save_file(
        stored(values),
        f"attention_{name}.values.safetensors",
        metadata={
            "lengths": " ".join(map(str, SOURCES)),
            "targets": " ".join(map(str, TARGETS)),
            "torch": torch.__version__,
        },
    )
