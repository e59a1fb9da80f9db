/* SPDX-License-Identifier: Apache-2.0 */
/* fact/blob_named: does a row of any room name a blob? For whoever wants to remove one that nobody has. */
#ifndef PL_FACT_BLOB_NAMED_H
#define PL_FACT_BLOB_NAMED_H
#include "crypto/digest.h"
#include "fact/instance.h"

/* Ask the statements of all rooms that the instance was opened with (struct pl_fact_room, .names), in one snapshot. A public body is named by the
 * rows of its statement, from when the statement is applied. */
pl_status pl_fact_blob_named(struct pl_instance *inst, const struct pl_digest *d, bool *ret);

#endif
