/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_cra: the documents of Article 14 of the Cyber Resilience Act on the page of a case: which are due, which are kept, and taking one that is kept.
 *
 * What is due follows from the sealed history and is shown to whoever opened the case; that a document is kept stands in the case's file. Taking one is
 * reading what is private: by a form, as the account and role that ask, noted in the vault.
 */
#include "base/time.h"
#include "register/vuln/notice.h"
#include "web/desk_case.h"
#include <stdio.h>

static enum pl_message_id stage_words(enum pl_cra_stage s)
{
	static const enum pl_message_id ids[PL_CRA_STAGES] = {
		[PL_CRA_WARNING] = PL_MSG_cra_stage_v1, [PL_CRA_NOTIFICATION] = PL_MSG_cra_stage_v2, [PL_CRA_FINAL] = PL_MSG_cra_stage_v3,
		[PL_CRA_INCIDENT_WARNING] = PL_MSG_cra_stage_i1, [PL_CRA_INCIDENT_NOTIFICATION] = PL_MSG_cra_stage_i2,
		[PL_CRA_INCIDENT_FINAL] = PL_MSG_cra_stage_i3,
	};

	return ids[s];
}

enum pl_message_id pl_desk_cra_stage(enum pl_cra_stage s)
{
	return stage_words(s);
}

pl_status pl_desk_cra_title(struct pl_desk_looking *k, pl_str clock, unsigned edition, pl_str *ret)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	enum pl_cra_stage stage;

	if (pl_cra_stage_of_clock(clock, &stage)) {
		*ret = clock;
		return PL_OK;
	}
	pl_html_message_plain(&out, k->d->lang, PL_MSG_cra_title, 2,
		(const struct pl_html_value[]){pl_html_value_msg(stage_words(stage)), pl_html_value_u64(edition)});
	return pl_buf_status(&out) ? pl_buf_status(&out) : pl_arena_dup(k->d->arena, pl_buf_str(&out), ret);
}

/* ---- which are due ---- */

static const struct pl_clock *clock_of(const struct pl_clock *clocks, size_t n, const struct pl_clock_def *def)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(clocks[i].def->code, def->code) == 0)
			return &clocks[i];
	return NULL;
}

/* A final report is shown as soon as there is something to report on: its clock waits for a measure, or for somebody who sends the notification. */
static bool shown(enum pl_cra_stage stage, const struct pl_clock *c, const struct pl_clock *clocks, size_t n)
{
	enum pl_cra_stage before = stage == PL_CRA_FINAL ? PL_CRA_NOTIFICATION : PL_CRA_INCIDENT_NOTIFICATION;
	const struct pl_clock *notification = clock_of(clocks, n, pl_cra_stage_clock(before));

	if (!c || c->started)
		return c != NULL;
	return (stage == PL_CRA_FINAL || stage == PL_CRA_INCIDENT_FINAL) && notification && notification->started;
}

pl_status pl_desk_cra_fill(struct pl_desk_looking *k, const struct pl_clock *clocks, size_t n)
{
	struct pl_desk_cra *m = &k->m.flaw.cra;

	m->stages = pl_arena_alloc(k->d->arena, PL_CRA_STAGES, sizeof *m->stages);
	if (!m->stages)
		return PL_E_NOMEM;
	for (unsigned i = 0; i < PL_CRA_STAGES; i++) {
		const struct pl_clock_def *def = pl_cra_stage_clock((enum pl_cra_stage)i);
		const struct pl_clock *c = clock_of(clocks, n, def);
		bool kept = pl_vuln_history_notice(&k->flaw->history, pl_str_from(def->code)) != NULL;

		if (!shown((enum pl_cra_stage)i, c, clocks, n))
			continue;
		m->stages[m->n_stages++] = (struct pl_cra_stage_row){.word = pl_str_from(pl_cra_stages[i]), .name = {stage_words((enum pl_cra_stage)i)},
			.clock = pl_desk_case_clock_row(c), .began = c->started > 0,
			.waits = {i == PL_CRA_FINAL ? PL_MSG_cra_waits_measure : PL_MSG_cra_waits_sent}, .kept = kept, .may = k->m.may_write && c->started,
			.unsent = kept && !c->met};
	}
	return PL_OK;
}

/* ---- which are kept ---- */

pl_status pl_desk_cra_fill_kept(struct pl_desk_looking *k)
{
	struct pl_desk_cra *m = &k->m.flaw.cra;
	struct pl_vuln_notice notice;
	pl_status st = PL_OK;

	if (!k->m.is_flaw)
		return PL_OK;
	m->name = k->m.name;
	m->number = k->number;
	m->revision = k->m.revision;
	m->opened = k->m.flaw.opened && !k->m.flaw.broken;
	m->kept = pl_arena_alloc(k->d->arena, k->n_entries + 1, sizeof *m->kept);
	if (!m->kept)
		return PL_E_NOMEM;
	for (size_t i = k->n_entries; i-- > 0 && !st;) {
		struct pl_cra_kept_row *row = &m->kept[m->n_kept];

		if (!pl_vuln_notice_of(&k->entries[i], &notice))
			continue;
		*row = (struct pl_cra_kept_row){.name = {stage_words(notice.stage)}, .edition = notice.edition, .seq = notice.seq, .at = notice.at * PL_SECOND,
			.there = notice.there};
		st = pl_desk_name_of(k->d, &notice.by, &row->who);
		m->n_kept++;
	}
	return st;
}

/* ---- taking one ---- */

static pl_status hand_out(struct pl_desk_looking *k, const struct pl_vuln_notice *notice)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	char name[PL_REGISTER_NAME_MAX + 96];

	pl_buf_put_str(&out, notice->document);
	if (pl_buf_status(&out))
		return pl_buf_status(&out);
	(void)snprintf(name, sizeof name, "attachment; filename=\"%.*s-%llu.%s.%u.json\"", PL_STR_ARG(k->r->decl->name), (unsigned long long)k->number,
		pl_cra_stages[notice->stage], notice->edition);
	pl_http_reply_header(k->d->reply, "Content-Disposition", pl_str_from(name));
	pl_http_reply_cache(k->d->reply, PL_HTTP_NO_STORE);
	pl_http_reply_take(k->d->reply, "application/json", &out);
	return PL_OK;
}

static pl_status do_notice(struct pl_desk_looking *k)
{
	struct pl_casework_entry e;
	struct pl_vuln_notice notice;
	uint64_t seq = 0;
	pl_status st = pl_http_request_number(k->d->req, "seq", &seq);

	if (st || !pl_vuln_is_register(k->r->decl))
		return PL_E_NOTFOUND;
	st = pl_casework_read_one(k->d->w.inst, k->r, k->number, seq, &k->who, k->d->arena, &e, NULL);
	if (st == PL_E_BUSY)
		return pl_desk_case_refuse(k, 429, PL_MSG_case_too_many);
	if (st == PL_E_DENIED)
		return pl_desk_case_refuse(k, 403, PL_MSG_case_denied);
	if (st)
		return st;
	if (!pl_vuln_notice_of(&e, &notice))
		return PL_E_NOTFOUND;
	return notice.document.len ? hand_out(k, &notice) : pl_desk_case_refuse(k, 410, PL_MSG_case_file_gone);
}

pl_status pl_desk_flaw_notice(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_notice);
}
