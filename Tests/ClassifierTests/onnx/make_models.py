#!/usr/bin/env python3
"""Writes the models of the tests into the folder that is named: weights out of a seeded generator, the same bytes everywhere.

cnn.onnx has braai's shape (Duev et al. 2019, MNRAS 489, 3582, as Keras' exports have it): triplets of 63 x 63 pixels, images
last, four convolutions, two pools, two dense layers, one score. linear.onnx is a weighted sum of three fields, broken.onnx
the logarithm of one, which is no number where that is negative, and failing.onnx the only row of a table, which it does not
find unless the field is 0.
"""
import math
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "scripts"))
import onnx_file as onnx  # noqa: E402

# Input and output channels of each convolution; a pool stands behind the second (2) and the fourth (4).
CONVOLUTIONS = [(3, 16), (16, 16), (16, 32), (32, 32)]
POOLS = {1: 2, 3: 4}
FLAT = 6 * 6 * 32
LINEAR = [0.5, -2.0, 0.25]


def weights():
    """By name, the shape and the numbers of each of the CNN's tensors."""
    generator = random.Random(20261130)

    def tensor(shape, inputs):
        bound = math.sqrt(6 / inputs)
        return shape, [(2 * generator.random() - 1) * bound for _ in range(math.prod(shape))]

    tensors = {}
    for number, (inputs, outputs) in enumerate(CONVOLUTIONS):
        tensors[f"w{number}"] = tensor([outputs, inputs, 3, 3], inputs * 9)
        tensors[f"b{number}"] = tensor([outputs], 600)
    tensors["dense"] = tensor([FLAT, 256], FLAT)
    tensors["dense_bias"] = tensor([256], 600)
    tensors["last"] = tensor([256, 1], 256)
    tensors["last_bias"] = tensor([1], 600)
    return tensors


def cnn():
    nodes = [onnx.node("Transpose", ["triplet"], ["flow"], perm=[0, 3, 1, 2])]
    flow = "flow"
    for number in range(len(CONVOLUTIONS)):
        nodes += [
            onnx.node("Conv", [flow, f"w{number}", f"b{number}"], [f"conv{number}"], kernel_shape=[3, 3]),
            onnx.node("Relu", [f"conv{number}"], [f"relu{number}"]),
        ]
        flow = f"relu{number}"
        if number in POOLS:
            side = [POOLS[number]] * 2
            nodes.append(onnx.node("MaxPool", [flow], [f"pool{number}"], kernel_shape=side, strides=side))
            flow = f"pool{number}"
    nodes += [
        onnx.node("Transpose", [flow], ["turned"], perm=[0, 2, 3, 1]),
        onnx.node("Flatten", ["turned"], ["flat"]),
        onnx.node("Gemm", ["flat", "dense", "dense_bias"], ["hidden"]),
        onnx.node("Relu", ["hidden"], ["lit"]),
        onnx.node("Gemm", ["lit", "last", "last_bias"], ["logit"]),
        onnx.node("Sigmoid", ["logit"], ["score"]),
    ]
    tensors = [onnx.tensor(name, *content) for name, content in weights().items()]
    return onnx.model(
        "cnn", nodes, tensors, [onnx.value("triplet", ["alerts", 63, 63, 3])], [onnx.value("score", ["alerts", 1])])


def linear():
    return onnx.model(
        "linear", [onnx.node("Gemm", ["fields", "weights"], ["sum"])], [onnx.tensor("weights", [3, 1], LINEAR)],
        [onnx.value("fields", ["alerts", 3])], [onnx.value("sum", ["alerts", 1])])


def broken():
    return onnx.model(
        "broken", [onnx.node("Log", ["fields"], ["sum"])], [],
        [onnx.value("fields", [1, 1])], [onnx.value("sum", [1, 1])])


def failing():
    return onnx.model(
        "failing", [onnx.node("Cast", ["fields"], ["row"], to=7), onnx.node("Gather", ["table", "row"], ["found"])],
        [onnx.tensor("table", [1], [0.5])], [onnx.value("fields", [1, 1])], [onnx.value("found", [1, 1])])


if __name__ == "__main__":
    folder = pathlib.Path(sys.argv[1])
    for model in (cnn, linear, broken, failing):
        (folder / f"{model.__name__}.onnx").write_bytes(model())
