#!/bin/sh
# QEMU behind the gateway by its own `-netdev stream`: the boot ROM of its network card, iPXE, which is nobody's
# code of ours, asks for a lease and hears the router. Emulated without KVM: it takes a few seconds anywhere.
set -u
cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
qemu= gateway=
end() {
	for p in $qemu $gateway; do kill "$p" 2>/dev/null && wait "$p" 2>/dev/null; done
	rm -rf "$work"
}
trap end EXIT
trap 'exit 1' INT TERM

command -v qemu-system-x86_64 >/dev/null || {
	echo "skip qemu_gets_a_lease qemu-system-x86 is missing"
	exit 0
}
qemu-system-x86_64 -netdev help 2>/dev/null | grep -qx stream || {
	echo "skip qemu_gets_a_lease this QEMU has no -netdev stream (7.2 has)"
	exit 0
}

out/tool/gateway --listen "$work/wire" --verbose 2>"$work/gateway" &
gateway=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -S "$work/wire" ] && break; sleep 0.2; done

qemu-system-x86_64 -machine pc,accel=tcg,graphics=off -m 64 -display none -monitor none -no-reboot -boot n \
	-serial "file:$work/serial" -device e1000,netdev=wire,mac=52:54:00:12:34:56 \
	-netdev "stream,id=wire,server=off,addr.type=unix,addr.path=$work/wire" >"$work/qemu" 2>&1 &
qemu=$!
for _ in $(seq 120); do # a minute: the machine may be busy
	grep -aq 'Nothing to boot\|No bootable device' "$work/serial" 2>/dev/null && break
	kill -0 $qemu 2>/dev/null || break
	sleep 0.5
done
if ! grep -aq iPXE "$work/serial"; then
	echo "skip qemu_gets_a_lease no boot ROM (ipxe-qemu) spoke: $(head -c 200 "$work/qemu")"
	exit 0
fi
saw() { # saw NAME TEXT
	if grep -aqF "$2" "$work/serial"; then echo "ok $1"; else
		echo "not ok $1 not on its console: $2"
		tr -cd '[:print:]\n' <"$work/serial" | tail -n 8 | sed 's/^/    /' >&2
		sed 's/^/    /' "$work/gateway" >&2
	fi
}
saw qemu_gets_a_lease 'net0: 10.0.2.15/255.255.255.0 gw 10.0.2.2'
saw qemu_gets_an_ipv6_address_as_the_advertisement_says 'net0: fd00::100/64 gw fe80::'

kill $qemu && wait $qemu 2>/dev/null
qemu=
for _ in 1 2 3 4 5 6 7 8 9 10; do grep -q 'the link is closed' "$work/gateway" && break; sleep 0.2; done
if kill -0 $gateway 2>/dev/null && grep -q 'the link is closed' "$work/gateway"; then
	echo "ok the_gateway_waits_for_the_next"
else
	echo "not ok the_gateway_waits_for_the_next $(tail -n 1 "$work/gateway")"
fi
