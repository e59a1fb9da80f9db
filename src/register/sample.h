/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/sample: which cases an auditor compares with their files (docs/formats/sample.md). The draw follows from the published
 * openings file, which the log held before, and from words of the auditor, who says them afterwards: neither the operator nor the auditor
 * alone picks the cases, and anybody draws them again.
 *
 *	h(i) = SHA-256("pl-register-sample/v1" 0x00 || SHA-256 of the openings file || SHA-256 of the words || u64 i)
 *
 * The first 8 bytes of h(i) are a number; those not below the largest multiple of n that fits are left out; modulo n they name a place among
 * the n cases of the file, by ascending number, that are neither erased nor lost; places that were drawn before are left out.
 *
 * Pure; callable from any thread.
 */
#ifndef PL_REGISTER_SAMPLE_H
#define PL_REGISTER_SAMPLE_H
#include "base/json.h"
#include "register/recount.h"

#define PL_SAMPLE_MAX 1024u
#define PL_SAMPLE_WORDS_MAX 256u

/* Draw @want of the cases that @public, counted from the published file with the digest @openings, has (all, if there are not more) into
 * @ret, by ascending number; how many comes in *@ret_n. PL_E_STATE: the file's rows are open, and whoever reads it has all of them. */
pl_status pl_sample_draw(const struct pl_recount *public, const struct pl_digest *openings, pl_str words, size_t want,
	uint64_t ret[static PL_SAMPLE_MAX], size_t *ret_n, struct pl_diag *diag);

/* Does the predicate of a register-sample/v1 name the cases that its words draw? PL_E_PROOF with words. */
pl_status pl_sample_compare(const struct pl_json *predicate, const struct pl_recount *public, const struct pl_digest *openings,
	struct pl_diag *diag);

#endif
