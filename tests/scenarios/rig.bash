#!/bin/bash
# What the scenarios share; sourced. A scenario is a user at the command line: it prints TAP, one
# line a rule, and everything it makes lies in a folder of its own.
# shellcheck disable=SC2034,SC2120 # what is set and called here is for the scenarios
set -uo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.." || exit 1
HELUO=$(readlink -f "${HELUO:-${BUILD:-build}/heluo}")
SHARED=${HELUO_SHARED:-../shared}
export LC_ALL=C.UTF-8 # commands speak English
dir=$(mktemp -d "${TMPDIR:-/tmp}/heluo-scenario-XXXXXX")
data=$dir/data
test_count=0 failed_count=0 pids=()

end() {
    if ((${#pids[@]})); then kill -9 "${pids[@]}" 2>/dev/null; fi
    wait 2>/dev/null
    if [[ $(type -t cleanup) == function ]]; then cleanup; fi
    chmod -R u+rwx "$dir" 2>/dev/null
    rm -rf "$dir"
    echo "1..$test_count"
    if ((failed_count)); then exit 1; fi
}
trap end EXIT
trap 'exit 130' INT TERM

# rule RULE COMMAND...: the rule holds when the command ends with 0
rule() {
    test_count=$((test_count + 1))
    if "${@:2}" >"$dir/rule.log" 2>&1; then
        echo "ok $test_count - $1"
    else
        failed_count=$((failed_count + 1))
        echo "not ok $test_count - $1"
        printf '#   %s\n' "${*:2}"
        if [[ -e $dir/err ]]; then
            echo "#   last command: $last (exit $status)"
            head -c 1500 "$dir/out" | head -n 12 | sed 's/^/#   out: /' && echo
            head -c 1500 "$dir/err" | head -n 12 | sed 's/^/#   err: /' && echo
        fi
        head -n 12 "$dir/rule.log" | sed 's/^/#   /'
    fi
}
skip() {
    test_count=$((test_count + 1))
    echo "ok $test_count - $1 # SKIP $2"
}

# h WORD...: one command of heluo, with $status, $dir/out and $dir/err
status=0 last=
h() {
    last="heluo $*"
    "$HELUO" "$@" --data "$data" >"$dir/out" 2>"$dir/err"
    status=$?
    return 0
}
# exits CODE WORD...: the command ends with this code
exits() {
    h "${@:2}"
    [[ $status == "$1" ]]
}
out_has() { grep -qF -- "$1" "$dir/out"; }
err_has() { grep -qF -- "$1" "$dir/err"; }
# json EXPRESSION [FILE]: true of the object r in the file
json() {
    node -e 'const r = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
        const got = eval(process.argv[1]);
        if (got !== true) { console.log(got, JSON.stringify(r).slice(0, 800)); process.exit(1); }' \
        "$1" "${2:-$dir/out}"
}
# counts: what the store holds, by what a user can see; equal texts, equal stores
counts() {
    h export entity --format ndjson
    sha256sum <"$dir/out"
    wc -l <"$dir/out"
}

# ---- a server ----

serve() { # [OPTION...]: sets $port and $server; fails when it does not come up
    : >"$dir/serve.out"
    "$HELUO" serve --port 0 "$@" --data "$data" >"$dir/serve.out" 2>"$dir/serve.err" &
    server=$!
    pids+=("$server")
    local i
    for ((i = 0; i < 400; i++)); do
        port=$(sed -nE '1s|.*http://[^:]*:([0-9]+)/.*|\1|p' "$dir/serve.out")
        if [[ $port ]]; then return 0; fi
        kill -0 "$server" 2>/dev/null || break
        sleep 0.05
    done
    cat "$dir/serve.err"
    return 1
}
serve_end() { # [SIGNAL]: $ended is the server's exit code
    kill -"${1:-INT}" "$server"
    wait "$server" 2>/dev/null
    ended=$?
    pids=()
}
# http CODE PATH [OPTION of curl...]: the body is in $dir/out
http() {
    local code
    code=$(curl -sS -o "$dir/out" -w '%{http_code}' "${@:3}" "http://127.0.0.1:$port$2" \
        2>"$dir/err")
    status=$code last="curl $2"
    [[ $code == "$1" ]]
}

# ---- companies that do not exist, with numbers that are valid ----

KEYS=(91410325MA00000072 91410327MA0000023L 91410325MA0000015W 91410323MA0000090Q
    91410329MA000004X4 91410302MA0000082G 91410323MA0000031M 91410303MA00000C5C
    91410323MA00000743 91410324MA00000B7Y 91410305MA00000666 91410302MA00000A98)

companies() { # FILE [NAME]: the first three, well-formed
    cat >"$1" <<END
uscc,name,registered_capital,currency,established_on,status
${KEYS[0]},洛阳${2:-甲}有限公司,1000000,CNY,2010-01-02,active
${KEYS[1]},"洛阳乙,""牡丹""有限公司",2000000,CNY,2011-02-03,active
${KEYS[2]},洛阳丙有限公司,3000000.5,CNY,2012-03-04,active
END
}
# many FILE FROM COUNT: that many valid companies (the key's serial number counts up from FROM)
many() {
    node -e '
        const SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY";
        const ORG = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        const sum = (s, signs, weights) =>
            weights.reduce((a, w, i) => a + w * signs.indexOf(s[i]), 0);
        const [from, count] = process.argv.slice(1).map(Number), lines = ["uscc,name,status"];
        for (let n = from; n < from + count; n++) {
            let body = "", x = n;
            for (let i = 0; i < 6; i++, x = Math.floor(x / 31)) body = SIGNS[x % 31] + body;
            body = "MA" + body;
            const c9 = 11 - sum(body, ORG, [3, 7, 9, 10, 5, 8, 4, 2]) % 11;
            const s = "91410302" + body + (c9 === 10 ? "X" : c9 === 11 ? "0" : c9);
            const w = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
            lines.push(s + SIGNS[(31 - sum(s, SIGNS, w) % 31) % 31] + ",洛阳" + n + "号有限公司,active");
        }
        process.stdout.write(lines.join("\n") + "\n");' "$2" "$3" >"$1"
}
