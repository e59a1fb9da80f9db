/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/batch: several statements that officers must approve, all or none, with the officers' keys of this machine.
 *
 * What always holds: nothing is signed or logged that the projector would refuse as things stand; the statements go into
 * the outbox in one transaction and in their order.
 */
#ifndef PL_REGISTER_BATCH_H
#define PL_REGISTER_BATCH_H
#include "fact/instance.h"

/* Read-only outside of batch.c. */
struct pl_batch {
	struct pl_instance *inst;
	const char *stream;
	struct pl_arena arena; /* of the entries */
	size_t n;
	pl_bytes *payloads, *entries;
	struct pl_outbox_ref *refs;
	struct pl_diag *diag;
};

/* Would the projector take @payload as things stand? What it would refuse is better not logged. PL_E_NOTFOUND, PL_E_RANGE,
 * PL_E_CONFLICT, PL_E_EXISTS, PL_E_STATE with its words. */
pl_status pl_batch_try(struct pl_instance *inst, pl_bytes payload, struct pl_diag *diag);

/* Begin with room for @n statements of one @stream; pl_batch_end is to be called in any case. */
void pl_batch_begin(struct pl_batch *b, struct pl_instance *inst, const char *stream, size_t n, struct pl_diag *diag);
/* Put one together. PL_E_SYNTAX, PL_E_RANGE, PL_E_TOOBIG. At most as many as there is room for. */
pl_status pl_batch_add(struct pl_batch *b, const char *type, const struct pl_subject *subject,
	const struct pl_json *predicate);
/* @st: whether every row could be put together; if so state them all, wait until they are published, and say how many in
 * *@ret_made. Otherwise only give everything back. As pl_batch_try, pl_instance_sign and pl_instance_settle. */
pl_status pl_batch_end(struct pl_batch *b, pl_status st, uint64_t wait_ns, size_t *ret_made);

#endif
