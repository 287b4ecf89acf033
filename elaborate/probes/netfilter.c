// SPDX-License-Identifier: GPL-2.0-or-later
/* netfilter.hook("H").pf("F"): packets on their way through the network stack. */
#include "provider.h"
#include "similar.h"

#include <errno.h>
#include <string.h>

#define PRIORITY_NAME 1
#define PRIORITY_NUMBER 2

struct netfilter_probe {
	gint64 hook, family, priority;
};

/* Names of the kernel's, include/uapi/linux/netfilter*.h. */
struct constant {
	const char *name;
	gint64 value;
};

static const struct constant families[] = {
	{ "NFPROTO_INET", 1 }, { "NFPROTO_IPV4", 2 },	{ "NFPROTO_ARP", 3 },
	{ "NFPROTO_NETDEV", 5 }, { "NFPROTO_BRIDGE", 7 }, { "NFPROTO_IPV6", 10 },
	{ NULL, 0 },
};

static const struct constant hooks[] = {
	{ "NF_INET_PRE_ROUTING", 0 }, { "NF_INET_LOCAL_IN", 1 },     { "NF_INET_FORWARD", 2 },
	{ "NF_INET_LOCAL_OUT", 3 },   { "NF_INET_POST_ROUTING", 4 }, { "NF_INET_INGRESS", 5 },
	{ "NF_IP_PRE_ROUTING", 0 },   { "NF_IP_LOCAL_IN", 1 },	     { "NF_IP_FORWARD", 2 },
	{ "NF_IP_LOCAL_OUT", 3 },     { "NF_IP_POST_ROUTING", 4 },   { "NF_IP6_PRE_ROUTING", 0 },
	{ "NF_IP6_LOCAL_IN", 1 },     { "NF_IP6_FORWARD", 2 },	     { "NF_IP6_LOCAL_OUT", 3 },
	{ "NF_IP6_POST_ROUTING", 4 }, { "NF_ARP_IN", 0 },	     { "NF_ARP_OUT", 1 },
	{ "NF_ARP_FORWARD", 2 },      { "NF_BR_PRE_ROUTING", 0 },    { "NF_BR_LOCAL_IN", 1 },
	{ "NF_BR_FORWARD", 2 },	      { "NF_BR_LOCAL_OUT", 3 },	     { "NF_BR_POST_ROUTING", 4 },
	{ "NF_BR_BROUTING", 5 },      { NULL, 0 },
};

static const struct constant priorities[] = {
	{ "NF_IP_PRI_FIRST", G_MININT32 },
	{ "NF_IP_PRI_RAW_BEFORE_DEFRAG", -450 },
	{ "NF_IP_PRI_CONNTRACK_DEFRAG", -400 },
	{ "NF_IP_PRI_RAW", -300 },
	{ "NF_IP_PRI_SELINUX_FIRST", -225 },
	{ "NF_IP_PRI_CONNTRACK", -200 },
	{ "NF_IP_PRI_MANGLE", -150 },
	{ "NF_IP_PRI_NAT_DST", -100 },
	{ "NF_IP_PRI_FILTER", 0 },
	{ "NF_IP_PRI_SECURITY", 50 },
	{ "NF_IP_PRI_NAT_SRC", 100 },
	{ "NF_IP_PRI_SELINUX_LAST", 225 },
	{ "NF_IP_PRI_CONNTRACK_HELPER", 300 },
	{ "NF_IP_PRI_CONNTRACK_CONFIRM", G_MAXINT32 },
	{ "NF_IP_PRI_LAST", G_MAXINT32 },
	{ NULL, 0 },
};

static const struct point_pattern patterns[] = {
	{ "netfilter.hook(string).pf(string)", "packets of a protocol family at a hook", 0 },
	{ "netfilter.pf(string).hook(string)", "the same", 0 },
	{ "netfilter.hook(string).pf(string).priority(string)",
	  "the same, at a place in the order of hooks", PRIORITY_NAME },
	{ "netfilter.hook(string).pf(string).priority(number)",
	  "the same, at a place in the order of hooks", PRIORITY_NUMBER },
	{ NULL, NULL, 0 },
};

/* A name of the table, NF_IP6_PRI_… like NF_IP_PRI_…, or a number in quotes. */
static int find_constant(struct session *s, const struct constant *table, const char *what,
			 const struct expr *argument, gint64 *value)
{
	GPtrArray *names = g_ptr_array_new();
	const char *name = argument->string;
	char *plain = g_str_has_prefix(name, "NF_IP6_PRI_") ?
			      g_strconcat("NF_IP_PRI_", name + strlen("NF_IP6_PRI_"), NULL) :
			      g_strdup(name);
	char *similar;
	int result = g_ascii_string_to_signed(plain, 10, G_MININT32, G_MAXINT32, value, NULL) ?
			     0 : -EINVAL;

	for (; result && table->name; table++) {
		g_ptr_array_add(names, (gpointer)table->name);
		if (strcmp(plain, table->name))
			continue;
		*value = table->value;
		result = 0;
	}
	if (result) {
		similar = similar_suffix(name, names);
		report_semantic(s->diagnostics, "netfilter-name", argument->token, NULL,
				"unknown netfilter %s '%s'%s", what, name, similar);
		g_free(similar);
	}
	g_free(plain);
	g_ptr_array_unref(names);
	return result;
}

static int resolve(struct session *s, const struct point_match *match, struct derivation *d,
		   const char **why)
{
	bool family_first = g_str_has_prefix(match->pattern->text, "netfilter.pf");
	const struct expr *hook = match->arguments[family_first];
	const struct expr *family = match->arguments[!family_first];
	struct netfilter_probe probe = { 0 };

	(void)why;
	if (find_constant(s, hooks, "hook", hook, &probe.hook) ||
	    find_constant(s, families, "protocol family", family, &probe.family))
		return -EINVAL;
	if (match->pattern->value == PRIORITY_NAME &&
	    find_constant(s, priorities, "priority", match->arguments[2], &probe.priority))
		return -EINVAL;
	if (match->pattern->value == PRIORITY_NUMBER)
		probe.priority = CLAMP(match->arguments[2]->number, G_MININT32, G_MAXINT32);
	derive_probe(d, NULL, &probe);
	return 0;
}

/* In the order of the hit's arguments (probe_netfilter.h). */
static const struct {
	const char *name, *type;
} values[] = {
	{ "hooknum", NULL },
	{ "skb", "struct sk_buff" },
	{ "in", "struct net_device" },
	{ "out", "struct net_device" },
};

static int variable(struct session *s, const struct derived_probe *probe, const char *name,
		    const struct token *token, struct context_variable *out, const char **why)
{
	struct debug_module *kernel;
	const char *none;

	(void)probe;
	if (!strcmp(name, "verdict")) {
		out->getter = "_netfilter_verdict_get";
		out->setter = s->options.guru ? "_netfilter_verdict_set" : NULL;
		return 0;
	}
	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		if (strcmp(name, values[i].name))
			continue;
		out->location.value =
			expr_primitive(s->arena, PRIMITIVE_ARGUMENT, token, NULL, NULL);
		out->location.value->primitive.number = i;
		out->location.writable_register = -1;
		/* Without debuginfo it is a number. */
		kernel = values[i].type ?
				 debug_module_open(session_debuginfo(s), "kernel", &none) : NULL;
		out->type = kernel ? debug_type_find(kernel, values[i].type) : NULL;
		out->points_there = out->type != NULL;
		return 0;
	}
	*why = "netfilter probes have $hooknum, $skb, $in, $out and $verdict";
	return -ENOENT;
}

static void emit_element(GString *out, const struct derived_probe *probe)
{
	const struct netfilter_probe *data = probe->data;

	g_string_append_printf(out,
			       ".hook = %" G_GINT64_FORMAT ", .family = %" G_GINT64_FORMAT
			       ", .priority = %" G_GINT64_FORMAT "LL",
			       data->hook, data->family, data->priority);
}

const struct probe_provider netfilter_provider = {
	.name = "netfilter",
	.doc = "packets on their way through the network stack",
	.patterns = patterns,
	.resolve = resolve,
	.variable = variable,
	.emit_element = emit_element,
	.private_size = sizeof(struct netfilter_probe),
};
