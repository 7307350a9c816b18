"""The workloads of the comparison: reading them and counting their operations."""

import json
from dataclasses import dataclass

KINDS = ("lstm", "gru", "rnn")
MODES = ("inference", "training")
GATES = {"lstm": 4, "gru": 3, "rnn": 1}


@dataclass(frozen=True)
class Workload:
    """A stack of recurrent layers and the batch of sequences it runs over."""

    id: str
    batch: int
    time: int
    input: int
    hidden: int
    layers: int
    bidirectional: bool

    @property
    def directions(self):
        return 2 if self.bidirectional else 1

    @property
    def is_stream(self):
        """One step at a time, as a service does that answers each value as it comes."""
        return self.time == 1

    @property
    def modes(self):
        """A single step is no training problem."""
        return ("inference",) if self.is_stream else MODES

    def input_widths(self):
        """The width of each layer's input: the data's, then the outputs of the layer below."""
        return [self.input] + [self.hidden * self.directions] * (self.layers - 1)

    def operations(self, kind, mode):
        """Floating-point operations of the matrix products alone, a multiply-add being two.

        The backward pass has two products for each of the forward one.
        """
        step = sum(
            2 * GATES[kind] * self.hidden * (width + self.hidden) * self.directions
            for width in self.input_widths()
        )
        return step * self.batch * self.time * (3 if mode == "training" else 1)


def read(path, only=None):
    """The workloads of a file, or those of them that `only` names with commas between."""
    with open(path, encoding="utf-8") as file:
        workloads = [Workload(**entry) for entry in json.load(file)]
    if only is None:
        return workloads
    wanted = choice("workload", [workload.id for workload in workloads])(only)
    return [workload for workload in workloads if workload.id in wanted]


def choice(noun, known):
    """A parser of comma-separated names that takes none but the known ones."""

    def parse(text):
        names = text.split(",")
        for name in names:
            if name not in known:
                raise ValueError(f"there is no {noun} '{name}': choose among {','.join(known)}")
        return names

    return parse
