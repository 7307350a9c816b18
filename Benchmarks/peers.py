#!/usr/bin/env python3
"""Times one stack of recurrent layers in the engines a user would pick instead.

Prints one JSON object a line:
  {"engine", "kind", "workload", "mode", "threads", "seconds", "gflops"}

`seconds` is the median of one call. Inference is the whole sequence in and all
hidden states out, with the weights loaded before. Training is forward, then
backward of sum(outputs) to every weight, every bias and the input. A workload
of one step is a stream, inference only: PyTorch's goes on from the state that
the call before left, the others begin each step at zero. `gflops` counts the
matrix products alone, three times for training.

Every engine is given its best configuration, in float32 throughout.
"""

import argparse
import json
import os
from pathlib import Path

import onnx_stack
import workloads
from timing import median_seconds
from workloads import GATES, KINDS, MODES


class PyTorch:
    """torch.nn's layers, eager: their CPU kernels are fused already, and a graph adds nothing.

    The data is time-major, as the kernels have it; `batch_first` differs by no more than noise.
    """

    def __init__(self, threads):
        import torch

        self.torch = torch
        torch.set_num_threads(threads)

    def layer_and_input(self, kind, workload):
        nn = self.torch.nn
        stack = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[kind](
            workload.input, workload.hidden, workload.layers, bidirectional=workload.bidirectional
        )
        return stack, self.torch.randn(workload.time, workload.batch, workload.input)

    def inference(self, kind, workload):
        stack, x = self.layer_and_input(kind, workload)
        stack.eval()
        inference_mode = self.torch.inference_mode
        # A network that reads backward has to have its whole sequence: no state is carried.
        is_carried = workload.is_stream and not workload.bidirectional
        state = None

        def call():
            nonlocal state
            with inference_mode():
                last = stack(x, state)[1]
            state = last if is_carried else None

        return call

    def training(self, kind, workload):
        stack, x = self.layer_and_input(kind, workload)
        x.requires_grad_(True)

        def call():
            # Gradients that are absent are written, not added to.
            stack.zero_grad(set_to_none=True)
            x.grad = None
            stack(x)[0].sum().backward()

        return call


class ONNXRuntime:
    """The CPU provider, whose recurrent operators run over whole sequences.

    Binding the input once spares each call its checks and copies. There is no training.
    """

    training = None

    def __init__(self, threads):
        import onnxruntime

        self.ort = onnxruntime
        self.options = onnxruntime.SessionOptions()
        self.options.intra_op_num_threads = threads

    def inference(self, kind, workload):
        model, x = onnx_stack.model_and_input(kind, workload)
        session = self.ort.InferenceSession(
            model, self.options, providers=["CPUExecutionProvider"]
        )
        binding = session.io_binding()
        binding.bind_cpu_input("X", x)
        binding.bind_output(session.get_outputs()[0].name)
        return lambda: session.run_with_iobinding(binding)


class OpenVINO:
    """The CPU plugin on the same ONNX model, in float32 where the processor would offer less.

    The input tensor is set once and the outputs are read in place. There is no training.
    """

    training = None

    def __init__(self, threads):
        import openvino

        self.ov = openvino
        self.settings = {
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": "f32",
            "PERFORMANCE_HINT": "LATENCY",
        }

    def inference(self, kind, workload):
        model, x = onnx_stack.model_and_input(kind, workload)
        core = self.ov.Core()
        request = core.compile_model(
            core.read_model(model), "CPU", self.settings
        ).create_infer_request()
        request.set_input_tensor(0, self.ov.Tensor(x, shared_memory=True))

        # The request borrows the input's memory and does not own it: `x` has to live with the call.
        def call(x=x):
            return request.infer(share_outputs=True)

        return call


class JAX:
    """A scan under `jit`, the input's products taken out of it as one large product.

    XLA has no recurrent operator for processors. Its pool has a thread for each processor this
    process may run on, so that set is the number of threads.
    """

    def __init__(self, threads):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
        import jax

        self.jax = jax

    def inference(self, kind, workload):
        parameters, x = self.parameters_and_input(kind, workload)
        run = self.jax.jit(self.network(kind))
        return lambda: run(parameters, x).block_until_ready()

    def training(self, kind, workload):
        parameters, x = self.parameters_and_input(kind, workload)
        network = self.network(kind)
        gradients = self.jax.jit(
            self.jax.grad(lambda parameters, x: network(parameters, x).sum(), argnums=(0, 1))
        )
        return lambda: self.jax.block_until_ready(gradients(parameters, x))

    def parameters_and_input(self, kind, workload):
        """For each layer and direction: input weights, recurrent weights, bias."""
        keys = iter(self.jax.random.split(self.jax.random.PRNGKey(0), 1 + 4 * workload.layers))

        def draw(*shape):
            return self.jax.random.normal(next(keys), shape)

        x = draw(workload.time, workload.batch, workload.input)
        gates, hidden = GATES[kind] * workload.hidden, workload.hidden
        parameters = [
            [
                (draw(width, gates) * 0.1, draw(hidden, gates) * 0.1, self.jax.numpy.zeros(gates))
                for _ in range(workload.directions)
            ]
            for width in workload.input_widths()
        ]
        return parameters, x

    def network(self, kind):
        """The function from parameters and input to the hidden states of the last layer."""

        def run(parameters, x):
            for directions in parameters:
                outputs = [
                    self.scan(kind, parameter, x, reverse=bool(direction))
                    for direction, parameter in enumerate(directions)
                ]
                x = self.jax.numpy.concatenate(outputs, -1)
            return x

        return run

    def scan(self, kind, parameter, x, reverse):
        weights, recurrent, bias = parameter
        first, step = {"lstm": self.lstm, "gru": self.gru, "rnn": self.rnn}[kind](recurrent)
        zero = self.jax.numpy.zeros((x.shape[1], recurrent.shape[0]))
        return self.jax.lax.scan(step, first(zero), x @ weights + bias, reverse=reverse)[1]

    def lstm(self, recurrent):
        sigmoid, tanh = self.jax.nn.sigmoid, self.jax.numpy.tanh

        def step(carry, projected):
            h, c = carry
            i, f, g, o = self.jax.numpy.split(projected + h @ recurrent, 4, -1)
            c = sigmoid(f) * c + sigmoid(i) * tanh(g)
            h = sigmoid(o) * tanh(c)
            return (h, c), h

        return lambda zero: (zero, zero), step

    def gru(self, recurrent):
        sigmoid, tanh = self.jax.nn.sigmoid, self.jax.numpy.tanh

        def step(h, projected):
            xr, xz, xn = self.jax.numpy.split(projected, 3, -1)
            hr, hz, hn = self.jax.numpy.split(h @ recurrent, 3, -1)
            z = sigmoid(xz + hz)
            n = tanh(xn + sigmoid(xr + hr) * hn)
            h = (1 - z) * n + z * h
            return h, h

        return lambda zero: zero, step

    def rnn(self, recurrent):
        def step(h, projected):
            h = self.jax.numpy.tanh(projected + h @ recurrent)
            return h, h

        return lambda zero: zero, step


ENGINES = {"pytorch": PyTorch, "onnxruntime": ONNXRuntime, "openvino": OpenVINO, "jax": JAX}


def options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", required=True, choices=ENGINES)
    parser.add_argument(
        "--workloads", default=Path(__file__).with_name("workloads.json"), metavar="FILE"
    )
    parser.add_argument("--only", help="workloads with commas between", metavar="ID,ID")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.5, help="for each measurement")
    return parser, parser.parse_args()


def main():
    parser, chosen = options()
    try:
        wanted = workloads.read(chosen.workloads, chosen.only)
        kinds = workloads.choice("kind", KINDS)(chosen.kinds)
        modes = workloads.choice("mode", MODES)(chosen.modes)
    except (OSError, TypeError, ValueError) as error:
        parser.error(str(error))
    # Settings of a machine for its own BLAS must not slow a peer down.
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(name, None)
    engine = ENGINES[chosen.engine](chosen.threads)
    for workload in wanted:
        for kind in kinds:
            for mode in modes:
                make = getattr(engine, mode)
                if make is None or mode not in workload.modes:
                    continue
                seconds = median_seconds(make(kind, workload), chosen.seconds)
                gflops = workload.operations(kind, mode) / seconds / 1e9
                line = {
                    "engine": chosen.engine,
                    "kind": kind,
                    "workload": workload.id,
                    "mode": mode,
                    "threads": chosen.threads,
                    "seconds": seconds,
                    "gflops": round(gflops, 1),
                }
                print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
