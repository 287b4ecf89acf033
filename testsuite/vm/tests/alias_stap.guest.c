// The marks of stap, each once, by the function that stap calls: what a stap makes of them is marks.test's.  See alias_stap.sh.
#include "mark.h"

int main(void)
{
	for (int number = MARK_PASS_0; number <= MARK_PASS_6_END; number++)
		mark(number, 1000 + number, 0);
	mark_text(MARK_CACHE_ADD_MOD, "module", "module in the cache");
	mark_text(MARK_CACHE_ADD_SRC, "source", "source in the cache");
	mark_text(MARK_CACHE_CLEAN, "old file", 0);
	mark_text(MARK_CACHE_GET, "source in the cache", "module in the cache");
	mark_text(MARK_SYSTEM, "a command", 0);
	mark(MARK_SYSTEM_SPAWN, 0, 4321);
	mark(MARK_SYSTEM_RETURN, 130, 0);
	mark(MARK_SYSTEM_SPAWN, -12, -1);
	return 0;
}
