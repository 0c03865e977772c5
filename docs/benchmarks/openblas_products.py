"""Times products of square matrices in OpenBLAS: what `kindred bench products` is compared with.

    python openblas_products.py [--n N...] [--threads N]     needs Debian's libopenblas0-pthread

One JSON object a line, with the fields of `kindred bench products --format jsonl`.
"""
import argparse
import array
import ctypes
import json
import random
import statistics
import time

PRODUCTS = {"AB": (111, 111), "AᵀB": (112, 111), "ABᵀ": (111, 112)}  # CblasNoTrans, CblasTrans
ROWS = 101  # CblasRowMajor


def measure(library, product, n):
    source = random.Random(0)

    def matrix():
        row = array.array("f", (source.gauss(0, 1) for _ in range(n)))
        return (ctypes.c_float * (n * n)).from_buffer(row * n)

    a, b, c = matrix(), matrix(), matrix()
    first, second = PRODUCTS[product]
    one, zero = ctypes.c_float(1), ctypes.c_float(0)

    def milliseconds(m=n):
        start = time.perf_counter()
        library.cblas_sgemm(ROWS, first, second, m, n, n, one, a, n, b, n, zero, c, n)
        return 1e3 * (time.perf_counter() - start)

    once = milliseconds()
    for _ in range(2):
        milliseconds()
    times = sorted(milliseconds() for _ in range(max(5, min(20000, int(500 / max(once, 1e-3))))))
    # What Python takes for the call is not the library's: a product of no rows takes nothing else.
    call = statistics.median(milliseconds(0) for _ in range(200))
    return times[len(times) // 2] - call, times[0] - call


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", nargs="+", type=int, default=[64, 128, 256, 512, 1024])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--library", default="libopenblas.so.0")
    options = parser.parse_args()
    library = ctypes.CDLL(options.library)
    library.openblas_set_num_threads(options.threads)
    for n in options.n:
        for product in PRODUCTS:
            median, least = measure(library, product, n)
            print(json.dumps({
                "product": product, "n": n, "threads": options.threads, "median_ms": median,
                "min_ms": least, "gflops": round(2e-6 * n ** 3 / median, 1)}), flush=True)
