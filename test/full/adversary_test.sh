#!/bin/sh
# adversary_test.sh - the campaign: two stacks against the networks of many seeds. `fata test` tries the first thousand.
. test/sim/common.sh

# Unlike in `fata test`, nothing has built the runner and the images of app/ yet.
./fata build >"$work/build" 2>&1 || {
	cat "$work/build" >&2
	exit 1
}
failed=0
for name in adversary narrow; do
	"$sim" run "test/sim/$name.sim" --seeds 1001..20000 >"$work/out" 2>"$work/err" || {
		grep -v simulated "$work/err" | head -n 40 >&2
		failed=1
	}
	tail -n 1 "$work/out"
done
exit $failed
