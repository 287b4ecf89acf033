// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The probe families.  begin and end come first: they see everything else disarmed; then what the
 * handlers of others read.
 */
#include "provider.h"

const struct probe_provider *const providers[] = {
	&session_provider,
	&counter_provider,
	&timer_provider,
	&kernel_provider,
	&kprobe_provider,
	&data_provider,
	&trace_provider,
	&perf_provider,
	&procfs_provider,
	&netfilter_provider,
	&input_provider,
	NULL,
};
