# lib.sh - the servers and the network of bench/run, which includes this.

ns_client=fata-bench-c$$
ns_nginx=fata-bench-n$$ ns_linux=fata-bench-l$$
if_nginx=bn$$ if_linux=bk$$ if_lwip=bl$$ if_fata=bf$$ if_spt=bs$$ if_hvt=bh$$ if_uring=bu$$ if_spt_uring=bv$$
pids=

stop() {
	echo "bench: $*" >&2
	exit 1
}

need_all() {
	missing=
	[ "$(id -u)" = 0 ] || stop "network namespaces and taps need root"
	command -v nginx >/dev/null || missing="$missing nginx-light"
	command -v wrk >/dev/null || missing="$missing wrk"
	command -v curl >/dev/null || missing="$missing curl"
	command -v ip >/dev/null || missing="$missing iproute2"
	command -v gcc >/dev/null || missing="$missing gcc"
	[ -e /usr/include/lwip/lwip/init.h ] || missing="$missing liblwip-dev"
	[ -z "$missing" ] || stop "something is missing: apt-get install --no-install-recommends$missing"
	[ "$(nproc)" -ge 2 ] || stop "two cores are needed: one for the server, one for the load"
}

build_tools() {
	gcc -std=gnu11 -O2 -I/usr/include/lwip bench/peer/lwip.c -llwip -o "$out/lwip"
	gcc -std=gnu11 -D_GNU_SOURCE -O2 bench/first.c -o "$out/first"
	gcc -std=gnu11 -D_GNU_SOURCE -O2 bench/load.c -o "$out/load"
	gcc -std=gnu11 -D_GNU_SOURCE -O2 bench/peer/linux.c -o "$out/linux"
	head -c 1024 /dev/zero | tr '\0' x >"$out/www/1k"
	head -c 102400 /dev/zero | tr '\0' x >"$out/www/100k"
	case " $peers " in
	*' fata '* | *' uring '*) ./fata build bench unix >/dev/null || stop "./fata build bench unix failed" ;;
	esac
	case " $peers " in
	*' spt '* | *' spt_uring '*) ./fata build bench spt >/dev/null || stop "./fata build bench spt failed" ;;
	esac
	case " $peers " in
	*' hvt '*) ./fata build bench hvt >/dev/null || stop "./fata build bench hvt failed" ;;
	esac
	sed "s|@OUT@|$out|g" bench/peer/nginx.conf >"$out/nginx.conf"
}

in_client() {
	ip netns exec "$ns_client" "$@"
}

make_network() {
	ip netns add "$ns_client"
	ip -n "$ns_client" link set lo up
	for v in "$ns_nginx $if_nginx 10.71.1" "$ns_linux $if_linux 10.71.4"; do
		set -- $v
		ip netns add "$1"
		ip link add "$2" netns "$ns_client" type veth peer name eth0 netns "$1"
		ip -n "$1" addr add "$3.2/24" dev eth0
		ip -n "$1" link set eth0 up
		ip -n "$1" link set lo up
		ip -n "$ns_client" addr add "$3.1/24" dev "$2"
		ip -n "$ns_client" link set "$2" up
	done
	for t in "$if_lwip 10.71.2.1" "$if_fata 10.71.3.1" "$if_spt 10.71.5.1" "$if_hvt 10.71.6.1" "$if_uring 10.71.7.1" \
		"$if_spt_uring 10.71.8.1"; do
		set -- $t
		in_client ip tuntap add dev "$1" mode tap $([ "$1" = "$if_lwip" ] || echo vnet_hdr)
		in_client ip addr add "$2/24" dev "$1"
		in_client ip link set "$1" up
	done
	in_client sysctl -qw net.ipv4.ip_local_port_range='1024 65535' net.ipv4.tcp_tw_reuse=1
}

stop_servers() {
	for p in $pids; do
		kill "$p" 2>/dev/null || true
		wait "$p" 2>/dev/null || true
	done
	pids=
}

clean_up() {
	stop_servers
	for n in "$ns_client" "$ns_nginx" "$ns_linux"; do
		ip netns del "$n" 2>/dev/null || true
	done
}

address() {
	case $1 in
	nginx) echo 10.71.1.2 ;;
	lwip) echo 10.71.2.2 ;;
	fata) echo 10.71.3.2 ;;
	spt) echo 10.71.5.2 ;;
	hvt) echo 10.71.6.2 ;;
	uring) echo 10.71.7.2 ;;
	spt_uring) echo 10.71.8.2 ;;
	linux) echo 10.71.4.2 ;;
	esac
}

# Full paths and no shell in between: first.c executes it directly.
command_of() {
	case $1 in
	nginx) echo "$(command -v nginx) -c $out/nginx.conf -p $out" ;;
	linux) echo "$out/linux" ;;
	lwip) echo "$out/lwip $if_lwip 10.71.2.2 10.71.2.1" ;;
	spt) echo "$root/out/tender/spt $root/out/spt/bench --net service=tap:$if_spt --ip=10.71.5.2/24 --port=80" ;;
	hvt) echo "$root/out/tender/hvt $root/out/hvt/bench --net service=tap:$if_hvt --ip=10.71.6.2/24 --port=80" ;;
	uring) echo "$(fata_image) --io=uring --net service=tap:$if_uring --ip=10.71.7.2/24 --port=80" ;;
	spt_uring) echo "$root/out/tender/spt $root/out/spt/bench --io=uring --net service=tap:$if_spt_uring --ip=10.71.8.2/24 --port=80" ;;
	fata) echo "$(fata_image) --net service=tap:$if_fata --ip=10.71.3.2/24 --port=80" ;;
	esac
}

fata_image() {
	echo "$root/out/unix/bench"
}

start_servers() {
	for p in $peers; do
		ns=$ns_client
		case $p in
		nginx) ns=$ns_nginx ;;
		linux) ns=$ns_linux ;;
		esac
		ip netns exec "$ns" taskset -c "$server_core" $(command_of "$p") >"$out/$p.log" 2>&1 &
		pids="$pids $!"
		eval "pid_$p=$!"
	done
	for p in $peers; do
		n=0
		until in_client curl -sfo /dev/null --max-time 1 "http://$(address "$p")/1k"; do
			n=$((n + 1))
			[ $n -lt 10 ] || {
				tail -n 5 "$out/$p.log" >&2
				stop "$p does not answer"
			}
			sleep .2
		done
	done
}

# The server's process and its children.
family() {
	eval "pid=\$pid_$1"
	echo "$pid" $(cat "/proc/$pid/task/$pid/children")
}

cpu_ns() {
	for pid in $(family "$1"); do
		cat "/proc/$pid"/task/*/schedstat
	done | awk '{ n += $1 } END { printf "%.0f", n }'
}

rss_kb() {
	for pid in $(family "$1"); do
		cat "/proc/$pid/status"
	done | awk '/^VmRSS/ { n += $2 } END { print n }'
}

# What must be there to serve: the program, and the libraries it loads.
image_bytes() {
	set -- $(command_of "$1")
	libraries=$(ldd "$1" 2>/dev/null | awk '$3 ~ /^\// { print $3 } $1 ~ /^\// { print $1 }') || true
	stat -Lc %s "$1" $libraries | awk '{ n += $1 } END { printf "%.0f", n }'
}

describe_machine() {
	echo '# Results'
	echo
	echo "Made by \`bench/run\` on $(date -u +%Y-%m-%d), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)$(git diff --quiet HEAD 2>/dev/null || echo ' and uncommitted changes')."
	echo "$(nproc) cores, $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), Linux $(uname -r); $(nginx -v 2>&1 | sed 's/.*nginx/nginx/'), lwIP $(dpkg-query -W -f '${Version}' liblwip-dev), wrk with 64 connections."
	echo "$runs interleaved runs of $seconds s; the load average when it ended was $(cut -d' ' -f1 /proc/loadavg)."
	echo
}
