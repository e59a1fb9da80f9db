/* SPDX-License-Identifier: Apache-2.0 */
#include "register/stated.h"
#include "base/file.h"
#include "register/openings.h"
#include "register/recount_internal.h"

#define CHUNK ((size_t)1 << 20)
#define ABSENT PL_STR("~")
#define EMPTY PL_STR(".")

/* ---- writing ---- */

static void put_text(struct pl_buf *out, pl_str text)
{
	pl_buf_put_c(out, ' ');
	pl_buf_put_str(out, !text.ptr ? ABSENT : text.len ? text : EMPTY);
}

static void put_cells(struct pl_buf *out, const struct pl_recount_laid *laid)
{
	for (size_t k = 0; k < laid->cells->n; k++) {
		const struct pl_recount_cell *c = &laid->cells->cells[k];

		pl_buf_printf(out, "cell %.*s", PL_STR_ARG(laid->table->name));
		put_text(out, c->row);
		put_text(out, c->column);
		pl_buf_printf(out, " %llu\n", (unsigned long long)c->count);
	}
}

void pl_stated_put(struct pl_buf *out, const struct pl_digest *file, const struct pl_recount *counted)
{
	struct pl_recount_said said;
	struct pl_recount_laid laid;

	pl_buf_put_z(out, "counted ");
	pl_hex_put(out, pl_digest_bytes(file));
	pl_buf_printf(out, " %llu %llu", (unsigned long long)counted->cases, (unsigned long long)counted->late);
	for (size_t i = 0; i < counted->n_earlier; i++)
		pl_buf_printf(out, " %llu", (unsigned long long)counted->cases_under[i + 1]);
	pl_buf_put_c(out, '\n');
	for (size_t i = 0; i < pl_recount_totals_count(counted); i++) {
		pl_recount_total_at(counted, i, &said);
		pl_buf_printf(out, "total %.*s %llu\n", PL_STR_ARG(said.total->name), (unsigned long long)said.value);
	}
	for (size_t i = 0; i < pl_recount_tables_count(counted); i++) {
		pl_recount_table_at(counted, i, &laid);
		put_cells(out, &laid);
	}
}

/* ---- reading ---- */

struct reading {
	pl_str rest;
	size_t line;
	struct pl_recount *r;
	struct pl_diag *diag;
};

static pl_status wrong(const struct reading *in, pl_status st, const char *words)
{
	return pl_diag_set(in->diag, st, "line %zu: %s", in->line, words);
}

static bool take_u64(pl_str *s, uint64_t *ret)
{
	return pl_str_to_u64(pl_openings_word(s), INT64_MAX, ret) == PL_OK;
}

static bool take_line(struct reading *in, pl_str *ret)
{
	if (!pl_str_take_line(&in->rest, ret))
		return false;
	in->line++;
	return true;
}

static pl_status read_totals(struct reading *in)
{
	struct pl_recount_said said;
	pl_str line = {0};

	for (size_t i = 0; i < pl_recount_totals_count(in->r); i++) {
		pl_recount_total_at(in->r, i, &said);
		if (!take_line(in, &line) || !pl_str_eat(&line, PL_STR("total ")) || !pl_str_eq(pl_openings_word(&line), said.total->name) ||
			!take_u64(&line, pl_recount_value_place(in->r, i)) || line.len)
			return wrong(in, PL_E_SYNTAX, "expected \"total <name> <value>\", those of the declaration in its order");
	}
	return PL_OK;
}

static int by_cell(const struct pl_recount_cell *x, const struct pl_recount_cell *y)
{
	int row = pl_str_cmp(x->row, y->row);

	return row ? row : pl_str_cmp(x->column, y->column);
}

/* May a case have the text in that field of one of the declarations? */
static bool may_have_under(const struct pl_register_decl *d, size_t field, pl_str text)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_COMMIT_VALUE_MAX);

	return !text.ptr || (field != PL_REGISTER_NONE && pl_commit_value_encode(&d->derived.fields[field], text, &b, NULL) == PL_OK);
}

static bool may_have(const struct pl_recount *r, pl_str table, bool column, pl_str text)
{
	for (unsigned u = 0; u <= r->n_earlier; u++) {
		const struct pl_register_decl *d = pl_recount_decl(r, u);
		const struct pl_register_table *t = pl_register_decl_table(d, table);

		if (t && may_have_under(d, column ? t->columns : t->rows, text))
			return true;
	}
	return false;
}

/* The cells of one table, which stand together. */
static pl_status read_cells(struct reading *in, const struct pl_register_table *t, struct pl_recount_table *ret)
{
	struct pl_arena *arena = &in->r->arena;
	pl_str ahead = in->rest, line;
	uint64_t sum = 0;
	size_t n = 0;

	while (pl_str_take_line(&ahead, &line) && pl_str_eat(&line, PL_STR("cell ")) && pl_str_eq(pl_openings_word(&line), t->name))
		n++;
	ret->cells = pl_arena_alloc(arena, n ? n : 1, sizeof *ret->cells);
	if (!ret->cells)
		return PL_E_NOMEM;
	for (ret->n = 0; ret->n < n; ret->n++) {
		struct pl_recount_cell *c = &ret->cells[ret->n];

		(void)take_line(in, &line);
		(void)pl_str_eat(&line, PL_STR("cell "));
		(void)pl_openings_word(&line);
		c->row = pl_openings_value(pl_openings_word(&line));
		c->column = pl_openings_value(pl_openings_word(&line));
		if (!take_u64(&line, &c->count) || line.len || !c->count || !may_have(in->r, t->name, false, c->row) || !may_have(in->r, t->name, true, c->column) ||
			(ret->n && by_cell(c - 1, c) >= 0))
			return wrong(in, PL_E_SYNTAX, "expected \"cell <table> <row> <column> <count>\", in the order of rows and columns");
		if (c->count > INT64_MAX - sum)
			return wrong(in, PL_E_TOOBIG, "the cells are more than there can be cases");
		sum += c->count;
	}
	return sum == pl_recount_cases_of_table(in->r, t->name) ? PL_OK : wrong(in, PL_E_PROOF, "a table does not count every case once");
}

/* How many of the cases stand under each declaration: those of the earlier ones are said, the others are the file's own. */
static bool take_under(pl_str *line, struct pl_recount *r)
{
	uint64_t left = r->cases;

	for (size_t i = 0; i < r->n_earlier; i++) {
		if (!take_u64(line, &r->cases_under[i + 1]) || r->cases_under[i + 1] > left)
			return false;
		left -= r->cases_under[i + 1];
	}
	r->cases_under[0] = left;
	return true;
}

pl_status pl_stated_read(pl_str lines, size_t line, struct pl_recount *r, struct pl_diag *diag)
{
	struct reading in = {.rest = lines, .line = line, .r = r, .diag = diag};
	pl_str first = {0};
	pl_status st;

	if (!r->decl->totals_only)
		return wrong(&in, PL_E_SYNTAX, "a register that opens its rows states no totals in them");
	if (!take_line(&in, &first) || !pl_str_eat(&first, PL_STR("counted ")) ||
		pl_hex_read(pl_openings_word(&first), r->counted.b, sizeof r->counted.b) || !take_u64(&first, &r->cases) ||
		!take_u64(&first, &r->late) || !take_under(&first, r) || first.len || r->late > r->cases)
		return wrong(&in, PL_E_SYNTAX, "expected \"counted <64 hex digits> <cases> <late>\", and behind it the cases under each earlier declaration");
	st = read_totals(&in);
	for (size_t i = 0; i < pl_recount_tables_count(r) && !st; i++) {
		struct pl_recount_laid laid;

		pl_recount_table_at(r, i, &laid);
		st = read_cells(&in, laid.table, pl_recount_cells_place(r, i));
	}
	if (!st && in.rest.len)
		st = wrong(&in, PL_E_SYNTAX, "expected the cells of the declaration's tables in their order, and nothing else");
	r->stated = !st;
	return st;
}

/* ---- shutting ---- */

static pl_status shut_line(pl_str line, const struct pl_recount *r, struct pl_buf *scratch, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_row row;
	pl_status st = PL_OK;

	if (!pl_str_starts(line, PL_STR("row ")) || pl_row_read(line, &row) || row.kind != PL_ROW_OPEN) {
		pl_buf_put_str(out, line);
		pl_buf_put_c(out, '\n');
		return PL_OK;
	}
	st = pl_row_commitment(&row, pl_recount_decl(r, row.under), &r->reg, scratch, &row.sealed, diag);
	if (st)
		return st;
	row.kind = PL_ROW_SEALED;
	pl_row_put(out, &row);
	return PL_OK;
}

static pl_status write_out(int fd, struct pl_buf *out, size_t keep)
{
	pl_status st = pl_buf_status(out);

	if (st || out->len <= keep)
		return st;
	st = pl_file_write(fd, out->ptr, out->len);
	pl_buf_clear(out);
	return st;
}

pl_status pl_stated_shut(pl_bytes file, const struct pl_recount *counted, int fd, struct pl_diag *diag)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(64 * CHUNK), scratch PL_CLEANUP(pl_buf_done) = PL_BUF(PL_COMMIT_VALUE_MAX);
	struct pl_buf stated PL_CLEANUP(pl_buf_done) = PL_BUF(32 * CHUNK);
	struct pl_openings_head head;
	struct pl_digest digest;
	pl_str rest = pl_bytes_str(file), line;
	pl_status st = pl_openings_head_take(&rest, &head, diag);

	if (!st && (!counted->decl->totals_only || counted->stated))
		st = pl_diag_set(diag, PL_E_STATE, "only the rows of a register that opens totals only are shut, and once");
	if (st)
		return st;
	pl_sha256(file, &digest);
	pl_stated_put(&stated, &digest, counted);
	head.stated = pl_buf_str(&stated);
	pl_openings_head_put(&out, &head);
	while (!st && pl_str_take_line(&rest, &line)) {
		st = shut_line(line, counted, &scratch, &out, diag);
		if (!st)
			st = write_out(fd, &out, CHUNK);
	}
	return st ? st : write_out(fd, &out, 0);
}

/* ---- for whoever has both ---- */

static bool same_cells(const struct pl_recount_table *a, const struct pl_recount_table *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (by_cell(&a->cells[i], &b->cells[i]) != 0 || a->cells[i].count != b->cells[i].count)
			return false;
	return true;
}

static pl_status compare_tables(const struct pl_recount *public, const struct pl_recount *counted, struct pl_diag *diag)
{
	struct pl_recount_laid said, rows;

	for (size_t i = 0; i < pl_recount_tables_count(public); i++) {
		pl_recount_table_at(public, i, &said);
		pl_recount_table_at(counted, i, &rows);
		if (!same_cells(said.cells, rows.cells))
			return pl_diag_set(diag, PL_E_PROOF, "the table %.*s is stated otherwise than the rows give it", PL_STR_ARG(said.table->name));
	}
	return PL_OK;
}

static bool same_end(const struct pl_register_end *a, const struct pl_register_end *b)
{
	return a->size == b->size && a->highest == b->highest && a->days == b->days && a->time == b->time && pl_digest_eq(&a->root, &b->root) &&
		pl_digest_eq(&a->chain, &b->chain);
}

static bool same_declarations(const struct pl_recount *a, const struct pl_recount *b)
{
	for (unsigned u = 0; u <= a->n_earlier && a->n_earlier == b->n_earlier; u++)
		if (!pl_digest_eq(&pl_recount_decl(a, u)->digest, &pl_recount_decl(b, u)->digest) ||
			(u && a->earlier[u - 1].until != b->earlier[u - 1].until) || a->cases_under[u] != b->cases_under[u])
			return false;
	return a->n_earlier == b->n_earlier;
}

static pl_status compare_totals(const struct pl_recount *public, const struct pl_recount *counted, struct pl_diag *diag)
{
	struct pl_recount_said said, rows;

	for (size_t i = 0; i < pl_recount_totals_count(public); i++) {
		pl_recount_total_at(public, i, &said);
		pl_recount_total_at(counted, i, &rows);
		if (said.value != rows.value)
			return pl_diag_set(diag, PL_E_PROOF, "stated is %.*s %llu, the rows give %llu", PL_STR_ARG(said.total->name),
				(unsigned long long)said.value, (unsigned long long)rows.value);
	}
	return PL_OK;
}

pl_status pl_stated_compare(const struct pl_recount *public, const struct pl_digest *file, const struct pl_recount *counted,
	struct pl_diag *diag)
{
	if (!public->stated)
		return pl_diag_set(diag, PL_E_PROOF, "the published file states no totals: its rows are open");
	if (counted->stated || !pl_digest_eq(file, &public->counted))
		return pl_diag_set(diag, PL_E_PROOF, "this is not the file with opened rows that the published one names");
	if (!pl_digest_eq(&public->reg, &counted->reg) || !same_declarations(public, counted) ||
		public->head.from != counted->head.from || public->head.to != counted->head.to ||
		!same_end(&public->head.first, &counted->head.first) || !same_end(&public->head.last, &counted->head.last))
		return pl_diag_set(diag, PL_E_PROOF, "the two files have other registers, periods or heads");
	if (public->cases != counted->cases || public->late != counted->late)
		return pl_diag_set(diag, PL_E_PROOF, "stated are %llu cases, %llu of them late; the rows give %llu and %llu",
			(unsigned long long)public->cases, (unsigned long long)public->late, (unsigned long long)counted->cases,
			(unsigned long long)counted->late);
	return compare_totals(public, counted, diag) ? PL_E_PROOF : compare_tables(public, counted, diag);
}
