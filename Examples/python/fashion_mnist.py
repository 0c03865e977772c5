"""A small network learns Fashion-MNIST from a few labels and from a larger network.

    python Examples/python/fashion_mnist.py

It reads the four files of Fashion-MNIST, which Debian has as `dataset-fashion-mnist`. `--data` names their folder.
"""

import argparse
import gzip
import time
from pathlib import Path

import kindred.torch
import numpy as np
import torch
from torch import nn


def images_and_labels(folder: Path, part: str, count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """The first images N×1×28×28 of a part, from 0 to 1, and their classes."""
    with gzip.open(folder / f"{part}-images-idx3-ubyte.gz") as file:
        pixels = np.frombuffer(file.read(), np.uint8, offset=16)[: count * 28 * 28]
    with gzip.open(folder / f"{part}-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)[:count]
    images = torch.from_numpy(pixels.reshape(-1, 1, 28, 28).astype(np.float32) / 255)
    return images, torch.from_numpy(labels.astype(np.int64))


def network(channels: int) -> nn.Sequential:
    """Two convolutions, a layer of features, and a layer of classes."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        nn.Sequential(nn.Conv2d(channels, 2 * channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        nn.Sequential(nn.Flatten(), nn.Linear(2 * channels * 49, 8 * channels), nn.ReLU()),
        nn.Linear(8 * channels, 10),
    )


def train(student, criterion, data, epochs, teacher=None):
    """Trains a network, with the teacher's outputs if there is one, and gives the loss on the last batch."""
    images, labels = data
    outputs = kindred.torch.hook(student, {"embedding": "2", "logits": ""})
    taught = kindred.torch.hook(teacher, {"embedding": "2", "logits": ""}) if teacher else None
    optimizer = torch.optim.Adam(student.parameters(), lr=0.002)
    for _ in range(epochs):
        for rows in torch.randperm(len(images)).split(64):
            student(images[rows])
            if teacher:
                with torch.no_grad():
                    teacher(images[rows])
            value = criterion(student=outputs, teacher=taught, labels=labels[rows])
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
    if teacher:
        for name, term in criterion.balance(outputs, taught, labels=labels[rows]).items():
            print(
                f"  {name:13} weight {term.weight:<5g} value {term.value:<8.3g} "
                f"share {term.share:4.0%}, gradient {term.gradient_norm:.2g}, cosine {term.cosine:.2f}"
            )
    outputs.remove()
    return value


def accuracy(model: nn.Module, data: tuple[torch.Tensor, torch.Tensor]) -> float:
    with torch.no_grad():
        return float((model(data[0]).argmax(1) == data[1]).float().mean())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path("/usr/share/datasets/fashion-mnist"))
    parser.add_argument("--images", type=int, default=4000, help="images to train on")
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    start = time.perf_counter()
    data = images_and_labels(options.data, "train", options.images)
    test = images_and_labels(options.data, "t10k", 2000)

    torch.manual_seed(0)
    teacher = network(12)
    train(teacher, kindred.torch.Loss("ce"), data, options.epochs)
    print(f"teacher: {accuracy(teacher, test):.1%}")

    # The students know the label of one image in ten; −100 says that there is none. The teacher has seen all.
    few = data[0], torch.where(torch.arange(options.images) % 10 == 0, data[1], -100)
    for name, formula in [
        ("labels alone", "ce"),
        ("and the teacher", "ce + kd(temperature: 4) + rkd(distance: 5, angle: 10)"),
    ]:
        torch.manual_seed(1)
        student = network(4)
        train(student, kindred.torch.Loss(formula), few, options.epochs, None if formula == "ce" else teacher)
        print(f"student, {name}: {accuracy(student, test):.1%}")
    print(f"{time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
