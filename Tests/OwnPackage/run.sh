#!/usr/bin/env bash
# Builds a program of a user's first calls and compares what it prints with expected.txt. A mistake in one
# of five lines of a loss must be an error of that line.
#
#   Tests/OwnPackage/run.sh [FLAGS]     those with which Kindred was built, if there were any
set -euo pipefail
cd "$(dirname "$0")"
export SWIFTPM_BUILD_DIR=$PWD/../../.build

swift build "$@" >&2
built=$(swift build "$@" --show-bin-path)
"$built/OwnPackage" | diff expected.txt -

# The first line of each file is what the error of its seventh line says.
for file in Typo/*.swift; do
  said=$(head -1 "$file" | cut -c 4-)
  errors=$(swiftc -typecheck -swift-version 6 -I "$built/Modules" -I "$built/CKernels.build" \
    -I "$built/CRegistration.build" "$file" 2>&1 || true)
  grep -F "$file:7:" <<< "$errors" | grep -F -- "$said" > /dev/null || {
    echo "no error names the misspelt line of $file: $errors" >&2
    exit 1
  }
  if grep '^[^ ].*: error:' <<< "$errors" | grep -vF "$file:7:"; then
    echo "another line of $file is blamed as well" >&2
    exit 1
  fi
done
