#!/bin/sh
# Our DHCPv6 server and ISC's client: an address and a delegated prefix, renewed, asked for again, given back.
. test/image/common.sh
need_namespaces leases_image
build test/sim/apps/leaser
tap_up tap0
command -v dhclient >/dev/null || {
	echo "skip leases_image$suffix dhclient is missing"
	exit
}

# What dhclient would do to the machine is only written down.
cat >"$work/script" <<SCRIPT
#!/bin/sh
echo "\$reason \${new_ip6_address-} \${new_ip6_prefix-} \${new_dhcp6_name_servers-} \${new_dhcp6_domain_search-}" >>$work/said
SCRIPT
chmod +x "$work/script"
: >"$work/said"

client() { # client NAME option...: its leases and its name are in files of its own
	_client=$1
	shift
	ip netns exec "$ns" dhclient -6 -P -N -nw -lf "$work/$_client.leases" -pf "$work/$_client.pid" \
		-sf "$work/script" "$@" tap0 >>"$work/dhclient.log" 2>&1
}
leave() { # leave NAME: without a word to the server
	_pid=$(cat "$work/$1.pid" 2>/dev/null) || return 0
	kill "$_pid" 2>/dev/null
	wait_for 5 not_there "$_pid"
}
not_there() { ! kill -0 "$1"; }
trap 'leave one; leave two; end' EXIT
said() { grep -q "$1" "$work/said"; }
log() { cat "$work/said" "$work/dhclient.log" 2>/dev/null | tail -n 20; }

start_image leaser --net tap:tap0 --ip6=fd77::2/64 --no-dhcp --addresses=1 --prefixes=1 --preferred=10s
check the_server_is_up "$(log)" wait_for 15 answers fd77::2
client one
check an_address_and_a_prefix_are_leased "$(log)" wait_for 40 said "^BOUND6 fd77::100 .*"
check the_prefix_is_the_first "$(log)" wait_for 60 said "^BOUND6.* fd77:0:1::/60"
check resolvers_and_search_list_are_told "$(log)" said "^BOUND6.* fd77::53 example.org"
check the_lease_is_renewed "$(log)" wait_for 60 said "^RENEW6 fd77::100 .*"
leave one
client one
check who_comes_back_has_the_same "$(log)" wait_for 60 said "^REBIND6 fd77::100 .*"
client one -r
check the_lease_is_given_back "$(log)" wait_for 40 said ^RELEASE6
: >"$work/said"
client two -D LL
check and_goes_to_the_next "$(log)" wait_for 60 said "^BOUND6 fd77::100 .*"
stop_image
check the_server_leaves_with_0 "exit status $?" test $? -eq 0
