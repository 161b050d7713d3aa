#!/bin/sh
# Ways out: given at boot, leased, advertised; a router that does not answer; redirects refused.
. test/image/common.sh
need_namespaces routes_image
build echo hello
tap_up tap0
# Behind the routers: networks that only these ways lead back to.
ip -n "$ns" addr add 10.88.0.5/32 dev lo
ip -n "$ns" addr add 10.99.0.5/32 dev lo
ip -n "$ns" addr add fd88::5/128 dev lo nodad
ip -n "$ns" addr add fd99::5/128 dev lo nodad
ip -n "$ns" addr add 10.77.0.9/24 dev tap0
from() { in_ns ping -c 1 -W 1 -I "$1" "$2"; } # the answer finds its way back
never() { ! from "$1" "$2" && ! from "$1" "$2"; }

# ---- given ----
start_image echo --net tap:tap0 --ip=10.77.0.2/24 --ip6=fd77::2/64 --route=10.88.0.0/16,10.77.0.9 --route=fd88::/16,fd77::1
wait_for 8 answers
wait_for 8 answers fd77::2
check a_given_route_leads_back "no answer" wait_for 4 from 10.88.0.5 10.77.0.2
check a_given_ipv6_route_leads_back "no answer" wait_for 4 from fd88::5 fd77::2
check where_no_route_leads_nothing_is_sent "an answer" never 10.99.0.5 10.77.0.2
check where_no_ipv6_route_leads_nothing_is_sent "an answer" never fd99::5 fd77::2
stop_image

# ---- a router that is not there ----
start_image echo --net tap:tap0 --ip=10.77.0.2/24 --ip6=fd77::2/64 --route=0.0.0.0/0,10.77.0.66 --gateway=10.77.0.1 \
	--route=::/0,fd77::66 --gateway6=fd77::1
wait_for 8 answers
wait_for 8 answers fd77::2
check a_router_that_is_silent_gives_way_to_another "no answer" wait_for 12 from 10.99.0.5 10.77.0.2
check an_ipv6_router_that_is_silent_gives_way_to_another "no answer" wait_for 12 from fd99::5 fd77::2
stop_image

# ---- leased ----
cat >"$work/dnsmasq.conf" <<CONF
interface=tap0
bind-interfaces
port=0
dhcp-range=10.77.0.50,10.77.0.60,255.255.255.0,2m
dhcp-option=3,10.77.0.66
dhcp-option=121,10.88.0.0/16,10.77.0.9,0.0.0.0/0,10.77.0.1
dhcp-leasefile=$work/leases
no-ping
user=root
CONF
ip netns exec "$ns" dnsmasq -k -C "$work/dnsmasq.conf" --log-facility=- >"$work/dnsmasq.log" 2>&1 &
_dnsmasq=$!
pids="$pids $_dnsmasq"
sleep 0.3
start_image echo --net tap:tap0 --no-ip6
leased() { [ -s "$work/leases" ]; }
wait_for 8 leased
address=$(awk '{ print $3 }' "$work/leases" | head -n 1)
check a_classless_route_of_the_lease_leads_back "$(cat "$work/image.log")" wait_for 4 from 10.88.0.5 "$address"
check so_does_its_default_route_and_option_3_does_not_count "no answer" wait_for 4 from 10.99.0.5 "$address"
stop_image
start_image hello --net tap:tap0 --no-ip6 # without routes: option 3 alone
hello_leased() { grep -q hello "$work/leases"; }
wait_for 8 hello_leased
address=$(awk '/hello/ { print $3 }' "$work/leases" | head -n 1)
wait_for 8 answers "$address"
check without_routes_a_lease_has_no_classless_ones "an answer" never 10.88.0.5 "$address"
ip -n "$ns" addr add 10.77.0.66/24 dev tap0
check without_routes_its_router_leads_back "no answer" wait_for 8 from 10.99.0.5 "$address"
ip -n "$ns" addr del 10.77.0.66/24 dev tap0
ip -n "$ns" addr del 10.77.0.9/24 dev tap0
stop_image
kill "$_dnsmasq" 2>/dev/null
wait "$_dnsmasq" 2>/dev/null

# ---- advertised ----
start_image echo --net tap:tap0 --ip=10.77.0.2/24 --ip6=fd77::2/64
wait_for 8 answers fd77::2
say() { in_ns timeout 20 python3 test/image/routes.py "$@"; }
say advertise tap0 0 fd88::/16
check a_route_information_option_leads_back "no answer" wait_for 4 from fd88::5 fd77::2
check a_router_of_lifetime_0_is_no_default_router "an answer" never fd99::5 fd77::2
via=$(ip -n "$ns" -6 addr show dev tap0 scope link | sed -n 's,.*inet6 \(fe80[^/]*\)/.*,\1,p' | head -n 1)
say redirect tap0 fd77::2 fd99::5 "$via"
check a_redirect_is_refused "an answer" never fd99::5 fd77::2
say advertise tap0 600
check a_default_router_leads_back "no answer" wait_for 4 from fd99::5 fd77::2
stop_image
check echo_leaves_with_0 "exit status $?" test $? -eq 0

# ---- without routes (lib/parts): one gateway for each family ----
start_image hello --net tap:tap0 --ip=10.77.0.2/24 --gateway=10.77.0.1 --ip6=fd77::2/64 --gateway6=fd77::1
wait_for 8 answers
wait_for 8 answers fd77::2
check a_gateway_leads_back "no answer" wait_for 4 from 10.99.0.5 10.77.0.2
check an_ipv6_gateway_leads_back "no answer" wait_for 4 from fd99::5 fd77::2
stop_image
start_image hello --net tap:tap0 --ip=10.77.0.2/24 --ip6=fd77::2/64
wait_for 8 answers fd77::2
check without_a_gateway_nothing_is_sent "an answer" never 10.99.0.5 10.77.0.2
check without_an_ipv6_gateway_nothing_is_sent "an answer" never fd99::5 fd77::2
say advertise tap0 600
check an_advertised_router_leads_back "no answer" wait_for 4 from fd99::5 fd77::2
say advertise tap0 0 fd88::/16
check and_does_no_longer_when_it_says_so "an answer" never fd99::5 fd77::2
stop_image
check hello_leaves_with_0 "exit status $?" test $? -eq 0
