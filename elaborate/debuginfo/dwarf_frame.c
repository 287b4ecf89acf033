// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_frame.c - stack frames.
 *
 * The canonical frame address is what the stack pointer was before the call of the function.  Call
 * frame information tells at each address how to compute it; kernels have that in .debug_frame,
 * programs in .eh_frame.  gcc describes variables relative to it.  clang does so relative to the
 * register that holds the frame once it has been set up, and marks where that is in the line table.
 */
#include "location.h"

#include <stdlib.h>

static Dwarf_CFI *frame_information(struct dw *dw)
{
	Dwarf_Addr bias;

	if (dw->cfi)
		return dw->cfi;
	if (dw->dwfl)
		dw->cfi = dwfl_module_dwarf_cfi(dw->dwfl_module, &bias);
	else
		dw->cfi = dwarf_getcfi(dw->dwarf);
	if (!dw->cfi && !dw->dwfl)
		dw->cfi = dw->eh_cfi = dwarf_getcfi_elf(dw->elf);
	return dw->cfi;
}

struct expr *dw_frame_address(const struct dw_place *place)
{
	Dwarf_CFI *cfi = frame_information(place->dw);
	struct debug_location cfa;
	struct expr *e = NULL;
	Dwarf_Frame *frame;
	const char *why;
	Dwarf_Op *ops;
	gsize count;

	if (!cfi || dwarf_cfi_addrframe(cfi, place->address, &frame) != 0)
		return NULL;
	if (dwarf_frame_cfa(frame, &ops, &count) == 0 && count &&
	    location_evaluate(place, NULL, ops, count, 1, &cfa, &why) == 0)
		e = cfa.address ? cfa.address : cfa.value;
	free(frame);
	return e;
}

/* What the row of a table says of a register. */
static struct expr *restored(const struct dw_place *place, Dwarf_Frame *frame, guint64 number)
{
	struct debug_location saved;
	struct machine m = { .place = place };
	Dwarf_Op memory[3], *ops;
	const char *why;
	gsize count;

	if (dwarf_frame_register(frame, (int)number, memory, &ops, &count) != 0)
		return NULL;
	/* Without a rule the ABI tells; what libdw takes for it has rax where rbx belongs. */
	if (!count)
		return debug_abi_preserves(number) ? location_register(&m, number) : NULL;
	if (location_evaluate(place, NULL, ops, count, 1, &saved, &why) < 0 || saved.pieces)
		return NULL;
	return saved.address ? location_load(&m, saved.address, sizeof(guint64)) : saved.value;
}

struct expr *dw_callers_register(const struct dw_place *place, guint64 number)
{
	Dwarf_CFI *cfi = frame_information(place->dw);
	Dwarf_Frame *frame;
	struct expr *e;

	if (!place->has_function || !cfi ||
	    dwarf_cfi_addrframe(cfi, place->address, &frame) != 0)
		return NULL;
	e = restored(place, frame, number);
	free(frame);
	return e;
}

bool dw_in_prologue(const struct dw_place *place)
{
	Dwarf_Die function = place->function, unit;
	Dwarf_Lines *rows;
	guint64 entry;
	gsize count;

	if (!dw_entry_pc(&function, &entry) || place->address < entry ||
	    !dwarf_diecu(&function, &unit, NULL, NULL) ||
	    dwarf_getsrclines(&unit, &rows, &count) != 0)
		return false;
	for (gsize i = 0; i < count; i++) {
		Dwarf_Line *row = dwarf_onesrcline(rows, i);
		Dwarf_Addr address;
		bool ends;

		if (dwarf_lineaddr(row, &address) == 0 && address >= entry &&
		    dw_covers(&function, address) &&
		    dwarf_lineprologueend(row, &ends) == 0 && ends)
			return place->address < address;
	}
	return false;
}
