class Layer(nn.Module):
    """A convolution and batch normalisation."""

    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(self.conv(x))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = Layer(inputs, outputs, 3, stride)
        self.second = Layer(outputs, outputs, 3)
        if stride != 1 or inputs != outputs:
            self.projection = Layer(inputs, outputs, 1, stride)

    def forward(self, x):
        shortcut = self.projection(x) if hasattr(self, "projection") else x
        return F.relu(self.second(F.relu(self.first(x))) + shortcut)


class Network(nn.Module):
    """A residual network for small images."""

    def __init__(self):
        super().__init__()
        self.stem, inputs = Layer(CHANNELS, WIDTH, 3), WIDTH
        for stage in range(3):
            blocks, outputs = OrderedDict(), WIDTH << stage
            for block in range(BLOCKS):
                blocks[f"block{block + 1}"] = Block(
                    inputs, outputs, 2 if stage > 0 and block == 0 else 1)
                inputs = outputs
            setattr(self, f"stage{stage + 1}", nn.Sequential(blocks))
        self.logits = nn.Linear(inputs, CLASSES)

    def embedding(self, x):
        return self.stage3(self.stage2(self.stage1(F.relu(self.stem(x))))).mean((2, 3))
