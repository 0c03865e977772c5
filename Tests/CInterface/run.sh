#!/usr/bin/env bash
# Drives the interface from C, under the address sanitizer and the one of undefined behaviour.
#
#   Tests/CInterface/run.sh [FOLDER]     with the library in FOLDER, by default .build/release
set -euo pipefail
cd "$(dirname "$0")/../.."
library=$(cd "${1:-.build/release}" && pwd)
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

compile() {
  local name=$1
  shift
  clang -std=gnu11 -fuse-ld=lld -g -O1 -Wall -Wextra -Werror "$@" -ISources/CKindred/include \
    "Tests/CInterface/$name.c" -o "$out/$name" -L"$library" -lkindred-c -lm -pthread \
    -Wl,-rpath,"$library"
}
for name in right wrong; do
  compile $name -fsanitize=address,undefined -fno-sanitize-recover=all
  "$out/$name"
done
for name in fork repeat; do
  compile $name
  "$out/$name"
done
