"""Times a step of training, and inference, in PyTorch: what `kindred bench training` is compared with.

    python torch_training.py [--networks NAME...] [--batch N] [--threads N]        needs torch

One JSON object a line, with the fields of `kindred bench training --format jsonl`. Every network is
run in both of PyTorch's memory layouts, and the better figure of each kind is printed.
"""
import argparse
import json
import statistics
import time

import torch
import torch.nn.functional as F


class Unit(torch.nn.Module):
    def __init__(self, inputs, outputs, kernel=3, stride=1):
        super().__init__()
        self.convolution = torch.nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
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


def resnet(depth, width):
    layers, channels = [Unit(1, width), torch.nn.ReLU()], width
    for stage in range(3):
        for block in range((depth - 2) // 6):
            outputs = width << stage
            layers.append(Block(channels, outputs, 2 if stage and not block else 1))
            channels = outputs
    head = [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(channels, 10)]
    return torch.nn.Sequential(*layers, *head)


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
    depth, width = (int(part) for part in name.removeprefix("resnet").split(":"))
    torch.manual_seed(0)
    network = resnet(depth, width).to(memory_format=layout)
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
        # PyTorch 2.15 has crashed in channels_last with fewer than 8 channels.
        narrow = int(name.rpartition(":")[2]) < 8
        layouts = [torch.contiguous_format] + ([] if narrow else [torch.channels_last])
        figures = [measure(name, options.batch, options.steps, layout) for layout in layouts]
        trained, inferred = (max(kind) for kind in zip(*figures))
        print(json.dumps({
            "network": name, "batch": options.batch, "threads": options.threads,
            "samples_per_s": round(trained, 1), "infer_per_s": round(inferred, 1)}), flush=True)
