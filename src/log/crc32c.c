/* SPDX-License-Identifier: Apache-2.0 */
#include "log/crc32c.h"
#include <pthread.h>

#define POLYNOMIAL UINT32_C(0x82f63b78)

static uint32_t table[8][256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fill(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? c >> 1 ^ POLYNOMIAL : c >> 1;
		table[0][i] = c;
	}
	for (uint32_t i = 0; i < 256; i++)
		for (int t = 1; t < 8; t++)
			table[t][i] = table[t - 1][i] >> 8 ^ table[0][table[t - 1][i] & 0xff];
}

/* Eight bytes a step from eight tables ("slicing"): some 2 GB/s without any special instruction. */
static uint32_t by_table(uint32_t c, const uint8_t *p, size_t len)
{
	for (; len >= 8; p += 8, len -= 8) {
		uint32_t low = c ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);

		c = table[7][low & 0xff] ^ table[6][low >> 8 & 0xff] ^ table[5][low >> 16 & 0xff] ^ table[4][low >> 24] ^
		    table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
	}
	for (; len > 0; p++, len--)
		c = c >> 8 ^ table[0][(c ^ *p) & 0xff];
	return c;
}

uint32_t pl_crc32c(uint32_t crc, pl_bytes data)
{
	pthread_once(&once, fill);
	return ~by_table(~crc, data.ptr, data.len);
}
