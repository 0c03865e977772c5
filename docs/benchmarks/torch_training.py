"""Times a step of training, and inference, in PyTorch: what `kindred bench training` is compared with.

    python torch_training.py [--networks NAME...] [--batch N] [--threads N]        needs torch

One JSON object a line, with the fields of `kindred bench training --format jsonl`. Every network is
run in both of PyTorch's memory layouts, and the better figure of each kind is printed.
"""
import argparse
import json
import re
import statistics
import time

import torch
import torch.nn.functional as F


class Unit(torch.nn.Module):
    def __init__(self, inputs, outputs, kernel=3, stride=1, groups=1):
        super().__init__()
        self.convolution = torch.nn.Conv2d(
            inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.norm = torch.nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(self.convolution(x))


class Block(torch.nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first, self.second = Unit(inputs, outputs, stride=stride), Unit(outputs, outputs)
        changes = stride != 1 or inputs != outputs
        self.shortcut = Unit(inputs, outputs, 1, stride) if changes else torch.nn.Identity()

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))


class WideBlock(torch.nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.norm1, self.norm2 = torch.nn.BatchNorm2d(inputs), torch.nn.BatchNorm2d(outputs)
        self.first = torch.nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.second = torch.nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        changes = inputs != outputs
        self.shortcut = torch.nn.Conv2d(inputs, outputs, 1, stride, bias=False) if changes else None

    def forward(self, x):
        normal = F.relu(self.norm1(x))
        y = self.second(F.relu(self.norm2(self.first(normal))))
        return y + (self.shortcut(normal) if self.shortcut else x)


class Inverted(torch.nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        inside, self.adds = expansion * inputs, stride == 1 and inputs == outputs
        layers = [Unit(inputs, inside, 1), torch.nn.ReLU6()] if expansion > 1 else []
        self.layers = torch.nn.Sequential(
            *layers, Unit(inside, inside, 3, stride, inside), torch.nn.ReLU6(), Unit(inside, outputs, 1))

    def forward(self, x):
        return x + self.layers(x) if self.adds else self.layers(x)


class ViT(torch.nn.Module):
    def __init__(self, dim, depth, heads, patch):
        super().__init__()
        self.patches = torch.nn.Conv2d(1, dim, patch, patch)
        self.positions = torch.nn.Parameter(0.02 * torch.randn((28 // patch) ** 2, dim))
        self.blocks = torch.nn.Sequential(*(
            torch.nn.TransformerEncoderLayer(
                dim, heads, 4 * dim, dropout=0, activation="gelu", batch_first=True, norm_first=True)
            for _ in range(depth)))
        self.norm, self.linear = torch.nn.LayerNorm(dim), torch.nn.Linear(dim, 10)

    def forward(self, x):
        tokens = self.patches(x).flatten(2).transpose(1, 2) + self.positions
        return self.linear(self.norm(self.blocks(tokens)).mean(1))


def head(channels):
    return [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(channels, 10)]


def wrn(depth, factor, width):
    layers, channels = [torch.nn.Conv2d(1, width, 3, 1, 1, bias=False)], width
    for stage in range(3):
        for block in range((depth - 4) // 6):
            outputs = factor * width << stage
            layers.append(WideBlock(channels, outputs, 2 if stage and not block else 1))
            channels = outputs
    last = [torch.nn.BatchNorm2d(channels), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers, *last, *head(channels))


def mobilenetv2(width):
    layers, channels = [Unit(1, width, 3, 2), torch.nn.ReLU6()], width
    for expansion, outputs, count, stride in (
            (1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
            (6, 320, 1, 1)):
        for block in range(count):
            outside = outputs * width // 32
            layers.append(Inverted(channels, outside, 1 if block else stride, expansion))
            channels = outside
    layers += [Unit(channels, 40 * width, 1), torch.nn.ReLU6()]
    return torch.nn.Sequential(*layers, *head(40 * width))


def resnet(depth, width):
    layers, channels = [Unit(1, width), torch.nn.ReLU()], width
    for stage in range(3):
        for block in range((depth - 2) // 6):
            outputs = width << stage
            layers.append(Block(channels, outputs, 2 if stage and not block else 1))
            channels = outputs
    return torch.nn.Sequential(*layers, *head(channels))


def made(name):
    """The network of a name as `kindred list networks` writes it."""
    kind, *sizes = re.split("[:-]", re.sub(r"^(resnet|wrn)(?=\d)", r"\1:", name))
    networks = {"resnet": resnet, "wrn": wrn, "mobilenetv2": mobilenetv2, "vit": ViT}
    return networks[kind](*(int(size) for size in sizes))


def seconds(body, steps):
    for _ in range(3):
        body()
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        body()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def measure(name, batch, steps, layout):
    torch.manual_seed(0)
    network = made(name).to(memory_format=layout)
    images = torch.randn(batch, 1, 28, 28).to(memory_format=layout)
    labels = torch.randint(0, 10, (batch,))
    optimizer = torch.optim.SGD(
        network.parameters(), 0.05, momentum=0.9, weight_decay=5e-4, nesterov=True)

    def step():
        optimizer.zero_grad()
        F.cross_entropy(network(images), labels).backward()
        optimizer.step()

    trained = batch / seconds(step, steps)
    network.eval()
    with torch.no_grad():
        inferred = batch / seconds(lambda: network(images), steps)
    return trained, inferred


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--networks", nargs="+", default=["resnet8:4", "resnet8:16", "resnet20:16"])
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=12)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    for name in options.networks:
        # PyTorch 2.15 has crashed in channels_last with fewer than 8 channels. A transformer's tokens
        # have one layout.
        narrow = name.startswith("vit") or int(name.rpartition(":")[2]) < 8
        layouts = [torch.contiguous_format] + ([] if narrow else [torch.channels_last])
        figures = [measure(name, options.batch, options.steps, layout) for layout in layouts]
        trained, inferred = (max(kind) for kind in zip(*figures))
        print(json.dumps({
            "network": name, "batch": options.batch, "threads": options.threads,
            "samples_per_s": round(trained, 1), "infer_per_s": round(inferred, 1)}), flush=True)
