/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/sha256x_engine: what one implementation of the SHA-256 compression gives to crypto/sha256x. Inside the room
 * only.
 *
 * The state of all lanes is an array of 8 * lanes words: word w of lane l stands at w * word_stride + l * lane_stride.
 */
#ifndef PL_CRYPTO_SHA256X_ENGINE_H
#define PL_CRYPTO_SHA256X_ENGINE_H
#include "crypto/digest.h"

#define PL_SHA256X_LANES_MAX 16u

struct pl_sha256x_engine {
	unsigned lanes, word_stride, lane_stride;
	/* One 64-byte block per lane, rows[l] being that of lane l (any alignment). */
	void (*compress)(uint32_t *state, const uint8_t *const *rows);
	/* @n nodes, a multiple of lanes; @out may be @children. */
	void (*nodes)(const struct pl_digest *children, size_t n, struct pl_digest *out);
};

extern const struct pl_sha256x_engine pl_sha256x_shani, pl_sha256x_avx2, pl_sha256x_avx512;

extern const uint32_t pl_sha256x_init[8];
extern const uint32_t pl_sha256x_k[64];

#endif
