#!/bin/sh
# site on a tap against curl, ab and a storm of malformed frames: bytes by hash, memory by the bill.
. test/image/common.sh
need_namespaces site_image
build site
program storm
tap_up tap0
start_image site --net tap:tap0 $image_args --log=warn
wait_for 8 answers || { not_ok site_starts "no answer to ping"; exit 1; }
url=http://10.77.0.2

for n in 1 100 1448 1449 65535 1000000 100000000; do
	check "a_body_of_${n}_bytes_arrives_whole" "its hash differs" same_hash $n 10.77.0.2
done
check a_body_over_ipv6_arrives_whole "its hash differs" same_hash 1000000 "[fd77::2]"
check the_front_page_is_html "no page" sh -c "ip netns exec $ns curl -sS --max-time 10 $url/ | grep -qi '<html'"
for e in gzip br; do
	get -H "Accept-Encoding: $e" -D "$work/head" -o "$work/body" $url/
	check "the_front_page_comes_as_$e" "$(cat "$work/head")" grep -qi "content-encoding: $e" "$work/head"
done
etag=$(get -I $url/ | tr -d '\r' | awk 'tolower($1) == "etag:" { print $2 }')
status() { get -o /dev/null -w '%{http_code}' "$@"; }
check a_known_etag_gets_304 "etag $etag" test "$(status -H "If-None-Match: $etag" $url/)" = 304
check a_range_gets_206 "" test "$(status -r 0-9 $url/)" = 206
check a_missing_page_at_any_depth_finds_its_style "its links are not from the root" sh -c "ip netns exec $ns curl -sS --max-time 5 $url/a/b/nowhere | grep -q 'href=\"/style.css\"'"
check an_error_says_what_to_do "no advice" sh -c "ip netns exec $ns curl -sS --max-time 5 -X DELETE $url/ | grep -q 'Allow'"
check an_unknown_page_gets_404 "" test "$(status $url/nowhere)" = 404
check two_lengths_get_400 "" sh -c "printf 'POST /sink HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab' | ip netns exec $ns timeout 5 socat -t 1 - TCP:10.77.0.2:80 | grep -q '400'"
check live_numbers_are_json "not JSON" sh -c "ip netns exec $ns curl -sS --max-time 5 $url/live.json | python3 -m json.tool"
head -c 5000000 /dev/urandom >"$work/up"
check an_upload_is_counted "other length" sh -c "ip netns exec $ns curl -sS --max-time 30 -H 'Expect:' --data-binary @$work/up $url/sink | grep -q 5000000"

# Many at once, slow ones among them.
slow() { in_ns curl -sS --max-time 60 --limit-rate 300k -o "$work/slow$1" "$url/bytes/1000000"; }
for i in 1 2 3 4; do slow $i & eval "slow$i=\$!"; done
check ab_10000_requests_64_at_once_keep_alive "some failed" sh -c "ip netns exec $ns ab -q -k -n 10000 -c 64 $url/bytes/1000 | grep -q '^Failed requests:        0'"
check ab_100000_connections_one_after_the_other "some failed" sh -c "ip netns exec $ns ab -q -n 100000 -c 16 $url/bytes/100 | tee $work/ab | grep -q '^Failed requests:        0' && grep -q '^Complete requests:      100000' $work/ab"
check ab_5000_connections_over_ipv6 "some failed" sh -c "ip netns exec $ns ab -q -n 5000 -c 16 'http://[fd77::2]/bytes/100' | grep -q '^Failed requests:        0'"
for i in 1 2 3 4; do
	eval "wait \$slow$i"
	check "slow_client_${i}_gets_all" "" test "$(wc -c <"$work/slow$i")" = 1000000
done
check ten_thousand_connections_at_once "not all were answered" in_ns python3 test/image/many.py 10.77.0.2 80 10000

# 19,000 malformed frames; then it answers as before.
mac=$(ip -n "$ns" neigh show 10.77.0.2 | awk '{ print $5 }')
before=$(resident_kb)
check storm_is_sent "" in_ns out/test/image/storm tap0 "$mac" 10.77.0.2 fd77::2 19000 1
check it_answers_after_the_storm "hash differs" same_hash 1000000 10.77.0.2
check it_answers_ipv6_after_the_storm "hash differs" same_hash 1000 "[fd77::2]"
limit=$(get $url/live.json | python3 -c 'import json,sys; print(json.load(sys.stdin)["memory_limit_bytes"] // 1024)')
check memory_stays_within_the_bill "$(resident_kb) kB resident, bill $limit kB (before the storm $before kB)" test "$(resident_kb)" -le "$limit"
stop_image
check site_leaves_with_0 "exit status $?" test $? -eq 0
