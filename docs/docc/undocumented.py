#!/usr/bin/env python3
"""Lists the public symbols without a documentation comment: undocumented.py FOLDER

FOLDER holds symbol graphs. A symbol that implements a requirement of a protocol has the comment of
the requirement. A symbol without a place in the source was made by the compiler and does not count."""

import json
import pathlib
import sys

missing = []
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.symbols.json")):
    graph = json.loads(path.read_text())
    for symbol in graph["symbols"]:
        lines = symbol.get("docComment", {}).get("lines", [])
        if "location" not in symbol or any(line["text"].strip() for line in lines):
            continue
        place = symbol["location"]
        file = place["uri"].removeprefix("file://").removeprefix(f"{pathlib.Path.cwd()}/")
        name = ".".join(symbol["pathComponents"])
        missing.append(f"{file}:{place['position']['line'] + 1}: {name} has no documentation")
print("\n".join(sorted(missing)), end="\n" if missing else "")
sys.exit(1 if missing else 0)
