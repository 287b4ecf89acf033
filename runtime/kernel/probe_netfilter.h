/* SPDX-License-Identifier: GPL-2.0-or-later */
/* probe_netfilter.h - netfilter.hook(H).pf(F): packets in the network stack. */
#ifndef STP_PROBE_NETFILTER_H
#define STP_PROBE_NETFILTER_H

/*
 * A hit's arguments are the hook's number, the struct sk_buff, and the devices that the packet came
 * in by and goes out by (or 0); c->saved is its verdict, an int64_t.
 */
struct stp_netfilter_probe {
	const struct stp_probe *probe;
	u32 hook;
	u8 family;
	s32 priority;
};

extern const struct stp_probe_type stp_probe_type_netfilter;

#endif
