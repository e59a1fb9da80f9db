/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/leaf: one revision of one case, as it stands in its register's tree (docs/formats/register.md).
 *
 *	leaf bytes (128): "pl-register-leaf/v1" 0x00 | register[32] | u64 number | u32 revision | previous[32] | commitment[32]
 *	leaf hash:        RFC 6962, SHA-256(0x00 || leaf bytes)
 *
 * What always holds:
 *  1. previous is the leaf hash of revision - 1 of the same case, zeros at revision 0: a case has one history.
 *  2. What is not the commitment of a case's fields is a public digest that anyone can compute: an erasure, a loss.
 *
 * Pure; callable from any thread.
 */
#ifndef PL_REGISTER_LEAF_H
#define PL_REGISTER_LEAF_H
#include "crypto/commit.h"

#define PL_REGISTER_LEAF_LEN 128u

/* SHA-256("pl-register/v1" 0x00 | origin | 0x00 | name): survives a new declaration. */
void pl_register_id(pl_str origin, pl_str name, struct pl_digest *ret);
/* The context of a case's commitments: SHA-256("pl-register-case/v1" 0x00 | register[32] | u64 number). */
void pl_register_case_context(const struct pl_digest *reg, uint64_t number, struct pl_digest *ret);

struct pl_register_leaf {
	uint64_t number;   /* from 1 */
	uint32_t revision; /* from 0 */
	struct pl_digest previous, commitment;
};

void pl_register_leaf_bytes(const struct pl_digest *reg, const struct pl_register_leaf *leaf,
	uint8_t out[static PL_REGISTER_LEAF_LEN]);
/* Its RFC 6962 leaf hash. */
void pl_register_leaf_hash(const struct pl_digest *reg, const struct pl_register_leaf *leaf, struct pl_digest *ret);

/* What an erasure destroyed. */
#define PL_REGISTER_ERASED_EXACT 1u  /* the exact values of generalised fields */
#define PL_REGISTER_ERASED_SEALED 2u /* sealed fields, notes, attachments */
#define PL_REGISTER_ERASED_ALL 3u

/* SHA-256("pl-register-erasure/v1" 0x00 | register[32] | u64 number | u8 classes). */
void pl_register_erasure(const struct pl_digest *reg, uint64_t number, unsigned classes, struct pl_digest *ret);
/* SHA-256("pl-register-lost/v1" 0x00 | register[32] | u64 number): given, but lost when a database was restored. */
void pl_register_lost(const struct pl_digest *reg, uint64_t number, struct pl_digest *ret);

#define PL_REGISTER_RHYTHM 600u /* seconds between heads, with and without traffic: one after each multiple of it */

/* By how many seconds the head of @time, behind one of @before (seconds both), came after the moment at which it was due, if the rhythm
 * missed at least one head before it; else 0. */
uint64_t pl_register_late(uint64_t before, uint64_t time);

/* What the head that closes a UTC day says, the heartbeat. */
struct pl_register_day {
	uint64_t day;         /* the first second of it */
	uint64_t time;        /* when that head was signed, seconds; late from PL_REGISTER_RHYTHM after the day's end on */
	uint64_t size;        /* leaves at that moment */
	struct pl_digest root; /* over them */
	uint64_t unconfirmed; /* intakes that were deleted on it because their senders had not confirmed them, and of days before it that none closed */
	uint64_t refused;     /* and those that were refused */
};

/* Chain over all heartbeats: SHA-256("pl-register-day/v1" 0x00 | register[32] | chain[32] | u64 day, time,
 * size, unconfirmed, refused | root[32]). Starts with zeros. */
void pl_register_chain(const struct pl_digest *reg, const struct pl_digest *chain, const struct pl_register_day *day,
	struct pl_digest *ret);

#endif
