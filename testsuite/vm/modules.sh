# SPDX-License-Identifier: GPL-2.0-or-later
# modules.sh - for the .prepare of tests that need modules of the kernel.  Sourced by vm.test, as `here` and `release` say.

# unpack_module NAME TO: a module of the kernel as the file TO
unpack_module()
{
	local file
	file=$(grep -m 1 -o "^[^:]*/$1\.ko[.a-z]*:" "/lib/modules/$release/modules.dep")
	unpack "/lib/modules/$release/${file%:}" "$2"
}

# unpack FILE TO
unpack()
{
	case $1 in
	*.ko) cp "$1" "$2" ;;
	*.xz) xz -dc "$1" >"$2" ;;
	*.zst) zstd -qdc "$1" >"$2" ;;
	*.gz) gzip -dc "$1" >"$2" ;;
	*) false ;;
	esac
}

# bring_modules FOLDER NAME...: the modules and what they need, unpacked, as FOLDER/NUMBER-NAME.ko in the order of loading; the
# guest's load_modules takes them.  All tests' files are in one place: name the folder after the test.  One that is built in, or that
# this kernel does not have, is left out.
bring_modules()
{
	local folder=$1 name line file to
	shift
	mkdir -p "$folder"
	for name; do
		line=$(grep -m 1 "/$name\.ko[.a-z]*:" "/lib/modules/$release/modules.dep") || continue
		for file in $(echo "${line#*:}" | tr ' ' '\n' | tac) "${line%%:*}"; do
			name=${file##*/}
			name=${name%%.*}
			! ls "$folder"/*-"$name.ko" >/dev/null 2>&1 || continue
			to=$folder/$(ls "$folder" | wc -l | xargs printf '%02d')-$name.ko
			unpack "/lib/modules/$release/$file" "$to" || return
		done
	done
}
