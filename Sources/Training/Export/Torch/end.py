class Student(Network):
    """The network with the normalisation of its input in front."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.zeros(NORMALIZATION))
        self.register_buffer("deviation", torch.ones(NORMALIZATION))

    def forward(self, images):
        """Takes INPUT, and gives a dictionary of `logits` and `embedding`."""
        embedding = self.embedding((images - self.mean) / self.deviation)
        return {"logits": self.logits(embedding), "embedding": embedding}


def load(path=Path(__file__).with_name("student.safetensors")):
    """The student with its weights, for inference; call `train()` to go on training it."""
    student = Student()
    student.load_state_dict(load_file(path))
    return student.eval()
