/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/query: what pages and commands read of entities, their duties and their attestations. Text and
 * arrays live in the caller's arena.
 */
#ifndef PL_REGISTER_ENTITY_QUERY_H
#define PL_REGISTER_ENTITY_QUERY_H
#include "fact/instance.h"
#include "register/entity/attestation.h"
#include "register/entity/duty.h"

#define PL_ENTITIES_MAX 256u

/* The version of @id that was stated last. PL_E_NOTFOUND. */
pl_status pl_query_entity(struct pl_instance *inst, pl_str id, struct pl_arena *arena, struct pl_entity *ret);
/* The same inside of a transaction. */
pl_status pl_query_entity_tx(struct pl_db_tx *tx, pl_str id, struct pl_arena *arena, struct pl_entity *ret);
/* The version that held at @when (seconds). PL_E_NOTFOUND. */
pl_status pl_query_entity_at(struct pl_instance *inst, pl_str id, uint64_t when, struct pl_arena *arena,
	struct pl_entity *ret);
/* All entities, each in the version that was stated last, by name. PL_E_TOOBIG: more than PL_ENTITIES_MAX. */
pl_status pl_query_entities(struct pl_instance *inst, struct pl_arena *arena, struct pl_entity **ret, size_t *ret_n);
/* At most @limit versions of @id, the newest first, below @before (INT64_MAX to start). */
pl_status pl_query_entity_history(struct pl_instance *inst, pl_str id, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_entity **ret, size_t *ret_n);

/* The sheet of @e, from the blob store. PL_E_NOTFOUND: it is withheld, or not stored here, or no sheet. */
pl_status pl_query_sheet(struct pl_instance *inst, const struct pl_entity *e, struct pl_arena *arena,
	struct pl_sheet *ret);

/* Which entities have @id as a parent (entity, share and since of each), by name; at most PL_ENTITIES_MAX. */
pl_status pl_query_entity_children(struct pl_instance *inst, pl_str id, struct pl_arena *arena,
	struct pl_entity_parent **ret, size_t *ret_n);

/* The duties of @id in the versions stated last: @ret_there[kind] says which are. */
struct pl_duty_set {
	bool there[PL_DUTY_KINDS];
	struct pl_duty duty[PL_DUTY_KINDS];
};
pl_status pl_query_duties(struct pl_instance *inst, pl_str id, struct pl_arena *arena, struct pl_duty_set *ret);
/* One duty inside of a transaction. PL_E_NOTFOUND. */
pl_status pl_query_duty_tx(struct pl_db_tx *tx, pl_str id, enum pl_duty_kind kind, struct pl_arena *arena,
	struct pl_duty *ret);

/* At most @limit attestations of @id, the newest period first, of periods that begin before @before (INT64_MAX to
 * start). */
pl_status pl_query_attestations(struct pl_instance *inst, pl_str id, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_attestation **ret, size_t *ret_n);
/* The same inside of a transaction, into the caller's array; @ret[..].entity is @id. */
pl_status pl_query_attestations_tx(struct pl_db_tx *tx, pl_str id, uint64_t before, size_t limit,
	struct pl_attestation *ret, size_t *ret_n);

#endif
