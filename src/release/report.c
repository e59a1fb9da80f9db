/* SPDX-License-Identifier: Apache-2.0 */
#include "release/report.h"
#include "base/file.h"
#include "fact/member.h"
#include "release/publish.h"
#include "release/work.h"
#include <sched.h>
#include <stdio.h>

/* ---- comparing ---- */

/* The worst of all artefacts. That one differs outweighs that another could not be compared. */
static bool worse(enum pl_verdict a, enum pl_verdict b)
{
	if (a == PL_VERDICT_NOT_ATTEMPTED || b == PL_VERDICT_NOT_ATTEMPTED)
		return a != b && b != PL_VERDICT_DIFFERENT;
	return a > b;
}

static void by_digest(const struct pl_release_artefact *a, const struct pl_build_output *out, unsigned allowed,
	struct pl_comparison *c)
{
	*c = (struct pl_comparison){.a = a->digest, .b = out->digest, .size_a = a->size, .size_b = out->size};
	if (pl_digest_eq(&c->a, &c->b))
		c->verdict = PL_VERDICT_IDENTICAL;
	else
		c->verdict = allowed ? PL_VERDICT_NOT_ATTEMPTED : PL_VERDICT_DIFFERENT;
}

static pl_status compare_one(const struct pl_report *r, const struct pl_build_record *record, size_t i, unsigned allowed,
	const struct pl_report_bytes *bytes, struct pl_diag *diag)
{
	int first PL_CLEANUP(pl_file_close) = -1, second PL_CLEANUP(pl_file_close) = -1;
	const struct pl_release_artefact *a = &r->artefacts[i];
	pl_status st;

	if (!pl_str_eq(a->name, record->outputs[i].name))
		return pl_diag_set(diag, PL_E_MISMATCH, "the recipe leaves \"%.*s\" where the build has \"%.*s\"",
			PL_STR_ARG(record->outputs[i].name), PL_STR_ARG(a->name));
	st = bytes->open(bytes->ctx, i, &first);
	if (st == PL_E_NOTFOUND) {
		by_digest(a, &record->outputs[i], allowed, &r->comparisons[i]);
		return PL_OK;
	}
	if (st != PL_OK)
		return pl_diag_set(diag, st, "artefact \"%.*s\" cannot be read", PL_STR_ARG(a->name));
	st = pl_build_record_output(record, i, &second);
	return st == PL_OK ? pl_compare_files(first, second, allowed, &r->comparisons[i]) : st;
}

pl_status pl_report_compare(struct pl_report *r, const struct pl_build_record *record, unsigned allowed,
	const struct pl_report_bytes *bytes, struct pl_diag *diag)
{
	pl_status st = PL_OK;

	if (record->noutputs != r->n)
		return pl_diag_set(diag, PL_E_MISMATCH, "the recipe leaves %zu outputs where the build has %zu", record->noutputs,
			r->n);
	r->verdict = PL_VERDICT_IDENTICAL;
	for (size_t i = 0; i < r->n && st == PL_OK; i++) {
		if (bytes->tell)
			bytes->tell(bytes->ctx, i, r->n);
		st = compare_one(r, record, i, allowed, bytes, diag);
		if (st == PL_OK && worse(r->comparisons[i].verdict, r->verdict))
			r->verdict = r->comparisons[i].verdict;
	}
	r->reason = r->verdict == PL_VERDICT_NOT_ATTEMPTED ? PL_REASON_ARTEFACT_MISSING : PL_REASON_NONE;
	return st;
}

void pl_report_not_attempted(struct pl_report *r, enum pl_reason reason)
{
	r->verdict = PL_VERDICT_NOT_ATTEMPTED;
	r->reason = reason;
	for (size_t i = 0; i < r->n; i++)
		r->comparisons[i] = (struct pl_comparison){.verdict = PL_VERDICT_NOT_ATTEMPTED, .a = r->artefacts[i].digest,
			.size_a = r->artefacts[i].size};
}

/* ---- the report ---- */

static void put_variation(struct pl_json *list, const char *what, const char *a, const char *b)
{
	struct pl_json *o;

	if (strcmp(a, b) == 0)
		return;
	o = pl_json_push_object(list);
	pl_json_set_z(o, "what", what);
	pl_json_set_z(o, "build", a);
	pl_json_set_z(o, "rebuild", b);
}

static void put_number(struct pl_json *list, const char *what, int64_t a, int64_t b)
{
	char text_a[32], text_b[32];

	(void)snprintf(text_a, sizeof text_a, "%lld", (long long)a);
	(void)snprintf(text_b, sizeof text_b, "%lld", (long long)b);
	put_variation(list, what, text_a, text_b);
}

static void put_octal(struct pl_json *list, const char *what, unsigned a, unsigned b)
{
	char text_a[32], text_b[32];

	(void)snprintf(text_a, sizeof text_a, "%04o", a);
	(void)snprintf(text_b, sizeof text_b, "%04o", b);
	put_variation(list, what, text_a, text_b);
}

/* Everything in which the two sites differ, in words and values. */
static void put_variations(struct pl_json *list, const struct pl_build_record *rebuild)
{
	const struct pl_build_site *a = pl_build_site_plain(), *b = pl_build_site_varied();
	cpu_set_t all;
	int cpus = sched_getaffinity(0, sizeof all, &all) == 0 ? CPU_COUNT(&all) : 1;

	put_number(list, "user id", a->uid, b->uid);
	put_number(list, "group id", a->gid, b->gid);
	put_variation(list, "user name", a->user, b->user);
	put_variation(list, "host name", a->host, b->host);
	put_variation(list, "home directory", a->home, b->home);
	put_variation(list, "time zone", a->timezone, b->timezone);
	put_variation(list, "locale", a->locale, b->locale);
	put_number(list, "system time, seconds ahead", a->clock_offset, b->clock_offset);
	put_octal(list, "umask", a->umask, b->umask);
	put_number(list, "processors", cpus, rebuild->cpus);
	put_variation(list, "outer directory", a->outer_name, b->outer_name);
	for (size_t i = 0; b->noise && b->noise[i]; i++)
		put_variation(list, "environment variable", "", b->noise[i]);
}

static void put_comparison(struct pl_json *list, const struct pl_release_artefact *a, const struct pl_comparison *c)
{
	struct pl_json *o = pl_json_push_object(list), *names;

	pl_json_set_str(o, "name", a->name);
	pl_json_set_z(o, "verdict", pl_verdict_word(c->verdict));
	pl_work_set_digest(o, "build", &c->a);
	pl_json_set_u64(o, "buildSize", c->size_a);
	if (c->verdict == PL_VERDICT_NOT_ATTEMPTED)
		return;
	pl_work_set_digest(o, "rebuild", &c->b);
	pl_json_set_u64(o, "rebuildSize", c->size_b);
	names = pl_json_set_array(o, "normalised");
	if (c->normalised & PL_NORMALISE_ELF_BUILD_ID)
		pl_json_push_z(names, "elf-build-id");
	if (c->normalised & PL_NORMALISE_AR_HEADER)
		pl_json_push_z(names, "ar-header");
	if (c->verdict != PL_VERDICT_DIFFERENT)
		return;
	pl_json_set_u64(o, "firstDifference", c->first);
	pl_json_set_u64(o, "differingBytes", c->differing);
	pl_json_set_z(o, "section", c->section_a);
	pl_json_set_z(o, "sections", c->sections);
}

static pl_status read_comparison(const struct pl_json *o, struct pl_comparison *c)
{
	const struct pl_json *names = pl_json_get(o, "normalised");

	c->a = pl_member_digest(o, "build");
	c->b = pl_member_digest(o, "rebuild");
	c->size_a = pl_member_u64(o, "buildSize");
	c->size_b = pl_member_u64(o, "rebuildSize");
	c->first = pl_member_u64(o, "firstDifference");
	c->differing = pl_member_u64(o, "differingBytes");
	for (size_t i = 0; i < pl_json_count(names); i++) {
		pl_str name = {0};

		if (pl_json_str(pl_json_at(names, i), &name) == PL_OK)
			c->normalised |= pl_str_eq(name, PL_STR("ar-header")) ? PL_NORMALISE_AR_HEADER : PL_NORMALISE_ELF_BUILD_ID;
	}
	if (pl_str_z(pl_member_text(o, "section"), c->section_a, sizeof c->section_a) != PL_OK ||
		pl_str_z(pl_member_text(o, "sections"), c->sections, sizeof c->sections) != PL_OK)
		return PL_E_CORRUPT;
	return pl_verdict_parse(pl_member_text(o, "verdict"), &c->verdict);
}

struct pl_json *pl_report_write(const struct pl_report *r, const struct pl_build_record *record)
{
	struct pl_json *report = pl_json_new_object(), *list;

	pl_json_set_str(report, "product", r->product);
	pl_json_set_str(report, "commit", r->commit);
	pl_json_set_z(report, "verdict", pl_verdict_word(r->verdict));
	if (r->reason)
		pl_json_set_z(report, "reason", pl_reason_word(r->reason));
	pl_work_set_digest(report, "build", &r->build);
	if (r->verdict != PL_VERDICT_NOT_ATTEMPTED)
		pl_work_set_digest(report, "rebuild", &r->rebuild);
	list = pl_json_set_array(report, "varied");
	if (record)
		put_variations(list, record);
	list = pl_json_set_array(report, "artefacts");
	for (size_t i = 0; i < r->n; i++)
		put_comparison(list, &r->artefacts[i], &r->comparisons[i]);
	return report;
}

pl_status pl_report_read(const struct pl_json *report, struct pl_report *r)
{
	const struct pl_json *list = pl_json_get(report, "artefacts");
	pl_status st = pl_verdict_parse(pl_member_text(report, "verdict"), &r->verdict);

	if (st != PL_OK || pl_json_count(list) != r->n)
		return PL_E_CORRUPT;
	r->reason = PL_REASON_NONE;
	if (r->verdict == PL_VERDICT_NOT_ATTEMPTED)
		st = pl_reason_parse(pl_member_text(report, "reason"), &r->reason);
	for (size_t i = 0; i < r->n && st == PL_OK; i++)
		st = read_comparison(pl_json_at(list, i), &r->comparisons[i]);
	return st == PL_OK ? PL_OK : PL_E_CORRUPT;
}

/* ---- the predicate ---- */

struct pl_json *pl_report_predicate(const struct pl_report *r, pl_str site, const struct pl_body *report,
	const struct pl_body *log)
{
	struct pl_json *p = pl_json_new_object();

	pl_json_set_str(p, "product", r->product);
	pl_json_set_str(p, "site", site);
	pl_json_set_z(p, "verdict", pl_verdict_word(r->verdict));
	if (r->reason)
		pl_json_set_z(p, "reason", pl_reason_word(r->reason));
	pl_work_set_digest(p, "build", &r->build);
	if (r->verdict != PL_VERDICT_NOT_ATTEMPTED)
		pl_work_set_digest(p, "rebuild", &r->rebuild);
	if (report)
		pl_work_set_body(p, "report", report);
	if (log)
		pl_work_set_body(p, "log", log);
	return p;
}

void pl_report_log(struct pl_buf *out, const struct pl_build_record *record, enum pl_reason reason, const char *words)
{
	if (record)
		pl_buf_put_bytes(out, pl_buf_bytes(&record->log));
	if (out->len && out->ptr[out->len - 1] != '\n')
		pl_buf_put_c(out, '\n');
	pl_buf_printf(out, "not attempted (%s): %s\n", pl_reason_word(reason), words);
}
