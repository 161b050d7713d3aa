#!/bin/sh
# A debugger on a running hvt image: gdb itself, over its remote protocol.
[ -n "${FATA_TARGET-}" ] || {
	if ! ( : <>/dev/kvm ) 2>/dev/null; then
		echo "skip gdb_on_hvt /dev/kvm is not there, or may not be used"
		exit 0
	fi
	FATA_TARGET=hvt
}
. test/image/common.sh
command -v gdb >/dev/null || {
	echo "skip gdb_on_hvt gdb is missing (apt-get install gdb)"
	exit 0
}
build echo test/probe
out=out/hvt

# debug IMAGE [arguments...]: the tender waits on a port of its own choice, and gdb runs the commands on standard input
debug() {
	_image=$1
	shift
	cat >"$work/commands"
	out/tender/hvt --gdb 0 "$out/$_image" "$@" >"$work/image.log" 2>&1 &
	image_pid=$!
	pids="$pids $image_pid"
	wait_for 5 grep -q 'waiting for a debugger' "$work/image.log" || return 1
	_port=$(sed -n "s/.*127.0.0.1:\([0-9]*\)'.*/\1/p" "$work/image.log")
	timeout 60 gdb -nx -batch -ex 'set pagination off' -ex "target remote 127.0.0.1:$_port" -x "$work/commands" \
		"$out/$_image.symbols" >"$work/gdb" 2>&1
}
# seen NAME PATTERN: gdb has said so
seen() { check "$1" "$(tail -n 5 "$work/gdb" | tr '\n' '|')" grep -q "$2" "$work/gdb"; }
# ended NAME STATUS
ended() {
	wait "$image_pid"
	_status=$?
	check "$1" "exit status $_status" test $_status -eq "$2"
}

# A breakpoint, the way to it, a step; then a watched variable and registers, and it goes on without gdb.
debug echo <<'END'
break app_start
continue
backtrace
step
END
seen a_breakpoint_stops_where_the_source_says 'Breakpoint 1, app_start (.*) at .*app/echo/echo.c'
seen a_backtrace_leads_to_the_images_entry '^#[0-9]* .* in _start ()'
seen a_step_enters_the_function_that_is_called '^serve ('
ended an_image_whose_debugger_ends_is_ended 137

debug echo <<'END'
hbreak app_start
continue
delete
watch 'plat/hvt/clock.c'::last
continue
set $was = 'plat/hvt/clock.c'::last
continue
printf "time goes on: %d\n", 'plat/hvt/clock.c'::last > $was
delete
print/x $mxcsr
set var $xmm3.v2_int64[1] = 0x1122334455667788
print/x $xmm3
stepi
print/x $xmm3.v2_int64[1]
set confirm off
python
def refused(what):
    try:
        gdb.execute(what)
        print("taken: " + what)
    except gdb.error as e:
        print("refused: " + what)
refused("x/x 0")
refused("set var hvt_host->version = 7")
refused("set var $pc = 0xffff800000000000")
refused("x/x $sp + 0x1000000")
end
detach
END
seen a_hardware_breakpoint_stops_too 'Breakpoint 1, app_start'
seen a_variable_is_watched 'time goes on: 1'
seen the_vector_units_control_is_shown '= 0x1f80'
seen a_vector_register_keeps_what_it_was_given '= 0x1122334455667788'
check memory_that_is_not_the_images_is_refused "$(grep taken "$work/gdb")" \
	test "$(grep -c 'refused: ' "$work/gdb")" -eq 4 -a "$(grep -c 'taken: ' "$work/gdb")" -eq 0
check a_detached_image_goes_on "$(cat "$work/image.log")" wait_for 5 grep -q 'at most' "$work/image.log"
stop_image
check a_detached_image_stops_in_good_order "exit status $?" test $? -eq 0

# Ctrl-C while it runs: gdb sends its interrupt when it is interrupted itself.
debug echo <<'END'
shell (sleep 1; kill -INT $PPID) &
continue
backtrace 2
stepi
stepi
kill
END
seen ctrl_c_stops_a_running_image 'received signal SIGINT'
seen where_it_stopped_is_shown '^#1 .* run ('
ended kill_ends_it 137

# What goes wrong is shown before it is reported.
debug probe --log=error --try=write-null <<'END'
continue
backtrace 1
continue
END
seen a_fault_is_a_signal_where_it_happens 'SIGSEGV'
seen its_place_is_shown '^#0 .*try_write_null'
seen its_end_is_told 'terminated with signal SIGSEGV'
ended the_status_is_the_same_with_a_debugger 139
check the_report_comes_after_it "$(cat "$work/image.log")" \
	grep -q 'fault: a write to 0x0, where nothing is, at 0x[0-9a-f]* of the image' "$work/image.log"

debug probe --log=error --try=failed-require <<'END'
continue
backtrace 6
continue
END
seen a_failed_require_stops_with_its_backtrace '^#[0-9] .*try_failed_require'
ended a_failed_requires_status_is_the_same 134

debug probe --log=error --try=read-text <<'END'
continue
END
seen the_end_is_told 'exited normally'
ended an_image_leaves_with_its_own_status 0

# Who does not speak like a debugger is sent away, and who comes next is heard.
out/tender/hvt --gdb 0 "$out/echo" >"$work/image.log" 2>&1 &
image_pid=$!
pids="$pids $image_pid"
wait_for 5 grep -q 'waiting for a debugger' "$work/image.log"
port=$(sed -n "s/.*127.0.0.1:\([0-9]*\)'.*/\1/p" "$work/image.log")
curl -s -m 2 "http://127.0.0.1:$port/" >"$work/curl" 2>&1
check a_browser_is_sent_away "$(cat "$work/image.log")" wait_for 2 grep -q 'no debugger' "$work/image.log"
check only_this_machine_is_listened_to "$(ss -Hltn "sport = :$port")" \
	sh -c "ss -Hltn 'sport = :$port' | grep -q '127.0.0.1:$port'"
kill -TERM "$image_pid"
ended a_stop_request_ends_the_wait 143
