#!/bin/sh
# run_target_test.sh - which target `fata run` takes on machines that lack things: no KVM, one that may not be used or does
# not work, a container's policy that refuses system calls or ends who tries them. The conditions are real ones.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
unset FATA_TARGET
image=test/probe # --try=list: it prints, and leaves

# says NAME STATUS TEXT command...: it ends with this status and says this ("!TEXT": and not this).
says() {
	name=$1 status=$2 text=$3
	shift 3
	out=$("$@" 2>&1)
	got=$?
	case $text in
	!*) case $out in *"${text#!}"*) ;; *) [ "$got" -eq "$status" ] && { echo "ok $name"; return; } ;; esac ;;
	*) case $out in *"$text"*) [ "$got" -eq "$status" ] && { echo "ok $name"; return; } ;; esac ;;
	esac
	echo "not ok $name status $got (not $status), or it did not say: $text"
	printf '%s\n' "$out" | tail -n 5 | sed 's/^/    /' >&2
}

# on KIND command...: with a /dev of its own whose kvm is: none, closed (may not be opened), false (opens, and is no KVM).
# Root may open what it may not: it gives up that right for "closed".
on() {
	kind=$1
	shift
	unshare -rm sh -c '
		mkdir "$1/dev.$$" && cd "$1/dev.$$" || exit
		for d in null zero full random urandom tty; do
			: >$d && mount --bind /dev/$d $d || exit
		done
		ln -s /proc/self/fd fd
		case $2 in
		closed) : >kvm && chmod 000 kvm ;;
		false) : >kvm && mount --bind /dev/null kvm ;;
		esac
		mount --rbind . /dev && cd "$3" || exit
		shift 3
		exec setpriv --bounding-set=-dac_override --inh-caps=-dac_override "$@"' sh "$work" "$kind" "$PWD" "$@"
}

run() { ./fata run $image "$@" --try=list; }
run >"$work/first" 2>&1 # builds
says it_names_its_target_and_why 0 'fata: running on ' cat "$work/first"
says an_image_runs_there 0 write-rodata cat "$work/first"
says a_target_behind_the_image_is_taken 0 'probe on unix' ./fata run $image unix --try=list
says a_target_that_was_named_needs_no_reason 0 '!running on' ./fata run $image unix --try=list
says FATA_TARGET_names_one_too 0 'probe on unix' env FATA_TARGET=unix ./fata run $image --try=list
says what_stands_behind_the_image_goes_before_FATA_TARGET 0 'probe on unix' \
	env FATA_TARGET=spt ./fata run $image unix --try=list
says a_wrong_FATA_TARGET_gets_a_suggestion 2 "did you mean 'unix'?" env FATA_TARGET=unx ./fata run $image
says an_option_of_another_target_says_of_which 2 '--mem is for spt hvt, not for unix' ./fata run $image unix --mem 4
says the_simulator_is_not_run_this_way 2 'out/sim/sim' ./fata run $image sim
says verbose_says_what_confines_it 0 'limits: had' ./fata run $image spt --verbose --try=list

says a_disk_left_out_is_an_empty_drive_there_too 1 'image: dev_block on spt' ./fata run test/conform/dev_block spt
says the_tender_itself_wants_it_said 2 'or --block NAME=none for a drive that is empty' ./out/tender/spt out/spt/dev_block

if on none true 2>/dev/null; then
	says without_kvm_it_is_spt 0 'fata: running on spt: a process that may use its devices and nothing else: a sandbox (not hvt: there is no /dev/kvm)' \
		on none ./fata run $image --try=list
	says a_kvm_that_may_not_be_opened_is_spt 0 'not hvt: cannot open /dev/kvm: Permission denied' \
		on closed ./fata run $image --try=list
	says and_it_runs_there 0 'probe on spt' on closed ./fata run $image --try=list
	says a_kvm_that_does_not_work_is_spt 0 'running on spt' on false ./fata run $image --try=list
	says and_the_tender_said_why 0 'not hvt: /dev/kvm' on false ./fata run $image --try=list
	says hvt_by_name_without_kvm_says_what_is_missing 1 'hvt cannot run here: there is no /dev/kvm' \
		on none ./fata run $image hvt --try=list
	says an_option_of_hvt_alone_without_kvm_says_both 2 'not hvt: there is no /dev/kvm; not spt: it has no --core' \
		on none ./fata run $image --core "$work/core" --try=list
	says without_kvm_and_seccomp_it_is_unix 0 'not spt: the kernel takes no filter of system calls (seccomp)' \
		on none python3 test/tool/deny.py EPERM seccomp ./fata run $image --try=list
	says and_it_runs_as_a_plain_process 0 'probe on unix' \
		on none python3 test/tool/deny.py ENOSYS seccomp ./fata run $image --try=list
	says a_policy_that_kills_is_seen 0 'not spt: it was tried and ended by signal 31 (Bad system call)' \
		on none python3 test/tool/deny.py KILL unshare ./fata run $image --try=list
	says no_namespaces_are_no_reason_against_spt 0 'running on spt' \
		on none python3 test/tool/deny.py EPERM unshare,landlock_create_ruleset ./fata run $image --try=list
	says and_verbose_says_that_they_were_not_had 0 'namespaces of its own: not had' \
		on none python3 test/tool/deny.py EPERM unshare,landlock_create_ruleset \
		./fata run $image --verbose --try=list
else
	echo "skip what_machines_lack a mount namespace is needed (be root, or allow user namespaces)"
fi

# The user-mode network, confined: the image is reached, and stops in good order.
./fata run hello spt >"$work/log" 2>&1 &
run=$!
trap 'kill $run 2>/dev/null; rm -rf "$work"' EXIT
for _ in $(seq 300); do # up to a minute: another build may hold the tree
	grep -q DHCP "$work/log" && break
	sleep 0.2
done
port=$(sed -n 's/^fata: 127.0.0.1 port \([0-9]*\) is.*/\1/p' "$work/log")
says an_image_in_spt_is_reached_through_the_user_mode_network 0 'hello, network' python3 -c "
import socket
s = socket.create_connection(('127.0.0.1', ${port:-1}), 5); s.settimeout(5); print(s.recv(64).decode())"
kill "$run"
wait "$run"
says and_stops_in_good_order 0 'image: stopped' cat "$work/log"
