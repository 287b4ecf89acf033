// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * machine.c - registers and memory of what is probed.  A bad address is an error of the script,
 * never an oops.
 */
#include <linux/ptrace.h>
#include <linux/uaccess.h>
#include <asm/processor.h>
#include <asm/vsyscall.h>

#include "embedded.h"
#include "runtime.h"

int64_t stp_per_cpu(u64 offset)
{
	return (int64_t)(__my_cpu_offset + offset);
}

#define STP_CHECK_WORD(field, word) \
	BUILD_BUG_ON(offsetof(struct pt_regs, field) != (word) * sizeof(long))

void stp_set_register(struct stp_context *c, int number, int64_t value)
{
	/* What stp_register() relies on. */
	STP_CHECK_WORD(ax, 10);
	STP_CHECK_WORD(dx, 12);
	STP_CHECK_WORD(cx, 11);
	STP_CHECK_WORD(bx, 5);
	STP_CHECK_WORD(si, 13);
	STP_CHECK_WORD(di, 14);
	STP_CHECK_WORD(bp, 4);
	STP_CHECK_WORD(sp, 19);
	STP_CHECK_WORD(r8, 9);
	STP_CHECK_WORD(r15, 0);
	STP_CHECK_WORD(ip, 16);
	((long *)c->regs)[stp_register_words[number]] = value;
}

int64_t stp_user_register(struct stp_context *c, int number, const char *place)
{
	if (unlikely(current->flags & PF_KTHREAD)) {
		stp_error(c, place, "a kernel thread has no registers of user space");
		return 0;
	}
	return ((const int64_t *)task_pt_regs(current))[stp_register_words[number]];
}

/*
 * Faults at some addresses are not for the kernel's exception table: it takes an access to the
 * user's half, with SMAP, and to the vsyscall page, which counts as that, for an attack, and warns
 * of one that is not canonical.  The kernel's own reads look out for them, in all versions for
 * some.
 */
bool stp_is_kernel_memory(u64 address, size_t size)
{
	int shift = 64 - boot_cpu_data.x86_virt_bits;

	return (s64)(address << shift) >> shift == (s64)address && (s64)address < 0 &&
	       address + size - 1 >= address && (address & PAGE_MASK) != VSYSCALL_ADDR &&
	       ((address + size - 1) & PAGE_MASK) != VSYSCALL_ADDR;
}

static void stp_fault(struct stp_context *c, const char *access, int64_t address,
		      const char *place)
{
	stp_errorf(c, place, "%s fault [man error::fault] at 0x%llx", access, address);
}

u64 stp_load(struct stp_context *c, int64_t address, u32 size, const char *place)
{
	const void *from = (const void *)(unsigned long)address;
	u64 value = 0;

	/* Little-endian: a short value fills the low bytes. */
	if (unlikely(!stp_is_kernel_memory(address, size) ||
		     copy_from_kernel_nofault(&value, from, size))) {
		stp_fault(c, "read", address, place);
		return 0;
	}
	return value;
}

u64 stp_load_user(struct stp_context *c, int64_t address, u32 size, const char *place)
{
	u64 value = 0;

	if (unlikely(!stp_read_user(&value, address, size))) {
		stp_fault(c, "read", address, place);
		return 0;
	}
	return value;
}

u64 stp_load_either(struct stp_context *c, int64_t address, u32 size, const char *place)
{
	return address < 0 ? stp_load(c, address, size, place) :
			     stp_load_user(c, address, size, place);
}

#define STP_STORE(type) __put_kernel_nofault(to, &(type){ (type)value }, type, fault)

void stp_store(struct stp_context *c, int64_t address, int64_t value, u32 size,
	       const char *place)
{
	void *to = (void *)(unsigned long)address;

	if (!stp_is_kernel_memory(address, size))
		goto error;
	pagefault_disable();
	switch (size) {
	case 1:
		STP_STORE(u8);
		break;
	case 2:
		STP_STORE(u16);
		break;
	case 4:
		STP_STORE(u32);
		break;
	default:
		STP_STORE(u64);
		break;
	}
	pagefault_enable();
	return;

fault:
	pagefault_enable();
error:
	stp_fault(c, "write", address, place);
}
