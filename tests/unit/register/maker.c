/* SPDX-License-Identifier: Apache-2.0 */
#include "maker.h"
#include "base/time.h"
#include <stdlib.h>

#define DAY UINT64_C(86400)

const char maker_declaration[] = "pellucid-register v1\n"
	"name requests\n"
	"source intake\n"
	"existence exact\n"
	"opens rows\n"
	"late-after 7\n"
	"open-after 0\n"
	"retain 24\n"
	"field received time generalised month\n"
	"field country enum open at,ch,de,not-stated\n"
	"field accounts u64 generalised range 0,1,10,100\n"
	"field days u64 open\n"
	"field decision enum open none,granted,rejected\n"
	"field authority text sealed\n"
	"total requests count\n"
	"total countries distinct country country!=not-stated\n"
	"total rejected count decision=rejected\n"
	"total days-median median days decision=granted|rejected\n"
	"total days-sum sum days\n"
	"total days-mean mean days\n"
	"table by-country country decision\n"
	"table by-month received-month\n";

/* A test that cannot go on: nothing here depends on the code under test failing. */
static void must(pl_status st)
{
	if (st)
		abort();
}

static uint64_t seconds(const char *text)
{
	uint64_t t = 0;

	must(pl_time_parse(pl_str_from(text), &t));
	return t / PL_SECOND;
}

void maker_init(struct maker *m, const char *declaration, const char *from, const char *to)
{
	struct pl_diag diag = {0};

	*m = (struct maker){.cases = pl_alloc(MAKER_CASES, sizeof *m->cases)};
	must(pl_register_decl_parse(pl_str_from(declaration), &m->decl, &diag));
	pl_buf_init(&m->rows, (size_t)1 << 31);
	pl_tree_edge_init(&m->edge);
	pl_register_id(PL_STR("log.example/test"), m->decl->name, &m->reg);
	m->head = (struct pl_openings_head){.origin = PL_STR("log.example/test"), .from = seconds(from), .to = seconds(to),
		.declaration = pl_buf_str(&m->decl->text)};
	maker_first(m);
}

void maker_declare(struct maker *m, const char *declaration, unsigned under)
{
	struct pl_diag diag = {0};

	m->head.earlier[m->head.n_earlier++] = (struct pl_openings_earlier){m->edge.size, pl_buf_str(&m->decl->text)};
	m->before[m->n_before++] = m->decl;
	must(pl_register_decl_parse(pl_str_from(declaration), &m->decl, &diag));
	m->head.declaration = pl_buf_str(&m->decl->text);
	m->under = under;
}

void maker_done(struct maker *m)
{
	pl_register_decl_free(m->decl);
	for (size_t i = 0; i < m->n_before; i++)
		pl_register_decl_free(m->before[i]);
	pl_buf_done(&m->rows);
	pl_free(m->cases);
}

static void end_here(const struct maker *m, struct pl_register_end *e)
{
	*e = (struct pl_register_end){.size = m->edge.size, .highest = m->highest, .days = m->days, .time = m->time,
		.chain = m->chain};
	pl_tree_edge_root(&m->edge, &e->root);
}

void maker_first(struct maker *m)
{
	struct pl_digest packed[63];

	pl_buf_clear(&m->rows);
	end_here(m, &m->head.first);
	pl_tree_edge_pack(&m->edge, packed);
	for (size_t i = 0; i < pl_tree_edge_count(&m->edge); i++) {
		pl_buf_put_z(&m->rows, "edge ");
		pl_hex_put(&m->rows, pl_digest_bytes(&packed[i]));
		pl_buf_put_c(&m->rows, '\n');
	}
	for (uint64_t i = 0; i < m->highest; i++)
		m->cases[i].in_file = false;
}

/* The row's head and the leaf that it follows. */
static void start_row(struct maker *m, uint64_t number, struct pl_row *row, struct pl_register_leaf *leaf)
{
	struct maker_case *c = &m->cases[number - 1];

	if (number > m->highest)
		m->highest = number;
	row->number = leaf->number = number;
	row->revision = leaf->revision = c->revisions++;
	leaf->previous = c->leaf;
	row->has_previous = row->revision && !c->in_file;
	row->previous = c->leaf;
}

static void end_row(struct maker *m, struct pl_row *row, const struct pl_register_leaf *leaf)
{
	struct maker_case *c = &m->cases[row->number - 1];

	pl_register_leaf_hash(&m->reg, leaf, &c->leaf);
	c->in_file = true;
	row->leaf = c->leaf;
	must(pl_tree_edge_append(&m->edge, &c->leaf, 1));
}

void maker_other(struct maker *m, uint64_t number, enum pl_row_kind kind, unsigned classes)
{
	struct pl_row row = {.kind = kind, .classes = classes};
	struct pl_register_leaf leaf = {0};

	start_row(m, number, &row, &leaf);
	pl_sha256(PL_STR("sealed").len ? pl_bytes_of(&number, sizeof number) : (pl_bytes){0}, &row.sealed);
	leaf.commitment = row.sealed;
	if (kind == PL_ROW_ERASED)
		pl_register_erasure(&m->reg, number, classes, &leaf.commitment);
	if (kind == PL_ROW_LOST)
		pl_register_lost(&m->reg, number, &leaf.commitment);
	end_row(m, &row, &leaf);
	pl_row_put(&m->rows, &row);
}

struct values {
	struct pl_buf bytes[PL_COMMIT_FIELDS_MAX];
	struct pl_commit_value v[PL_COMMIT_FIELDS_MAX];
};

static void set(struct values *v, const struct pl_commit_decl *d, size_t at, const char *text)
{
	if (!text)
		return;
	must(pl_commit_value_encode(&d->fields[at], pl_str_from(text), &v->bytes[at], NULL));
	v->v[at] = (struct pl_commit_value){true, pl_buf_bytes(&v->bytes[at])};
}

static void set_fields(struct maker *m, struct values *v, const char *const *texts)
{
	const struct pl_register_decl *d = m->decl;

	for (size_t i = 0; i < d->n_fields; i++) {
		const struct pl_register_field *f = &d->fields[i];

		set(v, &d->derived, f->exact, texts[i]);
		if (f->coarse == PL_REGISTER_NONE || !texts[i])
			continue;
		must(pl_register_coarsen(f, pl_buf_bytes(&v->bytes[f->exact]), &v->bytes[f->coarse]));
		v->v[f->coarse] = (struct pl_commit_value){true, pl_buf_bytes(&v->bytes[f->coarse])};
	}
}

/* The marks that every register sets by itself. */
static void set_dates(struct maker *m, struct values *v, const char *received, const char *entered)
{
	uint64_t day = seconds(entered) / DAY * DAY, from = seconds(received) / DAY * DAY;
	char text[21];

	pl_time_write(day * PL_SECOND, text);
	set(v, &m->decl->derived, m->decl->entered, text);
	set(v, &m->decl->derived, m->decl->late, day > from + m->decl->late_days * DAY ? "true" : "false");
	m->time = day > m->time ? day : m->time;
}

void maker_open(struct maker *m, uint64_t number, const char *const *texts)
{
	struct values *v = PL_NEW(struct values);
	struct pl_commit_tree tree;
	struct pl_commit_seeds seeds = {0};
	struct pl_row row = {.kind = PL_ROW_OPEN, .under = m->under};
	struct pl_register_leaf leaf = {0};
	struct pl_digest context;

	for (size_t i = 0; i < PL_COMMIT_FIELDS_MAX; i++)
		pl_buf_init(&v->bytes[i], 4096);
	set_fields(m, v, texts);
	set_dates(m, v, texts[0], texts[m->decl->n_fields]);
	memset(seeds.open, (int)(number & 0xff), sizeof seeds.open);
	memset(seeds.secret, (int)(number >> 8 & 0xff), sizeof seeds.secret);
	start_row(m, number, &row, &leaf);
	pl_register_case_context(&m->reg, number, &context);
	must(pl_commit_build(&m->decl->derived, &context, row.revision, &seeds, v->v, &tree));
	pl_commit_root(&tree, &leaf.commitment);
	end_row(m, &row, &leaf);
	must(pl_row_open_put(&m->rows, &row, m->decl, seeds.open, v->v, &tree));
	for (size_t i = 0; i < PL_COMMIT_FIELDS_MAX; i++)
		pl_buf_done(&v->bytes[i]);
	pl_free(v);
}

void maker_day(struct maker *m, const char *text)
{
	maker_day_late(m, text, 1);
}

void maker_day_late(struct maker *m, const char *text, uint64_t late)
{
	struct pl_register_day day = {.day = seconds(text), .time = seconds(text) + DAY + late, .size = m->edge.size,
		.unconfirmed = 3, .refused = 1};

	pl_tree_edge_root(&m->edge, &day.root);
	pl_openings_day_put(&m->rows, &day);
	pl_register_chain(&m->reg, &m->chain, &day, &m->chain);
	m->days++;
	m->time = day.time;
}

void maker_file(struct maker *m, struct pl_buf *out)
{
	end_here(m, &m->head.last);
	pl_openings_head_put(out, &m->head);
	pl_buf_put_str(out, pl_buf_str(&m->rows));
	pl_buf_put_z(out, "end\n");
	must(pl_buf_status(out));
}
