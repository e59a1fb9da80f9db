/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of entities, duties and transactions, and sheets: what is read comes back from statement or journal, and
 * what passes for a transaction balances. */
#include "fuzz.h"
#include "register/entity/journal.h"
#include "register/entity/table.h"

static void entity_comes_back(const struct pl_entity *e)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_entity back;

	pl_entity_to_json(e, o);
	FUZZ_HOLDS(pl_entity_from_json(o, &back) == PL_OK && pl_entity_same(e, &back) &&
		pl_entity_check(&back, NULL) == PL_OK);
}

static void duty_comes_back(const struct pl_duty *d)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_duty back;

	pl_duty_to_json(d, o);
	FUZZ_HOLDS(pl_duty_from_json(o, &back) == PL_OK && pl_duty_same(d, &back) && pl_duty_check(&back, NULL) == PL_OK);
}

static pl_status look(void *ctx, struct pl_book_tx *t, size_t n, struct pl_diag *diag)
{
	for (size_t i = 0; i < n; i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)64 << 10);
		struct pl_book_tx back;

		if (pl_book_tx_check(&t[i], diag))
			continue;
		pl_journal_tx(&text, &t[i]);
		FUZZ_HOLDS(pl_buf_status(&text) == PL_OK && pl_str_is_utf8(pl_buf_str(&text)));
		/* A pair of halves aside, the opposite balances, too. */
		pl_book_opposite(&t[i], t[i].day, PL_STR("r"), &back);
		back.reverses = 1;
		FUZZ_HOLDS(t[i].kind == PL_BOOK_INTERCOMPANY || pl_book_tx_check(&back, NULL) == PL_OK);
	}
	return PL_OK;
}

static void sheet_comes_back(pl_str text, struct pl_arena *arena)
{
	struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SHEET_MAX), two PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SHEET_MAX);
	struct pl_sheet s, back;

	if (pl_sheet_parse(text, arena, &s) || pl_sheet_write(&s, &one))
		return;
	FUZZ_HOLDS(pl_sheet_parse(pl_buf_str(&one), arena, &back) == PL_OK && pl_sheet_write(&back, &two) == PL_OK &&
		pl_str_eq(pl_buf_str(&one), pl_buf_str(&two)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)64 << 20);
	pl_str text = pl_bytes_str(pl_bytes_of(data, size));
	struct pl_entity_row *entities = NULL;
	struct pl_duty_row *duties = NULL;
	struct pl_diag diag = {0};
	size_t n = 0;

	if (pl_entity_table_parse(text, &arena, &entities, &n, &diag) == PL_OK)
		for (size_t i = 0; i < n; i++)
			entity_comes_back(&entities[i].entity);
	if (pl_duty_table_parse(text, &arena, &duties, &n, &diag) == PL_OK)
		for (size_t i = 0; i < n; i++)
			duty_comes_back(&duties[i].duty);
	(void)pl_book_table_read(text, &arena, look, NULL, &diag);
	sheet_comes_back(text, &arena);
	return 0;
}
