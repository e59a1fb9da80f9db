/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/member.h"

pl_str pl_member_text(const struct pl_json *object, const char *name)
{
	pl_str text;

	return pl_json_str(pl_json_get(object, name), &text) == PL_OK ? text : (pl_str){0};
}

uint64_t pl_member_u64(const struct pl_json *object, const char *name)
{
	uint64_t n;

	return pl_json_u64(pl_json_get(object, name), UINT64_MAX, &n) == PL_OK ? n : 0;
}

struct pl_digest pl_member_digest(const struct pl_json *object, const char *name)
{
	struct pl_digest d;

	return pl_digest_parse(pl_member_text(object, name), &d) == PL_OK ? d : (struct pl_digest){0};
}

void pl_member_set_digest(struct pl_json *object, const char *name, const struct pl_digest *d)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, text);
	pl_json_set_z(object, name, text);
}

bool pl_member_body(const struct pl_json *object, const char *name, struct pl_body *ret)
{
	return pl_body_from_json(pl_json_get(object, name), ret, NULL) == PL_OK;
}
