# SPDX-License-Identifier: GPL-2.0-or-later
# What quickstart and check share: packages, kernels, builds.  Sourced by bash; the caller has set `top`.

build_packages="gcc make autoconf automake pkg-config flex bison libc6-dev libdw-dev libelf-dev libglib2.0-dev zlib1g-dev
libbpf-dev liblz4-dev liblzma-dev libzstd-dev"
vm_packages="qemu-system-x86 busybox-static cpio"
trace_packages="strace"	# what syscalls.test compares with
doc_packages="groff-base man-db git xz-utils"	# what docs.test and install.test need besides

die()
{
	echo "$(basename "$0"): $*" >&2
	exit 1
}

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "this needs root: $*"
	fi
}

# missing_packages NAME...: those that are not installed
missing_packages()
{
	local name
	for name; do
		case $(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null) in
		installed) ;;
		*) printf '%s ' "$name" ;;
		esac
	done
}

apt_lists_fresh=
refresh_lists()
{
	[ -z "$apt_lists_fresh" ] || return 0
	# In a subshell: what it dies of goes into the log as well, and is shown.
	(as_root apt-get -q update) >"$1" 2>&1 || { cat "$1" >&2; die "apt-get update failed"; }
	apt_lists_fresh=yes
}

# need_packages NAME...: install what is missing, quietly; says so in one line
need_packages()
{
	local missing log
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	command -v apt-get >/dev/null || die "please install: $missing"
	echo "$(basename "$0"): installing $missing" >&2
	log=$(mktemp)
	refresh_lists "$log"
	# shellcheck disable=SC2086
	(as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install $missing) \
		>"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; die "could not install $missing"; }
	rm -f "$log"
}

# newest_kernel SERIES: the newest release of Debian's cloud kernels of a series (6.1, 6.12) that the archive has
# image and headers of, or that is installed
newest_kernel()
{
	local log series=${1//./\\.} suffix
	log=$(mktemp)
	refresh_lists "$log"
	rm -f "$log"
	suffix='(\.[0-9]+)?(-[0-9]+)?(\+deb[0-9]+)?-cloud-amd64'
	{
		apt-cache search --names-only "^linux-(image|headers)-$series$suffix\$" | awk '{ print $1 }'
	} | sed -E 's/^linux-(image|headers)-//' | sort -V | uniq -d | tail -1
}

# usable_kernel: the newest installed kernel that a virtual machine can boot and modules can be built for
usable_kernel()
{
	local image release
	for image in /boot/vmlinuz-*; do
		release=${image#/boot/vmlinuz-}
		if [ -r "$image" ] && [ -e "/lib/modules/$release/build/Makefile" ]; then
			echo "$release"
		fi
	done | sort -V | tail -1
}

# build DIR CONFIGURE-OPTION...: configure once and build what changed of make_targets (default: all); the log is shown when it
# fails
build()
{
	local dir=$1 log
	shift
	mkdir -p "$dir"
	log=$dir/build.log
	(
		set -e
		[ -x "$top/configure" ] && [ "$top/configure" -nt "$top/configure.ac" ] &&
			[ "$top/Makefile.in" -nt "$top/Makefile.am" ] || { cd "$top" && autoreconf -fi; }
		cd "$dir"
		[ -f Makefile ] && [ Makefile -nt "$top/configure" ] || "$top/configure" "$@"
		# shellcheck disable=SC2086
		make -j"$(nproc)" ${make_targets:-}
	) >"$log" 2>&1 || { tail -40 "$log" >&2; die "the build failed; the whole log: $log"; }
}
