#!/usr/bin/env python3
"""Turns the weights of a SuperNNova network (model.pt) into an ONNX model, with what Python itself has.

The network is SuperNNova's `vanilla` one with `rnn_output_option` mean: a bidirectional LSTM of some layers, the mean of its
output over the epochs, one linear layer, and the softmax that SuperNNova's validation applies. Source: SuperNNova 3.0.51,
training/vanilla_rnn.py. scripts/fetch-models calls `onnx`; by hand: scripts/supernnova_onnx.py model.pt OUT.onnx
"""
import sys

import onnx_file
import torch_weights

# PyTorch's LSTM has its gates in the order i, f, g, o; ONNX's in i, o, f, c.
GATES = (0, 3, 1, 2)


def gates(numbers):
    """The four gates' blocks of a tensor, in ONNX's order."""
    size = len(numbers) // 4
    return [number for gate in GATES for number in numbers[gate * size:(gate + 1) * size]]


def onnx(content):
    """The bytes of the ONNX model of a model.pt's."""
    state = torch_weights.state(content)
    hidden = state["rnn_layer.weight_hh_l0"][0][1]
    classes = state["output_layer.weight"][0][0]
    layers = sum(name.startswith("rnn_layer.weight_hh_l") and not name.endswith("_reverse") for name in state)
    if any(f"rnn_layer.weight_hh_l{layer}_reverse" not in state for layer in range(layers)):
        raise ValueError("the network is not bidirectional")
    if state["output_layer.weight"][0][1] != 2 * hidden:
        raise ValueError("the network's output is no mean over the epochs")
    nodes, tensors = [], [onnx_file.tensor("merged", [3], [0, 1, -1], onnx_file.INT64)]
    flow = "curve"
    for layer in range(layers):
        def both(kind):
            return [number for way in ("", "_reverse")
                    for part in kind for number in gates(state[f"rnn_layer.{part}_l{layer}{way}"][1])]
        width = state[f"rnn_layer.weight_ih_l{layer}"][0][1]
        tensors += [
            onnx_file.tensor(f"w{layer}", [2, 4 * hidden, width], both(["weight_ih"])),
            onnx_file.tensor(f"r{layer}", [2, 4 * hidden, hidden], both(["weight_hh"])),
            onnx_file.tensor(f"b{layer}", [2, 8 * hidden], both(["bias_ih", "bias_hh"])),
        ]
        nodes += [
            # epochs, curves, features -> epochs, directions, curves, hidden
            onnx_file.node("LSTM", [flow, f"w{layer}", f"r{layer}", f"b{layer}"], [f"lstm{layer}"],
                           direction="bidirectional", hidden_size=hidden),
            onnx_file.node("Transpose", [f"lstm{layer}"], [f"turned{layer}"], perm=[0, 2, 1, 3]),
            onnx_file.node("Reshape", [f"turned{layer}", "merged"], [f"out{layer}"]),
        ]
        flow = f"out{layer}"
    tensors += [
        onnx_file.tensor("weight", [classes, 2 * hidden], state["output_layer.weight"][1]),
        onnx_file.tensor("bias", [classes], state["output_layer.bias"][1]),
    ]
    nodes += [
        onnx_file.node("ReduceMean", [flow], ["mean"], axes=[0], keepdims=0),
        onnx_file.node("Gemm", ["mean", "weight", "bias"], ["logits"], transB=1),
        onnx_file.node("Softmax", ["logits"], ["scores"], axis=-1),
    ]
    features = state["rnn_layer.weight_ih_l0"][0][1]
    return onnx_file.model(
        "supernnova", nodes, tensors, [onnx_file.value("curve", ["epochs", 1, features])],
        [onnx_file.value("scores", [1, classes])], note="SuperNNova, Moeller & de Boissiere 2020, MNRAS 491, 4277")


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as weights, open(sys.argv[2], "wb") as out:
        out.write(onnx(weights.read()))
