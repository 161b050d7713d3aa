#!/bin/sh
# tool_test.sh - ./fata as its users meet it: what it says, from where it works, what `new` writes.
# Prints `ok NAME`, `not ok NAME reason` for each.
set -u
root=$(pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/fata tool.XXXXXX") # a space: paths may have one
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

says() { # says NAME STATUS TEXT command...: ends with this status and says this
	name=$1 status=$2 text=$3
	shift 3
	out=$("$@" 2>&1)
	got=$?
	case $out in
	*"$text"*) [ "$got" -eq "$status" ] && { echo "ok $name"; return; } ;;
	esac
	echo "not ok $name status $got (not $status), or it did not say: $text"
	printf '%s\n' "$out" | tail -n 5 | sed 's/^/    /' >&2
}

says help_lists_the_verbs 0 'describe  what an image' ./fata --help
says a_wrong_verb_gets_a_suggestion 2 "did you mean 'build'?" ./fata bild
says a_wrong_image_gets_a_suggestion 2 "did you mean 'hello'?" ./fata run helo
says a_wrong_target_gets_a_suggestion 2 "did you mean 'unix'?" ./fata run hello unx
says a_wrong_option_gets_a_suggestion 2 "did you mean '--list'?" ./fata test --lisst
says a_wrong_option_of_the_image_gets_a_suggestion 2 "did you mean '--port'?" ./fata run hello --prot=1
says a_wrong_check_gets_a_suggestion 2 "did you mean 'format'?" ./fata check fromat
says a_filter_that_finds_nothing_says_so 2 "no test's path holds 'nonesuch'" ./fata test nonesuch
says run_help_names_the_options_of_the_image 0 'the TCP port to greet on [8080]' ./fata run hello --help
for verb in new build run describe test check prove replay; do
	says "help_of_$verb" 0 "usage: fata $verb" ./fata $verb --help
done
says replay_of_nothing_says_how_to_record 1 'make one with: fata run IMAGE --record' ./fata replay "$work/none"
says describe_prints_the_bill 0 'is all it will ever use' ./fata describe hello
says describe_names_the_libraries 0 'lib/tcp' ./fata describe hello
says describe_draws_what_headers_lead_to 0 '"stack" -> "lib/tcp"' ./fata describe hello --dot
says describe_draws_the_devices 0 '"app/hello" -> "net service"' ./fata describe hello --dot
says describe_lists_what_an_image_is_without 0 'SACK and what needs it' ./fata describe hello

# From another folder, and through a path with a space in it.
ln -s "$root" "$work/a tree"
says it_works_from_anywhere 0 'hello.c' sh -c 'cd / && "$1/fata" describe hello' sh "$work/a tree"

# A program outside the tree: written, built, named by its path.
says new_writes_a_program 0 'mine.fata' sh -c 'cd "$1" && "$2/fata" new app ./mine' sh "$work" "$root"
says it_builds 0 'out/unix/mine' sh -c 'cd "$1" && "$2/fata" build ./mine unix' sh "$work" "$root"

# What a change costs, in steps: what changed is compiled, and the image linked and stripped. (Touched only for ninja
# to look at; nothing is built.)
steps() { # steps SOURCE: those ninja would take for the image after a change to it
	touch -r "$1" "$work/time" && touch "$1"
	echo "$(ninja -n -f out/build.ninja out/unix/mine | grep -c '^\[') steps"
	touch -r "$work/time" "$1"
}
says nothing_changed_nothing_built 0 'no work to do' ninja -n -f out/build.ninja out/unix/mine
says a_change_to_the_program_takes_three_steps 0 '3 steps' steps "$work/mine/mine.c"
says a_change_to_a_library_takes_no_more 0 '3 steps' steps lib/tcp/tcp.c
says targets_share_what_they_compile_alike 0 2 sh -c '
	touch -r lib/tcp/tcp.c "$1/time" && touch lib/tcp/tcp.c
	ninja -n -f out/build.ninja out/unix/hello out/spt/hello out/hvt/hello out/sim/hello.so | grep -c "lib/tcp/tcp.c$"
	touch -r "$1/time" lib/tcp/tcp.c' sh "$work"

# And of all the modules the link optimises only the one that changed.
link_kept() { # with a cache of its own: how many modules are in it afterwards
	ninja -f out/build.ninja out/unix/mine >"$work/log" 2>&1 || cat "$work/log"
	ninja -f out/build.ninja -t commands out/unix/mine.symbols | tail -n 1 |
		sed "s|out/cache|'$work/cache'|; s|-o out/unix/mine.symbols|-o '$work/mine.symbols'|" >"$work/link"
	sh "$work/link" && find "$work/cache" -name 'llvmcache-*' | grep -c .
}
kept=$(link_kept)
says the_link_keeps_each_module 0 kept sh -c '[ "$1" -gt 100 ] && echo kept' sh "$kept"
sed -i 's/"[^"]*\\n"/"something else\\n"/' "$work/mine/mine.c"
anew=$(($(link_kept) - kept)) # it, and perhaps one that takes a small function from it
says a_change_to_the_program_makes_hardly_more_of_them_anew 0 "few" sh -c '[ "$1" -ge 1 ] && [ "$1" -le 2 ] && echo few' sh "$anew"
says new_never_overwrites 1 'is there already' sh -c 'cd "$1" && "$2/fata" new app ./mine' sh "$work" "$root"
says a_name_must_be_one 2 'cannot be a name' ./fata new app Mine

# Inside the tree: its test passes. Removed again.
app=brand_new_$$
trap 'rm -rf "$work" "$root/app/$app"' EXIT
says new_writes_into_app 0 "./fata run $app" ./fata new app "$app"
says its_test_passes 0 '2 passed, 0 failed' ./fata test --units "app/$app"
says its_code_is_formatted 0 '' sh -c "clang-format-19 --dry-run -Werror app/$app/*.[ch]"
rm -rf "app/$app"

# A manifest that is wrong stops with its place.
mkdir "$work/bad"
printf 'image bad\nnett service\n' >"$work/bad/bad.fata"
says a_wrong_manifest_says_where 1 "bad.fata:2: no line begins with 'nett'; did you mean 'net'?" ./fata build "$work/bad"

# Ports: what is taken gives way, what was asked for does not; a signal to the tool is the stop request.
python3 - "$work/port" <<'PY' &
import socket, sys, time
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(1)
open(sys.argv[1], "w").write(str(s.getsockname()[1]))
time.sleep(120)
PY
holder=$!
trap 'kill $holder 2>/dev/null; rm -rf "$work" "$root/app/$app"' EXIT
wait_for() { # up to a minute: another build may hold the tree
	for _ in $(seq 300); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.2
	done
}
wait_for test -s "$work/port"
taken=$(cat "$work/port")
says a_port_asked_for_that_is_taken_is_an_error 1 'cannot be used' ./fata run hello -p "$taken:8080"
./fata run hello --port="$taken" >"$work/log" 2>&1 &
run=$!
wait_for grep -q DHCP "$work/log"
says a_taken_port_gives_way 0 "port $taken is taken, using" cat "$work/log"
ours=$(sed -n 's/^fata: 127.0.0.1 port \([0-9]*\) is.*/\1/p' "$work/log")
says the_image_answers_there 0 'hello, network' python3 -c "
import socket
s = socket.create_connection(('127.0.0.1', $ours), 5); s.settimeout(5); print(s.recv(64).decode())"
kill "$run"
wait "$run"
status=$?
if [ "$status" -eq 0 ]; then echo "ok a_signal_stops_the_image_in_good_order"; else
	echo "not ok a_signal_stops_the_image_in_good_order status $status"
fi
