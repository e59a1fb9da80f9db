/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/offline: the *Verify* page as one file, as this program hands it out, and the statement that logs its digest: a body/v1 that
 * counts. Whoever downloads the file can ask others whether they see the same statement.
 */
#ifndef PL_WEB_OFFLINE_H
#define PL_WEB_OFFLINE_H
#include "fact/query.h"

#define PL_OFFLINE_NAME "pellucid-verify.html"
#define PL_OFFLINE_MEDIA "text/html"
#define PL_OFFLINE_KIND "verify-page"

/* Its bytes; they live for ever. @ret may be NULL. */
pl_bytes pl_offline_page(struct pl_digest *ret);
/* The newest body/v1 about these bytes that counts. PL_E_NOTFOUND: they are not logged. */
pl_status pl_offline_logged(struct pl_instance *inst, struct pl_arena *arena, struct pl_query_statement *ret);

#endif
