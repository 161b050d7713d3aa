#!/bin/sh
# An image as the client of Linux's TCP: 70,000 connections one after the other, and through loss; and of its own: a million.
. test/image/common.sh
need_namespaces client_image
build client
program echoer
program relay
tap_up tap0
ip netns exec "$ns" out/test/image/echoer 7 >"$work/echoer.log" &
echoer=$!
pids="$pids $echoer"

finishes() { # finishes SECONDS: it leaves with 0 by itself
	_n=$(($1 * 5))
	while kill -0 "$image_pid" 2>/dev/null && [ "$_n" -gt 0 ]; do
		sleep 0.2
		_n=$((_n - 1))
	done
	kill "$image_pid" 2>/dev/null
	wait "$image_pid"
}

start_image client --net tap:tap0 $image_args --to=10.77.0.1 --bytes=64 --times=70000 --parallel=8 --patience=200s
finishes 210
check seventy_thousand_outgoing_connections "exit status $?, $(tail -n 1 "$work/image.log")" test $? -eq 0

start_image client --net tap:tap0 $image_args --to=fd77::1 --bytes=3M --times=4 --parallel=2
finishes 70
check megabytes_over_ipv6_as_a_client "exit status $?, $(tail -n 1 "$work/image.log")" test $? -eq 0

# ---- itself ----
for _address in 127.0.0.1 ::1 10.77.0.2 fd77::2; do
	start_image client --net tap:tap0 $image_args --to=$_address --echo --bytes=3M --times=4 --parallel=2
	finishes 70
	check "megabytes_to_itself_at_$(echo "$_address" | tr ':.' '__')" "exit status $?, $(tail -n 1 "$work/image.log")" test $? -eq 0
done

# In a table of 32, so what is over gives way a million times, and all 49,152 ports come round.
if [ "$target" = unix ]; then
	start_image client --net tap:tap0 $image_args --to=127.0.0.1 --echo --bytes=64 --times=1000000 --parallel=8 --patience=300s
	finishes 310
	check a_million_connections_one_after_the_other "exit status $?, $(tail -n 1 "$work/image.log")" test $? -eq 0
	check and_none_of_them_broke "$(tail -n 1 "$work/image.log")" grep -q " 0 connections broke" "$work/image.log"
fi

# ---- one of the server's two addresses is dead: Happy Eyeballs ----
for _addresses in "fd77::66 10.77.0.1" "10.77.0.66 fd77::1" "fd77::1 10.77.0.1"; do
	start_image client --net tap:tap0 $image_args --to=${_addresses% *} --also=${_addresses#* } --bytes=64 --times=4 --patience=8s
	finishes 12
	_which=$(echo "$_addresses" | tr ':. ' '___')
	check "the_other_address_is_used_$_which" "exit status $?, $(tail -n 1 "$work/image.log")" test $? -eq 0
	check "and_nothing_broke_$_which" "$(tail -n 1 "$work/image.log")" grep -q " 0 connections broke" "$work/image.log"
done
start_image client --net tap:tap0 $image_args --to=fd77::1 --bytes=64 --times=3000 --parallel=8 --patience=60s
finishes 70
check outgoing_connections_over_ipv6 "exit status $?, $(tail -n 1 "$work/image.log")" test $? -eq 0
ip -n "$ns" link del tap0

through_loss() { # through_loss NAME ADDRESS TIMES
	tap_up tap1
	relay_start "$work/socket" tap1 loss=2 twice=1 swap=3 delay=2
	wait_for 3 test -S "$work/socket"
	start_image client --net "unix:$work/socket" $image_args --to="$2" --bytes=300K --times="$3" --parallel=3 --patience=100s
	finishes 110
	check "$1" "exit status $?, $(tail -n 1 "$work/image.log")" test $? -eq 0
	relay_stop
	rm -f "$work/socket"
	ip -n "$ns" link del tap1
}
through_loss a_client_gets_through_loss 10.77.0.1 6
through_loss a_client_gets_through_loss_over_ipv6 fd77::1 3
