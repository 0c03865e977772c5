#!/usr/bin/env bash
# Makes one shared library of all losses, which needs no Swift where it is used. For Linux: on macOS, Swift's
# runtime is a part of the system, and `swift build -c release --product kindred-c` is enough.
#
#   Sources/CKindred/library.sh FOLDER       writes FOLDER/libkindred-c.so
set -euo pipefail
mkdir -p "$1"
library=$(cd "$1" && pwd)/libkindred-c.so
cd "$(dirname "$0")/../.."

options=(-c release --product kindred-c)
swift build "${options[@]}" >&2
objects=$(swift build "${options[@]}" --show-bin-path)/kindred-c.product/Objects.LinkFileList

# The library gives the functions of the header and nothing else, so that the linker leaves out what they do
# not use. Functions of equal code are linked once, and with -O2 strings that end alike. SwiftPM itself links
# Swift's runtime statically into programs only.
swiftc -emit-library -static-stdlib -use-ld=lld -o "$library" "@$objects" \
  -Xlinker "--version-script=Sources/CKindred/symbols.map" -Xlinker --gc-sections \
  -Xlinker --icf=all -Xlinker -O2
strip "$library"
