#!/bin/sh
# Addresses from dnsmasq (DHCP and router advertisements); a bad network in between; one image after another.
. test/image/common.sh
need_namespaces network_image
build hello echo
program relay
tap_up tap0

# ---- dnsmasq gives addresses ----
cat >"$work/dnsmasq.conf" <<CONF
interface=tap0
bind-interfaces
port=0
dhcp-range=10.77.0.50,10.77.0.60,255.255.255.0,2m
dhcp-option=3,10.77.0.1
dhcp-leasefile=$work/leases
enable-ra
dhcp-range=fd77::,ra-only,64,2m
no-ping
user=root
CONF
ip netns exec "$ns" dnsmasq -k -C "$work/dnsmasq.conf" --log-dhcp --log-facility=- >"$work/dnsmasq.log" 2>&1 &
pids="$pids $!"
sleep 0.3
start_image hello --net tap:tap0
leased() { grep -q DHCPACK "$work/dnsmasq.log"; }
check dnsmasq_leases_an_address "$(tail -n 3 "$work/dnsmasq.log")" wait_for 8 leased
address=$(awk '{ print $3 }' "$work/leases" | head -n 1)
check the_leased_address_answers "$address" wait_for 8 answers "$address"
check the_lease_says_who_we_are "$(cat "$work/leases")" grep -q hello "$work/leases"
by_slaac() { sed -n 's/.*address \(fd77:[0-9a-f:]*\)\/64.*/\1/p' "$work/image.log" | head -n 1; }
has_slaac() { [ -n "$(by_slaac)" ]; }
check an_address_by_router_advertisement "$(cat "$work/image.log")" wait_for 15 has_slaac
check it_answers "$(by_slaac)" wait_for 8 answers "$(by_slaac)"
stop_image
released() { grep -q DHCPRELEASE "$work/dnsmasq.log"; }
check the_lease_is_given_back "no DHCPRELEASE" wait_for 8 released
check giving_it_back_is_no_warning "$(cat "$work/image.log")" sh -c "! grep -q ' warn ' $work/image.log"

# ---- a bad network: the kernel's TCP as client, through loss ----
ip -n "$ns" link del tap0
bad() { # bad NAME relay-options...
	_bad=$1
	shift
	tap_up tap1
	relay_start "$work/socket" tap1 "$@"
	wait_for 3 test -S "$work/socket"
	start_image echo --net "unix:$work/socket" $image_args
	wait_for 8 answers
	head -c 400000 /dev/urandom >"$work/sent"
	check "an_echo_survives_$_bad" "$(cat "$work/relay.log")" sh -c "ip netns exec $ns timeout 60 socat -t 30 - TCP:10.77.0.2:7 <$work/sent | cmp - $work/sent"
	check "an_echo_over_ipv6_survives_$_bad" "" sh -c "ip netns exec $ns timeout 60 socat -t 30 - 'TCP6:[fd77::2]:7' <$work/sent | cmp - $work/sent"
	stop_image
	relay_stop
	rm -f "$work/socket"
	ip -n "$ns" link del tap1 2>/dev/null
}
bad nothing
bad loss_of_two_in_a_hundred loss=2
bad reordering swap=10 delay=2
bad everything loss=2 twice=2 swap=5 delay=3
