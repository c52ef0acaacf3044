#!/usr/bin/env python3
"""Prints the CNN's scores of the test's images, by numpy alone; CutoutTests.swift has what it printed.

    pip install numpy && python3 Tests/ClassifierTests/onnx/cnn_scores.py
"""
import numpy as np

import make_models


def image(alert, kind, height, width):
    """As CutoutTests makes it: numbers that need no more digits than a 32-bit float has, and some without a value."""
    rows, columns = np.mgrid[:height, :width]
    pixels = ((rows * 7 + columns * 13 + alert * 29 + kind * 17) % 31 - 9).astype(np.float32)
    bump = 400 * (kind != 1) / (1 + (rows - 31) ** 2 + (columns - 31) ** 2)
    pixels += np.floor(bump).astype(np.float32)
    pixels[(rows + columns + alert) % 97 == 5] = np.nan
    return pixels


def triplet(alert, height, width):
    images = []
    for kind in range(3):
        pixels = np.nan_to_num(image(alert, kind, height, width)).astype(np.float64)
        pixels /= np.linalg.norm(pixels)
        images.append(np.pad(
            pixels, [(0, 63 - height), (0, 63 - width)], mode="constant", constant_values=1e-9).astype(np.float32))
    return np.stack(images)


def score(flow):
    tensors = {name: np.array(values, np.float32).astype(np.float64).reshape(shape)
               for name, (shape, values) in make_models.weights().items()}
    flow = flow.astype(np.float64)
    for number in range(len(make_models.CONVOLUTIONS)):
        windows = np.lib.stride_tricks.sliding_window_view(flow, (3, 3), axis=(1, 2))
        flow = np.einsum("cijkl,ockl->oij", windows, tensors[f"w{number}"]) + tensors[f"b{number}"][:, None, None]
        flow = np.maximum(flow, 0)
        side = make_models.POOLS.get(number)
        if side:
            height, width = flow.shape[1] // side, flow.shape[2] // side
            flow = flow[:, :height * side, :width * side].reshape(-1, height, side, width, side).max(axis=(2, 4))
    flow = np.maximum(flow.transpose(1, 2, 0).ravel() @ tensors["dense"] + tensors["dense_bias"], 0)
    return 1 / (1 + np.exp(-(flow @ tensors["last"] + tensors["last_bias"])[0]))


if __name__ == "__main__":
    for alert, (height, width) in enumerate([(63, 63), (63, 63), (61, 63), (63, 40), (20, 30)]):
        print(f"({height}, {width}, {score(triplet(alert, height, width)):.8f})")
