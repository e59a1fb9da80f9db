/* SPDX-License-Identifier: Apache-2.0 */
/* register/lei: length, characters, and the remainder by 97. */
#include "register/lei.h"

#define DIGITS_AT (PL_LEI_LEN - 2)

/* 0-9 are themselves, A-Z 10 to 35; -1 for anything else. */
static int value_of(char c)
{
	if ('0' <= c && c <= '9')
		return c - '0';
	return 'A' <= c && c <= 'Z' ? c - 'A' + 10 : -1;
}

/* The remainder by 97 of the number that the characters' values make, written one behind the other. */
static unsigned remainder_of(pl_str text)
{
	unsigned r = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned v = (unsigned)value_of(text.ptr[i]);

		r = (r * (v < 10 ? 10 : 100) + v) % 97;
	}
	return r;
}

static pl_status check_characters(pl_str text, size_t want, struct pl_diag *diag)
{
	if (text.len != want)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected %zu characters, found %zu", want, text.len);
	for (size_t i = 0; i < text.len; i++) {
		if (value_of(text.ptr[i]) >= 0 && (i < DIGITS_AT || text.ptr[i] <= '9'))
			continue;
		pl_diag_at(diag, 1, (unsigned)i + 1);
		if ('a' <= text.ptr[i] && text.ptr[i] <= 'z')
			pl_diag_hint(diag, "letters are capitals");
		return pl_diag_set(diag, PL_E_SYNTAX, "character %zu is %s", i + 1,
			i < DIGITS_AT ? "none of 0-9 and A-Z" : "no digit, as the two check digits are");
	}
	return PL_OK;
}

pl_status pl_lei_complete(pl_str first, struct pl_lei *ret, struct pl_diag *diag)
{
	pl_status st = check_characters(first, DIGITS_AT, diag);
	unsigned check;

	if (st)
		return st;
	check = 98 - remainder_of(first) * 100 % 97; /* 2 to 98 */
	memcpy(ret->text, first.ptr, DIGITS_AT);
	ret->text[DIGITS_AT] = (char)('0' + check / 10);
	ret->text[DIGITS_AT + 1] = (char)('0' + check % 10);
	ret->text[PL_LEI_LEN] = 0;
	return PL_OK;
}

pl_status pl_lei_parse(pl_str text, struct pl_lei *ret, struct pl_diag *diag)
{
	pl_status st = check_characters(text, PL_LEI_LEN, diag);
	struct pl_lei right;

	if (!st)
		st = pl_lei_complete(pl_str_sub(text, 0, DIGITS_AT), &right, diag);
	if (st)
		return st;
	/* Which character is wrong cannot be told, so the digits that would fit are not offered. */
	if (memcmp(right.text, text.ptr, PL_LEI_LEN) != 0)
		return pl_diag_set(diag, PL_E_SYNTAX, "the check digits do not fit: a character is wrong or two are swapped");
	*ret = right;
	return PL_OK;
}
