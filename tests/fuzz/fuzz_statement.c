/* SPDX-License-Identifier: Apache-2.0 */
/* What opens as an entry is its own canonical spelling and has one identity; checks of the vocabulary end with a status. */
#include "cli/rooms.h"
#include "fact/keys.h"
#include "fact/statement.h"
#include "fuzz.h"

static pl_status count_body(void *ctx, const struct pl_body *body)
{
	size_t *n = ctx;

	FUZZ_HOLDS(body->media_type.len > 0);
	++*n;
	return PL_OK;
}

static void check_shape(const struct pl_vocabulary *v, const struct pl_statement *s)
{
	const struct pl_predicate *row = pl_vocabulary_find(v, s->type);
	struct pl_diag diag = {0};
	size_t bodies = 0;

	if (!row)
		return;
	if (pl_predicate_check(row, s, &diag) == PL_OK)
		FUZZ_HOLDS(pl_predicate_bodies(row, s, count_body, &bodies) == PL_OK);
	else
		FUZZ_HOLDS(diag.text[0]);
}

static void check_entry(const struct pl_statement *s, pl_bytes entry)
{
	struct pl_buf again = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_digest pae;

	FUZZ_HOLDS(pl_statement_rewrite(entry, &again, NULL) == PL_OK);
	FUZZ_HOLDS(pl_bytes_eq(pl_buf_bytes(&again), entry));
	FUZZ_HOLDS(pl_statement_pae(s->envelope.payload, &pae) == PL_OK && pl_digest_eq(&pae, &s->pae));
	pl_buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pl_vocabulary v;
	struct pl_statement *s = NULL;
	pl_bytes in = {data, size};

	if (!v.n_rooms)
		pl_vocabulary_init(&v, pl_rooms, pl_rooms_count);
	if (pl_statement_open(in, &s, NULL) == PL_OK) {
		check_entry(s, in);
		check_shape(&v, s);
		pl_statement_close(s);
	}
	/* Most inputs get further as a bare payload. */
	s = NULL;
	if (pl_statement_open_payload(in, &s, NULL) == PL_OK) {
		FUZZ_HOLDS(s->n_subjects > 0);
		check_shape(&v, s);
		pl_statement_close(s);
	}
	return 0;
}
