#!/bin/sh
# report_test.sh - what is said when an image goes wrong, as a process, confined, and as a guest: what and where, registers, the last lines.
# Prints `ok NAME`, `not ok NAME reason` for each.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

evidence=$work/report
. test/check.sh

# The registers come first, then what the console had, in order and whole.
in_order() {
	awk '/^fata: fault: a write to 0x/ && at == 0 { at = 1 }
		/^  pc [0-9a-f]/ && at == 1 { at = 2 }
		/^fata: the last lines before:$/ && at == 2 { at = 3 }
		/^trying write-null$/ && at == 3 { at = 4 }
		END { exit at != 4 }' "$work/report"
}

targets='unix spt hvt'
if ! ( : <>/dev/kvm ) 2>/dev/null; then
	targets='unix spt'
	echo "skip a_fault_is_reported_with_the_last_lines_on_hvt /dev/kvm is not there, or may not be used"
fi
for on in $targets; do
	command="out/$on/probe"
	[ $on = unix ] || command="out/tender/$on out/$on/probe"
	$command --try=write-null >"$work/console" 2>"$work/report"
	status=$?
	check a_fault_is_reported_with_the_last_lines_on_$on 'they are not there, or not in that order' in_order
	check its_status_is_the_signals_on_$on "it is $status" test $status -eq 139
	$command --try=failed-require >"$work/console" 2>"$work/report"
	check a_failed_require_is_reported_with_the_last_lines_on_$on 'they are not there' \
		grep -q '^trying failed-require$' "$work/report"
	./fata run test/probe $on --try=write-null >"$work/console" 2>"$work/report"
	check fata_run_names_the_place_on_$on 'it does not' grep -q 'fata: that is .* at .*test/probe/memory.c:' "$work/report"
	check and_the_function_on_$on 'it does not' grep -q try_write_null "$work/report"
done
