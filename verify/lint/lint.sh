#!/bin/sh
# lint.sh FILE.c...: refuse in lib/ what is outside the safe subset (rules.query says what, ../README.md why).
# lint.sh --self-test: every rule fires on bad.c, every marked line of evade.c is found, and good.c is clean.
#
# Fails closed: a rule clang-query cannot read, or a file that does not parse, is a failure.
# Two files at a time; CLANG_QUERY may name the tool. Last line: what was looked at and found; exit 1 if anything.
cd "$(dirname "$0")/../.." || exit 2
here=verify/lint
query=${CLANG_QUERY:-clang-query-19}
command -v "$query" >/dev/null || { echo "lint: $query is missing: apt-get install clang-tools-19"; exit 2; }
rules=$(grep -c '^match ' $here/rules.query)

one() { # findings in one file, one a line
	out=$("$query" -f $here/rules.query "$1" -- -std=gnu11 -Wno-everything -I. 2>&1)
	ran=$(printf '%s\n' "$out" | grep -cE '^[0-9]+ match(es)?\.$')
	if [ "$ran" -ne "$rules" ]; then
		printf '%s\n' "$out" | grep -E 'error|not found|Error|Input' | head -5
		echo "$1:1:1: LINT-BROKEN $ran of $rules rules ran"
		return
	fi
	printf '%s\n' "$out" | grep -E ': (fatal )?error: ' | sed 's/^/LINT-BROKEN /'
	printf '%s\n' "$out" | sed -nE 's/^(.*:[0-9]+:[0-9]+): note: "(R[0-9]+-[a-z-]+)" binds here$/\1: \2/p'
	# What is no node of the tree, or hides others from it.
	grep -nE '\b(__)?asm(__)?\b|_Generic|_Pragma|\b__builtin_(mem|str|alloca|va_|trap|unreachable)|^[[:space:]]*#[[:space:]]*(pragma|include_next|line)|/\*@|//@' "$1" |
		sed -E "s,^([0-9]+):.*,$1:\1:1: R12-text,"
	# Other headers than ours bring other functions.
	grep -nE '^[[:space:]]*#[[:space:]]*include' "$1" |
		grep -vE '#[[:space:]]*include[[:space:]]+("(base|lib|verify/lint)/[a-z0-9_/]+\.h"|<std(bool|def|int)\.h>)' |
		sed -E "s,^([0-9]+):.*,$1:\1:1: R13-include,"
	grep -nE '#[[:space:]]*include[[:space:]]+"base/(prim|mem)\.h"' "$1" | sed -E "s,^([0-9]+):.*,$1:\1:1: R13-include-primitive,"
}

if [ "${1:-}" = --one ]; then
	one "$2"
	exit 0
fi

if [ "${1:-}" = --self-test ]; then
	fired=$(for f in bad evade; do one $here/$f.c; done | grep -oE 'R[0-9]+-[a-z-]+' | sort -u)
	silent=$({ grep -oE 'R[0-9]+-[a-z-]+' $here/rules.query; echo R12-text; echo R13-include; echo R13-include-primitive; } |
		sort -u | while read -r r; do printf '%s\n' "$fired" | grep -qx "$r" || echo "$r"; done)
	found=$(one $here/evade.c | grep -oE 'evade.c:[0-9]+' | sort -u)
	missed=$(grep -nE '/\* e[0-9]+ ' $here/evade.c | while IFS=: read -r line text; do
		printf '%s\n' "$found" | grep -qx "evade.c:$line" || echo "$here/evade.c:$line: $text"; done)
	wrong=$(one $here/good.c)
	[ -z "$silent" ] || printf 'lint self-test: rules that did not fire: %s\n' "$(echo "$silent" | tr '\n' ' ')"
	[ -z "$missed" ] || printf 'lint self-test: evasions not found:\n%s\n' "$missed"
	[ -z "$wrong" ] || printf 'lint self-test: found in good.c, which is good:\n%s\n' "$wrong"
	echo "lint self-test: $(printf '%s\n' "$fired" | wc -l) rules fire, $(grep -cE '/\* e[0-9]+ ' $here/evade.c) evasions tried"
	[ -z "$silent$missed$wrong" ]
	exit
fi

[ $# -gt 0 ] || { echo "lint: name the files to look at, like lib/tcp/*.c"; exit 2; }
for f in "$@"; do
	[ -f "$f" ] || { echo "lint: there is no $f (paths are from the root of the tree)"; exit 2; }
done
exempt=$(grep -v '^#' $here/exempt.txt | cut -d' ' -f1)
left_out=0
for f in "$@"; do
	shift
	if printf '%s\n' "$exempt" | grep -qx "${f#./}"; then left_out=$((left_out + 1)); else set -- "$@" "$f"; fi
done
findings=$(printf '%s\n' "$@" | xargs -P "${FATA_JOBS:-2}" -n 1 "$here/lint.sh" --one | sed "s,^$PWD/,," | sort -u)
count=0
if [ -n "$findings" ]; then
	printf '%s\n' "$findings"
	count=$(printf '%s\n' "$findings" | wc -l)
fi
echo "lint: $# files, $rules rules, $count findings; $left_out exempt ($here/exempt.txt)"
[ "$count" -eq 0 ]
