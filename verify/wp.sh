#!/bin/sh
# wp.sh [MACHDEP]: WP must prove every goal of base/: contracts, loop variants, and no run-time error, unsigned
# wrap and lossy casts included. Prints "ok ..." or what was not proven and "FAIL ...".
#
# FATA_FUNCTIONS=a,b  only these (a mutant's).  WP_CACHE=none  asks the provers again.  Run from the root of the tree.
machdep=${1:-gcc_x86_64}
# A run that proves less than this proves too little: somebody has lost contracts.
least=1
log=$(mktemp) || exit 2
trap 'rm -f "$log"' EXIT
export WHY3CONFIG="$PWD/verify/why3.conf"
session=${FATA_WP_SESSION:-out/prove/$machdep}
mkdir -p "$session"

start=$(date +%s)
# shellcheck disable=SC2086
frama-c -c11 -machdep "$machdep" -wp -wp-rte -wp-split \
	-warn-unsigned-overflow -warn-unsigned-downcast -warn-signed-downcast \
	-wp-prover cvc4,z3 -wp-timeout "${WP_TIMEOUT:-10}" -wp-par "${WP_JOBS:-2}" \
	-wp-cache "${WP_CACHE:-update}" -wp-session "$session" ${FATA_FUNCTIONS:+-wp-fct "$FATA_FUNCTIONS"} \
	-kernel-warn-key annot-error=abort verify/base.c >"$log" 2>&1 </dev/null
status=$?
seconds=$(($(date +%s) - start))
[ -n "$FATA_FUNCTIONS" ] && least=1

line=$(grep -E '^\[wp\] Proved goals: ' "$log")
if [ -z "$line" ]; then
	grep -E -A4 'rror|abort' "$log" | head -12
	echo "FAIL base/ ($machdep): Frama-C does not take it"
	exit 2
fi
# shellcheck disable=SC2046
set -- $(echo "$line" | grep -oE '[0-9]+')
if [ "$status" -eq 0 ] && [ "$1" -eq "$2" ] && [ "$1" -ge "$least" ]; then
	echo "ok   base/ ($machdep, $1 goals, $(grep -hoE '/\*@ admit' base/*.c base/*.h | wc -l) admitted, ${seconds} s)"
	exit 0
fi
grep -oE '\[(Failed|Timeout|Unknown|Stepout)\] Goal [a-z0-9_]+' "$log" | sort -u | head -"${FATA_SHOW:-60}"
[ "$1" -ge "$least" ] || echo "only $1 goals; there were $least and more: are contracts missing?"
echo "FAIL base/ ($machdep): $1 of $2 goals, ${seconds} s"
exit 1
