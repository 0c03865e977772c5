import Experiments
import Foundation
import Reports
import Tensors

/// The command `kindred bench products`.
struct BenchProducts: Command {
  let name = "products"
  let summary = "Times products of square matrices, which losses and networks are made of."
  let discussion = """
    The figures are for the operation on tensors, with the memory for its result:
    the median and the least over repetitions, after three that are not counted. AAᵀ
    is the symmetric product. Its GFLOP/s are counted as for the full one, so that
    twice the rate is half the time.

    Example:
      kindred bench products --n 64 256 1024 --threads 1 --format jsonl
    """

  enum Format: String, CaseIterable, ArgumentValue { case text, jsonl }

  private enum Product: String, CaseIterable {
    case ab = "AB"
    case atb = "AᵀB"
    case abt = "ABᵀ"
    case aat = "AAᵀ"

    func callAsFunction(_ a: Tensor, _ b: Tensor) -> Tensor {
      switch self {
      case .ab: .matmul(a, b)
      case .atb: .matmul(a, b, transposingFirst: true)
      case .abt: .matmul(a, b, transposingSecond: true)
      case .aat: a.gram
      }
    }
  }

  private struct Line: Encodable {
    let product: String
    let n, threads: Int
    let medianMilliseconds, leastMilliseconds, gigaflops: Double

    enum CodingKeys: String, CodingKey {
      case product, n, threads
      case medianMilliseconds = "median_ms"
      case leastMilliseconds = "min_ms"
      case gigaflops = "gflops"
    }
  }

  let lengths = Parameter<[PositiveInteger]>.option(
    "n", "N", default: [64, 128, 256, 512, 1024], "Rows and columns of the matrices.")
  let threads = Parameter<ThreadCount?>.option("threads", "N", "How many threads to use.")
  let format = Parameter<Format>.option("format", default: .text, "How the figures are written.")

  func run(_ arguments: Arguments, console: Console) throws {
    let threads = arguments[threads]?.value ?? Parallel.threads
    var table = Table([
      "product", .number("n"), .number("median ms"), .number("least ms"), .number("GFLOP/s"),
    ])
    for n in arguments[lengths].map({ $0.value }) {
      // Two factors and their product.
      try BenchMemory.check(
        floats: [n, n].reduce(3) { BenchMemory.product($0, $1) }, for: "--n \(n)")
      for product in Product.allCases {
        let times = Parallel.$threads.withValue(threads) { Self.times(of: product, n) }
        // The rate follows from the median.
        let rate = 2e-6 * Double(n) * Double(n) * Double(n) / times.median
        switch arguments[format] {
        case .text:
          table.append([
            product.rawValue, "\(n)", NumberFormat.fixed(times.median, digits: 4),
            NumberFormat.fixed(times.least, digits: 4), NumberFormat.fixed(rate, digits: 1),
          ])
        case .jsonl:
          let line = Line(
            product: product.rawValue, n: n, threads: threads, medianMilliseconds: times.median,
            leastMilliseconds: times.least, gigaflops: (rate * 10).rounded() / 10)
          let json = try JSONEncoder.ordered(pretty: false).encode(line)
          try console.write(String(decoding: json, as: UTF8.self) + "\n")
        }
      }
    }
    if arguments[format] == .text { try console.write(table.text(width: console.textWidth)) }
  }

  private static func times(of product: Product, _ n: Int) -> Repetitions {
    var random = Random(seed: 0, "benchmark")
    let (a, b) = (random.normal(shape: [n, n]), random.normal(shape: [n, n]))
    return Repetitions(seconds: 0.5) { _ = product(a, b) }
  }
}
