/* SPDX-License-Identifier: Apache-2.0 */
#include "register/sample.h"
#include "base/codec.h"
#include "fact/member.h"
#include <stdlib.h>

static const char label[] = "pl-register-sample/v1";

struct draw {
	uint8_t text[sizeof label + 2 * PL_DIGEST_LEN + 8];
	uint64_t i;
};

static void begin(struct draw *d, const struct pl_digest *openings, pl_str words)
{
	struct pl_digest said;

	pl_sha256(pl_str_bytes(words), &said);
	memcpy(d->text, label, sizeof label);
	memcpy(d->text + sizeof label, openings->b, PL_DIGEST_LEN);
	memcpy(d->text + sizeof label + PL_DIGEST_LEN, said.b, PL_DIGEST_LEN);
	d->i = 0;
}

/* Below @n. */
static uint64_t next(struct draw *d, uint64_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % n, v;

	do {
		struct pl_digest h;

		pl_be64_write(d->text + sizeof label + 2 * PL_DIGEST_LEN, d->i++);
		pl_sha256(pl_bytes_of(d->text, sizeof d->text), &h);
		v = pl_be64(h.b);
	} while (v >= limit);
	return v % n;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool has(const uint64_t *list, size_t n, uint64_t number)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == number)
			return true;
	return false;
}

pl_status pl_sample_draw(const struct pl_recount *public, const struct pl_digest *openings, pl_str words, size_t want,
	uint64_t ret[static PL_SAMPLE_MAX], size_t *ret_n, struct pl_diag *diag)
{
	struct draw d;
	size_t n = 0;

	if (!public->stated)
		return pl_diag_set(diag, PL_E_STATE, "the rows of this file are open: everybody counts all of them, and nothing is drawn");
	if (!words.len || words.len > PL_SAMPLE_WORDS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "the words of a draw have 1 to %u bytes", PL_SAMPLE_WORDS_MAX);
	if (!want || want > PL_SAMPLE_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "1 to %u cases are drawn", PL_SAMPLE_MAX);
	if (want > public->n_drawable)
		want = public->n_drawable;
	begin(&d, openings, words);
	while (n < want) {
		uint64_t number = public->drawable[next(&d, public->n_drawable)];

		if (!has(ret, n, number))
			ret[n++] = number;
	}
	qsort(ret, n, sizeof *ret, by_number);
	*ret_n = n;
	return PL_OK;
}

pl_status pl_sample_compare(const struct pl_json *predicate, const struct pl_recount *public, const struct pl_digest *openings,
	struct pl_diag *diag)
{
	const struct pl_json *said = pl_json_get(predicate, "drawn");
	uint64_t drawn[PL_SAMPLE_MAX];
	size_t n = 0;
	pl_status st = pl_sample_draw(public, openings, pl_member_text(predicate, "words"), pl_json_count(said), drawn, &n, diag);

	if (st)
		return st;
	if (pl_member_u64(predicate, "among") != public->n_drawable)
		return pl_diag_set(diag, PL_E_PROOF, "the auditor drew among %llu cases, the file has %zu",
			(unsigned long long)pl_member_u64(predicate, "among"), public->n_drawable);
	for (size_t i = 0; i < n; i++) {
		uint64_t number = 0;

		if (pl_json_u64(pl_json_at(said, i), INT64_MAX, &number) || number != drawn[i])
			return pl_diag_set(diag, PL_E_PROOF, "the words of the draw give case %llu where the auditor names %llu",
				(unsigned long long)drawn[i], (unsigned long long)number);
	}
	return n == pl_json_count(said) ? PL_OK : pl_diag_set(diag, PL_E_PROOF, "the auditor names more cases than there are");
}
