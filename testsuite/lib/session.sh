# SPDX-License-Identifier: GPL-2.0-or-later
# session.sh - what `stap` is in the virtual machine of docs.test's sessions: the compiled module is there, and staprun gets what
# concerns the run.

cat >/usr/bin/stap <<'END'
#!/bin/sh
while [ $# -gt 0 ]; do
	case $1 in
	-A) exec staprun -A "$2" ;;
	-F) flight=yes ;;
	-m) module=$2; shift ;;
	-s) more="$more -b $2"; shift ;;
	-o) more="$more -D -o $2"; flight=; shift ;;
	-S) more="$more -S $2"; shift ;;
	esac
	shift
done
case $more in *-D*) flight= ;; esac
[ -z "$flight" ] || more="$more -L"
exec staprun $more "/tests/$module.ko"
END
chmod +x /usr/bin/stap
set -e
