// SPDX-License-Identifier: GPL-2.0-or-later
/* probe_netfilter.c - packets, by a hook in the initial network namespace for each probe. */
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <net/net_namespace.h>

#include "runtime.h"
#include "probe_netfilter.h"

#ifdef CONFIG_NETFILTER

struct stp_netfilter {
	const struct stp_netfilter_probe *probe;
	struct nf_hook_ops ops;
	bool armed;
};

/* The packet goes on unless the script, in guru mode, says otherwise. */
static unsigned int stp_netfilter_hit(void *data, struct sk_buff *skb,
				      const struct nf_hook_state *state)
{
	const struct stp_netfilter *hook = data;
	const struct stp_probe *probe = hook->probe->probe;
	struct stp_context *c = stp_enter(probe, STP_STATE_RUNNING, NULL);
	int64_t verdict = NF_ACCEPT;
	const int64_t arguments[] = {
		state->hook, (unsigned long)skb, (unsigned long)state->in,
		(unsigned long)state->out,
	};

	if (!c)
		return NF_ACCEPT;
	c->hit = arguments;
	c->saved = &verdict;
	stp_run(c, probe);
	/* A verdict that the kernel does not know is a BUG there. */
	if (c->last_error || (verdict != NF_DROP && verdict != NF_ACCEPT))
		verdict = NF_ACCEPT;
	stp_leave(c);
	return verdict;
}

static int stp_netfilter_init(struct stp_probe_set *set)
{
	const struct stp_netfilter_probe *probes = set->table;
	struct stp_netfilter *hooks = kvcalloc(set->count, sizeof(*hooks), GFP_KERNEL);
	u32 i;

	if (!hooks)
		return -ENOMEM;
	for (i = 0; i < set->count; i++) {
		hooks[i].probe = &probes[i];
		hooks[i].ops.hook = stp_netfilter_hit;
		hooks[i].ops.priv = &hooks[i];
		hooks[i].ops.pf = probes[i].family;
		hooks[i].ops.hooknum = probes[i].hook;
		hooks[i].ops.priority = probes[i].priority;
	}
	set->state = hooks;
	return 0;
}

static int stp_netfilter_arm(struct stp_probe_set *set)
{
	struct stp_netfilter *hooks = set->state;
	int rc, last = 0;
	u32 i;

	for (i = 0; i < set->count && stp_get_state() == STP_STATE_RUNNING; i++) {
		rc = nf_register_net_hook(&init_net, &hooks[i].ops);
		if (rc) {
			stp_message_failed(hooks[i].probe->probe, rc);
			last = rc;
			continue;
		}
		hooks[i].armed = true;
		set->armed++;
	}
	return set->armed ? 0 : last;
}

static void stp_netfilter_disarm(struct stp_probe_set *set)
{
	struct stp_netfilter *hooks = set->state;
	u32 i;

	for (i = 0; i < set->count; i++) {
		if (hooks[i].armed)
			nf_unregister_net_hook(&init_net, &hooks[i].ops);
		hooks[i].armed = false;
	}
	/* Packets that are in a hook are there under RCU. */
	synchronize_net();
}

static void stp_netfilter_exit(struct stp_probe_set *set)
{
	kvfree(set->state);
	set->state = NULL;
}

const struct stp_probe_type stp_probe_type_netfilter = {
	.name = "netfilter",
	.init = stp_netfilter_init,
	.arm = stp_netfilter_arm,
	.disarm = stp_netfilter_disarm,
	.exit = stp_netfilter_exit,
};

#else

static int stp_netfilter_arm(struct stp_probe_set *set)
{
	stp_message(STP_RECORD_WARNING, "this kernel is built without CONFIG_NETFILTER");
	return -EOPNOTSUPP;
}

const struct stp_probe_type stp_probe_type_netfilter = {
	.name = "netfilter",
	.arm = stp_netfilter_arm,
};

#endif
