#!/bin/sh
# What only the tender of target hvt has: what it keeps of itself, and what it refuses.
[ -n "${FATA_TARGET-}" ] || { # the same skip as everywhere, for this one target
	if ! ( : <>/dev/kvm ) 2>/dev/null; then
		echo "skip the_tender_on_hvt /dev/kvm is not there, or may not be used"
		exit 0
	fi
	FATA_TARGET=hvt
}
. test/image/common.sh
need_namespaces the_tender
build hello

tap_up tap0
start_image hello --net tap:tap0 $image_args
wait_for 8 answers
own() { awk -v what="$1:" '$1 == what { print $2 }' "/proc/$image_pid/status"; }
check the_tender_has_a_filter_for_its_calls "Seccomp: $(own Seccomp)" test "$(own Seccomp)" = 2
check the_tender_gains_no_privileges "NoNewPrivs: $(own NoNewPrivs)" test "$(own NoNewPrivs)" = 1
# standard input, output and error; the machine and its processor; the tap
check the_tender_has_six_descriptors "$(ls -l "/proc/$image_pid/fd")" test "$(ls "/proc/$image_pid/fd" | wc -l)" -eq 6
stop_image
check a_guest_leaves_with_0 "exit status $?" test $? -eq 0

# The bill is what is mapped, to the byte.
billed=$(./fata describe hello hvt | awk '/is all it will ever have/ { print $1 }')
out/tender/hvt --verbose out/hvt/hello >"$work/image.log" 2>&1 &
image_pid=$!
pids="$pids $image_pid"
wait_for 5 grep -q 'at most' "$work/image.log"
stop_image
check the_bill_is_the_guests_memory "$billed: $(grep started "$work/image.log")" \
	grep -q "with $billed bytes of memory" "$work/image.log"

# A file that is no image, one for another target, a device that the manifest does not name, too little memory.
refused() { # refused NAME WORDS command...: status 2, and says so
	_name=$1 _words=$2
	shift 2
	"$@" >"$work/said" 2>&1
	_status=$?
	if [ $_status -eq 2 ] && grep -q "$_words" "$work/said"; then ok "$_name"; else
		not_ok "$_name" "status $_status: $(cat "$work/said")"
	fi
}
refused a_text_is_no_image "not an ELF file" out/tender/hvt README.md
refused a_program_with_a_linker_is_no_image "position-independent" out/tender/hvt out/fata
refused an_undeclared_port_is_refused "other" out/tender/hvt --net other=tap:tap9 out/hvt/hello
refused more_memory_than_granted_is_refused "needs more" out/tender/hvt --mem 1 out/hvt/hello
head -c 20000 out/hvt/hello >"$work/cut"
refused a_file_that_is_cut_off_is_refused "cut off" out/tender/hvt "$work/cut"

# What is left of an image that went wrong is a core file, for its owner only.
./fata build test/probe hvt >"$work/build" 2>&1
out/tender/hvt --core "$work/core" out/hvt/probe --log=error --try=write-null >"$work/said" 2>&1
check a_core_file_is_its_owners_only "$(ls -l "$work/core")" test "$(stat -c %a "$work/core")" = 600
if command -v gdb >/dev/null; then
	gdb -nx -batch -ex bt out/hvt/probe.symbols "$work/core" >"$work/backtrace" 2>&1
	check gdb_shows_the_way_to_a_null_store "$(tail -n 3 "$work/backtrace")" \
		sh -c "grep -q '^#0 .*write_to' $work/backtrace && grep -q 'try_write_null' $work/backtrace &&
			grep -q 'app_start' $work/backtrace"
else
	echo "skip gdb_shows_the_way_to_a_null_store gdb is missing (apt-get install gdb)"
fi
