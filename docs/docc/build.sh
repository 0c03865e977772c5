#!/usr/bin/env bash
# Builds the documentation of every public module, with the catalogue beside this script, as plain
# pages: docs/docc/build.sh OUTPUT [FLAGS], then open OUTPUT/index.html. The flags are those with which
# Kindred was built, if there were any. A public symbol without a comment is an error, and so is a warning
# of docc.
set -euo pipefail
output=$(realpath -m "${1:?usage: docs/docc/build.sh OUTPUT [FLAGS]}")
shift
cd "$(dirname "$0")/../.."

modules=(Tensors Distillation Conformance TensorFiles Training Experiments KindredCLI)
for folder in Plugins/*/; do modules+=("$(basename "$folder")"); done

# A debug build that is there already is used as it is.
swift build --target KindredCLI "$@"
build=$(swift build "$@" --show-bin-path)
target=$(swift -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)".*/\1/p')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/graphs"
includes=(-I "$build/Modules" -I Sources/CZlib)
for module in CImages CKernels CRegistration; do includes+=(-I "$build/$module.build"); done
for module in "${modules[@]}"; do
  swift symbolgraph-extract -module-name "$module" -target "$target" "${includes[@]}" \
    -minimum-access-level public -skip-synthesized-members -output-dir "$work/graphs"
done
python3 docs/docc/undocumented.py "$work/graphs"

docc convert docs/docc/Kindred.docc --additional-symbol-graph-dir "$work/graphs" \
  --output-path "$work/archive" --enable-inherited-docs --warnings-as-errors
python3 docs/docc/pages.py "$work/archive" "$output"
