/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/mask: which bytes of an artefact a declared normalisation covers, and in which section a byte lies.
 *
 * The artefact is untrusted, so it is parsed in a confined child; a child that fails, or says what no honest one could,
 * leaves the mask empty, which can only make a verdict worse. Included only within this room.
 */
#ifndef PL_RELEASE_MASK_H
#define PL_RELEASE_MASK_H
#include "base/base.h"

#define PL_MASK_RANGES_MAX 65536u

struct pl_mask_range {
	uint64_t from, to; /* bytes from .. to - 1 */
	unsigned why;      /* one enum pl_recipe_normalise bit */
};

/* Ranges in ascending order without overlap. */
struct pl_mask {
	struct pl_mask_range *ranges;
	size_t n;
};

void pl_mask_init(struct pl_mask *m);
void pl_mask_done(struct pl_mask *m);
/* Find the ranges of @fd that the @allowed normalisations cover. */
void pl_mask_scan(struct pl_mask *m, int fd, unsigned allowed);
/* The normalisation that covers byte @at, or 0. */
unsigned pl_mask_at(const struct pl_mask *m, uint64_t at);
/* The ELF section ("text"), or ar member with its section ("member.o .text"), at byte @at, NUL-terminated, printable; ""
 * if none. */
void pl_mask_section(int fd, uint64_t at, char ret[static 64]);
/* The names of the ELF sections that differ (struct pl_comparison, .sections), found by name, so that a shift of the layout
 * does not count. */
void pl_mask_sections(int fd_a, int fd_b, char ret[static 256]);

/* ---- what a confined child said; for fuzzing, too ---- */

/* Ranges as the child writes them: from, to (8 bytes each, big-endian), why (1 byte). PL_E_CORRUPT unless they lie within
 * @size bytes, do not overlap and each has one @allowed reason; @m is to be given to pl_mask_done then. */
pl_status pl_mask_take(struct pl_mask *m, pl_bytes said, unsigned allowed, uint64_t size);
/* A name or names; "" if anything but printable ASCII is in it, or if it does not fit. */
void pl_mask_name_take(pl_str said, char *ret, size_t size);

#endif
