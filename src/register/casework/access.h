/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/access: a view of a case for somebody beside its sender (a party of a report of a flaw), read by a secret of his own.
 *
 *	desk, worker: the case's key and what he may see -> sealed for a key that is made of his secret, beside the case
 *	portal:       his secret                         -> the view as it was sealed last
 *
 * What always holds:
 *  1. The secret is nowhere: the database has its hash, and the public half of the key that it makes. Whoever takes over the web process or copies
 *     the database reads no view whose secret he has not.
 *  2. Who it is for stands under the case's key. Each has one access at most: a new one ends the one before.
 *  3. It ends with the case: an erasure drops it in its own transaction.
 */
#ifndef PL_REGISTER_CASEWORK_ACCESS_H
#define PL_REGISTER_CASEWORK_ACCESS_H
#include "register/promise.h"

#define PL_ACCESS_MAX 64u /* of one case */
#define PL_ACCESS_WHO_MAX 200u
#define PL_ACCESS_VIEW_MAX ((size_t)256 << 10)

/* A case with its key, and the revision that a view shows. */
struct pl_access_case {
	struct pl_instance *inst;
	const struct pl_register *r;
	uint64_t number;
	uint32_t revision;
	const struct pl_vault_key *key;
};

struct pl_access {
	struct pl_digest id;     /* hash of its secret */
	uint64_t made, seen;     /* seconds; seen: when it was opened last, 0: never */
	uint32_t revision;       /* that its view shows */
	struct pl_pubkey reply;  /* that it is sealed for */
	char who[PL_ACCESS_WHO_MAX + 1];
};

/* Give @who (a token) a new access that shows @view; the one that he had ends. PL_E_TOOBIG: the case has PL_ACCESS_MAX of others, or the view is too
 * large. *@ret is told once and kept by nobody here. */
pl_status pl_access_give(const struct pl_access_case *c, pl_str who, pl_str view, uint64_t now, struct pl_register_secret *ret, struct pl_diag *diag);
/* PL_E_NOTFOUND: he has none. */
pl_status pl_access_end(const struct pl_access_case *c, pl_str who);
/* All of a case, in no order. */
pl_status pl_access_list(const struct pl_access_case *c, struct pl_access ret[static PL_ACCESS_MAX], size_t *ret_n);
/* Show @view, which is that of @c->revision, instead. One that has ended meanwhile stays ended. */
pl_status pl_access_renew(const struct pl_access_case *c, const struct pl_access *a, pl_str view);

/* Cases of @r above @after whose views are not of their last revision, ascending. */
pl_status pl_access_stale(struct pl_instance *inst, const struct pl_register *r, uint64_t after, uint64_t *ret, size_t max, size_t *ret_n);
/* End all of a case of which nothing private is kept. */
pl_status pl_access_drop(struct pl_instance *inst, const struct pl_register *r, uint64_t number);

struct pl_access_view {
	pl_str name;             /* of the register */
	uint64_t number, made;   /* made: seconds */
	uint32_t revision;
	pl_str text;
};
/* The view that @secret opens; noted as seen at @now. PL_E_NOTFOUND: there is none, or it has ended. Wipe nothing: the text lives in @arena. */
pl_status pl_access_open(struct pl_instance *inst, const struct pl_register_secret *secret, uint64_t now, struct pl_arena *arena,
	struct pl_access_view *ret);

#endif
