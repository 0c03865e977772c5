"""Writes class folders of colour images: icons of the same names by several makers, on backgrounds.

Each class is a name of the freedesktop Icon Naming Specification. The training images are drawn from the icons of
three makers, the test images from those of a fourth. The icons come from Debian's packages, whose licences are free:
Tango (public domain), GNOME (LGPL 3+ or CC BY-SA 3.0), elementary Xfce (GPL 2+ and others) and nuoveXT2 of LXDE
(LGPL 3). Each package's own file `copyright` says more.

    apt-get download tango-icon-theme gnome-icon-theme elementary-xfce-icon-theme lxde-icon-theme
    for package in *-icon-theme_*.deb; do dpkg-deb -x "$package" icons; done
    pip install numpy==2.4.6 pillow==13.0.0
    python Examples/data/own_images.py icons Examples/own-images

The same packages and versions give the same pixels. `--classes`, `--train` and `--test` make fewer images, and
`--makers` takes fewer packages: the last maker is tested on.
"""

import argparse
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance

SIDE = 32

MAKERS = {
    "tango": "usr/share/icons/Tango",
    "gnome": "usr/share/icons/gnome",
    "xfce": "usr/share/icons/elementary-xfce",
    "lxde": "usr/share/icons/nuoveXT2",
}

CLASSES = """
    accessories-text-editor applications-graphics applications-internet appointment-new audio-volume-high
    audio-x-generic bookmark-new camera-photo computer dialog-error dialog-warning document-new
    document-print document-save drive-harddisk edit-cut edit-find edit-paste edit-redo edit-undo folder
    go-down go-home go-next go-up help-browser image-x-generic input-keyboard list-add
    list-remove mail-message-new media-optical package-x-generic preferences-desktop-accessibility
    preferences-desktop-screensaver user-trash utilities-system-monitor utilities-terminal
    view-fullscreen view-refresh
""".split()


def icons(theme: Path) -> dict[str, Image.Image]:
    """The icons of a theme by name, of 48×48 pixels or else of 32×32."""
    found = {}
    paths = [path for path in sorted(theme.rglob("*.png")) if path.stem in CLASSES]
    for size in (48, 32):
        for path in paths:
            if {f"{size}", f"{size}x{size}"} & set(path.parts):
                found.setdefault(path.stem, Image.open(path).convert("RGBA"))
    return found


def background(random: np.random.Generator) -> Image.Image:
    """A gradient between two colours in a random direction, with noise."""
    angle = random.uniform(0, 2 * np.pi)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] / (SIDE - 1) - 0.5
    share = (0.5 + (np.cos(angle) * columns + np.sin(angle) * rows) / np.sqrt(2))[:, :, None]
    first, second = random.uniform(0, 255, (2, 3))
    pixels = share * first + (1 - share) * second + random.normal(0, 12, (SIDE, SIDE, 3))
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8), "RGB")


def variant(icon: Image.Image, random: np.random.Generator) -> Image.Image:
    """The icon turned, resized, in other colours and somewhere on a background."""
    side = int(random.integers(18, 31))
    icon = icon.rotate(random.uniform(-15, 15), Image.Resampling.BICUBIC).resize((side, side))
    colours, opacity = icon.convert("RGB"), icon.getchannel("A")
    colours = ImageEnhance.Color(colours).enhance(random.uniform(0, 1.5))
    colours = ImageEnhance.Brightness(colours).enhance(random.uniform(0.6, 1.3))
    image = background(random)
    left, top = (int(random.integers(-3, SIDE - side + 4)) for _ in range(2))
    image.paste(colours, (left, top), opacity)
    return image


def write(folder: Path, themes: list[dict[str, Image.Image]], classes: list[str], count: int) -> None:
    """Writes `count` images of each class, drawn from the makers' icons in turn."""
    for name in classes:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            # Each image has its own seed, so that it is the same however many others are drawn.
            random = np.random.default_rng([zlib.crc32(f"{folder.name}/{name}".encode()), number])
            image = variant(themes[number % len(themes)][name], random)
            image.save(folder / name / f"{number:04}.png")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", type=Path, help="the folder that the packages were unpacked into, or / if installed")
    parser.add_argument("out", type=Path, help="the folder to write")
    parser.add_argument("--makers", nargs="+", choices=MAKERS, default=list(MAKERS))
    parser.add_argument("--classes", type=int, default=len(CLASSES), help="how many classes")
    parser.add_argument("--train", type=int, default=180, help="training images of each class")
    parser.add_argument("--test", type=int, default=60, help="test images of each class")
    arguments = parser.parse_args()

    if len(arguments.makers) < 2:
        parser.error("one maker to train on and another to test on are needed")
    if arguments.out.exists():
        parser.error(f"{arguments.out} is there already, and its images would be mixed with these")

    themes = {name: icons(arguments.packages / MAKERS[name]) for name in arguments.makers}
    classes = CLASSES[: arguments.classes]
    for maker, found in themes.items():
        if missing := [name for name in classes if name not in found]:
            parser.error(f"{arguments.packages / MAKERS[maker]} lacks {', '.join(missing)}")
    *train, test = themes.values()
    write(arguments.out / "train", train, classes, arguments.train)
    write(arguments.out / "test", [test], classes, arguments.test)
    makers = list(themes)
    print(
        f"{arguments.out}: {len(classes)} classes, {arguments.train} images of each by {', '.join(makers[:-1])} "
        f"to train, {arguments.test} by {makers[-1]} to test"
    )


if __name__ == "__main__":
    main()
