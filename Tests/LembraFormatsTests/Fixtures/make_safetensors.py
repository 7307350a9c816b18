"""Writes files as PyTorch's users do: element types, and weights under PyTorch's names.

    python make_safetensors.py    # needs torch and safetensors
"""

import pathlib

import torch
from safetensors.torch import save_file

here = pathlib.Path(__file__).parent
values = torch.tensor([[0.0, -0.0, 1.0, -2.5], [65504.0, 6.103515625e-05, 5.9604644775390625e-08,
                                                float("inf")]])
save_file(
    {
        "F32": values,
        "F64": values.double(),
        "F16": values.half(),
        "BF16": values.bfloat16(),
        "number": torch.tensor(3.0),
        "empty": torch.zeros(0, 3),
    },
    here / "types.safetensors",
    metadata={"format": "pt", "note": 'a "quoted" \\ line\nand é 🙂'},
)
save_file({"count": torch.tensor([1, 2, 3])}, here / "integers.safetensors")

torch.manual_seed(1)
model = torch.nn.ModuleDict({"hidden": torch.nn.Linear(3, 2), "head": torch.nn.Linear(2, 1)})
with torch.no_grad():
    for number, parameter in enumerate(model.parameters()):
        parameter.copy_(torch.arange(parameter.numel()).reshape(parameter.shape) + 10 * number)
save_file(dict(model.state_dict()), here / "linear.safetensors")
