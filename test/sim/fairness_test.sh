#!/bin/sh
# fairness_test.sh - sixty-four streams of ours share a queue: Jain's index, and that nobody starves. The clock is
# virtual, so the same seed gives the same figures on every machine.
. test/sim/common.sh

for seed in 1 2 3; do
	if "$sim" run test/sim/fair.sim --seed $seed >"$work/out" 2>"$work/err"; then
		ok sixty_four_streams_share_fairly_seed_$seed
	else
		not_ok sixty_four_streams_share_fairly_seed_$seed "$(grep -h -m 1 'left with' "$work/out" "$work/err")"
	fi
	sed -n "s/.* \([a-z]*\): [0-9.]* info  meter: /seed $seed, \1: /p" "$work/out" "$work/err" >&2
done
