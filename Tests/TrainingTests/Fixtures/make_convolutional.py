"""Writes wrn.safetensors and mobilenetv2.safetensors: small networks as PyTorch computes them.

    python make_convolutional.py        needs torch and safetensors

Weights under Kindred's names, a batch, and what PyTorch makes of it: the outputs at inference, the
loss, the running statistics after a step of training, and the gradients of parameters of at most
1,000 numbers. Weights and images are Float32; the rest is computed in Float64 and rounded.
"""
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


class Network:
    """Layers by their names, which `run` makes when it first meets them."""

    def __init__(self):
        self.convolutions, self.norms, self.linear = {}, {}, None

    def convolution(self, x, name, outputs, kernel=3, stride=1, groups=1):
        if name not in self.convolutions:
            self.convolutions[name] = torch.nn.Conv2d(
                x.shape[1], outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        return self.convolutions[name](x)

    def norm(self, x, name):
        if name not in self.norms:
            norm = self.norms[name] = torch.nn.BatchNorm2d(x.shape[1]).eval()
            with torch.no_grad():
                norm.weight.uniform_(0.5, 1.5)
                norm.bias.uniform_(-0.5, 0.5)
                norm.running_mean.uniform_(-0.5, 0.5)
                norm.running_var.uniform_(0.5, 1.5)
        return self.norms[name](x)

    def head(self, x, outputs, classes):
        outputs["embedding"] = x.mean((2, 3))
        if self.linear is None:
            self.linear = torch.nn.Linear(x.shape[1], classes)
        outputs["logits"] = self.linear(outputs["embedding"])
        return outputs

    def parameters(self):
        named = {f"{name}.weight": layer.weight for name, layer in self.convolutions.items()}
        for name, norm in self.norms.items():
            named |= {f"{name}.scale": norm.weight, f"{name}.shift": norm.bias}
        return named | {"logits.weight": self.linear.weight, "logits.bias": self.linear.bias}

    def statistics(self):
        return {f"{name}.{kind}": tensor for name, norm in self.norms.items()
                for kind, tensor in (("mean", norm.running_mean), ("variance", norm.running_var))}


class WideResNet(Network):
    depth, factor, width = 16, 2, 1

    def run(self, x, classes):
        outputs = {}
        x = outputs["stem"] = self.convolution(x, "stem", self.width)
        for stage in (1, 2, 3):
            channels = (self.width * self.factor) << (stage - 1)
            for block in range(1, (self.depth - 4) // 6 + 1):
                name, stride = f"stage{stage}.block{block}", 2 if stage > 1 and block == 1 else 1
                normal = F.relu(self.norm(x, f"{name}.first"))
                y = self.convolution(normal, f"{name}.first", channels, stride=stride)
                y = self.convolution(F.relu(self.norm(y, f"{name}.second")), f"{name}.second", channels)
                if x.shape[1] != channels:
                    x = self.convolution(normal, f"{name}.projection", channels, 1, stride)
                x = outputs[name] = x + y
            outputs[f"stage{stage}"] = x
        return self.head(F.relu(self.norm(x, "norm")), outputs, classes)


class MobileNetV2(Network):
    width = 4
    table = [(1, 1, 16, 1, 1), (1, 6, 24, 2, 1), (2, 6, 32, 3, 2), (3, 6, 64, 4, 2), (3, 6, 96, 3, 1),
             (4, 6, 160, 3, 2), (4, 6, 320, 1, 1)]

    def unit(self, x, name, outputs, *sizes, rectified=True):
        y = self.norm(self.convolution(x, name, outputs, *sizes), name)
        return F.relu6(y) if rectified else y

    def run(self, x, classes):
        outputs, count = {}, {1: 0, 2: 0, 3: 0, 4: 0}
        x = outputs["stem"] = self.unit(x, "stem", self.width, 3, 2)
        for stage, expansion, channels, blocks, first in self.table:
            for index in range(blocks):
                count[stage] += 1
                name, stride = f"stage{stage}.block{count[stage]}", 1 if index else first
                inside, channels_out = expansion * x.shape[1], channels * self.width // 32
                y = self.unit(x, f"{name}.expansion", inside, 1) if expansion > 1 else x
                y = self.unit(y, f"{name}.depthwise", inside, 3, stride, inside)
                y = self.unit(y, f"{name}.projection", channels_out, 1, rectified=False)
                x = x + y if stride == 1 and x.shape == y.shape else y
                outputs[name] = outputs[f"stage{stage}"] = x
        return self.head(self.unit(x, "last", 40 * self.width, 1), outputs, classes)


def write(file, network, examples, channels, size, classes=5):
    torch.manual_seed(7)
    images = torch.randn(examples, channels, size, size).float().double()
    labels = torch.randint(0, classes, (examples,))
    network.run(images, classes)
    with torch.no_grad():
        for tensor in (network.parameters() | network.statistics()).values():
            tensor.copy_(tensor.float())
    named = network.parameters() | network.statistics()
    tensors = {f"weights/{name}": tensor.clone() for name, tensor in named.items()}
    outputs = network.run(images, classes)
    tensors |= {
        f"inference/{name}": tensor for name, tensor in outputs.items() if "block" not in name}
    for norm in network.norms.values():
        norm.train()
    loss = F.cross_entropy(network.run(images, classes)["logits"], labels)
    loss.backward()
    tensors |= {"images": images, "labels": labels, "loss": loss}
    tensors |= {f"gradients/{name}": tensor.grad
                for name, tensor in network.parameters().items() if tensor.numel() <= 1000}
    tensors |= {f"after/{name}": tensor for name, tensor in network.statistics().items()}
    save_file({name: tensor.detach().float().contiguous() for name, tensor in tensors.items()},
              Path(__file__).parent / file)


write("wrn.safetensors", WideResNet(), examples=6, channels=3, size=9)
write("mobilenetv2.safetensors", MobileNetV2(), examples=5, channels=3, size=20)
