/* SPDX-License-Identifier: Apache-2.0 */
#include "register/leaf.h"
#include "log/tree.h"

/* The labels are hashed with their NUL. */
#define LABEL(name) pl_bytes_of((name), sizeof(name))

void pl_register_id(pl_str origin, pl_str name, struct pl_digest *ret)
{
	pl_sha256_parts((const pl_bytes[]){LABEL("pl-register/v1"), pl_str_bytes(origin), pl_bytes_of("", 1),
				pl_str_bytes(name)},
		4, ret);
}

static void labelled(pl_bytes label, const struct pl_digest *reg, uint64_t number, pl_bytes more, struct pl_digest *ret)
{
	uint8_t n[8];

	pl_be64_write(n, number);
	pl_sha256_parts((const pl_bytes[]){label, pl_digest_bytes(reg), {n, sizeof n}, more}, 4, ret);
}

void pl_register_case_context(const struct pl_digest *reg, uint64_t number, struct pl_digest *ret)
{
	labelled(LABEL("pl-register-case/v1"), reg, number, (pl_bytes){0}, ret);
}

void pl_register_erasure(const struct pl_digest *reg, uint64_t number, unsigned classes, struct pl_digest *ret)
{
	const uint8_t c = (uint8_t)classes;

	labelled(LABEL("pl-register-erasure/v1"), reg, number, (pl_bytes){&c, 1}, ret);
}

void pl_register_lost(const struct pl_digest *reg, uint64_t number, struct pl_digest *ret)
{
	labelled(LABEL("pl-register-lost/v1"), reg, number, (pl_bytes){0}, ret);
}

void pl_register_leaf_bytes(const struct pl_digest *reg, const struct pl_register_leaf *leaf,
	uint8_t out[static PL_REGISTER_LEAF_LEN])
{
	static const char label[20] = "pl-register-leaf/v1";

	memcpy(out, label, sizeof label);
	memcpy(out + 20, reg->b, 32);
	pl_be64_write(out + 52, leaf->number);
	pl_be32_write(out + 60, leaf->revision);
	memcpy(out + 64, leaf->previous.b, 32);
	memcpy(out + 96, leaf->commitment.b, 32);
}

void pl_register_leaf_hash(const struct pl_digest *reg, const struct pl_register_leaf *leaf, struct pl_digest *ret)
{
	uint8_t bytes[PL_REGISTER_LEAF_LEN];

	pl_register_leaf_bytes(reg, leaf, bytes);
	pl_tree_leaf(pl_bytes_of(bytes, sizeof bytes), ret);
}

uint64_t pl_register_late(uint64_t before, uint64_t time)
{
	uint64_t due = (before / PL_REGISTER_RHYTHM + 1) * PL_REGISTER_RHYTHM;

	return time >= due + PL_REGISTER_RHYTHM ? time - due : 0;
}

void pl_register_chain(const struct pl_digest *reg, const struct pl_digest *chain, const struct pl_register_day *day,
	struct pl_digest *ret)
{
	uint8_t n[40];

	pl_be64_write(n, day->day);
	pl_be64_write(n + 8, day->time);
	pl_be64_write(n + 16, day->size);
	pl_be64_write(n + 24, day->unconfirmed);
	pl_be64_write(n + 32, day->refused);
	pl_sha256_parts((const pl_bytes[]){LABEL("pl-register-day/v1"), pl_digest_bytes(reg), pl_digest_bytes(chain),
				{n, sizeof n}, pl_digest_bytes(&day->root)},
		5, ret);
}
