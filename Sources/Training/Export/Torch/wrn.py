class Layer(nn.Module):
    """Batch normalisation and ReLU, and a convolution of what they give."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.norm = nn.BatchNorm2d(inputs)
        self.conv = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)

    def forward(self, x):
        normal = F.relu(self.norm(x))
        return normal, self.conv(normal)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first, self.second = Layer(inputs, outputs, stride), Layer(outputs, outputs)
        if inputs != outputs:
            self.projection = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x):
        normal, y = self.first(x)
        shortcut = self.projection(normal) if hasattr(self, "projection") else x
        return self.second(y)[1] + shortcut


class Network(nn.Module):
    """A wide residual network."""

    def __init__(self):
        super().__init__()
        self.stem, inputs = nn.Conv2d(CHANNELS, WIDTH, 3, 1, 1, bias=False), WIDTH
        for stage in range(3):
            blocks, outputs = OrderedDict(), WIDTH * FACTOR << stage
            for block in range(BLOCKS):
                blocks[f"block{block + 1}"] = Block(
                    inputs, outputs, 2 if stage > 0 and block == 0 else 1)
                inputs = outputs
            setattr(self, f"stage{stage + 1}", nn.Sequential(blocks))
        self.norm, self.logits = nn.BatchNorm2d(inputs), nn.Linear(inputs, CLASSES)

    def embedding(self, x):
        x = self.stage3(self.stage2(self.stage1(self.stem(x))))
        return F.relu(self.norm(x)).mean((2, 3))
