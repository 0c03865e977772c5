"""Writes the fixtures beside this file, with NumPy and the safetensors package as references.

    python3 -m venv environment && environment/bin/pip install numpy ml_dtypes "safetensors>=0.8"
    environment/bin/python Tests/TensorFilesTests/Fixtures/make.py
"""

import gzip
import os
import struct
import zipfile

import ml_dtypes
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

# Arrays that do not hold numbers of up to 64 bits, one of each kind.
save("complex", floats.astype("<c8"))
save("objects", np.array([None, "text"], dtype=object), pickle=True)
save("structured", np.zeros(2, dtype=[("x", "<f4"), ("y", "<f4")]))
np.savez_compressed(
    "no-numbers.npz", names=np.array(["cat", "größe"]), octets=np.array([b"cat", b"dog"]),
    bfloat16=floats.astype(ml_dtypes.bfloat16).view("V2"),
    float8=floats.astype(ml_dtypes.float8_e4m3fn).view("V1"), raw=np.zeros(2, "V16"),
    dictionary=np.array({"logits": floats}, dtype=object), complex=floats.astype("<c16"),
    longdouble=floats.astype(np.longdouble), time=np.array(["2020-01-01"], "M8[ns]"),
    span=np.array([1], "m8[s]"))

# Every type of number, in both byte orders, along no axis to three, in C and in Fortran order:
# 0, 1, 2, … or, if the type has negative numbers, -5, -4, …; in floating-point types, times 0.375.
numbers = {}
for code in ["b1", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8"]:
    for order in "<>":
        dtype = np.dtype(order + code)
        if dtype.itemsize == 1 and order == ">":
            continue
        for shape in [(), (5,), (5, 1), (1, 5), (0, 4), (3, 4), (2, 3, 4)]:
            count = int(np.prod(shape))
            plain = np.arange(count) - (5 if code[0] in "if" else 0)
            values = {"b": plain % 2, "f": plain * 0.375}.get(code[0], plain)
            for axes in "CF" if len(shape) > 1 else "C":
                array = np.asarray(values.reshape(shape).astype(dtype), order=axes)
                name = f"{order}{code} {axes} {'x'.join(map(str, shape))}"
                numbers[name] = array
np.savez_compressed("numbers.npz", **numbers)

# The least and the greatest number of each whole type, and neighbours that Float32 or a Double
# cannot tell apart.
np.savez_compressed("extremes.npz", **{
    code: np.array([np.iinfo(code).min, np.iinfo(code).max] + between, code)
    for code, between in [
        ("<i1", []), ("<i2", []), ("<i4", [2**24, 2**24 + 1]), (">i8", [2**53, 2**53 + 1]),
        ("<u1", []), ("<u2", []), (">u4", [2**24, 2**24 + 1]), ("<u8", [2**53, 2**53 + 1]),
    ]
})

outputs = {
    "embedding": floats.astype("<f4"),
    "logits@virtual": floats[:2].astype("<f8"),
    "labels": np.array([3, 1, 2], "<i8"),
}
np.savez("stored.npz", **outputs)
np.savez_compressed("deflated.npz", **outputs)
# This archive has every number in 64 bits, like archives beyond 4 GB or 65,535 members.
limits = zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT
zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = 0, 0
np.savez("zip64.npz", **outputs)
zipfile.ZIP64_LIMIT, zipfile.ZIP_FILECOUNT_LIMIT = limits

safetensors.numpy.save_file(
    {"embedding": floats.astype("<f4"), "logits": floats[:2].astype("<f4")},
    "f32.safetensors", metadata={"network": "resnet8"})


# NumPy has no bfloat16: it is the upper half of a float32.
bfloats = (floats.astype("<f4").view("<u4") >> 16).astype("<u2")


def serialize(name, tensors):
    """Writes (dtype, array) by name, of types that NumPy lacks too."""
    with open(name, "wb") as file:
        file.write(safetensors.serialize({
            name: safetensors.TensorSpec(
                dtype=dtype, shape=array.shape, data_ptr=array.ctypes.data, data_len=array.nbytes)
            for name, (dtype, array) in tensors.items()
        }))


serialize("every-type.safetensors", {
    "f16": ("float16", floats.astype("<f2")),
    "bf16": ("bfloat16", bfloats),
    "f32": ("float32", floats.astype("<f4")),
    "f64": ("float64", floats.astype("<f8")),
    "i32": ("int32", integers.astype("<i4")),
    "i64": ("int64", integers.astype("<i8")),
    "u8": ("uint8", octets.astype("u1")),
})
# Types that were added later, and all numbers of 8 bits beside their values.
bits = np.arange(256, dtype="u1")
serialize("more-types.safetensors", {
    "bool": ("bool", np.array([0, 1, 1], "u1")),
    "i8": ("int8", np.array([-128, 127], "i1")),
    "i16": ("int16", integers.astype("<i2")),
    "u16": ("uint16", np.array([0, 65535], "<u2")),
    "u32": ("uint32", np.array([0, 2**24], "<u4")),
    "u64": ("uint64", np.array([0, 2**24], "<u8")),
    "e4m3": ("float8_e4m3fn", bits),
    "e4m3 values": ("float32", bits.view(ml_dtypes.float8_e4m3fn).astype("<f4")),
    "e5m2": ("float8_e5m2", bits),
    "e5m2 values": ("float32", bits.view(ml_dtypes.float8_e5m2).astype("<f4")),
    "c64": ("complex64", floats.astype("<c8")),
    "e8m0": ("float8_e8m0fnu", bits),
})

# Three images of 2×4 pixels, 0 to 23, and their labels.
images = struct.pack(">4I", 0x803, 3, 2, 4) + bytes(range(24))
labels = struct.pack(">2I", 0x801, 3) + bytes([2, 0, 9])
for name, content in [("images-idx3-ubyte", images), ("labels-idx1-ubyte", labels)]:
    with open(name, "wb") as file:
        file.write(content)
    with open(name + ".gz", "wb") as file:
        file.write(gzip.compress(content, mtime=0))

# QMNIST's extended labels, 3×8 numbers of 32 bits, and labels of 16 bits along one axis.
extended = struct.pack(">3I", 0xC02, 3, 8) + np.arange(24).astype(">i4").tobytes()
short = struct.pack(">2I", 0xB01, 3) + np.array([2, 0, 255]).astype(">i2").tobytes()
for name, content in [("qmnist-idx2-int", extended), ("labels-idx1-short", short)]:
    with open(name, "wb") as file:
        file.write(content)
