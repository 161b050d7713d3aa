#!/bin/sh
# hello and echo on a tap: the kernel's ping, TCP and UDP talk to them; they stop when asked.
. test/image/common.sh
need_namespaces hello_image
build hello echo
tap_up tap0

start_image hello --net tap:tap0 $image_args
check ping_is_answered "no answer from 10.77.0.2" wait_for 8 answers
check ping6_is_answered "no answer from fd77::2" wait_for 8 answers fd77::2
check ping_of_1400_bytes_is_answered "no answer" in_ns ping -c 2 -W 1 -s 1400 10.77.0.2
check a_guest_is_greeted "no greeting" sh -c "printf 'and you\n' | ip netns exec $ns timeout 5 socat -t 1 - TCP:10.77.0.2:8080 | grep -q 'hello, network'"
check a_guest_hears_its_own_words "not said back" sh -c "printf 'and you\n' | ip netns exec $ns timeout 5 socat -t 1 - TCP:10.77.0.2:8080 | grep -q 'and you'"
check a_guest_over_ipv6_is_greeted "no greeting" sh -c "printf 'x' | ip netns exec $ns timeout 5 socat -t 1 - 'TCP6:[fd77::2]:8080' | grep -q 'hello, network'"
check a_closed_port_refuses "no reset" sh -c "! ip netns exec $ns timeout 5 socat -T 1 - TCP:10.77.0.2:9 </dev/null 2>$work/refused && grep -q refused $work/refused"
check hello_is_small "over 1 MB resident: $(resident_kb) kB" test "$(resident_kb)" -lt 1024
stop_image
check hello_leaves_with_0 "exit status $?" test $? -eq 0

start_image echo --net tap:tap0 $image_args
wait_for 8 answers
head -c 3000000 /dev/urandom >"$work/sent"
check three_megabytes_come_back_over_tcp "other bytes came back" sh -c "ip netns exec $ns timeout 20 socat -t 5 - TCP:10.77.0.2:7 <$work/sent | cmp - $work/sent"
check a_datagram_comes_back "no answer" sh -c "printf 'datagram' | ip netns exec $ns timeout 5 socat -t 1 - UDP:10.77.0.2:7 | grep -q datagram"
check a_datagram_comes_back_over_ipv6 "no answer" sh -c "printf 'datagram' | ip netns exec $ns timeout 5 socat -t 1 - 'UDP6:[fd77::2]:7' | grep -q datagram"
stop_image

# An option that is not there, and help.
$(image_command echo) --net none --prot=1 >"$work/said" 2>&1
status=$?
check an_unknown_option_leaves_with_2 "exit status $status" test $status -eq 2
check an_unknown_option_gets_a_suggestion "$(cat "$work/said")" grep -q -- --port "$work/said"
check help_lists_the_options "no help" sh -c "$(image_command echo) --net none --help | grep -q -- --port"

# What hello's manifest says it is without (lib/parts).
$(image_command hello) --net none --prot=1 >"$work/said" 2>&1
status=$?
check without_advice_an_unknown_option_is_still_an_error "exit status $status: $(cat "$work/said")" \
	sh -c "test $status -eq 2 && grep -q 'no option --prot' $work/said"
check without_advice_help_says_where_it_is "no hint" \
	sh -c "$(image_command hello) --net none --help | grep -q 'fata run hello --help'"
$(image_command hello) --net none --log=debug >"$work/said" 2>&1
status=$?
check without_levels_log_says_so "exit status $status: $(cat "$work/said")" \
	sh -c "test $status -eq 2 && grep -q 'without levels' $work/said"
for option in --route=10.0.0.0/8,10.77.0.1 --secret=s --eui64 --vlan=7 --tcp-ecn --tcp-pacing --tcp-congestion=bbr --tcp-fast-open; do
	$(image_command hello) --net none $option >"$work/said" 2>&1
	status=$?
	check "an_option_of_what_is_left_out_is_none_$(echo $option | tr -cd a-z0-9)" "exit status $status: $(cat "$work/said")" \
		sh -c "test $status -eq 2 && grep -q 'no option ${option%%=*}' $work/said"
done
if [ "$target" != spt ]; then # there the tender has it
	$(image_command hello) --net none --io=uring >"$work/said" 2>&1
	status=$?
	check without_uring_io_is_no_option "exit status $status: $(cat "$work/said")" \
		sh -c "test $status -eq 2 && grep -q 'no option --io' $work/said"
fi
if [ "$target" = unix ]; then
	out/unix/hello --net unix:/none >"$work/said" 2>&1
	status=$?
	check without_sockets_a_path_is_refused "exit status $status: $(cat "$work/said")" \
		sh -c "test $status -ne 0 && grep -q -e 'unix or frames' $work/said && grep -q without $work/said"
	for option in --record --pcap; do
		out/unix/hello --net none $option "$work/none" >"$work/said" 2>&1
		status=$?
		check "what_is_left_out_is_refused_with_the_line_to_change_$(echo $option | tr -d -)" \
			"exit status $status: $(cat "$work/said")" \
			sh -c "test $status -ne 0 && grep -q -e '$option' $work/said && grep -q without $work/said"
		check "and_no_file_is_made_$(echo $option | tr -d -)" "there is one" test ! -e "$work/none"
	done
fi
check help_names_the_other_help "not named" sh -c "$(image_command echo) --net none --help | grep -q -- --platform-help"
check the_other_help_lists_ports_and_disks "no help" sh -c "$(image_command echo) --platform-help | grep -q -- --block"
