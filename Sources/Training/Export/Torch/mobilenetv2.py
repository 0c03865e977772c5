class Layer(nn.Module):
    """A convolution and batch normalisation."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1):
        super().__init__()
        self.conv = nn.Conv2d(
            inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(self.conv(x))


class Block(nn.Module):
    """An inverted residual: wide, by channel, narrow."""

    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        inside = expansion * inputs
        if expansion > 1:
            self.expansion = Layer(inputs, inside, 1)
        self.depthwise = Layer(inside, inside, 3, stride, groups=inside)
        self.projection = Layer(inside, outputs, 1)
        self.is_residual = stride == 1 and inputs == outputs

    def forward(self, x):
        y = F.relu6(self.expansion(x)) if hasattr(self, "expansion") else x
        y = self.projection(F.relu6(self.depthwise(y)))
        return x + y if self.is_residual else y


class Network(nn.Module):
    """MobileNetV2 with the strides for small images."""

    # Stage, expansion, channels if the stem has 32, blocks, and stride of the first of these.
    TABLE = ((1, 1, 16, 1, 1), (1, 6, 24, 2, 1), (2, 6, 32, 3, 2), (3, 6, 64, 4, 2),
             (3, 6, 96, 3, 1), (4, 6, 160, 3, 2), (4, 6, 320, 1, 1))

    def __init__(self):
        super().__init__()
        self.stem, inputs = Layer(CHANNELS, WIDTH, 3, 2), WIDTH
        stages = {stage: OrderedDict() for stage in (1, 2, 3, 4)}
        for stage, expansion, channels, count, stride in self.TABLE:
            for index in range(count):
                outputs = channels * WIDTH // 32
                stages[stage][f"block{len(stages[stage]) + 1}"] = Block(
                    inputs, outputs, stride if index == 0 else 1, expansion)
                inputs = outputs
        for stage, blocks in stages.items():
            setattr(self, f"stage{stage}", nn.Sequential(blocks))
        self.last = Layer(inputs, 40 * WIDTH, 1)
        self.logits = nn.Linear(40 * WIDTH, CLASSES)

    def embedding(self, x):
        x = F.relu6(self.stem(x))
        x = self.stage4(self.stage3(self.stage2(self.stage1(x))))
        return F.relu6(self.last(x)).mean((2, 3))
