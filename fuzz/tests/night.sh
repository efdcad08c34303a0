#!/usr/bin/env bash
# Spends short nights in a fresh clone without a corpus: on a core with three planted bugs, on the sound core, and with a
# target that does not build.
#
#   fuzz/tests/night.sh
#
# What is committed is tested, and what is not: the clone takes both. What is built goes to target, and is there
# the next time; CARGO_TARGET_DIR sets another folder.
set -euo pipefail
cd "$(dirname "$0")/../.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}"
clone="$scratch/clone" nights="$scratch/nights"

fail() {
    echo "not as expected: $*" >&2
    cat "$(last_night)/summary.md" >&2 || true
    exit 1
}
last_night() { find "$nights" -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1; }
entries() { find "$clone/fuzz/corpus" -type f 2>/dev/null | wc -l; }
# Whether the summary of the last night has a line like this.
says() { grep -Eq "$1" "$(last_night)/summary.md" || fail "the summary does not say: $1"; }
# A night with these arguments must end with this status.
night() {
    local expected=$1 status=0
    shift
    echo "==> fuzz/nightly $*"
    "$clone/fuzz/nightly" --to "$nights" --quick --no-address-sanitizer "$@" >"$scratch/output" || status=$?
    [ "$status" -eq "$expected" ] || fail "the night ended with $status, and not with $expected"
}

git clone --quiet --no-hardlinks . "$clone"
git ls-files --cached --others --exclude-standard -z | while IFS= read -r -d '' file; do
    # What was built of a file that has not changed is still good.
    if [ -f "$file" ]; then cp -p "$file" "$clone/$file" 2>/dev/null || { mkdir -p "$clone/$(dirname "$file")" && cp -p "$file" "$clone/$file"; }; fi
done
[ ! -e "$clone/fuzz/corpus" ] || fail "the clone has a corpus"

echo "==> a usage that makes no sense is refused"
for odd in 0 -5 1e3 8.5 99999999999999999999; do
    night 2 "--minutes=$odd" 2>"$scratch/errors"
    grep -q -e "--minutes" "$scratch/errors" || fail "the error does not name --minutes"
done

# One that exploration finds soonest, one that nothing but a soak sees, and one in the projector that only events show.
night 1 --seconds 27 --seed 2 --bug result-before-answer,piece-lost-after-restart,orphan-event-panics
says '^\| exploration of small \| \*\*found something\*\* .* T6'
says '^\| soak \| \*\*found something\*\* .* A2'
says '^\| fuzzing of event_stream \| \*\*found something\*\* .* A6'
for invariant in T6 A2 A6; do says "^### $invariant, "; done
says '^cargo run --release -- replay --fuzz event_stream --bug result-before-answer,piece-lost-after-restart,orphan-event-panics '
replay=$(grep -m 1 '^cargo run --release -- replay --fuzz command_sequence' "$(last_night)/summary.md" || true)
[ -n "$replay" ] || fail "no input of command_sequence was found, or it has no command line"
status=0
(cd "$clone" && $replay >"$scratch/output") || status=$?
[ "$status" -eq 1 ] || fail "the replay ended with $status: $replay"
grep -q 'is violated' "$scratch/output" || fail "the replay shows no violation: $replay"
[ "$(entries)" -gt 0 ] || fail "there is no corpus"

before=$(entries)
night 1 --seconds 9 --only-fuzzing --bug result-before-answer
[ "$(entries)" -ge "$before" ] || fail "the corpus had $before entries, and has $(entries)"
says '^\| fuzzing of command_sequence \| \*\*found something\*\* '

before=$(entries)
night 0 --seconds 9
says '^\*\*Clean\*\*: everything came to its end, and nothing was found'
[ "$(entries)" -ge "$before" ] || fail "the corpus had $before entries, and has $(entries)"
[ "$(grep -c '^| 20' "$(last_night)/summary.md")" -eq 3 ] || fail "the trend does not have three nights"
awk -F '|' '$2 ~ /^ (command_sequence|wire) $/ && ($3 < 1 || $4 < 1) { exit 1 }' "$(last_night)/summary.md" || fail "a target ran nothing"

strays=$(cd "$clone" && git status --porcelain --ignored | grep -Ev '^.. (fuzz/corpus/)$' | comm -13 <(git status --porcelain | sort) - || true)
[ -z "$strays" ] || fail "the nights left behind: $strays"

echo 'fn broken() { no_such_function() }' >>"$clone/fuzz/fuzz_targets/wire.rs"
night 2 --seconds 8 --only-fuzzing
says 'wire does not build: error\[E0425\]'
says '^\| fuzzing of wire \| \*\*could not run\*\* '
says '^\| fuzzing of event_stream \| finished '
says '^\*\*Could not run\*\*'

echo "all as expected"
