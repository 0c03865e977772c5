"""Writes colour.npz: what torchvision's operations make of a colour image.

    python make_colour.py        needs numpy, Pillow, torch and torchvision

`image` is 3×H×W bytes. Each other array is the image after an operation of Kindred's name with a
strength, `rotate -0.3`, in the units of Kindred's ImageOperation. The operations are those on
tensors, which interpolate with black outside the image. Only `color` is that on Pillow's images, in
which grey levels are rounded.
"""
import math
from pathlib import Path

import numpy as np
import torch
from torchvision.transforms import functional as F
from torchvision.transforms import InterpolationMode

HEIGHT, WIDTH = 18, 20
generator = torch.Generator().manual_seed(3)
noise = torch.randint(0, 256, (3, 6, 7), generator=generator).float()[None]
smooth = torch.nn.functional.interpolate(noise, (HEIGHT, WIDTH), mode="bilinear")[0]
image = (0.8 * smooth + torch.tensor([10, 30, 0])[:, None, None]).round().to(torch.uint8)


def affine(shear=(0.0, 0.0), translate=(0, 0)):
    degrees = [math.degrees(math.atan(slope)) for slope in shear]
    return F.affine(
        image, angle=0.0, translate=list(translate), scale=1.0, shear=degrees,
        interpolation=InterpolationMode.BILINEAR)


def moved(side, strength):
    return round(150 / 331 * side * strength)


# torchvision turns and shears the other way than Kindred for the same sign.
operations = {
    "autocontrast": lambda s: F.autocontrast(image),
    "equalize": lambda s: F.equalize(image),
    "rotate": lambda s: F.rotate(image, -30 * s, interpolation=InterpolationMode.BILINEAR),
    "solarize": lambda s: F.solarize(image, 256 * (1 - abs(s))),
    "posterize": lambda s: F.posterize(image, 8 - round(4 * abs(s))),
    "contrast": lambda s: F.adjust_contrast(image, 1 + 0.9 * s),
    "brightness": lambda s: F.adjust_brightness(image, 1 + 0.9 * s),
    "color": lambda s: F.pil_to_tensor(F.adjust_saturation(F.to_pil_image(image), 1 + 0.9 * s)),
    "sharpness": lambda s: F.adjust_sharpness(image, 1 + 0.9 * s),
    "shearX": lambda s: affine(shear=(-0.3 * s, 0.0)),
    "shearY": lambda s: affine(shear=(0.0, -0.3 * s)),
    "translateX": lambda s: affine(translate=(moved(WIDTH, s), 0)),
    "translateY": lambda s: affine(translate=(0, moved(HEIGHT, s))),
}
arrays = {"image": image.numpy()}
for name, operation in operations.items():
    for strength in (-0.8, 0.3, 1.0):
        arrays[f"{name} {strength}"] = operation(strength).numpy()
np.savez_compressed(Path(__file__).with_name("colour.npz"), **arrays)
