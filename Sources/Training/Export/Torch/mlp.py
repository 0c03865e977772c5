class Network(nn.Module):
    """A multilayer perceptron."""

    def __init__(self):
        super().__init__()
        inputs = SIZE
        for layer, width in enumerate(WIDTHS):
            setattr(self, f"hidden{layer + 1}", nn.Linear(inputs, width))
            inputs = width
        self.logits = nn.Linear(inputs, CLASSES)

    def embedding(self, x):
        x = x.flatten(1)
        for layer in range(len(WIDTHS)):
            x = F.relu(getattr(self, f"hidden{layer + 1}")(x))
        return x
