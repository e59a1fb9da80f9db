/* SPDX-License-Identifier: Apache-2.0 */
/* web/portal_audit_view: audits in words, and the days of a standard as bars over time. */
#include "base/time.h"
#include "web/chart.h"
#include "web/portal_audit.h"
#include "web/report_say.h"

#define DAY UINT64_C(86400)
#define BAR_PITCH 40u
#define TEXT_Y 15u
#define BAR_Y 21u
#define AXIS 18u

/* ---- words ---- */

static const enum pl_message_id kind_words[PL_AUDIT_KINDS] = {
	PL_MSG_audit_kind_certification, PL_MSG_audit_kind_surveillance, PL_MSG_audit_kind_test, PL_MSG_audit_kind_type_1,
	PL_MSG_audit_kind_type_2,
};
static const enum pl_message_id state_words[PL_AUDIT_STATES] = {
	PL_MSG_audit_state_expired, PL_MSG_audit_state_reinstated, PL_MSG_audit_state_suspended, PL_MSG_audit_state_withdrawn,
};
static const enum pl_message_id reason_words[PL_AUDIT_REASONS] = {
	PL_MSG_audit_reason_accreditation_lost, PL_MSG_audit_reason_auditor_decision, PL_MSG_audit_reason_corrected,
	PL_MSG_audit_reason_holder_request, PL_MSG_audit_reason_non_conformity, PL_MSG_audit_reason_replaced,
	PL_MSG_audit_reason_scope_ended, PL_MSG_audit_reason_stated_in_error,
};
static const enum pl_message_id cover_words[3] = {
	PL_MSG_audit_covered, PL_MSG_audit_suspended, PL_MSG_audit_uncovered,
};

struct pl_html_msg pl_view_audit_state(enum pl_audit_state s)
{
	return (struct pl_html_msg){state_words[s]};
}

struct pl_html_msg pl_view_audit_reason(enum pl_audit_reason r)
{
	return (struct pl_html_msg){reason_words[r]};
}

static pl_status title_of(struct pl_view *w, const struct pl_audit *a, pl_str *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(256);

	pl_buf_put_str(&text, pl_audit_standard_name(a->standard));
	if (a->edition.len) {
		pl_buf_put_c(&text, ':');
		pl_buf_put_str(&text, a->edition);
	}
	return pl_buf_status(&text) ? pl_buf_status(&text) : pl_arena_dup(w->arena, pl_buf_str(&text), ret);
}

static pl_str auditor_of(struct pl_view *w, const struct pl_audit *a)
{
	pl_str name = a->auditor_entity;

	if (!name.len && pl_query_audit_text(w->inst, &a->auditor, w->arena, &name) != PL_OK)
		name = (pl_str){0};
	return name;
}

static pl_status count_changes(struct pl_view *w, const struct pl_audit_life *before, const struct pl_audit *a,
	struct pl_audit_line *line)
{
	struct pl_audit_diff d = {0};
	pl_status st = before ? pl_audit_compare(&before->audit, a, w->arena, &d) : PL_OK;

	line->first = !before;
	line->added = d.n_added;
	line->removed = d.n_removed;
	return st;
}

pl_status pl_view_audit_line(struct pl_view *w, const struct pl_audit_life *l, const struct pl_audit_life *all, size_t n,
	struct pl_audit_line *ret)
{
	const struct pl_audit *a = &l->audit;
	uint64_t from, to;
	bool span = pl_audit_span(a, &from, &to);
	pl_status st;

	*ret = (struct pl_audit_line){.id = a->id, .auditor = auditor_of(w, a), .kind = {kind_words[a->kind]}, .point = !span,
		.ended = l->n_ends && l->ends[l->n_ends - 1].state != PL_AUDIT_REINSTATED, .from = from * PL_SECOND, .to = (span ? to - DAY : from) * PL_SECOND, .index = a->index};
	if (ret->ended)
		ret->state = pl_view_audit_state(l->ends[l->n_ends - 1].state);
	st = title_of(w, a, &ret->title);
	return st ? st : count_changes(w, pl_cover_before(all, n, a), a, ret);
}

/* ---- bars ---- */

struct scale {
	struct pl_view *w;
	uint64_t from, to;
};

static pl_status place(const struct scale *s, uint64_t from, uint64_t to, pl_str *ret_x, pl_str *ret_width)
{
	pl_status st = pl_chart_percent(s->w->arena, from - s->from, s->to - s->from, ret_x);

	return st ? st : pl_chart_percent(s->w->arena, to - from, s->to - s->from, ret_width);
}

/* A day on its own is drawn as a day: too thin to be seen, so the style gives it a stroke. */
static pl_status fill_audits(const struct scale *s, const struct pl_audit_life *lives, size_t n,
	struct pl_audit_standard *ret)
{
	pl_status st = pl_view_list(s->w, n, sizeof *ret->audits, &ret->audits);

	for (size_t i = 0; i < n && !st; i++) {
		struct pl_audit_line *line = &ret->audits[i];
		uint64_t from, to;

		st = pl_view_audit_line(s->w, &lives[i], lives, n, line);
		line->text_y = i * BAR_PITCH + TEXT_Y;
		line->bar_y = i * BAR_PITCH + BAR_Y;
		/* One that was stated in error may lie outside of what is drawn: it is in the list, and no bar. */
		if (pl_audit_span(&lives[i].audit, &from, &to) && !st && from >= s->from && to <= s->to)
			st = place(s, from, to, &line->x, &line->width);
		else if (!st && from >= s->from && from < s->to)
			st = place(s, from, from + DAY, &line->x, &line->width);
		ret->n_audits += !st;
	}
	return st;
}

static pl_status fill_pieces(const struct scale *s, const struct pl_cover *c, struct pl_audit_standard *ret)
{
	pl_status st = pl_view_list(s->w, c->n, sizeof *ret->pieces, &ret->pieces);

	for (size_t i = 0; i < c->n && !st; i++) {
		const struct pl_cover_piece *p = &c->pieces[i];
		struct pl_audit_piece_row *row = &ret->pieces[i];

		*row = (struct pl_audit_piece_row){.state = {cover_words[p->state]}, .covered = p->state == PL_COVER_COVERED,
			.suspended = p->state == PL_COVER_SUSPENDED, .from = p->from * PL_SECOND, .to = (p->to - DAY) * PL_SECOND,
			.days = (p->to - p->from) / DAY, .by = p->by ? p->by->audit.id : (pl_str){0}};
		st = place(s, p->from, p->to, &row->x, &row->width);
		ret->n_pieces += !st;
	}
	return st;
}

static pl_status describe(struct pl_view *w, struct pl_audit_standard *s)
{
	const struct pl_html_value args[] = {pl_html_value_date(s->from), pl_html_value_date(s->to), pl_html_value_u64(s->gaps),
		pl_html_value_u64(s->uncovered)};

	return pl_report_say(w->arena, w->lang, PL_MSG_audit_chart_words, 4, args, &s->description);
}

pl_status pl_view_audit_standard(struct pl_view *w, const struct pl_audit_life *lives, size_t n,
	struct pl_audit_standard *ret)
{
	struct pl_cover c;
	struct scale s = {.w = w};
	pl_status st = pl_cover_of(lives, n, pl_time_now() / PL_SECOND, w->arena, &c);

	if (st)
		return st;
	s.from = c.from;
	s.to = c.to;
	*ret = (struct pl_audit_standard){.id = lives[0].audit.standard, .name = pl_audit_standard_name(lives[0].audit.standard),
		.gaps = c.gaps, .uncovered = c.uncovered_days, .text_y = n * BAR_PITCH + TEXT_Y, .bar_y = n * BAR_PITCH + BAR_Y,
		.height = (n + 1) * BAR_PITCH + AXIS, .axis_y = (n + 1) * BAR_PITCH + AXIS - 4};
	if (c.n) {
		ret->from = c.from * PL_SECOND;
		ret->to = (c.to - DAY) * PL_SECOND;
		st = describe(w, ret);
	}
	if (!st)
		st = fill_audits(&s, lives, n, ret);
	return st ? st : fill_pieces(&s, &c, ret);
}
