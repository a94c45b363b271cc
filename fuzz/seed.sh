#!/bin/sh
# Every Smalltalk text of the project, in all formats, is a seed of two targets, every segment of a data directory one of the third.
set -eu
cd "$(dirname "$0")"
for target in parse compile; do
    mkdir -p "corpus/$target"
    find .. -name target -prune -o -name corpus -prune -o -type f \( -name '*.st' -o -name '*.cs' -o -name '*.cls' -o -name '*.pck' \) -print |
        while read -r file; do
            cp "$file" "corpus/$target/$(printf '%s' "${file#../}" | tr / _)"
        done
done
mkdir -p corpus/log
find .. -name target -prune -o -name corpus -prune -o -type f -name '*.log' -print |
    while read -r file; do
        cp "$file" "corpus/log/$(printf '%s' "${file#../}" | tr / _)"
    done
