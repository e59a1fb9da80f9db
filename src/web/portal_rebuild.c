/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_rebuild: the rebuild verdicts on a release's page: all of them, and which of them count. */
#include "web/portal_internal.h"
#include "release/query.h"

static enum pl_message_id verdict_message(enum pl_verdict v)
{
	static const enum pl_message_id ids[PL_VERDICT_COUNT] = {
		[PL_VERDICT_IDENTICAL] = PL_MSG_verdict_identical, [PL_VERDICT_NORMALISED] = PL_MSG_verdict_normalised,
		[PL_VERDICT_DIFFERENT] = PL_MSG_verdict_different, [PL_VERDICT_NOT_ATTEMPTED] = PL_MSG_verdict_not_attempted,
	};

	return (unsigned)v < PL_VERDICT_COUNT ? ids[v] : PL_MSG_verdict_not_attempted;
}

static enum pl_message_id reason_message(enum pl_reason r)
{
	static const enum pl_message_id ids[PL_REASON_COUNT] = {
		[PL_REASON_BUILD_FAILED] = PL_MSG_reason_build_failed, [PL_REASON_TIME_OUT] = PL_MSG_reason_time_out,
		[PL_REASON_NO_SPACE] = PL_MSG_reason_no_space, [PL_REASON_OUTPUT_MISSING] = PL_MSG_reason_output_missing,
		[PL_REASON_TOOLS_MISSING] = PL_MSG_reason_tools_missing,
		[PL_REASON_SANDBOX_REFUSED] = PL_MSG_reason_sandbox_refused,
		[PL_REASON_SOURCE_MISSING] = PL_MSG_reason_source_missing,
		[PL_REASON_SOURCE_UNUSABLE] = PL_MSG_reason_source_unusable,
		[PL_REASON_RECIPE_MISSING] = PL_MSG_reason_recipe_missing,
		[PL_REASON_ARTEFACT_MISSING] = PL_MSG_reason_artefact_missing,
	};

	return ids[r];
}

static struct pl_verdict_row row_of(const struct pl_query_verdict *v)
{
	struct pl_verdict_row row = {.verdict = {verdict_message(v->verdict)},
		.good = v->verdict == PL_VERDICT_IDENTICAL || v->verdict == PL_VERDICT_NORMALISED,
		.bad = v->verdict == PL_VERDICT_DIFFERENT, .site = v->site, .index = v->index, .time = v->time,
		.holder = v->holder, .outside = pl_str_eq(v->role, pl_str_from(pl_role_word(PL_ROLE_REBUILDER))),
		.has_reason = v->reason != PL_REASON_NONE, .replaced = !v->counts, .replaced_by = v->replaced_by,
		.has_report = v->has_report, .report = v->report, .has_log = v->has_log, .log = v->log};

	if (row.has_reason)
		row.reason = (struct pl_html_msg){reason_message(v->reason)};
	return row;
}

pl_status pl_view_rebuilds(struct pl_view *w, const struct pl_digest *build, struct pl_release_page *m)
{
	struct pl_query_verdict *v;
	size_t at = 0;
	pl_status st = pl_query_verdicts(w->inst, build, w->arena, &v, &m->n_rebuilds);

	if (!st)
		st = pl_view_list(w, m->n_rebuilds, sizeof *m->rebuilds, &m->rebuilds);
	/* Those that count first, each in the order of the log. */
	for (unsigned counts = 2; !st && counts-- > 0;)
		for (size_t i = 0; i < m->n_rebuilds; i++)
			if (v[i].counts == counts)
				m->rebuilds[at++] = row_of(&v[i]);
	for (size_t i = 0; i < at; i++) {
		m->rebuilt |= v[i].verdict != PL_VERDICT_NOT_ATTEMPTED;
		m->confirmed_outside |= m->rebuilds[i].outside && m->rebuilds[i].good && !m->rebuilds[i].replaced;
	}
	return st;
}
