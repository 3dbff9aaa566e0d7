#!/bin/bash
# Starting, stopping and being killed: what a city does between two days.
# shellcheck source=tests/scenarios/rig.bash
. "$(dirname "$(readlink -f "$0")")/rig.bash"

now_ms() { echo $((${EPOCHREALTIME/./} / 1000)); }
seconds_under() { (($(now_ms) - $1 < $2)); }

many "$dir/m.csv" 0 3000
mapfile -t key < <(cut -d, -f1 "$dir/m.csv")
rule 'an import to begin with' \
    exits 0 import entity "$dir/m.csv" --organ market_regulation --batch 1
rule 'the first start' serve
rule 'is answered' http 200 /healthz
rule 'it says what to open, and how to stop' grep -q 'Ctrl-C stops' "$dir/serve.out"
serve_end INT
rule 'Ctrl-C: exit 0' test "$ended" = 0
rule 'no socket is left' test ! -e "$data/heluo.sock"
rule 'no write-ahead log is left to do' bash -c '[ ! -s "$1/heluo.db-wal" ]' - "$data"
rule 'and no lock: a command has the store at once' exits 0 get entity "${key[1]}" --json
started=$(now_ms)
rule 'the second start' serve
rule 'is answered' http 200 /healthz
rule 'in under a second' seconds_under "$started" 1000
rule 'on this machine alone' bash -c \
    '! curl -s --max-time 1 "http://$(hostname -I | cut -d" " -f1):$1/healthz"' - "$port"

rule 'a port that is taken' test "$(
    "$HELUO" serve --data "$dir/other" --port "$port" >"$dir/out" 2>"$dir/err"
    echo $?
)" = 1
rule 'is said' grep -qi "port\|address" "$dir/err"
rule 'a port that is none: exit 64' test "$(
    "$HELUO" serve --data "$dir/other" --port 99999 >"$dir/out" 2>"$dir/err"
    echo $?
)" = 64

# ---- killed in the middle of an import ----

many "$dir/big.csv" 10000 60000
"$HELUO" import entity "$dir/big.csv" --organ market_regulation --batch big --data "$data" \
    >"$dir/out" 2>"$dir/err" &
import=$!
for ((i = 0; i < 500; i++)); do
    if [[ $(stat -c %s "$data/heluo.db-wal" 2>/dev/null || echo 0) -gt 4000000 ]]; then break; fi
    sleep 0.01
done
serve_end KILL
wait "$import"
status=$?
rule 'kill -9 of the server: its client says so, exit 1' test "$status" = 1
rule 'with a sentence' grep -q '^heluo: ' "$dir/err"
rule 'the store is whole' exits 0 verify
rule 'it starts again' serve
rule 'and answers' http 200 /healthz
rule 'the batch handed in again is completed' \
    exits 0 import entity "$dir/big.csv" --organ market_regulation --batch big --json
rule 'with one receipt for all of it' json 'r.read === 60000 && r.accepted === 60000'
rule 'each record once' exits 0 export entity --format csv
rule '63,000 and the heading' test "$(wc -l <"$dir/out")" = 63001
rule 'verify' exits 0 verify
serve_end INT

printf 'rate:\n  api_per_second: none\n' >"$data/heluo.yaml"
rule 'a settings file with a fault: no start' bash -c '! "$1" serve --data "$2" --port 0 2>"$3"' - \
    "$HELUO" "$data" "$dir/err"
rule 'file, line and column are named' grep -qE 'heluo.yaml:2:[0-9]+' "$dir/err"
