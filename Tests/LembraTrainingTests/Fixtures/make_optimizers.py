"""Writes optimizers.json: parameters after each of a few steps of PyTorch's optimizers.

    python make_optimizers.py    # needs torch

The last parameter has a gradient in every other step only. The learning rate is halved after the
third step.
"""

import json
import pathlib

import torch

SHAPES = [[3, 7], [5], [2, 2]]
STEPS = 6
CASES = {
    "sgd": (torch.optim.SGD, dict(lr=0.1)),
    "sgd decay": (torch.optim.SGD, dict(lr=0.1, weight_decay=0.05)),
    "sgd momentum": (torch.optim.SGD, dict(lr=0.1, momentum=0.9)),
    "sgd nesterov": (torch.optim.SGD,
                     dict(lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.05)),
    "rmsprop": (torch.optim.RMSprop, dict(lr=0.01)),
    "rmsprop all": (torch.optim.RMSprop,
                    dict(lr=0.01, alpha=0.9, eps=1e-6, momentum=0.8, weight_decay=0.05,
                         centered=True)),
    "adam": (torch.optim.Adam, dict(lr=0.01)),
    "adam all": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.05)),
    "adamw": (torch.optim.AdamW, dict(lr=0.01, weight_decay=0.1)),
    "adam norm": (torch.optim.Adam, dict(lr=0.01)),
    "sgd value": (torch.optim.SGD, dict(lr=0.1, momentum=0.9)),
}

torch.manual_seed(3)
start = [torch.randn(shape) for shape in SHAPES]
gradients = [[None if index == 2 and step % 2 == 0 else torch.randn(shape)
              for index, shape in enumerate(SHAPES)] for step in range(STEPS)]


def run(name, kind, settings):
    parameters = [torch.nn.Parameter(value.clone()) for value in start]
    optimizer = kind(parameters, **settings)
    result = []
    for step in range(STEPS):
        if step == 3:
            for group in optimizer.param_groups:
                group["lr"] /= 2
        for parameter, gradient in zip(parameters, gradients[step]):
            parameter.grad = None if gradient is None else gradient.clone()
        if name.endswith("norm"):
            torch.nn.utils.clip_grad_norm_(parameters, 0.5)
        if name.endswith("value"):
            torch.nn.utils.clip_grad_value_(parameters, 0.3)
        optimizer.step()
        result.append([parameter.detach().flatten().tolist() for parameter in parameters])
    return result


document = {
    "shapes": SHAPES,
    "start": [value.flatten().tolist() for value in start],
    "gradients": [[None if value is None else value.flatten().tolist() for value in step]
                  for step in gradients],
    "cases": {name: run(name, *case) for name, case in CASES.items()},
}
path = pathlib.Path(__file__).with_name("optimizers.json")
path.write_text(json.dumps(document) + "\n")
