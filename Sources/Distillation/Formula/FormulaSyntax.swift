/// A formula as it is written, before its names are looked up.
///
///     sum     = product (("+" | "-") product)*
///     product = factor (("*" | "/") factor)*
///     factor  = number | call | "-" factor | "(" sum ")"
///     call    = step ("." step)*
///     step    = name ["(" [argument ("," argument)*] ")"]
///     argument = [name ":"] (sum | text | "[" values "]" | "true" | "false" | "none")
///
/// A name may have a view: `logits@virtual`.
indirect enum FormulaSyntax: Sendable {
  case number(Setting, column: Int)
  case boolean(Bool, column: Int)
  case text(String, column: Int)
  case none(column: Int)
  case list([FormulaSyntax], column: Int)
  case call([Step], column: Int)
  case sum([FormulaSyntax], column: Int)
  case product(FormulaSyntax, FormulaSyntax, column: Int)
  case quotient(FormulaSyntax, FormulaSyntax, column: Int)
  case negative(FormulaSyntax, column: Int)

  struct Step: Sendable {
    let name: String
    let column: Int
    let arguments: [Argument]?
  }

  struct Argument: Sendable {
    let label: String?
    let value: FormulaSyntax
    let column: Int
  }

  var column: Int {
    switch self {
    case .number(_, let column), .boolean(_, let column), .text(_, let column),
      .none(let column), .list(_, let column), .call(_, let column), .sum(_, let column),
      .product(_, _, let column), .quotient(_, _, let column), .negative(_, let column):
      column
    }
  }
}
