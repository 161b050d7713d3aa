#!/bin/sh
# Puts BoringSSL's sources, as Debian 12 ships them, into out/src/boringssl.
#
# They come by name through apt and are believed for their checksum
# (boringssl.sum), not for where they came from. Nothing of the system's
# configuration is read but the mirror it uses, nothing is written outside out/,
# and no root is needed. Does nothing when they are there.
set -eu

package=android-platform-external-boringssl
version=13.0.0+r24-2
archive=${package}_13.0.0+r24.orig.tar.xz

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../.." && pwd)
sums=$here/boringssl.sum
to=$root/out/src/boringssl
kept=$root/out/fetch # archives stay here: deleting out/src does not mean fetching again

cmp -s "$sums" "$to/.fetched" && exit 0

fail() {
	echo "fetch/boringssl: $*" >&2
	exit 1
}

arrived() {
	(cd "$kept" && sha256sum --check --status "$sums") 2>/dev/null
}

mkdir -p "$kept" "$root/out/src"
work=$(mktemp -d "$root/out/src/.boringssl.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

fetch() {
	command -v apt-get >/dev/null ||
		fail "apt-get is missing. Put $archive (sha256 in tool/fetch/boringssl.sum) into out/fetch/ by hand."
	mirror=$(apt-get indextargets --format '$(REPO_URI)' \
		'Codename: bookworm' 'Created-By: Packages' 'Component: main' 2>/dev/null | head -n 1)
	: "${mirror:=http://deb.debian.org/debian/}"
	mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/apt/get"
	# trusted: the pinned checksum below says more than the archive's key could.
	echo "deb-src [trusted=yes] $mirror bookworm main" >"$work/apt/sources.list"
	set -- -q -o "Dir::Etc::sourcelist=$work/apt/sources.list" -o Dir::Etc::sourceparts=- \
		-o "Dir::State=$work/apt" -o "Dir::State::lists=$work/apt/lists" -o Dir::State::status=/dev/null \
		-o "Dir::Cache=$work/apt/cache" -o Acquire::Languages=none -o APT::Sandbox::User= -o Acquire::Retries=2
	echo "fetching the sources of BoringSSL (29 MB, once) ..." >&2
	(apt-get "$@" update && cd "$work/apt/get" &&
		apt-get "$@" source --download-only "$package=$version") >"$work/log" 2>&1 || {
		sed 's/^/  /' "$work/log" | tail -n 5 >&2
		fail "could not get $package $version from $mirror (above: what apt said).
  Offline? Put $archive into out/fetch/ by hand: its checksum is in tool/fetch/boringssl.sum."
	}
	mv "$work/apt/get/$archive" "$kept/$archive.part" || fail "apt did not bring $archive"
	mv "$kept/$archive.part" "$kept/$archive"
	arrived || {
		rm -f "$kept/$archive"
		fail "$archive is not the file that was pinned: its sha256 differs from tool/fetch/boringssl.sum"
	}
}

arrived || fetch

mkdir "$work/tree"
tar -xJf "$kept/$archive" -C "$work/tree" --strip-components=1 --wildcards --exclude='*.cc' \
	'*/LICENSE' '*/src/crypto/*' '*/src/include/*' '*/linux-x86_64/*' '*/linux-aarch64/*' ||
	fail "could not unpack $archive (is xz-utils installed?)"
cp "$sums" "$work/tree/.fetched"

# Another fetch may have come first: then its tree is as good.
if ! mv -T "$work/tree" "$to" 2>/dev/null; then
	cmp -s "$sums" "$to/.fetched" && exit 0
	mv "$to" "$work/old"
	mv -T "$work/tree" "$to"
fi
