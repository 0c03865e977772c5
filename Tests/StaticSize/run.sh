#!/usr/bin/env bash
# Links every paper statically into one program, runs it, and says how large it is when stripped.
#
#   Tests/StaticSize/run.sh [BYTES]     an error beyond so many, 10 MB by default
set -euo pipefail
cd "$(dirname "$0")"
limit=${1:-10000000}

# A static standard library exports its symbols, for backtraces: what is exported is kept, used or not.
options=(-c release --static-swift-stdlib -Xlinker --no-export-dynamic
  --scratch-path ../../.build/static)
swift build "${options[@]}" >&2
built=$(swift build "${options[@]}" --show-bin-path)/StaticSize
program=$built.stripped
strip -o "$program" "$built"
"$program"
size=$(wc -c < "$program")
echo "$size bytes, stripped"
if [ "$size" -gt "$limit" ]; then
  echo "that is more than $limit" >&2
  exit 1
fi
