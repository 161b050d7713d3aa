# common.sh - scenarios: run over seeds, told as tests. Sourced by *_test.sh here.

set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
sim=out/sim/sim

. test/check.sh

# The runner and the images of app/ are built by `fata test`; those of test/sim/apps are not.
for app in client leaser meter slow spring; do
	./fata build test/sim/apps/$app sim >"$work/build" 2>&1 || {
		cat "$work/build" >&2
		echo "not ok build_$app it does not build"
		exit 1
	}
done

scenario() { # scenario NAME A..B: every seed must be as expected
	if "$sim" run "test/sim/$1.sim" --seeds "$2" >"$work/out" 2>"$work/err"; then
		ok "$1_seeds_$2"
	else
		not_ok "$1_seeds_$2" "$(grep -m 1 'seed' "$work/err")"
		head -n 30 "$work/err" >&2
	fi
}
