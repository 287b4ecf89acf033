# SPDX-License-Identifier: GPL-2.0-or-later
# handmade.sh - for the .prepare of tests that need modules written by hand.  Sourced by vm.test, as `here` and `release` say.

# handmade_module NAME SOURCE.c [PARTS]: a plain module; or one of so many parts, each of which is the source with its number as PART
handmade_module()
{
	local part name=$1 source=$2 parts=${3:-}
	mkdir "$name.build" && cp "$source" "$name.build/$name.c" && echo "obj-m := $name.o" >"$name.build/Kbuild" || return
	for part in ${parts:+$(seq "$parts")}; do
		mv "$name.build/$name.c" "$name.build/source.h" 2>/dev/null
		printf '#define PART %d\n#include "source.h"\n' "$part" >"$name.build/part$part.c"
		echo "$name-y += part$part.o" >>"$name.build/Kbuild"
	done
	handmade_build "$name"
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
