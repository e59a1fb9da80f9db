/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/entity/import: stating what a table says of entities and duties. Rows that are there already, word for
 * word and from the same day, are passed over; the others get the next version.
 */
#ifndef PL_REGISTER_ENTITY_IMPORT_H
#define PL_REGISTER_ENTITY_IMPORT_H
#include "fact/instance.h"
#include "register/entity/table.h"

#define PL_ENTITY_STREAM "entities"

/* State the rows, all or none, with the officers' keys of this machine, in one transaction, and wait until they are
 * published; *@ret_made of them were new. PL_E_CONFLICT, PL_E_RANGE, PL_E_NOTFOUND with the line, or as
 * pl_instance_sign and pl_instance_settle. */
pl_status pl_entity_import(struct pl_instance *inst, struct pl_entity_row *rows, size_t n, uint64_t wait_ns,
	size_t *ret_made, struct pl_diag *diag);
/* The same for duties. */
pl_status pl_duty_import(struct pl_instance *inst, struct pl_duty_row *rows, size_t n, uint64_t wait_ns,
	size_t *ret_made, struct pl_diag *diag);

/* One row, for a verb that states it by itself: sets its version and keeps its sheet as a body; *@ret_there: it was
 * stated already. */
pl_status pl_entity_prepare(struct pl_instance *inst, struct pl_entity_row *row, bool *ret_there, struct pl_diag *diag);
/* The same for a duty; @ret_about is the statement of the entity that the subject names. PL_E_NOTFOUND: there is no
 * such entity. */
pl_status pl_duty_prepare(struct pl_instance *inst, struct pl_duty_row *row, bool *ret_there,
	struct pl_digest *ret_about, struct pl_diag *diag);

#endif
