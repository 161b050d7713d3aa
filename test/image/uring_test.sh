#!/bin/sh
# site with its frames through io_uring: the same bytes as with plain calls, under load, malformed frames and a link that goes; and
# what it does where the host has no io_uring for it.
[ "${FATA_TARGET-}" != hvt ] || exit 0 # a guest's frames are its tender's affair
. test/image/common.sh
need_namespaces site_on_uring
build site hello
program storm
tap_up tap0
url=http://10.77.0.2

has_a_ring() { ls -l "/proc/$image_pid/fd" | grep -q 'io_uring'; }

# ---- a host that has none: plain calls, and a line that says so ----
for answer in EPERM ENOSYS; do
	ip netns exec "$ns" python3 test/tool/deny.py $answer io_uring_setup $(image_command site) --net tap:tap0 --io=uring $image_args >"$work/image.log" 2>&1 &
	image_pid=$!
	pids="$pids $image_pid"
	check "without_rings_of_the_host_it_answers_$answer" "no answer to ping" wait_for 60 answers
	check "without_rings_of_the_host_it_says_so_$answer" "$(cat "$work/image.log")" grep -q 'plain reads and writes' "$work/image.log"
	check "a_body_arrives_whole_without_$answer" "its hash differs" same_hash 100000 10.77.0.2
	stop_image
done

$(image_command site) --net none --io=fast >"$work/said" 2>&1
status=$?
check another_way_than_the_two_is_refused "exit status $status: $(cat "$work/said")" \
	sh -c "test $status -eq 2 && grep -q 'uring or plain' $work/said"

# ---- and one that has ----
start_image site --net service=tap:tap0 --io=uring --record "$work/site.log" $image_args --port=80 --log=warn
wait_for 60 answers || { not_ok site_on_uring_starts "no answer to ping"; exit 1; }
if ! has_a_ring && grep -q 'plain reads and writes' "$work/image.log"; then
	echo "skip site_on_uring$suffix the host has no io_uring for us: $(head -n 1 "$work/image.log")"
	exit 0
fi
check frames_go_through_a_ring "it has none" has_a_ring
if [ "$target" = spt ]; then
	$(image_command hello) --net none --io=uring >"$work/said" 2>&1
	status=$?
	check an_image_without_uring_says_so "exit status $status: $(cat "$work/said")" \
		sh -c "test $status -eq 2 && grep -q without $work/said"
fi
for n in 1 1448 1449 65535 1000000 10000000; do
	check "through_a_ring_a_body_of_${n}_bytes_arrives_whole" "its hash differs" same_hash $n 10.77.0.2
done
check through_a_ring_a_body_over_ipv6_arrives_whole "its hash differs" same_hash 1000000 "[fd77::2]"
head -c 5000000 /dev/urandom >"$work/up"
check through_a_ring_an_upload_is_counted "other length" sh -c "ip netns exec $ns curl -sS --max-time 30 -H 'Expect:' --data-binary @$work/up $url/sink | grep -q 5000000"
check through_a_ring_10000_requests_keep_alive "some failed" sh -c "ip netns exec $ns ab -q -k -n 10000 -c 64 $url/bytes/1000 | grep -q '^Failed requests:        0'"
check through_a_ring_3000_connections "some failed" sh -c "ip netns exec $ns ab -q -n 3000 -c 16 $url/bytes/100 | grep -q '^Failed requests:        0'"

# more frames at once than there are buffers, again and again
mac=$(ip -n "$ns" neigh show 10.77.0.2 | awk '{ print $5 }')
check through_a_ring_a_storm_is_sent "" in_ns out/test/image/storm tap0 "$mac" 10.77.0.2 fd77::2 19000 1
check through_a_ring_it_answers_after_the_storm "hash differs" same_hash 1000000 10.77.0.2

ip -n "$ns" link set tap0 down
sleep 0.3
ip -n "$ns" link set tap0 up
check through_a_ring_it_answers_when_the_link_is_back "no answer" wait_for 60 answers
limit=$(get $url/live.json | python3 -c 'import json,sys; print(json.load(sys.stdin)["memory_limit_bytes"] // 1024)')
check rings_and_buffers_are_in_the_bill "$(resident_kb) kB resident, bill $limit kB" test "$(resident_kb)" -le "$limit"
stop_image
check through_a_ring_it_leaves_with_0 "exit status $?" test $? -eq 0
check what_came_through_a_ring_replays_to_the_same_state "$(tail -n 1 "$work/image.log")" ./fata replay "$work/site.log"
