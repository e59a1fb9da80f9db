/* SPDX-License-Identifier: Apache-2.0 */
#include "people/role.h"

const char pl_staff_words[] = "desk, legal, officer, auditor or administrator";

static const struct {
	unsigned bit;
	const char *word;
} words[] = {
	{PL_STAFF_DESK, "desk"},
	{PL_STAFF_LEGAL, "legal"},
	{PL_STAFF_OFFICER, "officer"},
	{PL_STAFF_AUDITOR, "auditor"},
	{PL_STAFF_ADMINISTRATOR, "administrator"},
};

pl_status pl_staff_parse(pl_str word, unsigned *ret)
{
	for (size_t i = 0; i < PL_COUNT(words); i++) {
		if (pl_str_eq(word, pl_str_from(words[i].word))) {
			*ret = words[i].bit;
			return PL_OK;
		}
	}
	return PL_E_SYNTAX;
}

pl_status pl_staff_parse_list(pl_str list, unsigned *ret)
{
	unsigned roles = 0, bit = 0;
	pl_str word;

	if (pl_str_eq(list, PL_STR("none"))) {
		*ret = 0;
		return PL_OK;
	}
	for (bool last = false; !last; roles |= bit) {
		last = !pl_str_take_until(&list, ',', &word);
		if (pl_staff_parse(last ? list : word, &bit) != PL_OK)
			return PL_E_SYNTAX;
	}
	*ret = roles;
	return PL_OK;
}

void pl_staff_put(struct pl_buf *out, unsigned roles)
{
	const char *before = "";

	for (size_t i = 0; i < PL_COUNT(words); i++) {
		if (!(roles & words[i].bit))
			continue;
		pl_buf_put_z(out, before);
		pl_buf_put_z(out, words[i].word);
		before = ",";
	}
	if (!*before)
		pl_buf_put_z(out, "none");
}
