/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/import: statements that somebody else has signed (a rebuilder's verdict, a builder's provenance, an entity's
 * attestation), on their way into the outbox.
 *
 * What always holds:
 *  1. Payload bytes are kept: somebody else signed them. Only the envelope is spelled anew, and key identifiers, which
 *     nobody signs, are replaced by ours.
 *  2. Nothing goes into the outbox that the sequencer or the projector would not take now: shape, signer, room, bodies.
 *  3. Only types that builders, rebuilders or legal entities may sign, and only signatures of such keys: what the operator says himself goes
 *     other ways.
 *  4. A statement comes in once, by SHA-256(PAE): the same one again, with whatever signatures, finds the first.
 */
#ifndef PL_FACT_IMPORT_H
#define PL_FACT_IMPORT_H
#include "fact/instance.h"

#define PL_IMPORT_BODIES_MAX 128u

struct pl_import {
	struct pl_statement *statement; /* as it will be logged */
	struct pl_buf entry;            /* canonical */
	const struct pl_predicate *row;
	pl_str signer, role;            /* holder and role of the key that carries it, empty when it is there already; live as
	                                 * long as the import */
	struct pl_arena arena;
	size_t n_bodies;                /* that the statement names and the store must hold; 0 when it is there already */
	struct pl_body bodies[PL_IMPORT_BODIES_MAX];
	bool logged;                    /* it stands in the log already, as entry .index */
	uint64_t index;
	bool there;                     /* or it came in before and waits; .ref is its row in the outbox */
	struct pl_outbox_ref ref;       /* also after pl_import_submit */
};

/*
 * Read the envelope @text and judge it as the next entry; one that is there already is only found. With PL_OK @ret is to be given to pl_import_done.
 * PL_E_SYNTAX, PL_E_RANGE, PL_E_TOOBIG: not an envelope, or not the shape of its type. PL_E_SIGNATURE: words name the key
 * and what is wrong with it. PL_E_DENIED: a type that does not come from outside, or the room refuses it (words are the
 * room's). PL_E_UNSUPPORTED: an unknown type.
 */
pl_status pl_import_judge(struct pl_instance *inst, pl_bytes text, struct pl_import *ret, struct pl_diag *diag);
void pl_import_done(struct pl_import *i);
/* Put it into the outbox, or find that it is there or logged. Its bodies must be in the blob store. */
pl_status pl_import_submit(struct pl_instance *inst, struct pl_import *i, struct pl_diag *diag);

#endif
