"""A small encoder of sentences learns from embeddings that a large one computed before.

    python Examples/python/sentence_embeddings.py                  # makes a file of embeddings, and learns from it
    python Examples/python/sentence_embeddings.py embeddings.npz   # sentences: N texts, embeddings: N×D

The teacher need not be there: its embeddings of all sentences are in a file, and a batch takes its rows. The student's
embeddings are of another width, which is no obstacle to the relations between sentences.
"""

import sys
import tempfile
import zlib
from pathlib import Path

import kindred.torch
import numpy as np
import torch
from torch import nn

PLACES = ["the harbour", "a library", "the station", "our garden", "the market", "a small town"]
PEOPLE = ["two sailors", "my neighbour", "a tired nurse", "the old teacher", "some children"]
DEEDS = ["waited for the rain", "read about ships", "sold ripe apples", "sang quietly", "repaired a clock"]


def make(path: Path) -> None:
    """Writes sentences, and embeddings that know which place, person and deed each is about."""
    random = np.random.default_rng(0)
    parts = [random.standard_normal((len(words), 96)) for words in (PLACES, PEOPLE, DEEDS)]
    sentences, embeddings = [], []
    for i, place in enumerate(PLACES):
        for j, person in enumerate(PEOPLE):
            for k, deed in enumerate(DEEDS):
                sentences.append(f"In {place} {person} {deed}.")
                embeddings.append(parts[0][i] + parts[1][j] + parts[2][k] + 0.1 * random.standard_normal(96))
    np.savez(path, sentences=sentences, embeddings=np.asarray(embeddings, np.float32))


class Encoder(nn.Module):
    """The mean of the vectors of a sentence's words, and a layer on it."""

    def __init__(self, words: int = 2048, width: int = 32) -> None:
        super().__init__()
        self.words, self.body = nn.EmbeddingBag(words, width), nn.Sequential(nn.Tanh(), nn.Linear(width, width))

    def forward(self, sentences: list[str]) -> torch.Tensor:
        split = [sentence.lower().strip(".").split() for sentence in sentences]
        starts = np.cumsum([0] + [len(words) for words in split[:-1]])
        numbers = [zlib.crc32(word.encode()) % self.words.num_embeddings for words in split for word in words]
        return self.body(self.words(torch.tensor(numbers), torch.from_numpy(starts)))


def agreement(student: torch.Tensor, teacher: torch.Tensor) -> float:
    """The correlation of the two networks' cosines between all sentences."""
    cosines = [
        (nn.functional.normalize(each) @ nn.functional.normalize(each).T).flatten() for each in (student, teacher)
    ]
    return float(torch.corrcoef(torch.stack(cosines))[0, 1])


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(tempfile.mkdtemp()) / "embeddings.npz"
    if len(sys.argv) == 1:
        make(path)
    file = np.load(path)
    sentences, embeddings = [str(each) for each in file["sentences"]], torch.from_numpy(file["embeddings"])

    torch.manual_seed(0)
    student = Encoder()
    order = torch.randperm(len(sentences))
    learned, held_out = order[: -len(order) // 5], order[-len(order) // 5 :]
    criterion = kindred.torch.Loss("10*fitnet(layer: embedding) + rrd(queue: 256, projection: linear) + pairRanking")

    def batch(rows):
        return {"embedding": student([sentences[i] for i in rows])}, {"embedding": embeddings[rows]}

    criterion.initialize(*batch(learned[:2]))
    optimizer = torch.optim.Adam([*student.parameters(), *criterion.parameters()], lr=0.01)
    for epoch in range(30):
        for rows in learned[torch.randperm(len(learned))].split(32):
            outputs, taught = batch(rows)
            value = criterion(student=outputs, teacher=taught)
            optimizer.zero_grad()
            value.backward()
            optimizer.step()
        if epoch % 10 == 9:
            terms = ", ".join(f"{name} {term.value:.3f}" for name, term in criterion.terms.items())
            print(f"epoch {epoch + 1}: {terms}")
    with torch.no_grad():
        outputs, taught = batch(held_out)
    correlation = agreement(outputs["embedding"], taught["embedding"])
    print(f"cosines of sentences that were held out: correlation {correlation:.2f}")


if __name__ == "__main__":
    main()
