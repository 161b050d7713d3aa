#!/bin/sh
# fairness_test.sh - streams of ours share a queue, sixty-four of a kind, or of two kinds: Jain's index, and that nobody starves. The clock is
# virtual, so the same seed gives the same figures on every machine.
. test/sim/common.sh

fair() { # fair SCENARIO TEST
	for seed in 1 2 3; do
		if "$sim" run test/sim/$1.sim --seed $seed >"$work/out" 2>"$work/err"; then
			ok $2_seed_$seed
		else
			not_ok $2_seed_$seed "$(grep -h -m 1 'left with' "$work/out" "$work/err")"
		fi
		sed -n "s/.* \([a-z]*\): [0-9.]* info  meter: /$1, seed $seed, \1: /p" "$work/out" "$work/err" >&2
	done
}

fair fair sixty_four_streams_share_fairly
fair fair_bbr and_so_do_those_of_bbr
fair fair_mixed bbr_and_cubic_starve_neither
