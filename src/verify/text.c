/* SPDX-License-Identifier: Apache-2.0 */
/* verify/text: the report in words. A label column, short lines, and at the end what is not proved. */
#include "base/time.h"
#include "verify/say.h"
#include <stdio.h>

/* Files of a release that are named when another file was looked for. */
#define EXPECTED_MAX 4u

/* What could move a cursor, change direction or hide: C0, DEL, C1, and the invisible ones of U+200B..U+206F, U+FEFF. */
static bool tricky(const unsigned char *p, size_t len)
{
	if (len == 1)
		return p[0] < 0x20 || p[0] == 0x7f;
	if (len == 2)
		return p[0] == 0xc2 && p[1] < 0xa0;
	if (len == 3 && p[0] == 0xe2)
		return (p[1] == 0x80 && (p[2] >= 0x8b && p[2] <= 0x8f)) || (p[1] == 0x80 && p[2] >= 0xa8 && p[2] <= 0xae) ||
			(p[1] == 0x81 && p[2] >= 0xa0 && p[2] <= 0xaf);
	return len == 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf;
}

static size_t char_len(unsigned char c)
{
	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

void pl_verify_put_safe(struct pl_buf *out, pl_str s)
{
	if (!pl_str_is_utf8(s)) {
		for (size_t i = 0; i < s.len; i++)
			pl_buf_put_c(out, s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f ? s.ptr[i] : '?');
		return;
	}
	for (size_t i = 0; i < s.len;) {
		size_t n = char_len((unsigned char)s.ptr[i]);

		if (tricky((const unsigned char *)s.ptr + i, n))
			pl_buf_put_c(out, '?');
		else
			pl_buf_put(out, s.ptr + i, n);
		i += n;
	}
}

/* "  label      " in dim. */
void pl_verify_put_row(struct pl_buf *out, const struct pl_verify_style *style, const char *label)
{
	pl_buf_printf(out, "  %s%-9s%s ", style->dim, label, style->plain);
}

void pl_verify_put_place(struct pl_buf *out, const struct pl_verify_style *style, const struct pl_verify_entry *e)
{
	pl_buf_printf(out, " %s(entry %llu)%s\n", style->dim, (unsigned long long)e->index, style->plain);
}

void pl_verify_put_signers(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_entry *e)
{
	pl_str rebuilder = pl_verify_rebuilder(v, e);

	pl_buf_put_z(out, "signed by ");
	if (rebuilder.len > 0) {
		pl_verify_put_safe(out, rebuilder);
		pl_buf_put_z(out, ", a rebuilder of your trust file");
	} else if (e->signer) {
		pl_verify_put_safe(out, pl_str_from(e->signer));
	}
	if (e->judged.approvals > 0)
		pl_buf_printf(out, ", approved by %u officer%s", e->judged.approvals, e->judged.approvals == 1 ? "" : "s");
}

static bool is_type(const struct pl_verify_entry *e, const char *type)
{
	return e->kind && strcmp(e->kind->row.type, type) == 0;
}

static void put_headline(struct pl_buf *out, const struct pl_verify *v)
{
	const struct pl_verify_entry *e = v->first;

	pl_verify_put_safe(out, v->name);
	if (is_type(e, PL_TYPE_RELEASE)) {
		pl_buf_put_z(out, " belongs to release ");
		pl_verify_put_safe(out, pl_verify_text_of(e, "version"));
		pl_buf_put_z(out, " of ");
		pl_verify_put_safe(out, pl_verify_text_of(e, "product"));
	} else if (is_type(e, PL_TYPE_SOURCE_SNAPSHOT)) {
		pl_buf_put_z(out, " is the source of ");
		pl_verify_put_safe(out, pl_verify_text_of(e, "product"));
		pl_buf_put_z(out, " at commit ");
		pl_verify_put_safe(out, pl_str_sub(pl_verify_text_of(e, "commit"), 0, 12));
	} else {
		pl_buf_printf(out, " is logged: %s", e->kind->says);
	}
	pl_buf_put_c(out, '\n');
}

static void put_release(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_style *style)
{
	uint64_t number = 0;

	(void)!pl_json_get_u64(v->release->statement->predicate, "number", UINT32_MAX, &number, NULL);
	pl_verify_put_row(out, style, "release");
	pl_buf_printf(out, "number %llu, ", (unsigned long long)number);
	pl_verify_put_signers(out, v, v->release);
	pl_verify_put_place(out, style, v->release);
}

/* The source that the release names, if the bundle holds it. */
static void put_source(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_style *style)
{
	const struct pl_verify_entry *e = pl_verify_find(v, pl_verify_text_of(v->release, "snapshot"));

	if (!e || !is_type(e, PL_TYPE_SOURCE_SNAPSHOT))
		return;
	pl_verify_put_row(out, style, "source");
	pl_buf_put_z(out, "commit ");
	pl_verify_put_safe(out, pl_verify_text_of(e, "commit"));
	pl_verify_put_place(out, style, e);
}

/* "identical at uni, ", "not attempted (build-failed) at second-sandbox, " */
static void put_verdict(struct pl_buf *out, const struct pl_verify_entry *e, const struct pl_verify_style *style)
{
	pl_verify_put_row(out, style, "rebuilt");
	if (pl_verify_not_attempted(e)) {
		pl_buf_printf(out, "%snot attempted%s (", style->warn, style->plain);
		pl_verify_put_safe(out, pl_verify_text_of(e, "reason"));
		pl_buf_put_c(out, ')');
	} else {
		pl_buf_put_z(out, e->replaced ? style->dim : pl_verify_same(e) ? style->good : style->bad);
		pl_verify_put_safe(out, pl_verify_text_of(e, "verdict"));
		pl_buf_put_z(out, style->plain);
	}
	pl_buf_put_z(out, " at ");
	pl_verify_put_safe(out, pl_verify_text_of(e, "site"));
	pl_buf_put_z(out, ", ");
}

/* Other statements that name the file: builds, rebuilds, ... */
static void put_others(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_style *style)
{
	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];

		if (!e->counts || !e->about_file || e == v->release)
			continue;
		if (is_type(e, PL_TYPE_REBUILD_VERDICT)) {
			put_verdict(out, e, style);
		} else {
			pl_verify_put_row(out, style, is_type(e, PL_TYPE_SOURCE_SNAPSHOT) ? "source" : e->kind->word);
			if (!is_type(e, PL_TYPE_SOURCE_SNAPSHOT))
				pl_buf_printf(out, "%s, ", e->kind->says);
		}
		pl_verify_put_signers(out, v, e);
		if (e->replaced)
			pl_buf_printf(out, ", replaced by entry %llu", (unsigned long long)e->replaced->index);
		pl_verify_put_place(out, style, e);
	}
}

void pl_verify_put_log(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_style *style)
{
	pl_verify_put_row(out, style, "log");
	pl_verify_put_safe(out, v->checkpoint.origin);
	pl_buf_printf(out, ", %llu entries\n", (unsigned long long)v->checkpoint.size);
	if (v->purpose.len > 0 && !pl_str_eq(v->purpose, PL_STR("production"))) {
		pl_verify_put_row(out, style, "");
		pl_buf_put_z(out, style->warn);
		pl_buf_put_z(out, "a ");
		pl_verify_put_safe(out, v->purpose);
		pl_buf_printf(out, " log, by its own words: rely on nothing in it%s\n", style->plain);
	}
}

void pl_verify_put_witnesses(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_style *style)
{
	const struct pl_policy_witness *list;
	size_t n = pl_policy_witnesses(v->policy, &list);
	bool first = true;
	char when[21];

	for (size_t i = 0; i < n; i++) {
		if (!v->verdict.witness[i].counts)
			continue;
		pl_verify_put_row(out, style, first ? "seen by" : "");
		first = false;
		pl_verify_put_safe(out, list[i].key.name);
		pl_time_write(v->verdict.witness[i].time, when);
		pl_buf_printf(out, " at %s\n", when);
	}
	pl_verify_put_row(out, style, first ? "seen by" : "");
	if (v->verdict.unwitnessed)
		pl_buf_printf(out, "%s%s%s\n", style->warn, PL_POLICY_NOT_WITNESSED, style->plain);
	else
		pl_buf_printf(out, "quorum met: %zu of %zu witnesses\n", v->verdict.n_counted, n);
}

static void put_digest_row(struct pl_buf *out, const struct pl_digest *d, const struct pl_verify_style *style)
{
	char hex[2 * PL_DIGEST_LEN + 1];

	pl_digest_hex(d, hex);
	pl_verify_put_row(out, style, "sha256");
	pl_buf_printf(out, "%s\n", hex);
}

static void put_not_proved(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_style *style)
{
	char room[256];
	const char *line;

	pl_buf_printf(out, "\n  %sNot proved%s\n", style->bold, style->plain);
	for (size_t i = 0; (line = pl_verify_not_proved(v, i, room, sizeof room)); i++)
		pl_buf_printf(out, "  - %s\n", line);
}

/* What the file should have been: the subjects of the first release, else of the first thing not about the log. */
static void put_expected(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_style *style)
{
	const struct pl_verify_entry *about = NULL;
	char hex[2 * PL_DIGEST_LEN + 1];

	for (size_t i = 0; i < v->bundle.n && !(about && is_type(about, PL_TYPE_RELEASE)); i++) {
		const struct pl_verify_entry *e = &v->entry[i];

		if (e->counts && (is_type(e, PL_TYPE_RELEASE) || (!about && e->kind->row.approval != PL_APPROVAL_ROOTS)))
			about = e;
	}
	for (size_t i = 0; about && i < about->statement->n_subjects && i < EXPECTED_MAX; i++) {
		pl_digest_hex(&about->statement->subjects[i].sha256, hex);
		pl_verify_put_row(out, style, i == 0 ? "expected" : "");
		pl_buf_printf(out, "%s ", hex);
		pl_verify_put_safe(out, about->statement->subjects[i].name);
		pl_verify_put_place(out, style, about);
	}
}

/* Why nothing came of it: what the bundle does say, without believing what does not count. */
static void put_refused(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_style *style)
{
	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];

		if (e->counts || !e->about_file)
			continue;
		pl_verify_put_row(out, style, "ignored");
		pl_buf_put_z(out, e->kind ? e->kind->row.title : "a statement");
		pl_buf_put_z(out, ": ");
		pl_verify_put_safe(out, pl_str_from(e->why_not));
		pl_verify_put_place(out, style, e);
	}
	if (v->status == PL_E_NOTFOUND)
		put_expected(out, v, style);
}

void pl_verify_write_text(const struct pl_verify *v, const struct pl_verify_style *style, struct pl_buf *out)
{
	if (v->status == PL_OK) {
		pl_buf_printf(out, "%sPROVED%s  ", style->good, style->plain);
		put_headline(out, v);
	} else {
		pl_buf_printf(out, "%sREFUSED%s  ", style->bad, style->plain);
		pl_verify_put_safe(out, v->name);
		pl_buf_printf(out, ": %s\n", v->words);
	}
	pl_buf_put_c(out, '\n');
	put_digest_row(out, &v->file, style);
	if (v->release)
		put_release(out, v, style);
	if (v->release)
		put_source(out, v, style);
	put_others(out, v, style);
	if (v->status != PL_OK)
		put_refused(out, v, style);
	pl_verify_put_log(out, v, style);
	pl_verify_put_witnesses(out, v, style);
	if (v->status == PL_OK)
		put_not_proved(out, v, style);
}

void pl_verify_write_refusal(pl_str name, pl_status st, const struct pl_diag *why, const struct pl_verify_style *style,
	struct pl_buf *out)
{
	pl_buf_printf(out, "%sREFUSED%s  ", style->bad, style->plain);
	pl_verify_put_safe(out, name);
	pl_buf_put_z(out, ": ");
	pl_verify_put_safe(out, pl_str_from(pl_diag_text(why, st)));
	pl_buf_put_c(out, '\n');
	if (why && why->hint[0])
		pl_buf_printf(out, "  %s\n", why->hint);
}

const char *pl_verify_not_proved(const struct pl_verify *v, size_t i, char *room, size_t room_size)
{
	char when[21];
	bool seen = v->verdict.n_counted > 0;

	if (seen)
		pl_time_write(v->verdict.latest, when);
	switch (i) {
	case 0:
		return "that the file is harmless; only that it was put on record in public";
	case 1:
		if (!v->release)
			return "that the file was released: no release statement in the bundle names it";
		snprintf(room, room_size, "that this is the newest release; the log was seen %s%s",
			seen ? "up to " : "at some time", seen ? when : "");
		return room;
	case 2:
		return "that no signing key was ended in an entry that the bundle leaves out";
	case 3:
		if (v->verdict.unwitnessed)
			return "that others see the same log: nobody but its operator vouches for that";
		return "that the witnesses are independent; your trust file chose them";
	case 4:
		return v->rebuilders == 0 ? "that a rebuilder of your trust file got the same bytes from the source" : NULL;
	default:
		return NULL;
	}
}
