"""Makes the golden files of recurrent layers: run it in this folder with torch and safetensors.

For every layer `NAME.weights.safetensors` is the state of the PyTorch module under its own names,
and `NAME.values.safetensors` holds inputs, results and gradients. Everything is computed in double
precision from numbers that `float32` holds exactly, and stored as `float32`.

Sequences of different lengths lie one after the other, in the caller's order; states are
`[layers * directions, batch, hidden]`, as PyTorch has them. The loss is the sum of all outputs and
last states, each element times one of the numbers `weight.*`.
"""

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence, pad_sequence

INPUTS, HIDDEN = 5, 7

KINDS = {
    "rnn_tanh": lambda **options: nn.RNN(INPUTS, HIDDEN, nonlinearity="tanh", **options),
    "rnn_relu": lambda **options: nn.RNN(INPUTS, HIDDEN, nonlinearity="relu", **options),
    "lstm": lambda **options: nn.LSTM(INPUTS, HIDDEN, **options),
    "gru": lambda **options: nn.GRU(INPUTS, HIDDEN, **options),
}

# Name: layers, both directions, lengths in the caller's order, whether a first state is given.
FORMS = {
    "one": (1, False, [6, 6, 6], False),
    "two": (2, False, [3, 8, 1, 5, 8], True),
    "both": (2, True, [4, 1, 9, 9, 2, 6], True),
}


def drawn(*shape):
    """Numbers that float32 holds exactly, to compute with in float64."""
    return torch.empty(*shape).uniform_(-1, 1).double()


def golden(kind, form):
    layers, both, lengths, has_state = FORMS[form]
    module = KINDS[kind](num_layers=layers, bidirectional=both)
    name = f"{kind}_{form}"
    save_file(module.state_dict(), f"{name}.weights.safetensors")

    module = module.double()
    directions = 2 if both else 1
    sequences = [drawn(length, INPUTS).requires_grad_() for length in lengths]
    count = 2 if kind == "lstm" else 1
    shape = (layers * directions, len(lengths), HIDDEN)
    first = [drawn(*shape).requires_grad_() for _ in range(count)] if has_state else []
    state = (tuple(first) if kind == "lstm" else first[0]) if has_state else None
    packed = pack_padded_sequence(pad_sequence(sequences), lengths, enforce_sorted=False)
    output, last = module(packed, state)
    padded, _ = pad_packed_sequence(output)
    output = torch.cat([padded[:length, index] for index, length in enumerate(lengths)])
    results = {"output": output}
    results |= dict(zip(["hidden", "cell"], last if kind == "lstm" else [last]))
    weights = {key: drawn(*value.shape) for key, value in results.items()}
    sum((results[key] * weights[key]).sum() for key in results).backward()

    values = {"input": torch.cat(sequences)}
    values["gradient.input"] = torch.cat([sequence.grad for sequence in sequences])
    for key, value in zip(["hidden", "cell"], first):
        values[f"first.{key}"] = value
        values[f"gradient.first.{key}"] = value.grad
    values |= results
    values |= {f"weight.{key}": value for key, value in weights.items()}
    values |= {f"gradient.{key}": value.grad for key, value in module.named_parameters()}
    save_file(
        {key: value.detach().float().contiguous() for key, value in values.items()},
        f"{name}.values.safetensors",
        metadata={"lengths": " ".join(map(str, lengths)), "torch": torch.__version__},
    )


for kind in KINDS:
    for form in FORMS:
        torch.manual_seed(7)
        golden(kind, form)
