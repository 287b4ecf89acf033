# staprun installed setuid root: who may do what, by groups; and the attacks that are known of such a program, tried by
# users who may not, or may do less.

cat >>/etc/passwd <<'EOF'
nobody:x:1000:1000::/tmp:/bin/sh
user:x:1001:1001::/tmp:/bin/sh
other:x:1002:1002::/tmp:/bin/sh
developer:x:1003:1003::/tmp:/bin/sh
system:x:1004:1004::/tmp:/bin/sh
EOF
cat >>/etc/group <<'EOF'
stapusr:x:200:user,other
stapdev:x:201:developer
stapsys:x:202:system
EOF
chmod 1777 /tmp
chmod 755 /vm /vm/* "$dir"
chmod 777 "$dir"
mkdir -p /usr/local/bin /lib/modules/$(uname -r)/systemtap
trusted=/lib/modules/$(uname -r)/systemtap
staprun=/usr/local/bin/staprun
cp "$(readlink -f "$(command -v staprun)")" $staprun
chmod 4755 $staprun
cp privilege.ko $trusted/
chmod 644 $trusted/privilege.ko

# as USER COMMAND...
as()
{
	local user=$1
	shift
	run su -s /bin/sh "$user" -c "$*"
}

# refused_to USER TEXT COMMAND...: with that message, and nothing comes or goes
refused_to()
{
	local user=$1 text=$2 before=$(cut -d' ' -f1,3 /proc/modules)
	shift 2
	as "$user" "$@"
	[ $rc != 0 ] || fail "$user may: $*"
	assert_contains "$err" "$text"
	assert_equal "modules after $*" "$before" "$(cut -d' ' -f1,3 /proc/modules)"
}

# runs_as USER COMMAND...
runs_as()
{
	local user=$1
	shift
	start su -s /bin/sh "$user" -c "exec $*"
	wait_line ready
	# stapio has no privilege left, in any of its user ids.
	stapio=$(pidof stapio)
	assert_equal "user ids of $user's stapio" "$(su -s /bin/sh "$user" -c 'id -u; id -u; id -u; id -u')" \
		"$(sed -n 's/^Uid:[[:space:]]*//p' /proc/$stapio/status | tr '\t' '\n')"
	assert_equal "capabilities" 0000000000000000 "$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/$stapio/status)"
	kill -INT $stapio
	finish
	assert_equal "status of $*, by $user" 0 $rc
	assert_not_loaded privilege
}

# ---- who may do what ----

refused_to nobody "member of none of the groups" $staprun /vm/privilege.ko
refused_to nobody "member of none of the groups" $staprun privilege
refused_to nobody "member of none of the groups" $staprun -d virtio
runs_as developer $staprun /vm/privilege.ko
runs_as developer $staprun privilege
runs_as user $staprun privilege
runs_as system $staprun privilege
refused_to user "may only run modules from" $staprun /vm/privilege.ko
refused_to system "may only run modules from" $staprun /vm/privilege.ko
# The folder, the file: owned and only writable by root.
chmod 664 $trusted/privilege.ko
refused_to user "owned and only writable by root" $staprun privilege
chmod 644 $trusted/privilege.ko
chown user $trusted/privilege.ko
refused_to user "owned and only writable by root" $staprun privilege
chown root $trusted/privilege.ko
chmod 777 $trusted
refused_to user "owned and only writable by root" $staprun privilege
chmod 755 $trusted
# A loaded module belongs to who loaded it.
as user $staprun -L privilege
assert_equal "status of user's -L" 0 $rc
refused_to other "loaded by another user" $staprun -d privilege
refused_to other "loaded by another user" $staprun -A privilege
as other $staprun -d "'*'"
assert_loaded privilege
as user $staprun -d privilege
assert_equal "status of user's -d" 0 $rc
assert_not_loaded privilege
as user $staprun -L privilege
as developer $staprun -d privilege
assert_equal "status of developer's -d" 0 $rc
# Without the setuid bit, or root: said.
cp $staprun $dir/plain
chmod 755 $dir/plain
refused_to developer "staprun needs root" $dir/plain /vm/privilege.ko

# ---- CVE-2010-4171: only our own modules are ever removed ----

insmod privilege_other.ko || fail "insmod"
refused_to user "no module 'privilege_other' of stap is loaded" $staprun -d privilege_other
refused_to user "no module 'virtio' of stap is loaded" $staprun -d virtio
refused_to user "letters, digits and _" $staprun -d ../privilege_other/x.y
as user $staprun -d "'*'"
assert_loaded privilege_other
rmmod privilege_other

# ---- CVE-2009-0784, CVE-2011-2503: what is checked is what is loaded, whatever happens to the name ----

cp privilege_other.ko $dir/evil.ko
chmod 644 $dir/evil.ko
chown user $dir/evil.ko
refused_to user "not one made by stap" $staprun $dir/evil.ko
ln -s $trusted/privilege.ko $dir/link.ko
cat >$dir/swap <<EOF
while :; do
	ln -sf $trusted/privilege.ko $dir/link.ko
	ln -sf $dir/evil.ko $dir/link.ko
	ln -sf /vm/privilege.ko $dir/link.ko
done
EOF
su -s /bin/sh user -c "exec sh $dir/swap" 2>/dev/null &
swapper=$!
i=0
while [ $i -lt 30 ]; do
	as user $staprun -L $dir/link.ko
	assert_not_loaded privilege_other
	# By that name the trusted file may be loaded, and nothing else.
	if loaded privilege; then
		as user $staprun -d privilege
	fi
	i=$((i + 1))
done
kill $swapper
wait $swapper 2>/dev/null
# A copy in a folder of the same name elsewhere, a link in the trusted folder's path, a path with dots.
mkdir -p "$dir$trusted"
cp privilege.ko "$dir$trusted/"
refused_to user "may only run modules from" $staprun "$dir$trusted/privilege.ko"
refused_to user "may only run modules from" $staprun $trusted/../../../../vm/privilege.ko
ln -s /vm/privilege.ko $trusted/other.ko
refused_to user "may only run modules from" $staprun other
rm $trusted/other.ko

# ---- CVE-2011-2502: no folder of the caller's choice is searched, for -u or anything ----

refused_to user "not one made by stap" $staprun -u $dir/evil.ko
refused_to user "cannot open module" "SYSTEMTAP_RUNTIME=$dir SYSTEMTAP_DIR=$dir $staprun -u evil"
refused_to user "cannot open module" $staprun ../../../../../..$dir/evil

# ---- CVE-2010-4170: no program of the caller's choice runs, whatever is in the environment ----

for program in modprobe insmod rmmod stapio sh uname; do
	printf '#!/bin/sh\necho "$0 as $(id -u)" >>%s/ran\n' "$dir" >$dir/$program
	chmod 755 $dir/$program
done
as user "PATH=$dir:\$PATH MODPROBE_OPTIONS='-C $dir/evil.conf' SYSTEMTAP_STAPIO=$dir/stapio LD_PRELOAD=$dir/x.so" \
	"LD_LIBRARY_PATH=$dir ENV=$dir/sh BASH_ENV=$dir/sh SYSTEMTAP_STAPRUN=$dir/sh IFS=/ $staprun -L privilege"
assert_equal "status with a hostile environment" 0 $rc
as user "PATH=$dir:\$PATH $staprun -d privilege"
assert_equal "status of -d with a hostile environment" 0 $rc
[ ! -e $dir/ran ] || fail "ran: $(cat $dir/ran)"
# A link to our program has no program beside it that it would start.
ln -s $staprun $dir/staprun
as user "cd $dir && ./staprun -L privilege"
[ ! -e $dir/ran ] || fail "ran: $(cat $dir/ran)"
as user $staprun -d privilege

# ---- lengths, closed descriptors, no arguments ----

long=$(head -c 5000 /dev/zero | tr '\0' a)
refused_to user "too long" $staprun $long
refused_to user "1 to 63 characters" $staprun -d $long
refused_to user "is given as name=value" $staprun privilege $long=1
refused_to user "too long" $staprun privilege x=$long
as user "$staprun -L privilege <&- >&- 2>&-"
assert_equal "status with closed descriptors" 0 $rc
as user $staprun -d privilege
assert_equal "status of -d" 0 $rc
refused_to user "cannot open output file" $staprun -o /etc/passwd privilege
assert_contains /etc/passwd developer
