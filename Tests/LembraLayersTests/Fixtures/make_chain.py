"""Makes the golden files of linear chains: run it in this folder with torch and safetensors.

`chain.weights.safetensors` holds the scores of a chain of 6 tags, and `chain.values.safetensors`
emissions, results and gradients. The recursions are plain loops over the steps, differentiated by
PyTorch. Everything is computed in double precision from numbers that `float32` holds exactly, and
stored as `float32`.

Sequences lie one after the other, in the caller's order. The loss is the sum of the negative log
likelihoods, each times one of the numbers `weight`. Given and best tags are in the metadata.
"""

import torch
from safetensors.torch import save_file

TAGS = 6
LENGTHS = [4, 1, 9, 9, 2, 30]


def drawn(*shape, bound=2):
    """Numbers that float32 holds exactly, to compute with in float64."""
    return torch.empty(*shape).uniform_(-bound, bound).double()


def log_partition(emissions, transitions, start, end):
    states = start + emissions[0]
    for emission in emissions[1:]:
        states = torch.logsumexp(states[:, None] + transitions, 0) + emission
    return torch.logsumexp(states + end, 0)


def path_score(tags, emissions, transitions, start, end):
    steps = emissions[torch.arange(len(tags)), tags].sum()
    return start[tags[0]] + steps + transitions[tags[:-1], tags[1:]].sum() + end[tags[-1]]


def best_path(emissions, transitions, start, end):
    states, came_from = start + emissions[0], []
    for emission in emissions[1:]:
        best, places = (states[:, None] + transitions).max(0)
        states = best + emission
        came_from.append(places)
    tags = [int((states + end).argmax())]
    for places in reversed(came_from):
        tags.append(int(places[tags[-1]]))
    return tags[::-1]


torch.manual_seed(11)
weights = {
    "start_transitions": drawn(TAGS),
    "end_transitions": drawn(TAGS),
    "transitions": drawn(TAGS, TAGS),
}
parameters = {name: value.requires_grad_() for name, value in weights.items()}
scores = [parameters[name] for name in ("transitions", "start_transitions", "end_transitions")]
emissions = [drawn(length, TAGS, bound=3).requires_grad_() for length in LENGTHS]
tags = [torch.randint(TAGS, (length,)) for length in LENGTHS]
partitions = torch.stack([log_partition(e, *scores) for e in emissions])
losses = partitions - torch.stack([path_score(y, e, *scores) for y, e in zip(tags, emissions)])
marginals = torch.autograd.grad(partitions.sum(), emissions, retain_graph=True)
weight = drawn(len(LENGTHS))
(losses * weight).sum().backward()
with torch.no_grad():
    best = [best_path(e, *scores) for e in emissions]
    best_scores = torch.stack(
        [path_score(torch.tensor(y), e, *scores) for y, e in zip(best, emissions)]
    )

values = {
    "input": torch.cat(emissions),
    "gradient.input": torch.cat([e.grad for e in emissions]),
    "partitions": partitions,
    "losses": losses,
    "weight": weight,
    "marginals": torch.cat(marginals),
    "best": best_scores,
}
values |= {f"gradient.{name}": value.grad for name, value in parameters.items()}


def stored(tensors):
    return {name: value.detach().float().contiguous() for name, value in tensors.items()}


def text(sequences):
    return " ".join(str(int(tag)) for sequence in sequences for tag in sequence)


save_file(stored(weights), "chain.weights.safetensors")
save_file(
    stored(values),
    "chain.values.safetensors",
    metadata={
        "lengths": " ".join(map(str, LENGTHS)),
        "tags": text(tags),
        "best": text(best),
        "torch": torch.__version__,
    },
)
