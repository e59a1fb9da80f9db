/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/query: what pages and commands read about advisories. Text lives in the caller's arena. */
#ifndef PL_REGISTER_ADVISORY_QUERY_H
#define PL_REGISTER_ADVISORY_QUERY_H
#include "fact/instance.h"
#include "register/advisory/provider.h"

#define PL_ADVISORY_PAGE_MAX 256u
#define PL_ADVISORIES_MAX 10000u /* that one feed can list, within the memory of a request */

/* The newest version of the advisory whose file is @file. PL_E_NOTFOUND. */
pl_status pl_query_advisory(struct pl_instance *inst, pl_str file, struct pl_arena *arena, struct pl_published *ret);
pl_status pl_query_advisory_tx(struct pl_db_tx *tx, pl_str file, struct pl_arena *arena, struct pl_published *ret);
/* Its versions below the entry @before (INT64_MAX to start), the newest first. */
pl_status pl_query_advisory_versions(struct pl_instance *inst, pl_str file, uint64_t before, size_t limit,
	struct pl_arena *arena, struct pl_published **ret, size_t *ret_n);
/* Newest versions of all (@white: public ones only) behind @after, which may be NULL; those that changed last first. */
pl_status pl_query_advisories(struct pl_instance *inst, bool white, const struct pl_published *after, size_t limit,
	struct pl_arena *arena, struct pl_published **ret, size_t *ret_n);
/* All of them at once. PL_E_TOOBIG beyond PL_ADVISORIES_MAX. */
pl_status pl_query_advisories_all(struct pl_instance *inst, struct pl_arena *arena, struct pl_published **ret,
	size_t *ret_n);

/* The provider as it was stated last. */
struct pl_query_provider {
	uint64_t index, time; /* ns */
	struct pl_digest settings, certificate, security_txt;
	pl_str fingerprint;
	uint64_t expires;     /* ns */
	uint64_t changed;     /* when provider or public advisories were stated last, ns */
	struct pl_provider provider; /* from the settings' body */
};
/* PL_E_NOTFOUND: none was stated, or the settings are not stored here. */
pl_status pl_query_provider(struct pl_instance *inst, struct pl_arena *arena, struct pl_query_provider *ret);

#endif
