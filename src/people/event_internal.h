/* SPDX-License-Identifier: Apache-2.0 */
/* people/event_internal: what writing and verifying events share. */
#ifndef PL_PEOPLE_EVENT_INTERNAL_H
#define PL_PEOPLE_EVENT_INTERNAL_H
#include "people/people_internal.h"

/* The hash of @e behind the event with hash @before (docs/formats/account-events.md). */
pl_status pl_people_event_hash(const struct pl_people_event *e, const struct pl_digest *before, struct pl_digest *ret);
/* The head by @sql. PL_E_CORRUPT if the seal is another one; before the first event there is none. */
pl_status pl_people_event_head_read(const struct pl_people *p, struct pl_db_tx *tx, const struct pl_sql *sql,
	struct pl_people_event_head *ret);
/* The present row: number, at, kind, account, actor, address, detail, hash. Text lives until the next step. */
void pl_people_event_row(struct pl_db_rows *rows, struct pl_people_event *e);

#endif
