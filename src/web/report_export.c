/* SPDX-License-Identifier: Apache-2.0 */
#include "web/report_export.h"
#include "base/file.h"
#include "fact/query.h"
#include "register/export/pdf.h"
#include "register/words/query.h"
#include "web/report_page.h"
#include <fcntl.h>
#include <unistd.h>

#define DOC_ARENA ((size_t)64 << 20)
#define DOC_MAX ((size_t)64 << 20)
#define CHUNK ((size_t)1 << 20)

static const struct {
	const char *media, *ending;
} kinds[] = {
	[PL_EXPORT_CSV] = {"text/csv; charset=utf-8; header=present", "csv"},
	[PL_EXPORT_TOTALS] = {"text/csv; charset=utf-8; header=present", "totals.csv"},
	[PL_EXPORT_JSON] = {"application/json", "json"},
	[PL_EXPORT_HTML] = {"text/html; charset=utf-8", "html"},
	[PL_EXPORT_PDF] = {"application/pdf", "pdf"},
};

const char *pl_export_media(enum pl_export format)
{
	return kinds[format].media;
}

const char *pl_export_ending(enum pl_export format)
{
	return kinds[format].ending;
}

/* ---- counting ---- */

pl_status pl_export_openings(struct pl_instance *inst, const struct pl_query_report *q, int dir_fd, uint64_t max,
	struct pl_register_report_file *ret, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(65536);
	int fd PL_CLEANUP(pl_file_close) = -1;
	struct pl_query_body body;
	pl_status st = pl_query_body(inst, &q->openings, &arena, &body);

	if (st)
		return st;
	if (body.state != PL_BODY_PRESENT)
		return pl_diag_set(diag, PL_E_NOTFOUND, "the openings of this report are withheld or not stored");
	if (max && body.size > max)
		return pl_diag_set(diag, PL_E_TOOBIG, "the openings have %llu bytes", (unsigned long long)body.size);
	st = pl_file_open(dir_fd, ".", O_RDWR | O_TMPFILE, 0600, &fd);
	if (!st)
		st = pl_blob_get_fd(pl_instance_blobs(inst), &q->openings, fd);
	return st ? st : pl_register_report_file_map(fd, ret, diag);
}

static bool same_numbers(const struct pl_query_report *q, const struct pl_recount *c)
{
	return q->cases == c->cases && q->unopened == c->unopened && q->erased == c->erased && q->lost == c->lost && q->late == c->late &&
		q->from == c->head.from && q->to == c->head.to && q->time == c->head.last.time && q->n_totals == pl_recount_totals_count(c) &&
		pl_str_eq(q->name, c->decl->name) && pl_digest_eq(&q->declaration, &c->decl->digest);
}

pl_status pl_export_check(const struct pl_query_report *q, const struct pl_recount *counted, struct pl_diag *diag)
{
	bool same = same_numbers(q, counted);

	for (size_t i = 0; same && i < q->n_totals; i++) {
		struct pl_recount_said said;

		pl_recount_total_at(counted, i, &said);
		same = q->totals[i].value == said.value && pl_str_eq(q->totals[i].name, said.total->name);
	}
	return same ? PL_OK : pl_diag_set(diag, PL_E_PROOF, "what was counted from the openings is not what the log says");
}

/* ---- the document ---- */

static pl_status find_replaced(struct pl_instance *inst, const struct pl_query_report *q, struct pl_arena *arena,
	struct pl_report_source *s)
{
	struct pl_query_editions e = {0};
	pl_status st = q->edition > 1 ? pl_query_report_editions(inst, q->name, q->from, q->to, arena, &e) : PL_OK;

	for (size_t i = 0; !st && i < e.n; i++)
		if (e.list[i].edition + 1 == q->edition) {
			s->has_replaced = true;
			s->replaced = e.list[i].index;
		}
	return st;
}

/* Behind the report's first head, up to its last: heads that stand in the log before it, so they never change. */
static pl_status find_late(struct pl_instance *inst, const struct pl_query_report *q, struct pl_arena *arena, struct pl_report_source *s)
{
	struct pl_query_late *late = NULL;
	pl_status st = pl_query_late_between(inst, q->name, q->has_first ? q->first_index + 1 : 0, q->last_index, PL_REPORT_LATE_MAX, arena, &late,
		&s->n_late, &s->all_late);

	s->late = late;
	return st;
}

pl_status pl_export_doc(struct pl_instance *inst, const struct pl_query_report *q, const struct pl_recount *counted, enum pl_lang lang,
	struct pl_arena *arena, struct pl_report_doc *ret)
{
	struct pl_report_source s = {.counted = counted, .stated = q, .lang = lang};
	struct pl_register_words *words = pl_arena_alloc(arena, 1, sizeof *words);
	uint64_t index;
	pl_status st = words ? pl_query_register_words(inst, q->name, pl_str_from(pl_lang_tag(lang)), q->index, arena, words, &index) :
		PL_E_NOMEM;

	if (!st)
		s.words = words;
	else if (st != PL_E_NOTFOUND)
		return st;
	st = find_replaced(inst, q, arena, &s);
	if (!st)
		st = find_late(inst, q, arena, &s);
	return st ? st : pl_report_doc_make(&s, arena, ret);
}

/* ---- writing ---- */

pl_status pl_export_write(const struct pl_report_doc *doc, enum pl_export format, enum pl_lang lang, struct pl_arena *arena,
	struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_report_headings headings;
	pl_status st = PL_OK;

	switch (format) {
	case PL_EXPORT_CSV:
		return PL_E_UNSUPPORTED;
	case PL_EXPORT_TOTALS:
		pl_report_csv_totals(doc, out);
		break;
	case PL_EXPORT_JSON:
		st = pl_report_json(doc, out);
		break;
	case PL_EXPORT_HTML:
		st = pl_report_page_file(doc, lang, arena, out);
		break;
	case PL_EXPORT_PDF:
		pl_report_headings_of(lang, &headings);
		st = pl_report_pdf(doc, &headings, out, diag);
		break;
	}
	return st ? st : pl_buf_status(out);
}

struct rows {
	struct pl_buf out;
	int fd;
	bool begun;
};

static pl_status flush(struct rows *r)
{
	pl_status st = pl_buf_status(&r->out);

	if (!st)
		st = pl_file_write(r->fd, r->out.ptr, r->out.len);
	pl_buf_clear(&r->out);
	return st;
}

static pl_status each(void *ctx, const struct pl_recount *counted, uint64_t number, uint32_t revision, unsigned under, const pl_str *values)
{
	struct rows *r = ctx;

	if (!r->begun)
		pl_report_csv_head(counted, &r->out);
	r->begun = true;
	pl_report_csv_row(counted, number, revision, under, values, &r->out);
	return r->out.len < CHUNK ? PL_OK : flush(r);
}

pl_status pl_export_rows(const struct pl_register_report_file *file, const struct pl_query_report *q, int fd, struct pl_diag *diag)
{
	struct rows r = {.out = PL_BUF(4 * CHUNK), .fd = fd};
	struct pl_recount counted = {0};
	pl_status st = pl_recount_cases(file->bytes, 0, each, &r, &counted, diag);

	if (!st) {
		st = pl_export_check(q, &counted, diag);
		if (!r.begun)
			pl_report_csv_head(&counted, &r.out);
		pl_recount_done(&counted);
	}
	if (!st)
		st = flush(&r);
	pl_buf_done(&r.out);
	return st;
}

static pl_status export_doc(struct pl_instance *inst, const struct pl_query_report *q, const struct pl_recount *counted,
	enum pl_export format, enum pl_lang lang, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(DOC_ARENA);
	struct pl_report_doc doc;
	pl_status st = pl_export_doc(inst, q, counted, lang, &arena, &doc);

	return st ? st : pl_export_write(&doc, format, lang, &arena, out, diag);
}

static pl_status export_counted(struct pl_instance *inst, const struct pl_query_report *q, const struct pl_register_report_file *file,
	enum pl_export format, enum pl_lang lang, int fd, struct pl_diag *diag)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(DOC_MAX);
	struct pl_recount counted = {0};
	pl_status st = pl_recount_file(file->bytes, 0, NULL, NULL, &counted, diag);

	if (st)
		return st;
	st = pl_export_check(q, &counted, diag);
	if (!st)
		st = export_doc(inst, q, &counted, format, lang, &out, diag);
	pl_recount_done(&counted);
	return st ? st : pl_file_write(fd, out.ptr, out.len);
}

pl_status pl_export_report(struct pl_instance *inst, const struct pl_query_report *q, enum pl_export format, enum pl_lang lang, int fd,
	struct pl_diag *diag)
{
	struct pl_register_report_file file = {0};
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open_dir(AT_FDCWD, "/var/tmp", &dir);

	if (!st)
		st = pl_export_openings(inst, q, dir, 0, &file, diag);
	if (!st)
		st = format == PL_EXPORT_CSV ? pl_export_rows(&file, q, fd, diag) :
			export_counted(inst, q, &file, format, lang, fd, diag);
	pl_register_report_file_done(&file);
	return st;
}
