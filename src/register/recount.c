/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and checking an openings file. Rows are taken in batches: their commitments are computed by several threads, then they
 * are put into the tree one after the other.
 */
#include "base/time.h"
#include "log/tree.h"
#include "register/recount_internal.h"
#include "register/stated.h"
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#define BATCH 4096u
#define THREADS_MAX 8u
#define DAY UINT64_C(86400)
#define VALUES_MAX ((size_t)PL_COMMIT_VALUE_MAX)

/* A row, or a heartbeat. */
struct item {
	size_t line;
	bool is_day, is_gap;
	struct pl_register_day day;
	size_t gap; /* which one */
	struct pl_row row;
	struct pl_digest commitment;
	pl_status status; /* of computing it */
	struct pl_diag diag;
};

struct check {
	struct pl_recount *r;
	struct pl_recount_cases cases;
	struct pl_tree_edge edge;
	struct pl_digest chain;
	uint64_t highest, days;
	uint64_t last_day, last_time; /* of the heartbeat before; 0: none */
	uint64_t entered_max;         /* latest "entered" since then, and where */
	size_t entered_line;
	pl_str rest;
	size_t line;
	bool ended;
	struct pl_tree_edge gap_edges[PL_OPENINGS_GAPS_MAX];
	size_t n_gaps; /* read so far; those of r->gaps are applied */
	struct pl_register_end gaps[PL_OPENINGS_GAPS_MAX];
	size_t n;
	struct item *items;
	unsigned threads;
	struct pl_diag *diag;
};

/* ---- words ---- */

static pl_status wrong(struct check *c, const struct item *i, pl_status st, const char *what)
{
	if (i->is_day)
		return pl_diag_set(c->diag, st, "heartbeat in line %zu: %s", i->line, what);
	return pl_diag_set(c->diag, st, "case %llu, revision %u (line %zu): %s", (unsigned long long)i->row.number,
		i->row.revision, i->line, what);
}

/* ---- commitments, in several threads ---- */

static void compute(struct check *c, struct item *i, struct pl_buf *scratch)
{
	const struct pl_recount *r = c->r;

	switch (i->row.kind) {
	case PL_ROW_OPEN:
		i->status = pl_row_commitment(&i->row, pl_recount_decl(r, i->row.under), &r->reg, scratch, &i->commitment, &i->diag);
		return;
	case PL_ROW_SEALED:
		i->commitment = i->row.sealed;
		return;
	case PL_ROW_ERASED:
		pl_register_erasure(&r->reg, i->row.number, i->row.classes, &i->commitment);
		return;
	case PL_ROW_LOST:
		pl_register_lost(&r->reg, i->row.number, &i->commitment);
		return;
	}
}

struct share {
	struct check *c;
	size_t from, step;
};

static void *work(void *arg)
{
	struct share *s = arg;
	struct pl_buf scratch PL_CLEANUP(pl_buf_done) = PL_BUF(VALUES_MAX);

	for (size_t i = s->from; i < s->c->n; i += s->step)
		if (!s->c->items[i].is_day && !s->c->items[i].is_gap)
			compute(s->c, &s->c->items[i], &scratch);
	return NULL;
}

static void compute_all(struct check *c)
{
	struct share shares[THREADS_MAX];
	pthread_t threads[THREADS_MAX];
	unsigned started = 0;

	for (unsigned t = 0; t < c->threads; t++)
		shares[t] = (struct share){c, t, c->threads};
	/* A thread that cannot be had leaves its share to this one. */
	while (started + 1 < c->threads && !pthread_create(&threads[started], NULL, work, &shares[started]))
		started++;
	for (unsigned t = started; t < c->threads; t++)
		(void)work(&shares[t]);
	for (unsigned t = 0; t < started; t++)
		(void)pthread_join(threads[t], NULL);
}

/* ---- lines ---- */

/* The tree of the head that a gap names goes on from its edge; that this is its root is checked here, that the head is in the log by
 * whoever has the bundle. */
static pl_status take_gap(struct check *c, struct item *i, pl_str line)
{
	struct pl_digest packed[63], root;
	struct pl_register_end *e = &c->gaps[c->n_gaps];
	size_t n = 0;

	if (c->n_gaps == PL_OPENINGS_GAPS_MAX)
		return pl_diag_set(c->diag, PL_E_TOOBIG, "line %zu: more than %u gaps", c->line, PL_OPENINGS_GAPS_MAX);
	if (pl_openings_gap_take(line, &c->rest, e, packed, &n) ||
		pl_tree_edge_unpack(e->size, packed, n, &c->gap_edges[c->n_gaps]))
		return pl_diag_set(c->diag, PL_E_SYNTAX, "line %zu: expected a gap and the edge of its tree", c->line);
	c->line += n;
	pl_tree_edge_root(&c->gap_edges[c->n_gaps], &root);
	if (!pl_digest_eq(&root, &e->root))
		return pl_diag_set(c->diag, PL_E_PROOF, "line %zu: the edge of the gap does not lead to its root", i->line);
	i->is_gap = true;
	i->gap = c->n_gaps++;
	return PL_OK;
}

static pl_status take_item(struct check *c, struct item *i)
{
	pl_str line;

	if (!pl_str_take_line(&c->rest, &line) || line.len > PL_OPENINGS_LINE_MAX)
		return pl_diag_set(c->diag, PL_E_SYNTAX, "line %zu: the file breaks off, or the line is too long", c->line + 1);
	c->line++;
	*i = (struct item){.line = c->line};
	if (pl_str_eq(line, PL_STR("end"))) {
		c->ended = true;
		return PL_OK;
	}
	if (pl_str_starts(line, PL_STR("gap ")))
		return take_gap(c, i, line);
	i->is_day = pl_str_starts(line, PL_STR("day "));
	if (i->is_day ? pl_openings_day_read(line, &i->day) : pl_row_read(line, &i->row) || i->row.under > c->r->n_earlier) {
		return pl_diag_set(c->diag, PL_E_SYNTAX, "line %zu: expected a row, a heartbeat (day) or \"end\"", c->line);
	}
	return PL_OK;
}

static pl_status take_batch(struct check *c)
{
	c->n = 0;
	while (c->n < BATCH && !c->ended) {
		pl_status st = take_item(c, &c->items[c->n]);

		if (st)
			return st;
		c->n += !c->ended;
	}
	return PL_OK;
}

/* ---- what a row says against what it may say ---- */

/* "entered" lies between the heads around the row: not before the day of the last one... */
static uint64_t earliest(const struct check *c)
{
	return c->last_time / DAY * DAY;
}

static pl_status value_time(const struct pl_commit_field *f, pl_str text, uint64_t *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_status st = pl_commit_value_encode(f, text, &b, NULL);

	if (st || b.len != 8)
		return PL_E_SYNTAX;
	*ret = pl_be64(b.ptr);
	return PL_OK;
}

/* Is the mark "late" what the dates say, as far as they say it? */
static bool late_fits(const struct pl_register_decl *d, bool late, uint64_t received, uint64_t entered)
{
	uint64_t from, to, days = d->late_days * DAY;

	if (d->imported)
		return !late;
	pl_register_received_span(d, received, &from, &to);
	if (entered > (to - 1) / DAY * DAY + days)
		return late;
	return entered > from / DAY * DAY + days || !late;
}

/* The n-th declaration stood up to the leaf that the file names. */
static pl_status check_under(struct check *c, const struct item *i)
{
	unsigned under = 0;
	char words[160];

	while (under < c->r->n_earlier && c->edge.size >= c->r->earlier[under].until)
		under++;
	under = under < c->r->n_earlier ? under + 1 : 0;
	if (i->row.under == under)
		return PL_OK;
	if (under)
		(void)snprintf(words, sizeof words, "it is presented under the wrong declaration: its leaf was entered under the earlier one %u", under);
	else
		(void)snprintf(words, sizeof words, "it is presented under the wrong declaration: its leaf was entered under the file's own");
	return wrong(c, i, PL_E_PROOF, words);
}

static pl_status check_dates(struct check *c, const struct item *i)
{
	const struct pl_register_decl *d = pl_recount_decl(c->r, i->row.under);
	pl_str values[PL_COMMIT_FIELDS_MAX];
	uint64_t received = 0, entered = 0, from, to;
	size_t at = pl_register_received(d);

	if (pl_row_values(&i->row, d, values) || !values[at].ptr || !values[d->entered].ptr || !values[d->late].ptr ||
		value_time(&d->derived.fields[at], values[at], &received) ||
		value_time(&d->derived.fields[d->entered], values[d->entered], &entered))
		return wrong(c, i, PL_E_SYNTAX, "received, entered or late is missing");
	pl_register_received_span(d, received, &from, &to);
	if (entered % DAY)
		return wrong(c, i, PL_E_RANGE, "\"entered\" is not the beginning of a UTC day");
	if (i->row.revision)
		return PL_OK;
	if (from >= entered + DAY)
		return wrong(c, i, PL_E_PROOF, "post-dated: received after it was entered");
	if (entered < earliest(c))
		return wrong(c, i, PL_E_PROOF, "\"entered\" lies before the head that came before it");
	if (!late_fits(d, values[d->late].len == 4, received, entered))
		return wrong(c, i, PL_E_PROOF, "the mark \"late\" does not fit the dates");
	if (entered > c->entered_max) {
		c->entered_max = entered;
		c->entered_line = i->line;
	}
	return PL_OK;
}

/* Which leaf does the row follow, and may it? Its place in *@ret. */
static pl_status follow(struct check *c, const struct item *i, struct pl_digest *previous, struct pl_recount_case **ret)
{
	struct pl_recount_case *k = pl_recount_case_find(&c->cases, i->row.number);
	char words[128];

	*previous = (struct pl_digest){0};
	if (i->row.revision == 0) {
		(void)snprintf(words, sizeof words, "out of order: the next new number is %llu",
			(unsigned long long)c->highest + 1);
		if (i->row.number != c->highest + 1)
			return wrong(c, i, PL_E_PROOF, words);
		c->highest++;
	} else if (k) {
		if (i->row.has_previous || i->row.revision != k->revision + 1)
			return wrong(c, i, PL_E_PROOF, "does not follow the revision before it");
		if (k->kind == PL_ROW_ERASED || k->kind == PL_ROW_LOST)
			return wrong(c, i, PL_E_PROOF, "a case that was erased or lost has no later revision");
		*previous = k->leaf;
	} else if (!i->row.has_previous || i->row.number > c->cases.before) {
		return wrong(c, i, PL_E_PROOF, "the revision before it is missing");
	} else {
		*previous = i->row.previous;
	}
	*ret = k ? k : pl_recount_case_add(&c->cases, i->row.number);
	return *ret ? PL_OK : PL_E_NOMEM;
}

/* The values of a row that was entered under @was, in the places of @d; what @d does not know is left out, and what only it knows absent. */
static pl_status values_under(const struct pl_row *row, const struct pl_register_decl *was, const struct pl_register_decl *d, pl_str *ret)
{
	pl_str values[PL_COMMIT_FIELDS_MAX];
	pl_status st = pl_row_values(row, was, was == d ? ret : values);

	if (!st && was != d)
		pl_register_decl_move(was, d, values, ret);
	return st;
}

/* Does the revision follow by a step of the declaration from the one before, as far as both are open? @k: before this row. */
static pl_status check_step(struct check *c, const struct item *i, const struct pl_recount_case *k)
{
	const struct pl_register_decl *d = pl_recount_decl(c->r, i->row.under), *was = pl_recount_decl(c->r, k->under);
	const struct pl_row last = {.opened = k->opened};
	pl_str before[PL_COMMIT_FIELDS_MAX], after[PL_COMMIT_FIELDS_MAX];
	bool known = k->opened.ptr && k->opened_revision + 1 == i->row.revision, moved = false;
	struct pl_diag why = {0};
	pl_status st;

	if (!d->n_steps || (i->row.revision && !known))
		return PL_OK;
	if (pl_row_values(&i->row, d, after) || (known && values_under(&last, was, d, before)))
		return PL_E_INTERNAL;
	st = pl_register_step_check(d, known ? before : NULL, after, &moved, &why);
	c->r->steps += !st && moved && known;
	return st ? wrong(c, i, st, why.text) : PL_OK;
}

/* Nobody brings a case alone where a line "eyes" points; so none begins there. */
static pl_status check_first(struct check *c, const struct item *i)
{
	const struct pl_register_decl *d = pl_recount_decl(c->r, i->row.under);
	const struct pl_register_eyes *e;
	pl_str values[PL_COMMIT_FIELDS_MAX];

	if (i->row.revision || !d->n_eyes)
		return PL_OK;
	if (pl_row_values(&i->row, d, values))
		return PL_E_INTERNAL;
	e = pl_register_eyes_asked(d, NULL, values);
	if (!e)
		return PL_OK;
	return pl_diag_set(c->diag, PL_E_PROOF, "case %llu, revision 0 (line %zu): it begins with %.*s %.*s, which two persons decide on",
		(unsigned long long)i->row.number, i->line, PL_STR_ARG(d->derived.fields[e->field].name), PL_STR_ARG(values[e->field]));
}

static pl_status apply_row(struct check *c, const struct item *i)
{
	struct pl_register_leaf leaf = {.number = i->row.number, .revision = i->row.revision, .commitment = i->commitment};
	struct pl_recount_case *k = NULL;
	struct pl_digest hash;
	pl_status st;

	st = i->row.kind == PL_ROW_OPEN ? check_under(c, i) : PL_OK;
	if (st || i->status)
		return st ? st : wrong(c, i, i->status, i->diag.text);
	st = follow(c, i, &leaf.previous, &k);
	if (st || !k)
		return st ? st : PL_E_NOMEM;
	pl_register_leaf_hash(&c->r->reg, &leaf, &hash);
	if (!pl_digest_eq(&hash, &i->row.leaf))
		return wrong(c, i, PL_E_PROOF, "what is opened is not what was entered: it leads to another leaf");
	k->revision = i->row.revision;
	k->kind = i->row.kind;
	k->leaf = hash;
	if (i->row.kind == PL_ROW_OPEN) {
		st = c->r->stated ? wrong(c, i, PL_E_PROOF, "it is open in a file whose totals are stated for shut rows") : check_dates(c, i);
		if (!st)
			st = check_step(c, i, k);
		if (!st)
			st = check_first(c, i);
		if (st)
			return st;
		k->opened = i->row.opened;
		k->under = (uint8_t)i->row.under;
		k->opened_revision = i->row.revision;
	}
	c->r->rows++;
	return pl_tree_edge_append(&c->edge, &hash, 1);
}

static pl_status entered_in_time(struct check *c, uint64_t time)
{
	if (c->entered_max <= time)
		return PL_OK;
	return pl_diag_set(c->diag, PL_E_PROOF, "line %zu: \"entered\" lies behind the head that followed", c->entered_line);
}

/* Its true time stays known, of so many as anybody will read. */
static pl_status note_late(struct check *c, const struct pl_register_day *day)
{
	struct pl_recount *r = c->r;
	uint64_t late = day->time - day->day - DAY;

	if (late < PL_REGISTER_RHYTHM)
		return PL_OK;
	r->days_late++;
	if (late > r->latest)
		r->latest = late;
	if (!r->late_days)
		r->late_days = pl_arena_alloc(&r->arena, PL_RECOUNT_LATE_KEPT, sizeof *r->late_days);
	if (!r->late_days)
		return PL_E_NOMEM;
	if (r->n_late_days < PL_RECOUNT_LATE_KEPT)
		r->late_days[r->n_late_days++] = (struct pl_recount_late){day->day, day->time};
	return PL_OK;
}

static pl_status apply_day(struct check *c, struct item *i)
{
	struct pl_register_day day = i->day;
	struct pl_digest root;
	pl_status st = entered_in_time(c, day.time);

	if (st)
		return st;
	pl_tree_edge_root(&c->edge, &root);
	if (!pl_digest_eq(&root, &day.root))
		return wrong(c, i, PL_E_PROOF, "its root does not follow from the rows before it: one of them since the heartbeat before is false");
	if (day.day % DAY || day.time < day.day + DAY || day.time < c->last_time || (c->last_day && day.day <= c->last_day))
		return wrong(c, i, PL_E_PROOF, "days and times do not ascend");
	if (c->last_day)
		c->r->days_missing += (day.day - c->last_day) / DAY - 1;
	day.size = c->edge.size;
	pl_register_chain(&c->r->reg, &c->chain, &day, &c->chain);
	c->r->days++;
	c->r->unconfirmed += day.unconfirmed;
	c->r->refused += day.refused;
	c->days++;
	c->last_day = day.day;
	c->last_time = day.time;
	c->entered_max = 0;
	return note_late(c, &day);
}

/* What lies between is lost; the register goes on behind a head that the log knows. */
static pl_status apply_gap(struct check *c, const struct item *i)
{
	const struct pl_register_end *e = &c->gaps[i->gap];
	pl_status st = entered_in_time(c, e->time);

	if (st)
		return st;
	if (e->size <= c->edge.size || e->highest < c->highest || e->days < c->days || e->time < c->last_time) {
		return pl_diag_set(c->diag, PL_E_PROOF, "line %zu: the gap does not lie behind what comes before it", i->line);
	}
	c->r->lost_leaves += e->size - c->edge.size;
	c->r->gaps[c->r->n_gaps++] = *e;
	c->edge = c->gap_edges[i->gap];
	c->chain = e->chain;
	c->days = e->days;
	c->last_time = e->time;
	c->last_day = 0; /* days that the log has and this file has not are not missing */
	c->entered_max = 0;
	return PL_OK;
}

/* ---- front and back ---- */

static size_t lines_before(pl_bytes file, pl_str there)
{
	size_t n = 0;

	for (const char *p = (const char *)file.ptr; p < there.ptr; p++)
		n += *p == '\n';
	return n;
}

static pl_status begin(struct check *c, pl_bytes file)
{
	struct pl_recount *r = c->r;
	struct pl_digest packed[64], root;
	size_t n = 0;
	pl_status st;

	c->rest = pl_bytes_str(file);
	st = pl_openings_head_take(&c->rest, &r->head, c->diag);
	if (!st)
		st = pl_register_decl_parse(r->head.declaration, &r->decl, c->diag);
	if (!st)
		st = pl_recount_read_earlier(r, c->diag);
	if (st)
		return st;
	if (r->head.stated.len) {
		st = pl_stated_read(r->head.stated, lines_before(file, r->head.stated), r, c->diag);
		if (st)
			return st;
	}
	if (r->head.last.size < r->head.first.size || r->head.last.highest < r->head.first.highest)
		return pl_diag_set(c->diag, PL_E_PROOF, "the last head is smaller than the first");
	pl_register_id(r->head.origin, r->decl->name, &r->reg);
	c->line = lines_before(file, c->rest);
	for (; n < 63 && pl_str_starts(c->rest, PL_STR("edge ")); n++, c->line++) {
		pl_str line;

		if (!pl_str_take_line(&c->rest, &line) || !pl_str_eat(&line, PL_STR("edge ")) ||
			pl_hex_read(line, packed[n].b, sizeof packed[n].b))
			return pl_diag_set(c->diag, PL_E_SYNTAX, "line %zu: expected \"edge <64 hex digits>\"", c->line + 1);
	}
	st = pl_tree_edge_unpack(r->head.first.size, packed, n, &c->edge);
	if (st)
		return pl_diag_set(c->diag, st, "the edge has %zu subtrees, which does not fit the first head's size", n);
	pl_tree_edge_root(&c->edge, &root);
	if (!pl_digest_eq(&root, &r->head.first.root))
		return pl_diag_set(c->diag, PL_E_PROOF, "the edge does not lead to the first head's root");
	c->chain = r->head.first.chain;
	c->days = r->head.first.days;
	c->highest = c->cases.before = r->head.first.highest;
	c->last_time = r->head.first.time;
	return PL_OK;
}

static pl_status finish(struct check *c)
{
	const struct pl_register_end *last = &c->r->head.last;
	struct pl_digest root;
	pl_status st;

	if (c->rest.len)
		return pl_diag_set(c->diag, PL_E_SYNTAX, "line %zu: something follows the line \"end\"", c->line + 1);
	st = entered_in_time(c, last->time);
	if (st)
		return st;
	if (c->edge.size != last->size)
		return pl_diag_set(c->diag, PL_E_PROOF, "the last head has %llu leaves, with the rows there are %llu",
			(unsigned long long)last->size, (unsigned long long)c->edge.size);
	if (c->highest != last->highest)
		return pl_diag_set(c->diag, PL_E_PROOF, "the last head says number %llu was given, the rows end with %llu",
			(unsigned long long)last->highest, (unsigned long long)c->highest);
	pl_tree_edge_root(&c->edge, &root);
	if (!pl_digest_eq(&root, &last->root))
		return pl_diag_set(c->diag, PL_E_PROOF,
			"the rows do not lead to the last head's root: one since the last heartbeat (number %llu and before) is false",
			(unsigned long long)c->highest);
	if (c->days != last->days || !pl_digest_eq(&c->chain, &last->chain))
		return pl_diag_set(c->diag, PL_E_PROOF, "the heartbeats are not those that the last head closes");
	return PL_OK;
}

/* The rows that were read so far, one after the other. */
static pl_status apply_batch(struct check *c)
{
	pl_status st = PL_OK;

	compute_all(c);
	for (size_t i = 0; i < c->n && !st; i++)
		st = c->items[i].is_gap ? apply_gap(c, &c->items[i]) :
		     c->items[i].is_day ? apply_day(c, &c->items[i]) :
					  apply_row(c, &c->items[i]);
	return st;
}

static pl_status check_rows(struct check *c, uint64_t total, pl_recount_tell tell, void *ctx)
{
	struct pl_diag *diag = c->diag;
	pl_status st = PL_OK;

	while (!c->ended && !st) {
		/* Whatever is wrong first is told: the rows of a batch come before the line at which it breaks off. */
		struct pl_diag off = {0};
		pl_status broken;

		c->diag = &off;
		broken = take_batch(c);
		c->diag = diag;
		st = apply_batch(c);
		if (!st && broken) {
			*diag = off;
			st = broken;
		}
		if (tell)
			tell(ctx, total - c->rest.len, total);
	}
	return st ? st : finish(c);
}

static unsigned processors(unsigned asked)
{
	long n = asked ? (long)asked : sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > (long)THREADS_MAX ? THREADS_MAX : (unsigned)n;
}

/* Whom to tell how far it is. */
struct teller {
	pl_recount_tell tell;
	void *ctx;
};

static pl_status recount(pl_bytes file, unsigned threads, const struct teller *progress, const struct pl_recount_listener *listener,
	struct pl_recount *ret, struct pl_diag *diag)
{
	struct pl_diag own = {0};
	struct check c = {.r = ret, .threads = processors(threads), .diag = diag ? diag : &own};
	pl_status st;

	*ret = (struct pl_recount){.arena = PL_ARENA((size_t)256 << 20)};
	if (file.len > PL_OPENINGS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "an openings file has at most 4 GiB");
	c.items = pl_try_alloc(BATCH, sizeof *c.items);
	st = c.items ? begin(&c, file) : PL_E_NOMEM;
	if (!st)
		st = check_rows(&c, file.len, progress->tell, progress->ctx);
	if (!st)
		st = pl_recount_count(ret, &c.cases, listener, diag);
	pl_free(c.items);
	pl_recount_cases_done(&c.cases);
	if (st)
		pl_recount_done(ret);
	return st;
}

pl_status pl_recount_file(pl_bytes file, unsigned threads, pl_recount_tell tell, void *ctx, struct pl_recount *ret,
	struct pl_diag *diag)
{
	const struct pl_recount_listener nobody = {0};

	return recount(file, threads, &(struct teller){tell, ctx}, &nobody, ret, diag);
}

pl_status pl_recount_cases(pl_bytes file, unsigned threads, pl_recount_each each, void *ctx, struct pl_recount *ret,
	struct pl_diag *diag)
{
	const struct pl_recount_listener listener = {each, ctx};

	return recount(file, threads, &(struct teller){0}, &listener, ret, diag);
}

void pl_recount_done(struct pl_recount *r)
{
	pl_register_decl_free(r->decl);
	for (size_t i = 0; i < r->n_earlier; i++)
		pl_register_decl_free(r->earlier[i].decl);
	pl_arena_done(&r->arena);
	*r = (struct pl_recount){0};
}
