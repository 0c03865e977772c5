"""Writes the fixtures beside this file, with NumPy and the safetensors package as references.

    python3 -m venv environment && environment/bin/pip install numpy "safetensors>=0.8"
    environment/bin/python Tests/TrainingTests/Fixtures/make.py
"""

import gzip
import os
import struct

import numpy as np
import safetensors
import safetensors.numpy
from numpy.lib import format as npy

os.chdir(os.path.dirname(os.path.abspath(__file__)))

# 3×4 numbers that every floating-point type holds exactly: -1.875, -1.5, …, 2.25.
floats = (np.arange(12).reshape(3, 4) - 5) * 0.375
# 2×3 whole numbers: -2000, -1000, …, 3000.
integers = np.arange(6).reshape(2, 3) * 1000 - 2000
# 5 bytes: 0, 63, …, 252.
octets = np.arange(5) * 63


def save(name, array, version=None, pickle=False):
    with open(name + ".npy", "wb") as file:
        npy.write_array(file, array, version=version, allow_pickle=pickle)


save("f2", floats.astype("<f2"))
save("f4", floats.astype("<f4"))
save("f8", floats.astype("<f8"))
save("i4", integers.astype("<i4"))
save("i8", integers.astype("<i8"))
save("u1", octets.astype("u1"))
save("version2", floats.astype("<f4"), version=(2, 0))
save("version3", floats.astype("<f4"), version=(3, 0))
save("scalar", np.float32(0.375))
save("empty", np.zeros((0, 4), "<f4"))

save("big-endian", floats.astype(">f4"))
save("fortran", np.asfortranarray(floats.astype("<f4")))
save("complex", floats.astype("<c8"))
save("objects", np.array([None, "text"], dtype=object), pickle=True)
save("structured", np.zeros(2, dtype=[("x", "<f4"), ("y", "<f4")]))

outputs = {
    "embedding": floats.astype("<f4"),
    "logits@virtual": floats[:2].astype("<f8"),
    "labels": np.array([3, 1, 2], "<i8"),
}
np.savez("stored.npz", **outputs)
np.savez_compressed("deflated.npz", **outputs)

safetensors.numpy.save_file(
    {"embedding": floats.astype("<f4"), "logits": floats[:2].astype("<f4")},
    "f32.safetensors", metadata={"network": "resnet8"})


# NumPy has no bfloat16: it is the upper half of a float32.
bfloats = (floats.astype("<f4").view("<u4") >> 16).astype("<u2")
every_type = {
    "f16": ("float16", floats.astype("<f2")),
    "bf16": ("bfloat16", bfloats),
    "f32": ("float32", floats.astype("<f4")),
    "f64": ("float64", floats.astype("<f8")),
    "i32": ("int32", integers.astype("<i4")),
    "i64": ("int64", integers.astype("<i8")),
    "u8": ("uint8", octets.astype("u1")),
}
with open("every-type.safetensors", "wb") as file:
    file.write(safetensors.serialize({
        name: safetensors.TensorSpec(
            dtype=dtype, shape=array.shape, data_ptr=array.ctypes.data, data_len=array.nbytes)
        for name, (dtype, array) in every_type.items()
    }))

# Three images of 2×4 pixels, 0 to 23, and their labels.
images = struct.pack(">4I", 0x803, 3, 2, 4) + bytes(range(24))
labels = struct.pack(">2I", 0x801, 3) + bytes([2, 0, 9])
for name, content in [("images-idx3-ubyte", images), ("labels-idx1-ubyte", labels)]:
    with open(name, "wb") as file:
        file.write(content)
    with open(name + ".gz", "wb") as file:
        file.write(gzip.compress(content, mtime=0))
