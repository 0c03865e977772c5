import Reports
import Tensors
import Training

/// Predictions as text, an example on each line.
struct PredictionTable {
  private let said: Predictions
  private let names: [String]?
  private let classes: [String]

  init(_ said: Predictions, names: [String]?, classes: [String]) {
    (self.said, self.names, self.classes) = (said, names, classes)
  }

  private func name(_ example: Int) -> String { names?[example] ?? "\(example)" }

  private var arrays: [(name: String, tensor: Tensor)] {
    [
      ("logits", said.logits), ("probabilities", said.probabilities), ("embedding", said.embedding),
    ]
  }

  /// The example, its class, and the class's probability in percent.
  var brief: String {
    said.classes.enumerated().map { example, index in
      let probability = said.probabilities.withUnsafeBufferPointer {
        Double($0[example * classes.count + index])
      }
      return
        "\(name(example))\t\(classes[index])\t\(NumberFormat.percent(probability, digits: 1))\n"
    }.joined()
  }

  /// A table with a column for each number, called `logits_0`, `logits_1`, and so on.
  var csv: String {
    let head =
      ["example", "class", "name"]
      + arrays.flatMap { name, tensor in (0..<tensor.shape[1]).map { "\(name)_\($0)" } }
    let lines = said.classes.enumerated().map { example, index in
      ([Self.cell(name(example)), "\(index)", Self.cell(classes[index])]
        + arrays.flatMap { row(example, of: $0.tensor).map { "\($0)" } }).joined(separator: ",")
    }
    return ([head.joined(separator: ",")] + lines).map { $0 + "\n" }.joined()
  }

  /// An object of JSON on each line.
  var lines: String {
    said.classes.enumerated().map { example, index in
      let arrays = self.arrays.map { name, tensor in
        let numbers = row(example, of: tensor).map { "\($0)" }.joined(separator: ",")
        return ",\"\(name)\":[\(numbers)]"
      }.joined()
      let (name, kind) = (JSON.string(name(example)).text, JSON.string(classes[index]).text)
      return "{\"example\":\(name),\"class\":\(index),\"name\":\(kind)\(arrays)}\n"
    }.joined()
  }

  private func row(_ index: Int, of tensor: Tensor) -> [Float] {
    let width = tensor.shape[1]
    return tensor.withUnsafeBufferPointer { Array($0[index * width..<(index + 1) * width]) }
  }

  /// A text as a cell, in quotes if it has a comma, a quote or a line's end.
  private static func cell(_ text: String) -> String {
    guard text.contains(where: { ",\"".contains($0) || $0.isNewline }) else { return text }
    return "\"\(text.replacing("\"", with: "\"\""))\""
  }
}
