// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dwarf_frame.c - the canonical frame address: what the stack pointer was before the call of the
 * function, from call frame information.  Kernels have it in .debug_frame, programs in .eh_frame.
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
	    location_evaluate(place, NULL, ops, count, 0, &cfa, &why) == 0)
		e = cfa.address ? cfa.address : cfa.value;
	free(frame);
	return e;
}
