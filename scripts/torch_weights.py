"""Reads the tensors of a file of PyTorch's `save` without PyTorch, and runs no code of the file."""
import array
import collections
import io
import math
import pickle
import struct
import sys
import zipfile

LARGEST = 1 << 24  # numbers in one file


class Storage:
    """Numbers of one block of a file, once they are read."""

    def __init__(self):
        self.numbers = array.array("f")


def rebuilt(storage, offset, shape, strides, *_):
    """A tensor as its shape and its numbers, row by row."""
    count = math.prod(shape)
    if strides != tuple(math.prod(shape[place + 1:]) for place in range(len(shape))):
        raise ValueError("a tensor does not lie row by row")
    return tuple(shape), (storage, offset, count)


class Unpickler(pickle.Unpickler):
    """Knows the names that a state_dict needs, and no others."""
    NAMES = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): rebuilt,
        ("torch", "FloatStorage"): "FloatStorage",
    }

    def __init__(self, file, storages):
        super().__init__(file)
        self.storages = storages

    def find_class(self, module, name):
        try:
            return self.NAMES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"the file asks for {module}.{name}") from None

    def persistent_load(self, reference):
        kind, form, key = reference[:3]
        if (kind, form) != ("storage", "FloatStorage"):
            raise pickle.UnpicklingError(f"the file asks for {kind} of {form}")
        return self.storages.setdefault(key, Storage())


def fill(storage, raw):
    if len(raw) > 4 * LARGEST:
        raise ValueError("more numbers than a light-curve model has")
    storage.numbers.frombytes(raw)
    if sys.byteorder == "big":
        storage.numbers.byteswap()


def state(content):
    """By name, the shape and the numbers of each tensor of a state_dict, in the file's form before 1.6 or after."""
    storages = {}
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            folder = archive.namelist()[0].split("/", 1)[0]
            tensors = Unpickler(io.BytesIO(archive.read(f"{folder}/data.pkl")), storages).load()
            for key, storage in storages.items():
                fill(storage, archive.read(f"{folder}/data/{key}"))
    else:
        file = io.BytesIO(content)
        for _ in range(3):  # a magic number, the format's version, the machine's sizes
            Unpickler(file, storages).load()
        tensors = Unpickler(file, storages).load()
        for key in Unpickler(file, storages).load():
            count, = struct.unpack("<q", file.read(8))
            fill(storages[key], file.read(4 * count) if 0 <= count <= LARGEST else b"")
    return {name: (shape, list(storage.numbers[offset:offset + count]))
            for name, (shape, (storage, offset, count)) in tensors.items()}
