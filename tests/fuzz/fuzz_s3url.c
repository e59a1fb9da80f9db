/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The address of an S3 store: what is taken is written back the same, and holds nothing that would need escaping. So is the
 * name of a stored blob.
 */
#include "base/buf.h"
#include "fuzz.h"
#include "store/blob_engine.h"
#include "store/s3_url.h"

static void blob_name(pl_str text)
{
	char again[PL_BLOB_NAME];
	struct pl_digest d;

	if (pl_blob_name_parse(text, &d))
		return;
	pl_blob_name(&d, again);
	FUZZ_HOLDS(pl_str_eq(text, pl_str_from(again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_s3_url u = {.bucket = PL_STR("before")};
	bool region = pl_str_find(text, '?') < text.len;

	blob_name(text);
	if (pl_s3_url_parse(text, &u, NULL) != PL_OK) {
		FUZZ_HOLDS(pl_str_eq(u.bucket, PL_STR("before")));
		return 0;
	}
	pl_buf_put_str(&out, u.scheme);
	pl_buf_put_z(&out, "://");
	pl_buf_put_str(&out, u.host);
	pl_buf_put_c(&out, '/');
	pl_buf_put_str(&out, u.bucket);
	if (u.prefix.len)
		pl_buf_put_c(&out, '/');
	pl_buf_put_str(&out, u.prefix);
	if (region) {
		pl_buf_put_z(&out, "?region=");
		pl_buf_put_str(&out, u.region);
	}
	FUZZ_HOLDS(pl_str_eq(pl_buf_str(&out), text));
	for (size_t i = 0; i < out.len; i++)
		FUZZ_HOLDS(out.ptr[i] > 0x20 && out.ptr[i] < 0x7f && out.ptr[i] != '%' && out.ptr[i] != '@');
	return 0;
}
