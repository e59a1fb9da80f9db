/* SPDX-License-Identifier: Apache-2.0 */
/* register/claim_import: many claims at once, all stated or none. */
#ifndef PL_REGISTER_CLAIM_IMPORT_H
#define PL_REGISTER_CLAIM_IMPORT_H
#include "fact/instance.h"
#include "register/claim_table.h"

#define PL_CLAIM_STREAM "claims"

/* Store the words of @row as a body, so that the statement about them may be made. */
pl_status pl_claim_keep_words(struct pl_instance *inst, const struct pl_claim_row *row, struct pl_diag *diag);
/* Is it a claim of this instance already? *@ret_there then. PL_E_EXISTS with words: one of this name says something else. */
pl_status pl_claim_known(struct pl_instance *inst, const struct pl_claim_row *row, bool *ret_there, struct pl_diag *diag);
/*
 * State the @n claims that are not there yet, with the officers' keys of this machine, in one transaction, and wait until they are
 * published. *@ret_made of them were new. PL_E_EXISTS, or as pl_instance_sign and pl_instance_settle.
 */
pl_status pl_claim_import(struct pl_instance *inst, const struct pl_claim_row *rows, size_t n, uint64_t wait_ns, size_t *ret_made,
	struct pl_diag *diag);

#endif
