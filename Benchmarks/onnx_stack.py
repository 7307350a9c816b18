"""The stack of recurrent layers as an ONNX model, for the engines that read one."""

from workloads import GATES


def model_and_input(kind, workload):
    """The stack as ONNX's own recurrent operators, serialised, and a time-major input.

    Between two layers the directions are laid side by side, which one direction gets for nothing
    but the model has to say all the same.
    """
    # Here and not above, for PyTorch and JAX to be timed without them in the process.
    import numpy
    from onnx import TensorProto, helper, numpy_helper

    random = numpy.random.default_rng(0)
    gates, hidden, directions = GATES[kind] * workload.hidden, workload.hidden, workload.directions
    nodes, constants = [], []

    def weights(name, *shape):
        values = (random.standard_normal(shape) * 0.1).astype("float32")
        constants.append(numpy_helper.from_array(values, name))
        return name

    attributes = {
        "hidden_size": hidden,
        "direction": "bidirectional" if workload.bidirectional else "forward",
    }
    if kind == "gru":
        attributes["linear_before_reset"] = 1  # The GRU of PyTorch and cuDNN.
    sequence = "X"
    for layer, width in enumerate(workload.input_widths()):
        if layer > 0:
            shape = numpy.array([workload.time, workload.batch, directions * hidden], "int64")
            constants.append(numpy_helper.from_array(shape, f"S{layer}"))
            nodes.append(
                helper.make_node("Transpose", [sequence], [f"T{layer}"], perm=[0, 2, 1, 3])
            )
            nodes.append(helper.make_node("Reshape", [f"T{layer}", f"S{layer}"], [f"X{layer}"]))
            sequence = f"X{layer}"
        inputs = [
            sequence,
            weights(f"W{layer}", directions, gates, width),
            weights(f"R{layer}", directions, gates, hidden),
            weights(f"B{layer}", directions, 2 * gates),
        ]
        nodes.append(helper.make_node(kind.upper(), inputs, [f"Y{layer}"], **attributes))
        sequence = f"Y{layer}"

    def value(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        nodes,
        "stack",
        [value("X", workload.time, workload.batch, workload.input)],
        [value(sequence, workload.time, directions, workload.batch, hidden)],
        constants,
    )
    # Versions old enough for every release of the two engines that is in use.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    x = random.standard_normal((workload.time, workload.batch, workload.input))
    return model.SerializeToString(), x.astype("float32")
