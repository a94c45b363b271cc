#!/usr/bin/env bash
# What PERFORMANCE.md tells of rivals and of the language, all measured in one run, as Markdown.
#
#   benches/table.sh             prints to the terminal
#   benches/table.sh >> FILE     progress still goes to the terminal
set -euo pipefail
cd "$(dirname "$0")/.."

# Built before anything is measured, so that no compiler runs beside a benchmark.
cargo build --release --quiet --manifest-path benches/peers/Cargo.toml >&2
language=()
if [ -f benches/language/Cargo.toml ]; then
    language=(cargo run --release --quiet -p twintalk-language-bench --bin table)
    cargo build --release --quiet -p twintalk-language-bench >&2
fi

model=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1)
commit=$(git describe --always --dirty 2>/dev/null || echo unknown)
echo "$(date -u +%F), ${model:-$(uname -m)}, $(nproc) cores, load $(cut -d ' ' -f 1 /proc/loadavg), $(rustc --version | cut -d ' ' -f 1,2), commit $commit. CPU time, the least of several rounds."

cargo run --release --quiet --manifest-path benches/peers/Cargo.toml
if [ "${#language[@]}" -gt 0 ]; then
    printf '\n### The language\n\n'
    "${language[@]}"
fi
