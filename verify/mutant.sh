#!/bin/sh
# mutant.sh FILE: one line "NAME|SOURCE|SED EXPRESSION" in FILE: SOURCE so changed must be refused by the prover.
# A change that changes nothing, or that does not compile, is a failure too. Run from the root of the tree.
IFS='|' read -r name source change <"$1"
[ -f "$source" ] || { echo "FAIL mutant $name: there is no $source"; exit 1; }
root=$PWD
copy=$(mktemp -d) || exit 2
trap 'rm -rf "$copy"' EXIT

# Everything linked, the mutated folder copied.
folder=$(dirname "$source")
ln -s "$root"/* "$copy"
path=
for part in $(dirname "$folder" | tr '/' ' ') $(basename "$folder"); do
	[ "$part" = . ] && continue
	path=${path:+$path/}$part
	rm "$copy/$path"
	mkdir "$copy/$path"
	ln -s "$root/$path"/* "$copy/$path"
done
rm "$copy/$source"
sed "$change" "$source" >"$copy/$source" || { echo "FAIL mutant $name: sed does not take: $change"; exit 1; }
cmp -s "$source" "$copy/$source" && { echo "FAIL mutant $name: the expression changes nothing in $source: $change"; exit 1; }
clang-19 -std=gnu11 -w -fsyntax-only -x c -I"$copy" "$copy/$source" 2>"$copy.err" || {
	echo "FAIL mutant $name: $source does not compile when it is so changed: $(grep -m1 error "$copy.err")"
	rm -f "$copy.err"
	exit 1
}
rm -f "$copy.err"

cd "$copy" || exit 2
case $source in
base/*)
	provers='verify/wp.sh gcc_x86_64'
	export FATA_FUNCTIONS="${name#*:}" FATA_WP_SESSION="$copy/session" WP_TIMEOUT=5
	;;
*)
	provers=$(grep -lE "^/\* prove:.*[ ]$source( |$)" "$folder"/*_prove.c 2>/dev/null | sed 's,^,verify/eva.sh ,')
	[ -n "$provers" ] || { echo "FAIL mutant $name: no driver in $folder takes $source"; exit 1; }
	;;
esac
if [ -n "$FATA_PROVE_WORK" ]; then
	provers=$(printf '%s\n' "$provers" | while read -r script argument; do
		grep -qxF "$argument" "$FATA_PROVE_WORK/failed" 2>/dev/null || echo "$script $argument"; done)
	[ -n "$provers" ] || { echo "FAIL mutant $name: $source unchanged is not proven, so this says nothing"; exit 1; }
fi
result=$(printf '%s\n' "$provers" | while read -r script argument; do
	out=$(FATA_SHOW=40 "$script" "$argument" 2>&1)
	case $? in
	1)
		printf '%s\n' "$out" | grep -m1 -A2 -E 'alarm\]|not reached|never called|NON TERM|Goal |^FAIL' | tr -s ' \n' ' ' | cut -c1-130
		break
		;;
	2) printf 'CANNOT %s\n' "$out" | tr '\n' ' ' ;;
	esac
done)
case $result in
'') echo "FAIL mutant $name ($source): not noticed" ; exit 1 ;;
CANNOT*) echo "FAIL mutant $name ($source): ${result#CANNOT }"; exit 1 ;;
*) echo "ok   mutant $name: refused: $result" ;;
esac
