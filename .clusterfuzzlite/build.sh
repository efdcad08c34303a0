#!/usr/bin/env bash
# Builds every fuzz target for a fuzzing cluster: ClusterFuzzLite and OSS-Fuzz call it with the same variables.
#
#   OUT              where binaries, seed corpora, dictionaries and options go
#   SRC              where sources are; the repository is where this is called, or in SRC/orchestration
#   SANITIZER        address, none, or what else cargo-fuzz knows; `coverage` for a coverage build
#   FUZZING_ENGINE   libfuzzer: there is no other for Rust
#   CFLAGS, CXXFLAGS the flags for C and C++, of which libFuzzer itself is written
set -euo pipefail

: "${OUT:?the folder for what is built}"
engine="${FUZZING_ENGINE:-libfuzzer}"
sanitizer="${SANITIZER:-address}"
[ "$engine" = libfuzzer ] || { echo "cannot build for the engine $engine: expected libfuzzer" >&2; exit 2; }
if [ ! -f fuzz/Cargo.toml ]; then
    cd "${SRC:?the folder of the sources}/orchestration"
fi

options=(--release --target-dir "${CARGO_TARGET_DIR:-target}/cluster")
case "$sanitizer" in
    # Instrumented for coverage reports, not for fuzzing: the flags for that are in RUSTFLAGS already.
    coverage) options+=(--sanitizer none) ;;
    address | leak | memory | thread | none) options+=(--sanitizer "$sanitizer") ;;
    *) echo "cannot build with the sanitizer $sanitizer: expected address, leak, memory, thread, none or coverage" >&2; exit 2 ;;
esac

# The sanitizers of rustc are those of the nightly compiler. The image has one as its default; elsewhere it is asked for.
cargo=(cargo)
if [ "$sanitizer" != none ] && [ "$sanitizer" != coverage ] && [[ "$(rustc --version)" != *nightly* ]]; then
    cargo=(cargo +nightly)
fi
"${cargo[@]}" fuzz build "${options[@]}"

triple=$("${cargo[@]}" -vV | sed -n 's/^host: //p')
binaries="${CARGO_TARGET_DIR:-target}/cluster/$triple/release"
mkdir -p "$OUT"
for target in $("${cargo[@]}" fuzz list); do
    # These two are there to be measured and to be found, not to find anything.
    case "$target" in canary | empty) continue ;; esac
    cp "$binaries/$target" "$OUT/"
    seeds="fuzz/seeds/$target"
    if [ -d "$seeds" ]; then
        rm -f "$OUT/${target}_seed_corpus.zip"
        python3 -m zipfile --create "$OUT/${target}_seed_corpus.zip" "$seeds"/*
    fi
    if [ -f "fuzz/$target.dict" ]; then
        cp "fuzz/$target.dict" "$OUT/"
    fi
    # Long inputs from the start, for a run of a few steps shows next to nothing, and none longer than the target takes.
    cp "fuzz/options/$target.options" "$OUT/"
done
