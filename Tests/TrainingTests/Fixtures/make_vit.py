"""Writes vit.safetensors: a small vision transformer as PyTorch computes it.

    python make_vit.py        needs torch and safetensors

Weights under Kindred's names, a batch, and what PyTorch makes of it: the outputs at inference, the
loss, and the gradient of every parameter. The blocks are torch.nn.TransformerEncoderLayer.
"""
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

DIM, DEPTH, HEADS, PATCH, CLASSES, EXAMPLES, CHANNELS, HEIGHT, WIDTH = 8, 2, 2, 4, 5, 3, 3, 8, 12
torch.manual_seed(7)
torch.set_num_threads(1)

patches = torch.nn.Conv2d(CHANNELS, DIM, PATCH, PATCH)
positions = torch.nn.Parameter(torch.randn((HEIGHT // PATCH) * (WIDTH // PATCH), DIM))
blocks = [
    torch.nn.TransformerEncoderLayer(
        DIM, HEADS, 4 * DIM, dropout=0, activation="gelu", batch_first=True, norm_first=True)
    for _ in range(DEPTH)]
norm, linear = torch.nn.LayerNorm(DIM), torch.nn.Linear(DIM, CLASSES)

parameters = {
    "patches.weight": patches.weight, "patches.bias": patches.bias, "positions": positions,
    "norm.scale": norm.weight, "norm.shift": norm.bias,
    "logits.weight": linear.weight, "logits.bias": linear.bias}
for number, block in enumerate(blocks, 1):
    attention = block.self_attn
    named = {
        "norm1.scale": block.norm1.weight, "norm1.shift": block.norm1.bias,
        "projections.weight": attention.in_proj_weight, "projections.bias": attention.in_proj_bias,
        "attention.weight": attention.out_proj.weight, "attention.bias": attention.out_proj.bias,
        "norm2.scale": block.norm2.weight, "norm2.shift": block.norm2.bias,
        "hidden.weight": block.linear1.weight, "hidden.bias": block.linear1.bias,
        "output.weight": block.linear2.weight, "output.bias": block.linear2.bias}
    parameters |= {f"block{number}.{name}": parameter for name, parameter in named.items()}
with torch.no_grad():
    for parameter in parameters.values():  # none is what it starts as
        parameter += 0.2 * torch.randn_like(parameter)


def network(x):
    outputs = {}
    x = patches(x).flatten(2).transpose(1, 2) + positions
    for number, block in enumerate(blocks, 1):
        if number == DEPTH:
            attention = block.self_attn
            projections = F.linear(block.norm1(x), attention.in_proj_weight, attention.in_proj_bias)
            outputs |= zip(("queries", "keys", "values"), projections.chunk(3, dim=-1))
        x = block(x)
        outputs[f"tokens{number}"] = x
    outputs["tokens"] = norm(x)
    outputs["embedding"] = outputs["tokens"].mean(1)
    outputs["logits"] = linear(outputs["embedding"])
    return outputs


images = torch.randn(EXAMPLES, CHANNELS, HEIGHT, WIDTH)
labels = torch.randint(0, CLASSES, (EXAMPLES,))
outputs = network(images)
# A loss that reads every output: the cross-entropy, and a product of the others with fixed numbers.
loss = F.cross_entropy(outputs["logits"], labels)
seeds = {name: torch.randn_like(output) / output.numel()
         for name, output in outputs.items() if name != "logits"}
for name, seed in seeds.items():
    loss = loss + (outputs[name] * seed).sum()
loss.backward()

tensors = {"images": images, "labels": labels.float(), "loss": loss}
tensors |= {f"weights/{name}": parameter for name, parameter in parameters.items()}
tensors |= {f"inference/{name}": output for name, output in outputs.items()}
tensors |= {f"seeds/{name}": seed for name, seed in seeds.items()}
tensors |= {f"gradients/{name}": parameter.grad for name, parameter in parameters.items()}
save_file(
    {name: tensor.detach().contiguous().clone() for name, tensor in tensors.items()},
    Path(__file__).parent / "vit.safetensors")
