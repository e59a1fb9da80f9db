/* SPDX-License-Identifier: Apache-2.0 */
/* Print COUNT doubles, "<16 hex digits of the bits> <as pl_json_put_number writes it>" a line: all powers of two and of ten
 * with their neighbours, then random bits, then numbers of few digits. The same ones in every run. */
#include "base/file.h"
#include "base/json.h"
#include "base/mem.h"
#include <math.h>
#include <stdio.h>

static uint64_t seed = 8785;

static uint64_t next_random(void)
{
	uint64_t x = seed += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static void show(double x)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	uint64_t bits;

	if (!isfinite(x))
		return;
	memcpy(&bits, &x, sizeof bits);
	pl_json_put_number(&b, x);
	(void)printf("%016llx %s\n", (unsigned long long)bits, pl_buf_z(&b));
}

static void around(double x)
{
	show(x);
	show(-x);
	show(nextafter(x, INFINITY));
	show(nextafter(x, 0));
}

int main(int argc, char **argv)
{
	uint64_t count = 0;

	if (argc != 2 || pl_str_to_u64(pl_str_from(argv[1]), UINT32_MAX, &count)) {
		(void)fputs("usage: ecma_numbers COUNT\n", stderr);
		return 2;
	}
	for (int e = -1074; e <= 1023; e++)
		around(ldexp(1, e));
	for (int e = -323; e <= 308; e++)
		around(pow(10, e));
	for (uint64_t i = 0; i < count; i++) {
		uint64_t bits = next_random();
		double x;

		memcpy(&x, &bits, sizeof x);
		show(x);
		show((double)(bits % 1000000) / 1000);
		show((double)(int64_t)bits);
	}
	return 0;
}
