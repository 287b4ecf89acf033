// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * library_values.target: memory with values that library_values.stp reads, at a write of 24 bytes;
 * then writes whose length the script changes: each prints how many bytes were written.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	static char memory[24] = "ab\"c\n";
	long long number = 0x8182838485868788;
	int file = open("/dev/null", O_WRONLY), i;

	memcpy(memory + 16, &number, sizeof(number));
	if (write(file, memory, 24) != 24)
		return 1;
	for (i = 0; i < 11; i++)
		printf("%zd ", write(file, memory, 100 + i));
	printf("\n");
	return 0;
}
