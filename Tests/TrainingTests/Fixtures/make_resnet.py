"""Writes resnet.safetensors: a small residual network as PyTorch computes it.

    python make_resnet.py        needs torch and safetensors

Weights under Kindred's names, a batch, and what PyTorch makes of it: the outputs at inference, the
loss, the running statistics after a step of training, and the gradient of every parameter.
"""
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

DEPTH, WIDTH, CLASSES, EXAMPLES, SIZE = 14, 3, 5, 6, 12
torch.manual_seed(7)
torch.set_num_threads(1)


class Unit(torch.nn.Module):
    """A convolution and batch normalisation with statistics that differ from their start."""

    def __init__(self, inputs, outputs, kernel, stride):
        super().__init__()
        self.convolution = torch.nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = torch.nn.BatchNorm2d(outputs)
        with torch.no_grad():
            self.norm.weight.uniform_(0.5, 1.5)
            self.norm.bias.uniform_(-0.5, 0.5)
            self.norm.running_mean.uniform_(-0.5, 0.5)
            self.norm.running_var.uniform_(0.5, 1.5)

    def forward(self, x):
        return self.norm(self.convolution(x))


units = {"stem": Unit(1, WIDTH, 3, 1)}
plan, channels = [], WIDTH
for stage in range(3):
    for block in range((DEPTH - 2) // 6):
        outputs, stride = WIDTH << stage, 2 if stage and not block else 1
        name = f"stage{stage + 1}.block{block + 1}"
        units[f"{name}.first"] = Unit(channels, outputs, 3, stride)
        units[f"{name}.second"] = Unit(outputs, outputs, 3, 1)
        if stride != 1 or channels != outputs:
            units[f"{name}.projection"] = Unit(channels, outputs, 1, stride)
        plan.append((stage + 1, name))
        channels = outputs
linear = torch.nn.Linear(channels, CLASSES)


def network(x):
    outputs = {}
    x = F.relu(units["stem"](x))
    for stage, name in plan:
        shortcut = units[f"{name}.projection"](x) if f"{name}.projection" in units else x
        x = F.relu(units[f"{name}.second"](F.relu(units[f"{name}.first"](x))) + shortcut)
        outputs[f"stage{stage}"] = x
    outputs["embedding"] = x.mean((2, 3))
    outputs["logits"] = linear(outputs["embedding"])
    return outputs


images = torch.randn(EXAMPLES, 1, SIZE, SIZE)
labels = torch.randint(0, CLASSES, (EXAMPLES,))
tensors = {"images": images, "labels": labels.float()}
for name, unit in units.items():
    tensors[f"weights/{name}.weight"] = unit.convolution.weight
    tensors[f"weights/{name}.scale"] = unit.norm.weight
    tensors[f"weights/{name}.shift"] = unit.norm.bias
    tensors[f"weights/{name}.mean"] = unit.norm.running_mean.clone()
    tensors[f"weights/{name}.variance"] = unit.norm.running_var.clone()
tensors["weights/logits.weight"], tensors["weights/logits.bias"] = linear.weight, linear.bias

for unit in units.values():
    unit.eval()
tensors |= {f"inference/{name}": tensor for name, tensor in network(images).items()}
for unit in units.values():
    unit.train()
loss = F.cross_entropy(network(images)["logits"], labels)
loss.backward()
tensors["loss"] = loss
for name, unit in units.items():
    tensors[f"gradients/{name}.weight"] = unit.convolution.weight.grad
    tensors[f"gradients/{name}.scale"] = unit.norm.weight.grad
    tensors[f"gradients/{name}.shift"] = unit.norm.bias.grad
    tensors[f"after/{name}.mean"] = unit.norm.running_mean
    tensors[f"after/{name}.variance"] = unit.norm.running_var
tensors["gradients/logits.weight"], tensors["gradients/logits.bias"] = linear.weight.grad, linear.bias.grad
save_file(
    {name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()},
    Path(__file__).parent / "resnet.safetensors")
