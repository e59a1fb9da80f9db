/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/package.h"
#include "base/csv.h"
#include "register/person/stash.h"

struct packing {
	struct pl_answer_writer writer;
	const struct pl_holdings *store;
	struct pl_holding_table table; /* the present one; its texts are in .names */
	struct pl_buf names, row;
	struct pl_stash csv;
	bool open;
	uint64_t rows;
	struct pl_diag *diag;
};

/* ---- schemas ---- */

static void set_type(struct pl_json *o, enum pl_holding_type type)
{
	switch (type) {
	case PL_HOLDING_TEXT:
		pl_json_set_z(o, "type", "string");
		break;
	case PL_HOLDING_U64:
		pl_json_set_z(o, "type", "integer");
		pl_json_set_u64(o, "minimum", 0);
		break;
	case PL_HOLDING_BOOL:
		pl_json_set_z(o, "type", "boolean");
		break;
	case PL_HOLDING_TIME:
		pl_json_set_z(o, "type", "string");
		pl_json_set_z(o, "format", "date-time");
		pl_json_set_z(o, "pattern", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$");
		break;
	}
}

pl_status pl_person_schema(const struct pl_holding_table *t, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object(), *items, *properties;

	pl_json_set_z(o, "$schema", "https://json-schema.org/draft/2020-12/schema");
	pl_json_set_str(o, "title", t->name);
	pl_json_set_z(o, "type", "array");
	items = pl_json_set_object(o, "items");
	pl_json_set_z(items, "type", "object");
	pl_json_set_bool(items, "additionalProperties", false);
	properties = pl_json_set_object(items, "properties");
	for (size_t i = 0; i < t->n; i++) {
		struct pl_json *p = pl_json_new_object();

		set_type(p, t->columns[i].type);
		pl_json_set_key(properties, t->columns[i].name, p);
	}
	return pl_json_write_pretty(o, out);
}

/* ---- one table ---- */

static pl_status file_name(const struct packing *p, const char *ending, struct pl_buf *out)
{
	pl_buf_printf(out, "data/%.*s/%.*s%s", PL_STR_ARG(p->store->name), PL_STR_ARG(p->table.name), ending);
	return pl_buf_status(out);
}

static pl_status open_file(struct packing *p, const char *ending)
{
	struct pl_buf name PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ZIP_NAME_MAX);
	pl_status st = file_name(p, ending, &name);

	return st ? st : pl_answer_open(&p->writer, pl_buf_str(&name));
}

static pl_str keep_text(struct pl_buf *room, pl_str s)
{
	pl_str kept = pl_str_of((const char *)room->ptr + room->len, s.len);

	pl_buf_put_str(room, s);
	return kept;
}

static pl_status keep_table(struct packing *p, const struct pl_holding_table *t)
{
	pl_buf_clear(&p->names);
	if (!pl_buf_reserve(&p->names, p->names.max))
		return PL_E_NOMEM;
	p->table.n = t->n;
	p->table.name = keep_text(&p->names, t->name);
	for (size_t i = 0; i < t->n; i++)
		p->table.columns[i] = (struct pl_holding_column){keep_text(&p->names, t->columns[i].name), t->columns[i].type};
	return pl_buf_status(&p->names);
}

static pl_status put_schema(struct packing *p)
{
	struct pl_buf schema PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 20), name PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ZIP_NAME_MAX);
	pl_status st = pl_person_schema(&p->table, &schema);

	if (!st)
		st = file_name(p, ".schema.json", &name);
	return st ? st : pl_answer_whole(&p->writer, pl_buf_str(&name), pl_buf_bytes(&schema));
}

static pl_status close_table(struct packing *p)
{
	pl_status st = PL_OK;

	if (!p->open)
		return PL_OK;
	p->open = false;
	st = pl_answer_put(&p->writer, pl_str_bytes(PL_STR("\n]\n")));
	if (!st)
		st = pl_answer_close(&p->writer);
	if (!st)
		st = open_file(p, ".csv");
	if (!st)
		st = pl_stash_take(&p->csv, pl_answer_put, &p->writer);
	if (!st)
		st = pl_answer_close(&p->writer);
	if (!st)
		st = pl_stash_clear(&p->csv);
	return st ? st : put_schema(p);
}

static pl_status put_header(struct packing *p)
{
	pl_buf_clear(&p->row);
	for (size_t i = 0; i < p->table.n; i++)
		pl_csv_put(&p->row, p->table.columns[i].name, i == 0);
	pl_buf_put_z(&p->row, "\r\n");
	return pl_buf_status(&p->row) ? pl_buf_status(&p->row) : pl_stash_put(&p->csv, pl_buf_bytes(&p->row));
}

static pl_status take_table(void *ctx, const struct pl_holding_table *t)
{
	struct packing *p = ctx;
	pl_status st = close_table(p);

	if (!st)
		st = keep_table(p, t);
	if (!st)
		st = open_file(p, ".json");
	if (st == PL_E_EXISTS)
		return pl_diag_set(p->diag, st, "the table %.*s comes twice", PL_STR_ARG(t->name));
	if (st)
		return st;
	p->open = true;
	p->rows = 0;
	st = pl_answer_put(&p->writer, pl_str_bytes(PL_STR("[")));
	return st ? st : put_header(p);
}

/* ---- one row ---- */

static pl_status put_csv_row(struct packing *p, const struct pl_holding_value *v)
{
	pl_buf_clear(&p->row);
	for (size_t i = 0; i < p->table.n; i++)
		pl_csv_put(&p->row, v[i].present ? v[i].text : PL_STR(""), i == 0);
	pl_buf_put_z(&p->row, "\r\n");
	return pl_buf_status(&p->row) ? pl_buf_status(&p->row) : pl_stash_put(&p->csv, pl_buf_bytes(&p->row));
}

static void put_json_value(struct pl_buf *out, enum pl_holding_type type, pl_str text)
{
	if (type == PL_HOLDING_U64 || type == PL_HOLDING_BOOL)
		pl_buf_put_str(out, text);
	else
		pl_json_put_string(out, text);
}

static pl_status put_json_row(struct packing *p, const struct pl_holding_value *v)
{
	bool first = true;

	pl_buf_clear(&p->row);
	pl_buf_put_z(&p->row, p->rows ? ",\n {" : "\n {");
	for (size_t i = 0; i < p->table.n; i++) {
		if (!v[i].present)
			continue;
		if (!first)
			pl_buf_put_z(&p->row, ", ");
		first = false;
		pl_json_put_string(&p->row, p->table.columns[i].name);
		pl_buf_put_z(&p->row, ": ");
		put_json_value(&p->row, p->table.columns[i].type, v[i].text);
	}
	pl_buf_put_c(&p->row, '}');
	return pl_buf_status(&p->row) ? pl_buf_status(&p->row) : pl_answer_put(&p->writer, pl_buf_bytes(&p->row));
}

static pl_status take_row(void *ctx, const struct pl_holding_value *v)
{
	struct packing *p = ctx;
	pl_status st;

	if (!p->open)
		return PL_E_INTERNAL;
	for (size_t i = 0; i < p->table.n; i++)
		if (v[i].present && pl_holding_value_check(p->table.columns[i].type, v[i].text))
			return pl_diag_set(p->diag, PL_E_CORRUPT, "table %.*s: a value of \"%.*s\" is no %s", PL_STR_ARG(p->table.name),
				PL_STR_ARG(p->table.columns[i].name), pl_holding_type_word(p->table.columns[i].type));
	st = put_json_row(p, v);
	if (!st)
		st = put_csv_row(p, v);
	p->rows++;
	return st;
}

/* ---- all stores ---- */

static pl_status put_front(struct packing *p, const struct pl_holdings_list *list, const struct pl_person *who, pl_str language)
{
	struct pl_json *where PL_CLEANUP(pl_json_done) = NULL;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)8 << 20);
	pl_status st;

	pl_answer_readme(PL_ANSWER_COPY, language, &text);
	st = pl_answer_whole(&p->writer, PL_STR(PL_ANSWER_README), pl_buf_bytes(&text));
	if (!st)
		st = pl_holdings_where(list, who, &where, p->diag);
	pl_buf_clear(&text);
	if (!st)
		st = pl_json_write_pretty(where, &text);
	return st ? st : pl_answer_whole(&p->writer, PL_STR("where.json"), pl_buf_bytes(&text));
}

static pl_status put_stores(struct packing *p, const struct pl_holdings_list *list, const struct pl_person *who)
{
	struct pl_holdings_sink sink = {.ctx = p, .table = take_table, .row = take_row};
	pl_status st = PL_OK;

	for (size_t i = 0; i < list->n && !st; i++) {
		p->store = list->stores[i];
		st = p->store->copy(p->store->ctx, who, &sink, p->diag);
		if (!st)
			st = close_table(p);
		if (st)
			pl_diag_context(p->diag, "store %.*s", PL_STR_ARG(p->store->name));
	}
	return st;
}

static pl_status pack(struct pl_person_desk *d, const struct pl_person *who, pl_str language, pl_zip_sink sink, void *ctx,
	struct pl_digest *ret, struct pl_diag *diag)
{
	struct packing *p = PL_NEW(struct packing);
	struct pl_answer_about about = {.kind = PL_ANSWER_COPY, .at = pl_person_desk_now(d), .key = pl_person_desk_key(d)->b};
	pl_status st;

	p->diag = diag;
	p->csv.fd = -1;
	pl_buf_init(&p->names, (PL_HOLDINGS_COLUMNS_MAX + 1) * 64);
	pl_buf_init(&p->row, 8 * PL_HOLDINGS_VALUE_MAX);
	pl_answer_begin(&p->writer, sink, ctx);
	st = pl_stash_open(pl_instance_dir(pl_person_desk_instance(d)), &p->csv);
	if (!st)
		st = put_front(p, pl_person_desk_list(d), who, language);
	if (!st)
		st = put_stores(p, pl_person_desk_list(d), who);
	if (!st)
		st = pl_answer_finish(&p->writer, pl_person_desk_instance(d), &about, ret, diag);
	pl_answer_done(&p->writer);
	pl_stash_done(&p->csv);
	pl_buf_done(&p->names);
	pl_buf_done_secret(&p->row);
	pl_free(p);
	return st;
}

static pl_status encrypt(void *ctx, pl_bytes piece)
{
	return pl_age_write(ctx, piece);
}

pl_status pl_person_package(struct pl_person_desk *d, const struct pl_person *who, const struct pl_person_package *opt,
	pl_zip_sink sink, void *ctx, struct pl_digest *ret, struct pl_diag *diag)
{
	struct pl_age_writer *age PL_CLEANUP(pl_age_writer_freep) = NULL;
	struct pl_digest digest;
	pl_status st;

	if (!opt->to)
		return pack(d, who, opt->language, sink, ctx, ret, diag);
	st = pl_age_write_begin(opt->to, sink, ctx, &age);
	if (!st)
		st = pack(d, who, opt->language, encrypt, age, &digest, diag);
	if (!st)
		st = pl_age_write_end(age);
	if (!st)
		*ret = digest;
	return st;
}
