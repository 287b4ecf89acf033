# SPDX-License-Identifier: GPL-2.0-or-later
# TAP for test programs in bash: ok, not_ok, check, finish_tests.  Sourced.

tap_count=0 tap_failed=0
# modinfo is there, which is not in every user's path.
PATH=$PATH:/usr/sbin:/sbin

ok()
{
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1"
}

# not_ok NAME [TEXT]: TEXT is shown, as TAP diagnostics
not_ok()
{
	tap_count=$((tap_count + 1)) tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $1"
	[ $# -lt 2 ] || printf '%s\n' "$2" | head -40 | sed 's/^/# /'
}

# check NAME COMMAND...: ok if the command succeeds
check()
{
	local name=$1 text
	shift
	if text=$("$@" 2>&1); then
		ok "$name"
	else
		not_ok "$name" "$text"
	fi
}

# same NAME EXPECTED ACTUAL: files that must be equal
same()
{
	local text
	if text=$(diff -u "$2" "$3" 2>&1); then
		ok "$1"
	else
		not_ok "$1" "$text"
	fi
}

finish_tests()
{
	echo "1..$tap_count"
	exit $((tap_failed > 0))
}

# "${own_mounts[@]}" COMMAND...: run it where mounts are its own; users other than root need a user namespace for that
if [ "$(id -u)" = 0 ]; then
	own_mounts=(unshare -m)
else
	own_mounts=(unshare -rm)
fi
