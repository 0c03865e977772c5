#!/usr/bin/env python3
"""Writes the files of every situation, as NumPy, safetensors and other programs write them.

    python3 make.py      # needs NumPy; writes into the folder of this script

The numbers are small enough to be worked out by hand. `Situations+*.swift` says what is done with
the files and what is right.
"""

import gzip
import io
import json
import os
import struct
import zipfile

import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))


def path(name):
    os.makedirs(os.path.dirname(name), exist_ok=True)
    return name


def npy(name, array):
    np.save(path(name + ".npy"), array)


def npy_bytes(array, **options):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asanyarray(array), **options)
    return file.getvalue()


def archive(name, members):
    """A zip archive with the same date in every run."""
    with zipfile.ZipFile(path(name), "w") as file:
        for member, content in members.items():
            file.writestr(zipfile.ZipInfo(member), content)


def npz(name, **arrays):
    archive(name + ".npz", {key + ".npy": npy_bytes(value) for key, value in arrays.items()})


def safetensors(name, metadata=None, **tensors):
    """Tensors given as (dtype, shape, bytes), or as arrays of Float32."""
    header, content = ({"__metadata__": metadata} if metadata else {}), b""
    for key, value in tensors.items():
        if isinstance(value, np.ndarray):
            value = ("F32", list(value.shape), value.astype("<f4").tobytes())
        dtype, shape, data = value
        header[key] = {
            "dtype": dtype, "shape": shape, "data_offsets": [len(content), len(content) + len(data)]}
        content += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path(name + ".safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + content)


def file(name, content):
    with open(path(name), "wb") as out:
        out.write(content if isinstance(content, bytes) else content.encode())


def f4(*rows):
    return np.array(rows, dtype="<f4")


# Three points whose distances are 5, 5, 10 and 1, 2, 3: of the mean 20/3 and 2 they are
# 3/4, 3/4, 3/2 and 1/2, 1, 3/2, and rkd.distance is (1/32 + 1/32 + 0) · 2/6 · … = 1/72.
PLANE = f4([0, 0], [3, 4], [6, 8])
LINE = f4([0], [1], [3])
ZEROS = np.zeros((4, 4), dtype="<f4")

# MARK: - Labels

pairs = f4([0], [1], [0.5], [2])
folder = "labels/"
npz(folder + "pairs", embedding=pairs)
for exponent in (24, 53, 62):
    npy(folder + f"two-to-the-{exponent}", np.array([0, 0, 1, 1], dtype="<i8") + 2**exponent)
npy(folder + "small", np.array([0, 0, 1, 1], dtype="<i8"))
npy(folder + "doubles", np.array([0, 0, 1, 1], dtype="<f8") + 2**24)
npz(folder + "pairs-with-labels", embedding=pairs,
    labels=np.array([0, 0, 1, 1], dtype="<i8") + 2**53)
safetensors(folder + "pairs-with-labels", embedding=pairs, labels=(
    "I64", [4], (np.array([0, 0, 1, 1], dtype="<i8") + 2**24).tobytes()))
npz(folder + "two-zeros", logits=np.zeros((2, 3), dtype="<f4"))
for value in (2**24 + 1, -(2**24) - 1, 2**53 + 1):
    npy(folder + f"zero-and-{value}", np.array([0, value], dtype="<i8"))
npz(folder + "four-zeros", logits=ZEROS)
for kind in ("|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8",
             ">i2", ">u2", ">i4", ">u4", ">i8", ">u8", ">f4", ">f8"):
    name = kind.replace("<", "little-").replace(">", "big-").replace("|", "")
    npy(folder + f"0123-{name}", np.arange(4).astype(kind))
npy(folder + "0110-bool", np.array([False, True, True, False]))
npy(folder + "0123-column", np.arange(4, dtype="<i8").reshape(4, 1))
npy(folder + "0123-row-in-fortran-order", np.asfortranarray(np.arange(4).reshape(1, 4)))
for dtype, kind in (("I16", "<i2"), ("U16", "<u2"), ("I8", "|i1"), ("U32", "<u4"), ("U64", "<u8")):
    safetensors(folder + f"0123-{dtype}",
                labels=(dtype, [4], np.arange(4).astype(kind).tobytes()))
# NumPy writes no vector in Fortran order, but Fortran's programs do.
vector = npy_bytes(np.arange(4, dtype="<i8")).replace(
    b"'fortran_order': False, ", b"'fortran_order': True,  ")
file(folder + "0123-in-fortran-order.npy", vector)
npy(folder + "none-is-minus-100", np.array([0, 0, -100, -100]))
npy(folder + "none-is-minus-1", np.array([0, 0, -1, -1]))
npz(folder + "six", embedding=f4([0], [1], [0.5], [2], [7], [9]))
npy(folder + "two-classes-and-none", np.array([0, 0, 1, 1, -100, -100]))

# Four examples in one order and in the other, with their labels.
student, teacher = f4([0], [1], [3], [7]), f4([0], [5], [6], [7])
order = np.arange(4, dtype="<i8")
folder = "disagreeing-labels/"
npz(folder + "s", embedding=student, labels=order)
npz(folder + "t", embedding=teacher, labels=order)
npz(folder + "t-reversed", embedding=teacher[::-1], labels=order[::-1])
npz(folder + "t-int32", embedding=teacher, labels=order.astype("<i4"))
npz(folder + "t-three", embedding=teacher, labels=order[:3])
npz(folder + "t-none", embedding=teacher)
safetensors(folder + "t-last", embedding=teacher, labels=(
    "I64", [4], np.array([0, 1, 2, 4], dtype="<i8").tobytes()))
npy(folder + "order", order)

# MARK: - Files

folder = "beside/"
npy(folder + "t", LINE)
npz(folder + "names", embedding=PLANE, paths=np.array(["a.png", "b.png", "c.png"]))
npz(folder + "complex", embedding=PLANE, spectrum=np.array([1 + 2j, 3]))
npz(folder + "structured", embedding=PLANE,
    boxes=np.array([(1, 2)], dtype=[("x", "<i4"), ("y", "<f4")]))
npz(folder + "doubles", embedding=PLANE, large=np.array([1e300]))
npz(folder + "not-numbers", embedding=PLANE, broken=np.array([np.nan, np.inf]))
npz(folder + "dates", embedding=PLANE, when=np.array(["2024-01-01"], dtype="<M8[D]"))
archive(folder + "objects.npz", {
    "embedding.npy": npy_bytes(PLANE),
    "names.npy": npy_bytes(np.array([{"a": 1}, None], dtype=object), allow_pickle=True)})
archive(folder + "zipped-on-a-mac.npz", {
    "embedding.npy": npy_bytes(PLANE),
    "__MACOSX/._embedding.npy": b"\0\5\x16\7" + bytes(100)})
archive(folder + "with-a-readme.npz", {
    "README.txt": b"the features of a network", "embedding.npy": npy_bytes(PLANE)})
safetensors(folder + "mask", embedding=PLANE, attention_mask=("BOOL", [3], b"\1\0\1"))
safetensors(folder + "eight-bits", embedding=PLANE, scales=("F8_E4M3", [4], bytes(4)),
            other=("F8_E5M2", [4], bytes(4)))

folder = "fortran/"
npy(folder + "t", LINE)
npy(folder + "matrix", np.asfortranarray(PLANE))
npy(folder + "column", np.asfortranarray(f4([0], [5], [10])))
npz(folder + "matrix", embedding=np.asfortranarray(PLANE))
maps = np.arange(2 * 3 * 2 * 2, dtype="<f4").reshape(2, 3, 2, 2)
npz(folder + "maps", stage1=np.asfortranarray(maps))
npz(folder + "maps-in-c-order", stage1=maps)
content = npy_bytes(f4([0], [5], [10])).replace(
    b"'fortran_order': False, ", b"'fortran_order': True,  ")
file(folder + "column-that-says-so.npy", content)

folder = "element-types/"
npy(folder + "t", LINE)
for kind in ("|i1", "<i2", "<u2", "<u4", ">f4", ">f8", ">i4"):
    name = kind.replace("<", "little-").replace(">", "big-").replace("|", "")
    npy(folder + name, PLANE.astype(kind))
half = (PLANE.view("<u4") >> 16).astype("<u2")
npy(folder + "bfloat16", half.view("|V2"))
npz(folder + "bfloat16", embedding=half.view("|V2"))
npy(folder + "void4", PLANE.view("|V4"))
npy(folder + "names", np.array([["a", "b"], ["c", "d"], ["e", "f"]]))
npy(folder + "complex", PLANE.astype("<c8"))
safetensors(folder + "bfloat16", embedding=("BF16", [3, 2], half.tobytes()))

folder = "array-names/"
npy(folder + "t", PLANE)
archive(folder + "unnamed.npz", {"arr_0.npy": npy_bytes(PLANE)})
archive(folder + "two-unnamed.npz", {
    "arr_0.npy": npy_bytes(PLANE), "arr_1.npy": npy_bytes(PLANE)})
npz(folder + "other", features=PLANE)
archive(folder + "nested.npz", {"outputs.npy": npy_bytes(
    np.array({"embedding": PLANE}, dtype=object), allow_pickle=True)})
file(folder + "two.npy", npy_bytes(PLANE) * 2)
npy(folder + "vector", f4(0, 3, 6))
npy(folder + "scalar", np.float32(3))
npz(folder + "one", embedding=PLANE[:1])

folder = "no-tensors/"
npy(folder + "t", LINE)
pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"
page = "<!DOCTYPE html><html><head><title>403</title></head><body>Forbidden</body></html>\n"
for extension in ("safetensors", "npy", "npz"):
    file(folder + f"pointer.{extension}", pointer)
    file(folder + f"page.{extension}", page)
    file(folder + f"empty.{extension}", b"")
    file(folder + f"archive.{extension}", gzip.compress(npy_bytes(PLANE), mtime=0))
    file(folder + f"error.{extension}", '{"error": "not found"}\n')
archive(folder + "torch.npz", {
    "archive/data.pkl": b"\x80\x02}.", "archive/data/0": bytes(24), "archive/version": b"3\n"})
file(folder + "torch.npy", open(folder + "torch.npz", "rb").read())
file(folder + "torch.pt", open(folder + "torch.npz", "rb").read())
file(folder + "torch.safetensors", open(folder + "torch.npz", "rb").read())
safetensors(folder + "none", embedding=f4([0], [2], [6]), none=("F32", [0, 4], b""),
            step=("I64", [], bytes(8)))
safetensors(folder + "wrong-metadata", metadata={"epoch": 3}, embedding=LINE)
file(folder + "named-otherwise.npz", npy_bytes(PLANE))

# Images are the QMNIST's in number and shape of their header, 16 of them.
folder = "idx/"
file(folder + "idx.json5",
     '{ name: "idx", student: { network: "mlp:8", training: { epochs: 1, batch: 8 } },\n'
     '  rows: [{ name: "ce", loss: "ce" }] }\n')
images = struct.pack(">4I", 0x803, 16, 28, 28) + bytes(16 * 28 * 28)
labels = struct.pack(">2I", 0x801, 16) + bytes(range(10)) + bytes(6)
kinds = {
    "qmnist": (images, struct.pack(">3I", 0xC02, 16, 8)
               + b"".join(struct.pack(">8i", k % 10, *[9] * 7) for k in range(16))),
    "int-labels": (images, struct.pack(">18I", 0xC01, 16, *[k % 10 for k in range(16)])),
    "float-labels": (images, struct.pack(">2I", 0xD01, 16) + bytes(64)),
    "float-images": (struct.pack(">4I", 0xD03, 1, 28, 28) + bytes(4 * 28 * 28), labels),
    "colour-images": (struct.pack(">5I", 0x804, 1, 28, 28, 3) + bytes(3 * 28 * 28), labels),
    "exchanged": (labels, images),
    "page": (page.encode(), labels),
}
for kind, (first, second) in kinds.items():
    for part in ("train", "t10k"):
        file(folder + f"{kind}/{part}-images-idx3-ubyte.gz", gzip.compress(first, mtime=0))
        file(folder + f"{kind}/{part}-labels-idx1-ubyte.gz", gzip.compress(second, mtime=0))

# MARK: - Shapes

folder = "tokens/"
s = np.array([[[1, 2, 3], [-3, -2, -1]]], dtype="<f4")
t = np.array([[[3, 2, 1], [-1, -2, -3]]], dtype="<f4")
npz(folder + "s", logits=s)
npz(folder + "t", logits=t)
npz(folder + "s-rows", logits=s[0])
npz(folder + "t-rows", logits=t[0])
npz(folder + "s-features", embedding=s)
npz(folder + "t-features", embedding=t)
npy(folder + "labels", np.array([0, 1]))

folder = "maps/"
npz(folder + "2x3", stage1=f4([[[0, 1, 0], [0, 0, 0]]]))
npz(folder + "3x2", stage1=f4([[[0, 0], [1, 0], [0, 0]]]))
random = np.random.default_rng(4)
npz(folder + "2x8", stage1=random.normal(size=(2, 4, 2, 8)).astype("<f4"))
npz(folder + "4x4", stage1=random.normal(size=(2, 4, 4, 4)).astype("<f4"))
npz(folder + "1x16", stage1=random.normal(size=(2, 4, 1, 16)).astype("<f4"))
npz(folder + "8-channels-4x4", stage2=random.normal(size=(4, 8, 4, 4)).astype("<f4"),
    logits=random.normal(size=(4, 10)).astype("<f4"))
npz(folder + "16-channels-8x8", stage2=random.normal(size=(4, 16, 8, 8)).astype("<f4"),
    logits=random.normal(size=(4, 12)).astype("<f4"))
npz(folder + "three-examples", stage2=random.normal(size=(3, 16, 4, 4)).astype("<f4"),
    logits=random.normal(size=(3, 10)).astype("<f4"))

# MARK: - What a loss cannot tell

folder = "one-class/"
npz(folder + "s", logits=f4([2], [-1]), labels=np.array([0, 0]))
npz(folder + "t", logits=f4([-3], [4]))
npz(folder + "s-two", logits=f4([2, 0], [-1, 0]))
npz(folder + "t-two", logits=f4([-3, 0], [4, 0]))

folder = "few-examples/"
npz(folder + "s", embedding=student)
npz(folder + "t", embedding=teacher)
npz(folder + "s-two", embedding=student[2:])
npz(folder + "t-two", embedding=teacher[2:])
npz(folder + "s-one", embedding=student[3:])
npz(folder + "t-one", embedding=teacher[3:])

# MARK: - Numbers

folder = "small-features/"
cross = f4([1, 0], [-1, 0], [0, 1], [0, -1])
npz(folder + "t", embedding=cross)
npz(folder + "t-line", embedding=teacher)
grid = random.normal(size=(4, 3, 4, 4)).astype("<f4")
npz(folder + "t-maps", stage1=grid)
for name, scale in (("1", 1), ("5e-7", 5e-7), ("1e-9", 1e-9), ("1e-12", 1e-12)):
    npz(folder + f"s-{name}", embedding=cross * np.float32(scale))
    npz(folder + f"s-line-{name}", embedding=student * np.float32(scale))
    npz(folder + f"s-maps-{name}", stage1=grid * np.float32(scale))

folder = "masked-logits/"
probabilities = np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([[0.9, 0.1], [0.9, 0.1]])
for name, mask in (("1e9", -1e9), ("1e30", -1e30), ("largest", np.finfo("<f4").min), ("inf", -np.inf)):
    for role, p in zip("st", probabilities):
        logits = np.concatenate([np.log(p), np.full((2, 1), mask)], axis=1).astype("<f4")
        npz(folder + f"{role}-{name}", logits=logits)

folder = "zeros-and-halves/"
npz(folder + "s", embedding=np.array([[1, 0], [0, 1], [0, 0]], dtype="<f2"))
npz(folder + "t", embedding=np.array([[1], [1], [0]], dtype="<f2"))
halves = np.array([[300, 0], [0, 0], [0, 300], [250, 250]], dtype="<f2")
npz(folder + "s-large", embedding=halves)
npz(folder + "t-large", embedding=halves.astype("<f8") / 300)

folder = "far-from-the-origin/"
npy(folder + "s", f4([700001], [700098], [700195]))
npy(folder + "even", f4([0], [1], [2]))
npy(folder + "t", LINE)
line = np.arange(64).reshape(64, 1)
npy(folder + "s64", (line * 97 + 700001).astype("<f4"))
npy(folder + "t64", line.astype("<f4"))

# MARK: - Recipes

small = """{
  name: "small",
  data: { set: "glyphs", train: 256, test: 64 },
  teacher: { network: "mlp:16", training: { epochs: 1, batch: 64 } },
  student: { network: "mlp:8", training: { epochs: 1, batch: 64 } },
  rows: [ { name: "ce", loss: "ce" }, { name: "kd", loss: "ce + kd" } ],
  seeds: [1],
}
"""
folder = "recipes/"
file(folder + "small.json5", small)
file(folder + "large-seed.json5", small.replace("[1]", "[9007199254740993]"))
file(folder + "epochs-twice.json5", small.replace(
    'mlp:8", training: { epochs: 1, batch: 64 }', 'mlp:8", training: { epochs: 1, batch: 64, epochs: 7 }'))
file(folder + "name-twice.json5", small.replace(
    '{ name: "ce", loss: "ce" }', '{ name: "ce", loss: "ce", "name": "other" }'))
file(folder + "rows-twice.json5", small.replace("  seeds", '  rows: [{ loss: "ce" }],\n  seeds'))
