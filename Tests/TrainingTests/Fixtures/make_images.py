"""Writes images.npz: small PNG and JPEG files of many kinds, and what Pillow reads in them.

    python make_images.py        needs numpy and Pillow

For each kind, `KIND file` are the bytes of a file, and `KIND pixels` are H×W×C.
"""
import io
from pathlib import Path

import numpy as np
from PIL import Image

random = np.random.default_rng(4)
HEIGHT, WIDTH = 6, 9
smooth = np.add.outer(np.arange(HEIGHT) * 20, np.arange(WIDTH) * 12)
colour = np.stack([smooth + 20, 255 - smooth, smooth // 2 + 60], -1).astype(np.uint8)
grey = smooth.astype(np.uint8)
arrays = {}


def add(kind, image, pixels, format="PNG", **options):
    file = io.BytesIO()
    image.save(file, format, **options)
    arrays[f"{kind} file"] = np.frombuffer(file.getvalue(), np.uint8)
    arrays[f"{kind} pixels"] = np.asarray(pixels).reshape(HEIGHT, WIDTH, -1)


add("grey", Image.fromarray(grey), grey)
add("colour", Image.fromarray(colour), colour)
add("bits", Image.fromarray(grey > 90), np.where(grey > 90, 255, 0).astype(np.uint8))
add("wide", Image.fromarray(grey.astype(np.uint16) * 257), grey)
palette = Image.fromarray(colour).quantize(8)
add("palette", palette, palette.convert("RGB"))
opaque = np.concatenate([colour, np.full((HEIGHT, WIDTH, 1), 255, np.uint8)], -1)
add("opaque", Image.fromarray(opaque), colour)
clear = opaque.copy()
clear[..., 3] = 0
add("clear", Image.fromarray(clear), 0 * colour)
for kind, options in [("baseline", {}), ("progressive", {"progressive": True})]:
    file = io.BytesIO()
    Image.fromarray(colour).save(file, "JPEG", quality=90, **options)
    add(f"{kind} jpeg", Image.fromarray(colour), Image.open(file).convert("RGB"), "JPEG",
        quality=90, **options)
file = io.BytesIO()
Image.fromarray(grey).save(file, "JPEG")
add("grey jpeg", Image.fromarray(grey), Image.open(file), "JPEG")
np.savez_compressed(Path(__file__).with_name("images.npz"), **arrays)
