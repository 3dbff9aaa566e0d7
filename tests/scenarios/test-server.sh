#!/bin/bash
# Commands beside a server, and beside each other: they meet at its socket and never harm the store.
# shellcheck source=tests/scenarios/rig.bash
. "$(dirname "$(readlink -f "$0")")/rig.bash"

companies "$dir/a.csv"
sed "s/${KEYS[2]}/${KEYS[2]%?}0/" "$dir/a.csv" >"$dir/bad.csv"

rule 'a server starts on no store at all' serve
rule 'and is well' http 200 /healthz
rule 'import through it' \
    exits 0 import entity "$dir/a.csv" --organ market_regulation --batch s1 --json
rule 'with the same receipt as without' json 'Object.keys(r).length === 10 && r.accepted === 3'
rule 'the server has it at once' http 200 "/api/collections/entity/items/${KEYS[0]}"
cp "$dir/out" "$dir/item"
rule 'get through it' exits 0 get entity "${KEYS[0]}" --json
rule 'is what the server says' bash -c 'diff <(cat "$1"; echo) "$2"' - "$dir/item" "$dir/out"
rule 'some refused: exit 2' exits 2 import entity "$dir/bad.csv" --organ tax --batch s2 \
    --rejects "$dir/rejects.csv"
rule 'the refused line is written' cmp "$dir/rejects.csv" <(sed -n '1p;4p' "$dir/bad.csv")
rule 'batch_conflict: exit 1' exits 1 import entity "$dir/bad.csv" --organ market_regulation \
    --batch s1
rule 'a file that is not there: exit 1' exits 1 import entity "$dir/none.csv" --organ tax --batch s3
rule 'is named' err_has none.csv
rule 'export through it' exits 0 export entity --format csv --filter "name LIKE '%丙%'"
rule 'one line and the heading' test "$(wc -l <"$dir/out")" = 2
rule 'key add through it' exits 0 key add --organ tax --name t
key=$(tail -n 1 "$dir/out")
rule 'the key works' http 200 "/api/collections/entity/batches?batch=k1" \
    -H "Authorization: Bearer $key" -H 'Content-Type: text/csv' --data-binary "@$dir/a.csv"
rule 'verify beside it' exits 0 verify
rule 'the socket is for its owner alone' test "$(stat -c %a "$data/heluo.sock")" = 600

last='second serve'
"$HELUO" serve --data "$data" --port 0 >"$dir/out" 2>"$dir/err"
status=$?
rule 'a second server on the same folder refuses: exit 1' test "$status" = 1
rule 'and says why' err_has 'another server'
rule 'the first goes on' http 200 /healthz

# ---- at the same time ----

many "$dir/m1.csv" 0 6000
many "$dir/m2.csv" 3000 6000
both() { # two imports at once: the exit code of each
    "$HELUO" import entity "$dir/m1.csv" --organ market_regulation --batch "$1-1" --json \
        --data "$data" >"$dir/out1" 2>"$dir/err1" &
    local first=$!
    "$HELUO" import entity "$dir/m2.csv" --organ market_regulation --batch "$1-2" --json \
        --data "$data" >"$dir/out2" 2>"$dir/err2"
    local second=$?
    wait "$first"
    echo "$? $second"
    cat "$dir/err1" "$dir/err2" >"$dir/err"
}
rule 'two imports at once through the server: both done' test "$(both s)" = '0 0'
rule 'the first, whole' json 'r.read === 6000 && r.accepted === 6000' "$dir/out1"
rule 'the second, whole' json 'r.read === 6000 && r.accepted === 6000' "$dir/out2"
rule 'what both said was stored once' exits 0 export entity --format csv
rule "each key once" \
    test "$(($(wc -l <"$dir/out")))" = "$(cat "$dir"/{a,m1,m2}.csv | cut -d, -f1 | sort -u | wc -l)"
rule 'verify' exits 0 verify
serve_end INT
rule 'Ctrl-C: exit 0' test "$ended" = 0

rm -rf "$data"
rule 'two imports at once without a server, and without a store' test "$(both n)" = '0 0'
rule 'the first, whole' json 'r.read === 6000 && r.accepted === 6000' "$dir/out1"
rule 'the second, whole' json 'r.read === 6000 && r.accepted === 6000' "$dir/out2"
rule 'verify' exits 0 verify

# ---- a server that starts while a command has the store ----

many "$dir/m3.csv" 20000 20000
"$HELUO" import entity "$dir/m3.csv" --organ market_regulation --batch n-3 --data "$data" \
    >"$dir/out3" 2>&1 &
import=$!
pids=("$import")
for ((i = 0; i < 100; i++)); do
    if [[ -s $data/heluo.db-wal ]]; then break; fi
    sleep 0.01
done
rule 'a server beside a command that has the store waits for it' serve
rule 'and has all of it' http 200 "/api/collections/entity/items?limit=1"
wait "$import"
imported=$? pids=("$server")
rule 'the command ended well' test "$imported" = 0
serve_end TERM
rule 'SIGTERM: exit 0' test "$ended" = 0

# ---- a folder so deep that its socket's path is too long for a socket ----

data=$dir/$(printf 'deep/%.0s' {1..40})city
mkdir -p "${data%/*}"
rule 'a server in a deep folder' serve
rule 'is met by a command' exits 0 import entity "$dir/a.csv" --organ market_regulation --batch 1
rule 'at once' http 200 "/api/collections/entity/items/${KEYS[0]}"
serve_end INT
