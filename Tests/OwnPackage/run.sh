#!/usr/bin/env bash
# Builds a program of a user's first calls and compares what it prints with expected.txt. A misspelt
# relation, in one of five matches, must be an error of its own line.
set -euo pipefail
cd "$(dirname "$0")"
export SWIFTPM_BUILD_DIR=$PWD/../../.build

swift build >&2
built=$(swift build --show-bin-path)
"$built/OwnPackage" | diff expected.txt -

time errors=$(swiftc -typecheck -swift-version 6 -I "$built/Modules" -I "$built/CKernels.build" \
  -I "$built/CRegistration.build" Typo/main.swift 2>&1 || true)
grep -F "Typo/main.swift:6:" <<< "$errors" | grep -F "'dividedByMaen'" || {
  echo "no error names the misspelt line: $errors" >&2
  exit 1
}
if grep '^[^ ].*: error:' <<< "$errors" | grep -vF "Typo/main.swift:6:"; then
  echo "another line is blamed as well" >&2
  exit 1
fi
