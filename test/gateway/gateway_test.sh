#!/bin/sh
# Linux in a network namespace behind the gateway: what curl, ping and socat see through it, both ways.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
ns=fata-gateway-$$
pids=
end() {
	for p in $pids; do kill "$p" 2>/dev/null; done
	for p in $pids; do wait "$p" 2>/dev/null; done
	ip netns del $ns 2>/dev/null
	rm -rf "$work"
}
trap end EXIT
trap 'exit 1' INT TERM

if [ ! -e /dev/net/tun ] || ! ip netns add $ns 2>/dev/null || ! ip netns exec $ns true 2>/dev/null; then
	echo "skip gateway network namespaces and /dev/net/tun are needed (be root)"
	exit 0
fi
in_ns() { ip netns exec $ns "$@"; }
expect() { # expect NAME WANTED command...
	_name=$1 _wanted=$2
	shift 2
	_got=$("$@" 2>"$work/error")
	if [ "$_got" = "$_wanted" ]; then echo "ok $_name"; else
		echo "not ok $_name got '$_got', not '$_wanted' $(head -c 300 "$work/error")"
	fi
}
status_of() { timeout 20 "$@" >/dev/null 2>&1; echo $?; }
hash_of() { timeout 60 "$@" | md5sum; }

# ports of this machine that are free now
set -- $(python3 -c '
import socket
s = [socket.socket() for _ in range(5)]
for x in s: x.bind(("127.0.0.1", 0))
print(*[x.getsockname()[1] for x in s])')
in_tcp=$1 in_udp=$2 web=$3 echo=$4 closed=$5

out/tool/gateway --listen "$work/wire" -p "$in_tcp:80" -p "$in_udp:5353/udp" 2>"$work/gateway" &
gateway=$!
pids="$pids $gateway"
sleep 0.3
in_ns python3 test/gateway/wire.py tap0 "$work/wire" &
pids="$pids $!"
for _ in 1 2 3 4 5 6 7 8 9 10; do ip -n $ns link show tap0 >/dev/null 2>&1 && break; sleep 0.2; done
ip -n $ns link set lo up
in_ns sysctl -qw net.ipv6.conf.tap0.accept_dad=0
ip -n $ns link set tap0 up
ip -n $ns addr add 10.0.2.15/24 dev tap0
ip -n $ns route add default via 10.0.2.2

mkdir "$work/www"
head -c 30000000 /dev/urandom >"$work/www/big"
big=$(md5sum <"$work/www/big")
(cd "$work/www" && exec python3 -m http.server "$web" --bind 127.0.0.1 >/dev/null 2>&1) &
pids="$pids $!"
(cd "$work/www" && exec ip netns exec $ns python3 -m http.server 80 >/dev/null 2>&1) &
pids="$pids $!"
socat "TCP-LISTEN:$echo,reuseaddr,bind=127.0.0.1,fork" EXEC:md5sum &
pids="$pids $!"
socat "UDP-LISTEN:$echo,bind=127.0.0.1,fork" EXEC:cat &
pids="$pids $!"
in_ns socat UDP-LISTEN:5353,fork EXEC:cat &
pids="$pids $!"
for _ in 1 2 3 4 5 6 7 8 9 10; do
	curl -s -o /dev/null "http://127.0.0.1:$web/" && in_ns curl -s -o /dev/null http://127.0.0.1/ && break
	sleep 0.5
done

expect the_router_answers_ping 0 status_of ip netns exec $ns ping -q -c 2 -i 0.2 -W 5 10.0.2.2
expect the_router_answers_ping6 0 status_of ip netns exec $ns ping -q -c 2 -i 0.2 -W 5 fd00::2
expect a_prefix_is_advertised 1 timeout 60 sh -c "for i in 1 2 3 4 5 6 7 8 9 10; do n=\$(ip -n $ns -6 addr show dev tap0 | grep -c fd00::); [ \$n = 1 ] && break; sleep 0.5; done; echo \$n"
expect outgoing_bytes_are_the_same "$big" hash_of ip netns exec $ns curl -s "http://10.0.2.2:$web/big"
expect incoming_bytes_are_the_same "$big" hash_of curl -s "http://127.0.0.1:$in_tcp/big"
expect incoming_ipv6_too "$big" hash_of curl -gs "http://[::1]:$in_tcp/big"
expect refused_stays_refused 7 status_of ip netns exec $ns curl -s -m 10 "http://10.0.2.2:$closed/"
expect a_hundred_at_once 100 timeout 60 sh -c "seq 100 | xargs -P 50 -I X curl -s -o /dev/null -w 'done\n' http://127.0.0.1:$in_tcp/ | grep -c done"
# the whole file, then our end; the answer comes back on the half that is still open
expect one_half_ends_before_the_other "$big" timeout 60 sh -c "ip netns exec $ns socat -t20 - TCP:10.0.2.2:$echo <$work/www/big"
expect udp_goes_out_and_back hello timeout 60 sh -c "echo hello | ip netns exec $ns socat -t2 - UDP:10.0.2.2:$echo"
expect udp_comes_in_and_back hello timeout 60 sh -c "echo hello | socat -t2 - UDP:127.0.0.1:$in_udp"

# DHCPv6, by the distribution's client: an address, what else there is, a prefix and the way back to it
printf '#!/bin/sh\n[ -z "$new_dhcp6_name_servers" ] || echo $new_dhcp6_name_servers >>%s\n' "$work/told" >"$work/told.sh"
chmod +x "$work/told.sh"
dhcpv6() { in_ns timeout 40 dhclient -6 -1 "$@" -lf "$work/lease6" -pf "$work/pid6" -sf "$work/told.sh" tap0 >"$work/dhclient" 2>&1; }
lease() { # of it alone; dhclient stays to renew it
	rm -f "$work/lease6"
	dhcpv6 "$@"
	[ ! -s "$work/pid6" ] || kill "$(cat "$work/pid6")"
}
leased() { sed -n "s/^ *$1 \([^ ]*\) .*/\1/p" "$work/lease6" | tail -n 1; }
resolvers() { tail -n 1 "$work/told" && rm "$work/told"; }
reached() { in_ns ping -q -c 2 -i 0.2 -W "$1" -I "$inside" fd00::2 >/dev/null 2>&1 && echo yes || echo no; }
if command -v dhclient >/dev/null; then
	lease -N
	case $(leased iaaddr) in fd00::1??) echo "ok dhcpv6_gives_an_address" ;; *) echo "not ok dhcpv6_gives_an_address $(cat "$work/dhclient")" ;; esac
	expect dhcpv6_tells_the_resolver fd00::3 resolvers
	lease -S
	expect dhcpv6_tells_the_resolver_to_who_asks_for_nothing_else fd00::3 resolvers
	lease -P
	case $(leased iaprefix) in fd00:0:0:2?::/64) echo "ok dhcpv6_delegates_a_prefix" ;; *) echo "not ok dhcpv6_delegates_a_prefix $(cat "$work/dhclient")" ;; esac
	inside=$(leased iaprefix | sed 's,/64,1,')
	ip -n $ns addr add "$inside/128" dev lo
	expect the_prefix_is_reached yes reached 5
	dhcpv6 -r -P
	expect and_is_not_once_it_is_given_back no reached 2
fi

kill $gateway
wait $gateway
expect it_ends_in_good_order 0 echo $?
[ -S "$work/wire" ] && echo "not ok it_removes_its_socket" || echo "ok it_removes_its_socket"
