/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "base/random.h"
#include "crypto/sha256x.h"
#include <stdio.h>

#define MOST 600u

static struct pl_digest children[2 * MOST], made[2 * MOST], want[MOST];
static uint8_t pool[70000];

/* By OpenSSL, one at a time, without this module. */
static void slow_node(const struct pl_digest *pair, struct pl_digest *ret)
{
	pl_sha256_parts((const pl_bytes[]){{(const uint8_t *)"\x01", 1}, {pair[0].b, 32}, {pair[1].b, 32}}, 3, ret);
}

static void slow_leaf(pl_bytes entry, struct pl_digest *ret)
{
	pl_sha256_parts((const pl_bytes[]){{(const uint8_t *)"\x00", 1}, entry}, 2, ret);
}

static void nodes_of_every_count(void)
{
	for (size_t i = 0; i < MOST; i++)
		slow_node(&children[2 * i], &want[i]);
	for (size_t n = 0; n <= MOST; n += n < 70 ? 1 : 53) {
		memset(made, 0, sizeof made);
		pl_sha256x_nodes(children, n, made);
		assert_memory_equal(made, want, n * sizeof want[0]);
		assert_true(made[n].b[0] == 0 && made[n].b[31] == 0);
		memcpy(made, children, sizeof made);
		pl_sha256x_nodes(made, n, made);
		assert_memory_equal(made, want, n * sizeof want[0]);
	}
}

static void leaves_of(const size_t *lengths, size_t n)
{
	pl_bytes entries[MOST];

	for (size_t i = 0; i < n; i++) {
		entries[i] = (pl_bytes){pool + i, lengths[i]};
		slow_leaf(entries[i], &want[i]);
	}
	memset(made, 0, sizeof made);
	pl_sha256x_leaves(entries, n, made);
	assert_memory_equal(made, want, n * sizeof want[0]);
	assert_true(made[n].b[0] == 0 && made[n].b[31] == 0);
}

static void leaves_of_every_length(void)
{
	size_t lengths[MOST];
	uint32_t r = 1;

	for (size_t i = 0; i < MOST; i++)
		lengths[i] = i;
	leaves_of(lengths, MOST);
	for (size_t n = 0; n < 40; n++)
		leaves_of(lengths + 40, n);
	/* Short, long and the largest there can be, mixed. */
	for (unsigned round = 0; round < 30; round++) {
		for (size_t i = 0; i < 200; i++) {
			r = r * 1664525u + 1013904223u;
			lengths[i] = (r >> 16) % (r % 37 == 0 ? 65536 : 700);
		}
		leaves_of(lengths, 200);
	}
}

static void every_path_agrees(void **state)
{
	unsigned tried = 0;

	pl_random(children, sizeof children);
	pl_random(pool, sizeof pool);
	for (int p = 0; p < PL_SHA256X_COUNT; p++) {
		if (!pl_sha256x_has((enum pl_sha256x_path)p)) {
			assert_int_equal(pl_sha256x_force((enum pl_sha256x_path)p), PL_E_UNSUPPORTED);
			printf("this processor has no %s\n", pl_sha256x_name((enum pl_sha256x_path)p));
			continue;
		}
		assert_int_equal(pl_sha256x_force((enum pl_sha256x_path)p), PL_OK);
		nodes_of_every_count();
		leaves_of_every_length();
		tried++;
	}
	assert_true(tried >= 1);
}

/* Roots of RFC 6962 over the eight leaves of the Certificate Transparency vectors. */
static void knows_the_rfc6962_vectors(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x10, 0x20, 0x21, 0x30, 0x31, 0x40, 0x41, 0x42, 0x43, 0x50, 0x51, 0x52,
		0x53, 0x54, 0x55, 0x56, 0x57, 0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b,
		0x6c, 0x6d, 0x6e, 0x6f};
	const pl_bytes leaves[8] = {{bytes, 0}, {bytes, 1}, {bytes + 1, 1}, {bytes + 2, 2}, {bytes + 4, 2},
		{bytes + 6, 4}, {bytes + 10, 8}, {bytes + 18, 16}};

	for (int p = 0; p < PL_SHA256X_COUNT; p++) {
		struct pl_digest d[8];

		if (pl_sha256x_force((enum pl_sha256x_path)p))
			continue;
		pl_sha256x_leaves(leaves, 8, d);
		assert_digest(&d[0], "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
		pl_sha256x_nodes(d, 4, d);
		assert_digest(&d[0], "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
		pl_sha256x_nodes(d, 2, d);
		assert_digest(&d[0], "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
		pl_sha256x_nodes(d, 1, d);
		assert_digest(&d[0], "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_path_agrees),
		cmocka_unit_test(knows_the_rfc6962_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
