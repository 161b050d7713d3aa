#!/bin/sh
# IPv6 addresses from advertised prefixes: opaque and stable by a secret (RFC 7217), from the MAC if so wished,
# and those that change (RFC 8981).
. test/image/common.sh
need_namespaces addresses_image
build echo
tap_up tap0
ip -n "$ns" addr add fd88::1/64 dev tap0 nodad
mac=02:00:00:00:77:01

formed() { sed -n "s/.*address \($1[0-9a-f:]*\)\/64 ($2).*/\1/p" "$work/image.log" | head -n 1; }
has() { [ -n "$(formed "$@")" ]; }
begin() { # begin options...: an image that has heard of fd88::/64
	start_image echo --net "tap:tap0,mac=$mac" --no-dhcp "$@"
	wait_for 8 has fe80 IPv6
	in_ns timeout 20 python3 test/image/routes.py prefix tap0 fd88::/64
	wait_for 8 has fd88 "IPv6, by router advertisement"
}

begin --secret=first
stable=$(formed fd88 "IPv6, by router advertisement")
link_local=$(formed fe80 IPv6)
check an_opaque_address_answers "$stable" wait_for 4 answers "$stable"
check a_temporary_address_stands_beside_it "$(cat "$work/image.log")" wait_for 8 has fd88 "IPv6, for a day"
temporary=$(formed fd88 "IPv6, for a day")
check it_answers_too "$temporary" wait_for 4 answers "$temporary"
stop_image
begin --secret=first
check the_same_secret_gives_the_same_address "$stable" test "$(formed fd88 "IPv6, by router advertisement")" = "$stable"
check and_the_same_link_local_one "$link_local" test "$(formed fe80 IPv6)" = "$link_local"
wait_for 8 has fd88 "IPv6, for a day"
check but_another_temporary_one "$temporary" test "$(formed fd88 "IPv6, for a day")" != "$temporary"
stop_image
begin --secret=second
check another_secret_gives_another_address "$stable" test "$(formed fd88 "IPv6, by router advertisement")" != "$stable"
stop_image
begin --eui64
check from_the_mac_if_so_wished "$(cat "$work/image.log")" test "$(formed fd88 "IPv6, by router advertisement")" = fd88::ff:fe00:7701
stop_image

# ---- somebody has it ----
ip -n "$ns" addr add "$stable/64" dev tap0 nodad
start_image echo --net "tap:tap0,mac=$mac" --no-dhcp --secret=first
wait_for 8 has fe80 IPv6
in_ns timeout 20 python3 test/image/routes.py prefix tap0 fd88::/64
check an_address_that_is_taken_gives_way_to_another "$(cat "$work/image.log")" wait_for 8 has fd88 "IPv6, by router advertisement"
other=$(formed fd88 "IPv6, by router advertisement")
check which_is_not_that_one "$stable" test "$other" != "$stable"
check and_answers "$other" wait_for 4 answers "$other"
stop_image
check echo_leaves_with_0 "exit status $?" test $? -eq 0
