#!/bin/sh
# prove.sh [--only PATH] [--quick] [--no-mutants | --mutants N]: everything that is proven, from nothing, and that the provers would notice.
#
#   1. base/ under Frama-C/WP: contracts and absence of run-time errors, on a 64-bit and a 32-bit data model
#   2. every lib/**/x_prove.c under Frama-C/Eva: no run-time error for any input, on both data models
#   3. mutants: base/ broken in one place must be refused by WP, lib/ (x_mutants.txt) by Eva
#
# --only PATH    only drivers and mutants in this folder or file (base: only base/)
# --quick        64-bit only, and no mutants: while writing
# --no-mutants   1 and 2
# --mutants N    the first N mutants of each list: what CI has time for
# The last line is "N passed, N failed"; exit 0 only if none failed. What is not proven: unproven.md.
# Answers of the provers are kept in out/prove (WP_CACHE=none asks them all again).
cd "$(dirname "$0")/.." || exit 2
only=
mutants=yes
most=9999
machdeps='gcc_x86_64 gcc_x86_32'
while [ $# -gt 0 ]; do
	case $1 in
	--only)
		[ $# -gt 1 ] || { echo "prove: --only needs a path, like lib/tcp"; exit 2; }
		only=${2%/}
		shift
		;;
	--quick) machdeps=gcc_x86_64 mutants= ;;
	--no-mutants) mutants= ;;
	--mutants)
		[ $# -gt 1 ] || { echo "prove: --mutants needs a number"; exit 2; }
		most=$2
		shift
		;;
	--help | -h) sed -n '2,/^cd /s/^# \{0,1\}//p' "$0"; exit 0 ;;
	*) echo "prove: unknown option $1; there are --only PATH, --quick, --no-mutants and --mutants N"; exit 2 ;;
	esac
	shift
done
for tool in frama-c:frama-c-base why3:why3 z3:z3 cvc4:cvc4; do
	command -v "${tool%:*}" >/dev/null || { echo "prove: ${tool%:*} is missing: apt-get install frama-c-base why3 z3 cvc4"; exit 2; }
done
if [ -n "$only" ] && [ ! -e "$only" ]; then
	echo "prove: there is no $only"
	exit 2
fi

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
export FATA_PROVE_WORK="$work"
began=$(date +%s)
in_scope() { # is this file asked for?
	case $1 in "$only" | "$only"/*) return 0 ;; esac
	[ -z "$only" ]
}

some() { # some LIST: the first $most of its mutants
	grep -vE '^ *(#|$)' "$1" | head -n "$most"
}

# Jobs are lines "SCRIPT ARGUMENT..."; two at a time; each prints one line when it is done.
base_jobs=
if in_scope base/base; then
	for m in $machdeps; do
		printf 'verify/wp.sh %s\n' "$m" >>"$work/base"
	done
	base_jobs=yes
fi
find lib stack -name '*_prove.c' 2>/dev/null | sort | while read -r driver; do
	in_scope "$driver" || continue
	for m in $machdeps; do
		printf 'verify/eva.sh %s %s\n' "$driver" "$m"
	done
done >"$work/jobs"
if [ -n "$mutants" ]; then
	{
		[ -n "$base_jobs" ] && some verify/mutants/base.txt
		find lib -name '*_mutants.txt' | sort | while read -r list; do in_scope "$list" && some "$list"; done
	} | grep -vE '^ *(#|$)' | while IFS='|' read -r name file change; do
		printf '%s|%s|%s\n' "$(echo "$name" | tr -d ' ')" "$(echo "$file" | tr -d ' ')" \
			"$(printf '%s' "$change" | sed 's/^ *//; s/ *$//')"
	done | awk '{ n += 1; f = ENVIRON["FATA_PROVE_WORK"] "/mutant" n; print > f; close(f); print "verify/mutant.sh " f }' >"$work/mutants"
fi

: >"$work/results"
export FATA_SHOW="${FATA_SHOW:-12}"
# Mutants come last: of a driver that is refused unchanged they would say nothing.
: >"$work/failed"
[ -n "$base_jobs" ] && cat "$work/jobs" >>"$work/base" && mv "$work/base" "$work/jobs"
for phase in jobs mutants; do
	[ -s "$work/$phase" ] || continue
	# shellcheck disable=SC2016
	xargs -P "${FATA_JOBS:-2}" -L 1 sh -c '
		out=$("$@" 2>&1) && good=ok || good=no
		printf "%s\n" "$out" | sed "s/^/  /"
		[ $good = ok ] || echo "$2" >>"$FATA_PROVE_WORK/failed"
		echo $good >>"$FATA_PROVE_WORK/results"' job <"$work/$phase"
done

passed=$(grep -c ok "$work/results")
failed=$(grep -c no "$work/results")
if [ "$((passed + failed))" -eq 0 ]; then
	echo "prove: nothing to prove in $only: no x_prove.c is there"
	failed=1
fi
if [ -z "$only" ]; then
	driven=$(find lib -name '*_prove.c' -exec sed -n 's,^/\* prove: *\(.*\)$,\1,p' {} + | tr ' ' '\n' | sort -u)
	without=$(find lib -name '*.c' ! -name '*_test.c' ! -name '*_fuzz.c' ! -name '*_prove.c' | sort | while read -r s; do
		printf '%s\n' "$driven" | grep -qx "$s" || grep -q "^$s " verify/lint/exempt.txt || echo "$s"; done)
	if [ -n "$without" ]; then
		# shellcheck disable=SC2086
		echo "  FAIL no driver takes" $without
		failed=$((failed + 1))
	fi
fi
echo "prove: $(($(date +%s) - began)) s; what is not proven, and why: verify/unproven.md"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
