/// How a command writes its result.
enum OutputFormat: String, CaseIterable, ArgumentValue { case text, json }
