// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sections.c - where the kernel and its modules are in this machine's memory.
 *
 * The translator knows addresses as they are in files.  The running kernel has been moved as a
 * whole, and each section of a module lies somewhere of its own; one symbol's address, here and in
 * the file, tells how far.  That holds only for the very build that the translator has read, which
 * the build-id tells.
 *
 * A module's sections are found before its first code runs, and before probe_kernel.c hears of it;
 * when it goes they are lost after that has given up its probes there, and those that were for its
 * initialization when that is over.  Hence the priorities below.
 *
 * Of a module without addresses, because its file says nothing of them, the one "section" tells
 * whether the module is there, in the build that was described.
 */
#include <linux/elf.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>

#include "runtime.h"

#define STP_BUILD_ID_MAX 32	/* bytes */
#define STP_NOTE_BUILD_ID 3	/* NT_GNU_BUILD_ID, which older headers lack */

static DEFINE_MUTEX(stp_sections_mutex);	/* found and slide of modules' sections */
static bool stp_sections_watching;

static bool stp_section_moves(const struct stp_section *section)
{
	return section->name;
}

/* ---- build-ids ------------------------------------------------------------------------------- */

static void stp_build_id_text(char *text, const u8 *id, u32 size)
{
	size = min_t(u32, size, STP_BUILD_ID_MAX);
	snprintf(text, 2 * size + 1, "%*phN", (int)size, id);
}

/* The next note behind `note`, or NULL: it does not fit. */
static const Elf64_Nhdr *stp_note_next(const Elf64_Nhdr *note, const void *end)
{
	size_t left = end - (const void *)note;
	size_t size;

	if (left < sizeof(*note) || note->n_namesz > left || note->n_descsz > left)
		return NULL;
	size = sizeof(*note) + ALIGN((size_t)note->n_namesz, 4) + ALIGN((size_t)note->n_descsz, 4);
	return size <= left ? (const void *)note + size : NULL;
}

/* The build-id that this note says; false: it is another. */
static bool stp_note_build_id(const Elf64_Nhdr *note, char *text)
{
	const void *name = note + 1;

	if (note->n_type != STP_NOTE_BUILD_ID || note->n_namesz != sizeof("GNU") ||
	    memcmp(name, "GNU", sizeof("GNU")))
		return false;
	stp_build_id_text(text, name + ALIGN(sizeof("GNU"), 4), note->n_descsz);
	return true;
}

/* The build-id among the kernel's notes, which stay in its memory; false: there is none. */
static bool stp_kernel_build_id(char *text)
{
	const void *start = (const void *)stp_symbol("__start_notes");
	const void *end = (const void *)stp_symbol("__stop_notes");
	const Elf64_Nhdr *note, *next;

	if (!start || end < start)
		return false;
	for (note = start; (next = stp_note_next(note, end)); note = next)
		if (stp_note_build_id(note, text))
			return true;
	return false;
}

/*
 * Does a module have this build-id?  Its notes are somewhere among its constants; where, nothing
 * says before its first code runs.  Files that it has within it may have such notes, too.  False:
 * `here` is another that was found; a module without any is taken for the right one.
 */
static bool stp_module_has_build_id(const struct module *module, const char *build_id, char *here)
{
	char text[2 * STP_BUILD_ID_MAX + 1];
	size_t size;
	const void *at = stp_module_rodata(module, &size), *end = at + size;
	bool found = false;

	for (; at + sizeof(Elf64_Nhdr) + sizeof("GNU") <= end; at += 4) {
		const Elf64_Nhdr *note = at;

		if (note->n_descsz > STP_BUILD_ID_MAX || !stp_note_next(note, end) ||
		    !stp_note_build_id(note, text))
			continue;
		if (!strcmp(text, build_id))
			return true;
		if (!found)
			strcpy(here, text);
		found = true;
	}
	return !found;
}

static bool stp_module_matches(const struct module *module, const struct stp_section *section,
			       bool say)
{
	char here[2 * STP_BUILD_ID_MAX + 1];

	if (!section->build_id || stp_module_has_build_id(module, section->build_id, here))
		return true;
	if (say)
		stp_message(STP_RECORD_WARNING,
			    "module %s is another build than the one translated for: build-id %s "
			    "here, %s expected; its probes stay unarmed",
			    section->module, here, section->build_id);
	return false;
}

/* ---- finding --------------------------------------------------------------------------------- */

static void stp_section_found(struct stp_section *section, unsigned long address)
{
	section->slide = address - section->symbol_pc;
	/* Handlers look without a lock. */
	smp_store_release(&section->found, true);
}

static int stp_kernel_find_section(struct stp_section *section)
{
	char here[2 * STP_BUILD_ID_MAX + 1];
	unsigned long address = stp_symbol(section->symbol);

	if (!address) {
		stp_message(STP_RECORD_ERROR, "the kernel has no symbol %s", section->symbol);
		return -ESRCH;
	}
	if (section->build_id && stp_kernel_build_id(here) && strcmp(here, section->build_id)) {
		stp_message(STP_RECORD_ERROR,
			    "the module was translated for another build of the kernel: build-id "
			    "%s here, %s expected", here, section->build_id);
		return -ESRCH;
	}
	stp_section_found(section, address);
	return 0;
}

/* The sections of a module that is there. */
static void stp_module_find_sections(const struct module *module)
{
	char name[MODULE_NAME_LEN + KSYM_NAME_LEN + 1];
	unsigned long address;
	bool say = true;
	u32 i;

	for (i = 0; i < stp_script.section_count; i++) {
		struct stp_section *section = &stp_script.sections[i];

		if (!stp_section_moves(section) || strcmp(section->module, module->name))
			continue;
		if (!stp_module_matches(module, section, say)) {
			say = false;
			continue;
		}
		if (!section->symbol) {
			stp_section_found(section, 0);
			continue;
		}
		snprintf(name, sizeof(name), "%s:%s", section->module, section->symbol);
		address = stp_symbol(name);
		if (address)
			stp_section_found(section, address);
	}
}

static bool stp_sections_concern(const struct module *module)
{
	u32 i;

	for (i = 0; i < stp_script.section_count; i++)
		if (stp_section_moves(&stp_script.sections[i]) &&
		    !strcmp(stp_script.sections[i].module, module->name))
			return true;
	return false;
}

/* ---- modules come and go --------------------------------------------------------------------- */

static int stp_sections_come(struct notifier_block *notifier, unsigned long event, void *data)
{
	if (event != MODULE_STATE_COMING || !stp_sections_concern(data))
		return NOTIFY_DONE;
	mutex_lock(&stp_sections_mutex);
	if (!stp_symbols_open()) {
		stp_module_find_sections(data);
		stp_symbols_close();
	}
	mutex_unlock(&stp_sections_mutex);
	return NOTIFY_DONE;
}

static int stp_sections_go(struct notifier_block *notifier, unsigned long event, void *data)
{
	const struct module *module = data;
	u32 i;

	if (event != MODULE_STATE_GOING && event != MODULE_STATE_LIVE)
		return NOTIFY_DONE;
	mutex_lock(&stp_sections_mutex);
	for (i = 0; i < stp_script.section_count; i++) {
		struct stp_section *section = &stp_script.sections[i];

		if (!stp_section_moves(section) || strcmp(section->module, module->name))
			continue;
		if (event == MODULE_STATE_GOING ||
		    within_module_init(section->slide + section->symbol_pc, module))
			WRITE_ONCE(section->found, false);
	}
	mutex_unlock(&stp_sections_mutex);
	return NOTIFY_DONE;
}

static struct notifier_block stp_sections_first = {
	.notifier_call = stp_sections_come,
	.priority = 1,
};

static struct notifier_block stp_sections_last = {
	.notifier_call = stp_sections_go,
	.priority = -1,
};

/* ---- start and end --------------------------------------------------------------------------- */

/*
 * The module of a section, if it is there and not on its way out; the notifiers wait for our mutex
 * meanwhile, so it stays.
 */
static const struct module *stp_module_of(const struct stp_section *section)
{
	const struct module *module;

	rcu_read_lock();
	preempt_disable();
	module = stp_symbols_module(section->module);
	if (module && READ_ONCE(module->state) == MODULE_STATE_GOING)
		module = NULL;
	preempt_enable();
	rcu_read_unlock();
	return module;
}

static int stp_sections_find(void)
{
	u32 i;
	int rc;

	for (i = 0; i < stp_script.section_count; i++) {
		struct stp_section *section = &stp_script.sections[i];
		const struct module *module;

		if (!stp_section_moves(section)) {
			rc = stp_kernel_find_section(section);
			if (rc)
				return rc;
		} else if (!section->found) {
			module = stp_module_of(section);
			if (module)
				stp_module_find_sections(module);
		}
		cond_resched();
	}
	return 0;
}

static void stp_sections_exit(void)
{
	if (!stp_sections_watching)
		return;
	unregister_module_notifier(&stp_sections_last);
	unregister_module_notifier(&stp_sections_first);
	stp_sections_watching = false;
}

static int stp_sections_watch(void)
{
	int rc = register_module_notifier(&stp_sections_first);

	if (rc)
		return rc;
	rc = register_module_notifier(&stp_sections_last);
	if (rc)
		unregister_module_notifier(&stp_sections_first);
	stp_sections_watching = !rc;
	return rc;
}

static int stp_sections_init(void)
{
	int rc = stp_sections_watch();

	if (rc)
		return rc;
	mutex_lock(&stp_sections_mutex);
	rc = stp_symbols_open();
	if (rc) {
		stp_message(STP_RECORD_ERROR,
			    "this kernel does not let its symbols be looked up (rc %d): probes and "
			    "variables by debuginfo cannot be placed", rc);
	} else {
		rc = stp_sections_find();
		stp_symbols_close();
	}
	mutex_unlock(&stp_sections_mutex);
	return rc;
}

const struct stp_section_family stp_section_family = {
	.init = stp_sections_init,
	.exit = stp_sections_exit,
};
