#!/bin/sh
# DHCP for IPv6 from dnsmasq: an address where routers say so (M), only what else there is (O), given back at the end.
. test/image/common.sh
need_namespaces dhcp6_image
build echo
tap_up tap0

serve() { # serve dhcp-range-option
	cat >"$work/dnsmasq.conf" <<CONF
interface=tap0
bind-interfaces
port=0
enable-ra
dhcp-range=$1
dhcp-option=option6:dns-server,[fd77::53]
dhcp-leasefile=$work/leases
user=root
CONF
	ip netns exec "$ns" dnsmasq -k -C "$work/dnsmasq.conf" --log-dhcp --log-facility=- >"$work/dnsmasq.log" 2>&1 &
	dnsmasq=$!
	pids="$pids $dnsmasq"
	sleep 0.3
}
leave() {
	kill "$dnsmasq" 2>/dev/null
	wait "$dnsmasq" 2>/dev/null
}
said() { grep -q "$1" "$work/dnsmasq.log"; }
address() { sed -n 's/.*address \(fd77:[0-9a-f:]*\)\/128 (DHCPv6).*/\1/p' "$work/image.log" | head -n 1; }
has_address() { [ -n "$(address)" ]; }

serve "fd77::100,fd77::1ff,64,2m"
start_image echo --net tap:tap0 --no-dhcp
check an_address_by_dhcpv6 "$(cat "$work/image.log" "$work/dnsmasq.log")" wait_for 15 has_address
check it_is_one_of_the_server_s "$(address)" sh -c "case $(address) in fd77::1??) ;; *) false ;; esac"
check it_answers "$(address)" wait_for 8 answers "$(address)"
stop_image
check echo_leaves_with_0 "exit status $?" test $? -eq 0
check the_address_is_given_back "$(cat "$work/dnsmasq.log")" wait_for 4 said DHCPRELEASE
leave

serve "fd77::,ra-stateless,64,2m"
start_image echo --net tap:tap0 --no-dhcp
check only_information_where_the_routers_say_so "$(cat "$work/dnsmasq.log")" wait_for 15 said DHCPINFORMATION-REQUEST
check and_it_is_answered "$(cat "$work/dnsmasq.log")" wait_for 4 said "option: 23 dns-server"
check no_address_by_dhcpv6_then "$(address)" test -z "$(address)"
stop_image
leave
