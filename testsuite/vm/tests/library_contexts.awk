# Makes everything(context, variant) of `stap --dump-functions`: each function of the library is called, and what must be the same wherever
# it is called is compared with what the first caller got.  Variant 2 has arguments that make sense, 1 has 0 and "", 0 what makes none.

BEGIN {
	# What ends the script or the machine, or the thread that happens to run; dump_stack() writes what run.sh takes for a complaint.
	left_out = "^(abort|dump_stack|exit|panic|raise)$"
	# Who runs, what was hit, when, and what other calls have left behind.
	differs = "^(addr|backtrace|caller|caller_addr|callers|cmdline_.*|ctime|current_exe_file|cve_.*|env_var|get_cycles|get_loadavg_index|" \
		"cpu|e?[gu]id|execname|pexecname|pgrp|p?pid|sid|tid|.*_arg|indent.*|is_myproc|is_return|jiffies|.*(clock|gettimeofday|ktime).*|" \
		"kernel_or_user_.*|matched.*|module_size|ngroups|ns_.*|pn|pnlabel|pp|ppfunc|pstrace|probe.*|probing_32bit_app|proc_mem_.*|qs.*|" \
		"randint|read_stopwatch.*|register|registers_valid|returnstr|returnval|speculation|sprint_(backtrace|loadavg)|stack.*|" \
		"task_(ancestry|cpu|current|state|.*time.*)|target_set_pid|thread_indent.*|tokenize|tz_.*|u_register|uarch_bytes|user_.*)$"
	split("addr task file dentry inode vfsmnt path nd act bdev bio cl_xprt clnt hd msg protected_pointer rcu_ptr rqstp scsi_cmd sigset sk skb sock " \
		"timer var var_q", names, " ")
	for (i in names)
		object[names[i]] = "other"
	object["addr"] = "kernel"
	object["task"] = "task"
	object["file"] = "file"
	object["dentry"] = "@cast(file, \"file\")->f_path->dentry"
	object["inode"] = "@cast(file, \"file\")->f_inode"
	object["vfsmnt"] = "@cast(file, \"file\")->f_path->mnt"
	object["path"] = object["nd"] = "&@cast(file, \"file\")->f_path"
	string["cmd"] = ":"
	string["lim_str"] = "RLIMIT_NOFILE"
	string["name"] = "rdi"
	string["family"] = "AF_INET"
}

# The compiler is slow with large functions.
function begin_part()
{
	if (parts)
		print "\treturn called\n}"
	printf "function calls_%d:long (context:string, variant:long) {\n", ++parts
	print "\tn = variant - 1"
	print "\ts = variant == 2 ? \"1\" : variant == 1 ? \"\" : \"%s\\377\\\"\\n\""
	print "\ttask = variant == 2 ? pid2task(1) : n"
	print "\tfile = variant == 2 ? task_fd_lookup(task, 0) : n"
	print "\tkernel = variant == 2 ? sample() : n"
	print "\tscratch = variant == 2 ? scratch_memory() : n"
	print "\tother = kernel"
	print "\tuser = variant == 2 ? arguments() : n"
}

{
	match($0, /^[A-Za-z_0-9]+/)
	name = substr($0, 1, RLENGTH)
	if (name ~ left_out || name ~ /^_/)
		next
	result = $0 ~ /^[A-Za-z_0-9]+:/
	text = $0
	sub(/^[^(]*\(/, "", text)
	sub(/\).*/, "", text)
	count = split(text, parameters, ", ")
	list = ""
	for (i = 1; i <= count; i++) {
		split(parameters[i], parameter, ":")
		if (parameter[2] == "string")
			value = parameter[1] in string ? "variant == 2 ? \"" string[parameter[1]] "\" : s" : "s"
		else if (!(parameter[1] in object))
			value = "n"
		else if (name ~ /user_/)
			value = "user"
		else if (name ~ /^set_kernel_/)
			value = "scratch"
		else if (object[parameter[1]] ~ /^&?@cast/)
			value = "variant == 2 ? " object[parameter[1]] " : n"
		else
			value = object[parameter[1]]
		list = list (i > 1 ? ", " : "") "(" value ")"
	}
	# What is written into the running process, and to what is probed, is what was there; as 32 bits it would be cut.
	if (name ~ /^set_.*_arg$/ && name !~ /^set_user/)
		list = name ~ /(int|32)_arg$/ ? "0, n" : "n, " substr(name, 5) "(n)"
	else if (name ~ /^set_user_string/)
		gsub(/\(user\)/, "n", list)
	else if (name ~ /^set_user_/)
		list = "user, user_" (name ~ /pointer/ ? "long" : substr(name, 10)) "(user)"
	if (calls++ % 20 == 0)
		begin_part()
	if (!result)
		printf "\ttry { %s(%s) } catch { }\n", name, list
	else if (name ~ differs)
		printf "\ttry { result = sprint(%s(%s)) } catch { }\n", name, list
	else
		printf "\tresult = \"?\" try { result = sprint(%s(%s)) } catch (result) { } compare(context, variant, \"%s(%s)\", result)\n", name, list, name, text
	print "\tcalled++"
}

END {
	print "\treturn called\n}\nfunction everything:long (context:string, variant:long) {"
	for (i = 1; i <= parts; i++)
		printf "\tcalled += calls_%d(context, variant)\n", i
	print "\treturn called\n}"
	printf "function functions:long () { return %d }\n", calls
}
