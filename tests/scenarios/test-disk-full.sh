#!/bin/bash
# A disk that fills up: writing ends with a clear error, reading goes on; with room, so does
# writing.
# shellcheck source=tests/scenarios/rig.bash
. "$(dirname "$(readlink -f "$0")")/rig.bash"

mkdir "$data"
if ! mount -t tmpfs -o size=48m,mode=700 heluo-test "$data" 2>/dev/null; then
    skip 'a disk that fills up' 'a small disk can only be mounted as root'
    exit 0
fi
cleanup() { umount "$data"; }

companies "$dir/a.csv"
many "$dir/big.csv" 1000 40000
rule 'the city starts on a small disk' serve
rule 'and takes a few' exits 0 import entity "$dir/a.csv" --organ market_regulation --batch few
# what is left: too little for the big file, enough to begin with it
free_kb=$(df -k --output=avail "$data" | tail -n 1)
head -c "$(((free_kb - 22000) * 1024))" /dev/zero >"$data/filler"
rule 'a file that does not fit: exit 1' \
    exits 1 import entity "$dir/big.csv" --organ market_regulation --batch big
rule 'a sentence says so' grep -q '^heluo: ..' "$dir/err"
rule 'public reads go on' http 200 "/api/collections/entity/items/${KEYS[0]}"
rule 'lists too' http 200 "/api/collections/entity/items?limit=5"
rule 'and the server' http 200 /healthz
head -c 100M /dev/zero >"$data/filler2" 2>/dev/null
rule 'not a byte left: a small import is refused too' \
    exits 1 import entity "$dir/a.csv" --organ market_regulation --batch few2
rule 'still read' http 200 "/api/collections/entity/items/${KEYS[0]}"
rm -f "$data/filler" "$data/filler2"
mount -o remount,size=400m "$data"
rule 'with room again, and without a restart, the same batch completes' \
    exits 0 import entity "$dir/big.csv" --organ market_regulation --batch big --json
rule 'whole' json 'r.read === 40000 && r.accepted === 40000'
rule 'a new one is taken' exits 0 import entity "$dir/a.csv" --organ market_regulation --batch few2
rule 'verify: valid' exits 0 verify
serve_end INT
rule 'it stops as ever' test "$ended" = 0
rule 'verify after it' exits 0 verify
