/* SPDX-License-Identifier: Apache-2.0 */
/* verify/releases_say: the report of verify/releases, in words and in JSON (docs/manual/verify.md). */
#include "verify/releases.h"
#include "verify/say.h"
#include "base/time.h"

/* So many releases have a row of their own in words; JSON has all. */
#define ROWS 12u

/* What is not proved, sentence by sentence; NULL behind the last. */
static const char *not_proved(const struct pl_verify_releases *r, size_t i, char *room, size_t room_size)
{
	switch (i) {
	case 0:
		return "that nothing was released since: a newer list may stand in the log, which only the log itself shows (pellucid log follow)";
	case 1:
		return "that nothing was handed out that was never logged";
	case 2:
		return "that a release is harmless, or made from its source: its own proof bundle says what was found";
	case 3:
	case 4:
		return pl_verify_not_proved(r->verify, i - 1, room, room_size);
	default:
		return NULL;
	}
}

static bool is_ours(const struct pl_verify_entry *e)
{
	return e->kind && (strcmp(e->kind->row.type, PL_TYPE_RELEASE) == 0 || strcmp(e->kind->row.type, PL_TYPE_PRODUCT_HEAD) == 0);
}

/* ---- in words ---- */

static void put_head(const struct pl_verify_releases *r, const struct pl_verify_style *style, struct pl_buf *out)
{
	char text[PL_DIGEST_TEXT + 1], when[21];

	if (!r->head)
		return;
	pl_time_write(pl_statement_time(r->head->entry->statement), when);
	pl_verify_put_row(out, style, "head");
	pl_buf_printf(out, "%llu release%s, stated at %s, ", (unsigned long long)r->head->count, r->head->count == 1 ? "" : "s", when);
	pl_verify_put_signers(out, r->verify, r->head->entry);
	pl_verify_put_place(out, style, r->head->entry);
	pl_digest_text(&r->head->root, text);
	pl_verify_put_row(out, style, "");
	pl_buf_printf(out, "root %s\n", text);
	if (r->finding == PL_FOUND_ROOT) {
		pl_digest_text(&r->root, text);
		pl_verify_put_row(out, style, "counted");
		pl_buf_printf(out, "%sroot %s%s\n", style->bad, text, style->plain);
	}
	if (r->n_heads > 1) {
		pl_verify_put_row(out, style, "");
		pl_buf_printf(out, "%zu older head%s in the bundle\n", r->n_heads - 1, r->n_heads == 2 ? "" : "s");
	}
}

static void put_release(const struct pl_verify_releases *r, const struct pl_verify_listed *l, const struct pl_verify_style *style,
	struct pl_buf *out)
{
	bool later = pl_verify_releases_later(r, l);

	pl_verify_put_row(out, style, later ? "later" : "release");
	pl_buf_printf(out, "number %llu: ", (unsigned long long)l->number);
	pl_verify_put_safe(out, l->version);
	pl_buf_put_z(out, ", ");
	pl_verify_put_signers(out, r->verify, l->entry);
	if (later)
		pl_buf_printf(out, ", %safter this head%s", style->warn, style->plain);
	pl_verify_put_place(out, style, l->entry);
}

/* The newest of many. */
static void put_releases(const struct pl_verify_releases *r, const struct pl_verify_style *style, struct pl_buf *out)
{
	size_t all = r->n + r->n_later, from = all > ROWS ? all - ROWS : 0;

	if (from > 0) {
		pl_verify_put_row(out, style, "release");
		pl_buf_printf(out, "%zu more before these\n", from);
	}
	for (size_t i = from; i < all; i++)
		put_release(r, &r->list[i], style, out);
}

static void put_ignored(const struct pl_verify_releases *r, const struct pl_verify_style *style, struct pl_buf *out)
{
	const struct pl_verify *v = r->verify;

	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];

		if (e->counts || !is_ours(e))
			continue;
		pl_verify_put_row(out, style, "ignored");
		pl_buf_printf(out, "%s: ", e->kind->row.title);
		pl_verify_put_safe(out, pl_str_from(e->why_not));
		pl_verify_put_place(out, style, e);
	}
	if (r->malformed > 0) {
		pl_verify_put_row(out, style, "ignored");
		pl_buf_printf(out, "%zu statement%s of this product without number, count or root\n", r->malformed, r->malformed == 1 ? "" : "s");
	}
	if (r->others > 0) {
		pl_verify_put_row(out, style, "ignored");
		pl_buf_printf(out, "%zu release%s of other products\n", r->others, r->others == 1 ? "" : "s");
	}
}

static void put_file(const struct pl_verify_releases *r, const struct pl_verify_asked *f, const struct pl_verify_style *style,
	struct pl_buf *out)
{
	pl_verify_put_row(out, style, "file");
	pl_verify_put_safe(out, f->name);
	if (!f->belongs) {
		pl_buf_printf(out, " %sbelongs to none of these releases%s\n", style->bad, style->plain);
		return;
	}
	pl_buf_put_z(out, " belongs to release ");
	pl_verify_put_safe(out, f->belongs->version);
	pl_buf_printf(out, ", number %llu", (unsigned long long)f->belongs->number);
	if (pl_verify_releases_later(r, f->belongs))
		pl_buf_printf(out, ", %safter this head%s", style->warn, style->plain);
	pl_verify_put_place(out, style, f->belongs->entry);
}

static size_t strangers(const struct pl_verify_asked *files, size_t n)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += !files[i].belongs;
	return found;
}

static void put_heading(const struct pl_verify_releases *r, size_t strange, size_t n, const struct pl_verify_style *style, struct pl_buf *out)
{
	bool good = r->status == PL_OK && strange == 0;

	pl_buf_printf(out, "%s%s%s  %.*s: %s", good ? style->good : style->bad, good ? "PROVED" : "REFUSED", style->plain,
		PL_STR_ARG(r->product), r->words);
	if (strange > 0)
		pl_buf_printf(out, "; of %zu file%s %zu belong%s to none of them", n, n == 1 ? "" : "s", strange, strange == 1 ? "s" : "");
	pl_buf_put_z(out, "\n\n");
}

void pl_verify_releases_text(const struct pl_verify_releases *r, const struct pl_verify_asked *files, size_t n,
	const struct pl_verify_style *style, struct pl_buf *out)
{
	size_t strange = strangers(files, n);
	char room[256];
	const char *line;

	put_heading(r, strange, n, style, out);
	put_head(r, style, out);
	put_releases(r, style, out);
	for (size_t i = 0; i < n; i++)
		put_file(r, &files[i], style, out);
	put_ignored(r, style, out);
	pl_verify_put_log(out, r->verify, style);
	pl_verify_put_witnesses(out, r->verify, style);
	if (r->status != PL_OK || strange > 0)
		return;
	pl_buf_printf(out, "\n  %sNot proved%s\n", style->bold, style->plain);
	for (size_t i = 0; (line = not_proved(r, i, room, sizeof room)); i++)
		pl_buf_printf(out, "  - %s\n", line);
}

/* ---- in JSON ---- */

static void set_head(struct pl_json *top, const struct pl_verify_releases *r)
{
	struct pl_json *o;

	if (!r->head)
		return;
	o = pl_json_set_object(top, "head");
	pl_json_set_u64(o, "index", r->head->entry->index);
	pl_verify_set_time(o, "claimedTime", pl_statement_time(r->head->entry->statement));
	pl_json_set_u64(o, "count", r->head->count);
	pl_verify_set_digest(o, "root", &r->head->root);
	pl_json_set_u64(o, "older", r->n_heads - 1);
	if (r->finding == PL_FOUND_COMPLETE || r->finding == PL_FOUND_ROOT || r->finding == PL_FOUND_HEADS)
		pl_verify_set_digest(top, "countedRoot", &r->root);
}

static void push_releases(struct pl_json *list, const struct pl_verify_listed *from, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pl_json *o = pl_json_push_object(list);

		pl_json_set_u64(o, "number", from[i].number);
		pl_verify_set_safe(o, "version", from[i].version);
		pl_json_set_u64(o, "index", from[i].entry->index);
		pl_verify_set_digest(o, "pae", &from[i].entry->statement->pae);
	}
}

static void set_missing(struct pl_json *top, const struct pl_verify_releases *r)
{
	struct pl_json *list = pl_json_set_array(top, "missing");

	for (size_t i = 0; i < r->n_gaps; i++) {
		struct pl_json *o = pl_json_push_object(list);

		pl_json_set_u64(o, "first", r->gaps[i].first);
		pl_json_set_u64(o, "last", r->gaps[i].last);
	}
}

static void set_ignored(struct pl_json *top, const struct pl_verify_releases *r)
{
	struct pl_json *list = pl_json_set_array(top, "ignored");

	for (size_t i = 0; i < r->verify->bundle.n; i++) {
		const struct pl_verify_entry *e = &r->verify->entry[i];
		struct pl_json *o;

		if (e->counts || !is_ours(e))
			continue;
		o = pl_json_push_object(list);
		pl_json_set_u64(o, "index", e->index);
		pl_json_set_z(o, "kind", e->kind->word);
		pl_verify_set_safe(o, "whyNot", pl_str_from(e->why_not));
	}
	pl_json_set_u64(top, "malformed", r->malformed);
	pl_json_set_u64(top, "otherProducts", r->others);
}

static void set_files(struct pl_json *top, const struct pl_verify_releases *r, const struct pl_verify_asked *files, size_t n)
{
	struct pl_json *list = pl_json_set_array(top, "files");

	for (size_t i = 0; i < n; i++) {
		struct pl_json *o = pl_json_push_object(list);

		pl_verify_set_safe(o, "name", files[i].name);
		pl_verify_set_digest(o, "digest", &files[i].digest);
		pl_json_set_bool(o, "belongs", files[i].belongs != NULL);
		if (!files[i].belongs)
			continue;
		pl_json_set_u64(o, "number", files[i].belongs->number);
		pl_verify_set_safe(o, "version", files[i].belongs->version);
		pl_json_set_bool(o, "later", pl_verify_releases_later(r, files[i].belongs));
	}
}

pl_status pl_verify_releases_json(const struct pl_verify_releases *r, const struct pl_verify_asked *files, size_t n, struct pl_buf *out)
{
	struct pl_json *top = pl_json_new_object(), *list;
	bool good = r->status == PL_OK && strangers(files, n) == 0;
	char room[256];
	const char *line;

	pl_json_set_z(top, "result", good ? "proved" : "refused");
	if (!good)
		pl_json_set_z(top, "reason", pl_status_word(r->status ? r->status : PL_E_NOTFOUND));
	pl_json_set_z(top, "finding", pl_verify_finding_word(r->finding));
	pl_json_set_z(top, "words", r->words);
	pl_verify_set_safe(top, "product", r->product);
	set_head(top, r);
	push_releases(pl_json_set_array(top, "releases"), r->list, r->n);
	push_releases(pl_json_set_array(top, "later"), r->list + r->n, r->n_later);
	set_missing(top, r);
	set_ignored(top, r);
	if (n > 0)
		set_files(top, r, files, n);
	pl_verify_set_log(top, r->verify);
	list = pl_json_set_array(top, "notProved");
	for (size_t i = 0; (line = not_proved(r, i, room, sizeof room)); i++)
		pl_json_push_z(list, line);
	return pl_verify_finish(top, out);
}
