/// A variable of the environment that the command reads.
struct EnvironmentVariable {
  let name: String
  let meaning: String

  static let all = [
    EnvironmentVariable(
      name: "KINDRED_DATA",
      meaning: "The folder of the data set's files, unless a recipe or --data names one."),
    EnvironmentVariable(
      name: "KINDRED_THREADS",
      meaning: "How many threads to use, unless --threads says it. Results do not depend on it."),
    EnvironmentVariable(
      name: "KINDRED_KERNELS",
      meaning: "Which kernels to use: portable, avx2, avx512 or neon, if the processor has them."),
    EnvironmentVariable(
      name: "KINDRED_CACHE",
      meaning: "The folder in which 'with' keeps programs and fetched packages."),
    EnvironmentVariable(name: "NO_COLOR", meaning: "If it is set, nothing is coloured."),
    EnvironmentVariable(
      name: "CI", meaning: "If it is set, no line of progress is drawn on the terminal."),
  ]
}
