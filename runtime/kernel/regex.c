// SPDX-License-Identifier: GPL-2.0-or-later
/* regex.c - =~ and what is left of a match. */
#include "runtime.h"

bool stp_regex_match(struct stp_context *c, const struct stp_regex *re, const char *s)
{
	struct stp_match *match = c->match;

	if (!re->groups)
		return stp_regex_test(re, s);
	c->matched = 0;
	if (!stp_regex_find(re, s, stp_string_length(s), match->states, match->bounds))
		return false;
	memcpy(match->subject, s, match->bounds[0][1]);
	c->matched = re->groups;
	return true;
}
