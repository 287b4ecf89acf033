# SPDX-License-Identifier: GPL-2.0-or-later
# handmade.sh - for the .prepare of tests that need modules written by hand.  Sourced by vm.test, as `here` and `release` say.

# handmade_module NAME SOURCE.c: a plain module
handmade_module()
{
	mkdir "$1.build" &&
		cp "$2" "$1.build/$1.c" &&
		echo "obj-m := $1.o" >"$1.build/Kbuild" &&
		handmade_build "$1"
}

# handmade_script NAME SOURCE.c: SOURCE.c in the place of a translated script, and the runtime
handmade_script()
{
	local runtime file name=$1
	runtime=$(realpath "$here/../../runtime/kernel")
	mkdir "$name.build" && cp "$2" "$name.build/unit-script.c" || return
	printf 'obj-m := %s.o\n%s-y := unit-script.o' "$name" "$name" >"$name.build/Kbuild"
	for file in "$runtime"/*.c; do
		ln -s "$file" "$name.build/runtime-${file##*/}"
		file=${file##*/}
		printf ' runtime-%s.o' "${file%.c}" >>"$name.build/Kbuild"
	done
	printf '\nccflags-remove-y += $(CC_FLAGS_FTRACE)\nccflags-y += -g0 -Werror -I%s -I%s\n' "$runtime" "$PWD" >>"$name.build/Kbuild"
	handmade_build "$name"
}

handmade_build()
{
	make -C "/lib/modules/$release/build" M="$PWD/$1.build" -j"$(nproc)" modules &&
		cp "$1.build/$1.ko" . && rm -r "$1.build"
}
