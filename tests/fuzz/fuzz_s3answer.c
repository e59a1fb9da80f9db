/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and single values of an S3 service's answers: bounded texts, nothing kept of a refused page. */
#include "fuzz.h"
#include "store/s3_xml.h"

static pl_status see(void *ctx, const struct pl_s3_item *item)
{
	unsigned *count = ctx;

	FUZZ_HOLDS(item->key.len <= 1024 && item->upload_id.len <= 1024 && item->time.len <= 64);
	FUZZ_HOLDS(item->size <= INT64_MAX);
	return ++*count > 1000 ? PL_E_CANCELLED : PL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_s3_page page = {.token = "before"};
	char value[32] = "before";
	unsigned count = 0;
	pl_status st = pl_s3_page_parse(text, see, &count, &page);

	FUZZ_HOLDS(st == PL_OK || st == PL_E_SYNTAX || st == PL_E_CANCELLED);
	if (st)
		FUZZ_HOLDS(strcmp(page.token, "before") == 0);
	st = pl_s3_xml_find(text, PL_STR("Code"), value, sizeof value);
	FUZZ_HOLDS(st == PL_OK || value[0] == '\0');
	return 0;
}
