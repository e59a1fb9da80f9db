/* SPDX-License-Identifier: Apache-2.0 */
#include "web/offline.h"
#include "web/asset.h"
#include <assert.h>

pl_bytes pl_offline_page(struct pl_digest *ret)
{
	pl_bytes page = {0};

	for (size_t i = 0; i < pl_asset_count; i++)
		if (strcmp(pl_assets[i].name, PL_OFFLINE_NAME) == 0)
			page = pl_bytes_of(pl_assets[i].data, pl_assets[i].len);
	assert(page.len); /* it is part of the program */
	if (ret)
		pl_sha256(page, ret);
	return page;
}

pl_status pl_offline_logged(struct pl_instance *inst, struct pl_arena *arena, struct pl_query_statement *ret)
{
	struct pl_query_statement *found;
	struct pl_digest digest;
	size_t n = 0;
	pl_status st;

	(void)pl_offline_page(&digest);
	st = pl_query_statements_by_digest(inst, &digest, PL_QUERY_PAGE_MAX, arena, &found, &n);
	/* Anybody who may sign anything can name a digest; only a body/v1 says that these bytes are the operator's. */
	for (size_t i = 0; st == PL_OK && i < n; i++)
		if (found[i].state == PL_ENTRY_APPLIED && pl_str_eq(found[i].type, PL_STR(PL_TYPE_BODY)) &&
			pl_digest_eq(&found[i].subject_digest, &digest)) {
			*ret = found[i];
			return PL_OK;
		}
	return st == PL_OK ? PL_E_NOTFOUND : st;
}
