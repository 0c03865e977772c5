import Testing

@Suite struct RKDTests {
  static let settings = [("", 1.0), ("delta: 0.2", 0.2)].flatMap { arguments, δ in
    [(2, 3, 2), (5, 3, 4)].map { (arguments: arguments, δ: δ, n: $0, s: $1, t: $2) }
  }

  static let distances = settings.map { arguments, δ, n, s, t in
    Reference("rkd.distance(\(arguments))", on: "embedding", [n, s], [n, t]) { s, t in
      sum(pairs(s, t, δ)) / Double(n * n)
    }
  }

  static let angles = settings.map { arguments, δ, n, s, t in
    Reference("rkd.angle(\(arguments))", on: "embedding", [n, s], [n, t]) { s, t in
      sum(triples(s, t, δ)) / Double(n * n * n)
    }
  }

  /// The sum as the paper writes it, and its mean over tuples of different examples.
  static let reductions = [
    Reference("rkd.distance(reduction: sum)", on: "embedding", [4, 3], [4, 5]) { s, t in
      sum(pairs(s, t, 1))
    },
    Reference("rkd.distance(reduction: distinct)", on: "embedding", [4, 3], [4, 5]) { s, t in
      mean(pairs(s, t, 1))
    },
    Reference("rkd.angle(reduction: sum)", on: "embedding", [4, 3], [4, 5]) { s, t in
      sum(triples(s, t, 1))
    },
    Reference("rkd.angle(reduction: distinct)", on: "embedding", [4, 3], [4, 5]) { s, t in
      mean(triples(s, t, 1))
    },
  ]

  static let whole = Reference(
    "rkd(distance: 3, angle: 0.5, delta: 0.4)", on: "embedding", [4, 3], [4, 2]
  ) { s, t in 3 * sum(pairs(s, t, 0.4)) / 16 + 0.5 * sum(triples(s, t, 0.4)) / 64 }

  @Test(arguments: distances + angles + reductions + [whole])
  func isTheReference(_ reference: Reference) throws { try reference.expect() }

  /// ℓ_δ(‖sᵢ − sⱼ‖/μˢ − ‖tᵢ − tⱼ‖/μᵗ) for all pairs of different examples; μ is the mean over these
  /// pairs.
  private static func pairs(_ s: Values, _ t: Values, _ δ: Double) -> [Double] {
    func potentials(_ x: Values) -> [Double] {
      let lengths = (0..<x.n).flatMap { i in
        (0..<x.n).filter { $0 != i }.map { distance(x.row(i), x.row($0)) }
      }
      return lengths.map { $0 / mean(lengths) }
    }
    return difference(potentials(s), potentials(t)).map { huber($0, δ) }
  }

  /// ℓ_δ of the differences of cosines at example j between i and k, all different.
  private static func triples(_ s: Values, _ t: Values, _ δ: Double) -> [Double] {
    func potentials(_ x: Values) -> [Double] {
      (0..<x.n).flatMap { j in
        (0..<x.n).filter { $0 != j }.flatMap { i in
          (0..<x.n).filter { $0 != i && $0 != j }.map { k in
            dot(unit(difference(x.row(i), x.row(j))), unit(difference(x.row(k), x.row(j))))
          }
        }
      }
    }
    return difference(potentials(s), potentials(t)).map { huber($0, δ) }
  }
}
