# check.sh - what a script of tests says of what it tried. Sourced by those that have a folder $work.
#
# Prints `ok NAME`, `not ok NAME reason`, and behind the second the last lines of $evidence: what the command said, unless
# the script sets another file.

ok() { echo "ok $1"; }
not_ok() { echo "not ok $1 $2"; }
check() { # check NAME REASON command...
	_name=$1 _reason=$2
	shift 2
	if "$@" >"$work/out" 2>&1; then ok "$_name"; else
		not_ok "$_name" "$_reason"
		tail -n 20 "${evidence:-$work/out}" | sed 's/^/    /' >&2
	fi
}
