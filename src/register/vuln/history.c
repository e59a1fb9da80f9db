/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/history.h"
#include "base/time.h"
#include "fact/predicates.h"

const char *const pl_vuln_event_words[PL_VULN_EV_KINDS + 1] = {"state", "happened", "pause", "resume", "extend", "meet",
	"release", "notice", NULL};

static const struct pl_ulid nobody;

/* ---- one line ---- */

static bool take_word(pl_str *line, pl_str *ret)
{
	if (!pl_str_take_until(line, ' ', ret)) {
		*ret = *line;
		*line = (pl_str){0};
	}
	return ret->len > 0;
}

static pl_status read_by(pl_str word, struct pl_ulid *ret)
{
	if (pl_str_eq(word, PL_STR("-"))) {
		*ret = nobody;
		return PL_OK;
	}
	/* The terminal has one spelling. */
	return pl_ulid_parse(word, ret) || memcmp(ret, &nobody, sizeof nobody) == 0 ? PL_E_SYNTAX : PL_OK;
}

/* Whole seconds in the one spelling that pl_time_put writes. */
static pl_status read_time(pl_str word, uint64_t *ret)
{
	uint64_t t;

	if (word.len != 20 || pl_time_parse(word, &t))
		return PL_E_SYNTAX;
	*ret = t / PL_SECOND;
	return PL_OK;
}

static pl_status read_state(pl_str *line, struct pl_vuln_event *e)
{
	pl_str from, to, why;

	return take_word(line, &from) && take_word(line, &to) && take_word(line, &why) && !pl_vuln_state_parse(from, &e->from) &&
			!pl_vuln_state_parse(to, &e->to) && !pl_vuln_reason_parse(why, &e->why) ?
		PL_OK :
		PL_E_SYNTAX;
}

static pl_status read_notice(pl_str *line, struct pl_vuln_event *e)
{
	pl_str edition, digest;
	uint64_t n;

	if (!take_word(line, &e->name) || !take_word(line, &edition) || !take_word(line, &digest) ||
		pl_str_to_u64(edition, PL_VULN_EVENTS_MAX, &n) || !n || pl_digest_parse(digest, &e->digest))
		return PL_E_SYNTAX;
	e->edition = (unsigned)n;
	return PL_OK;
}

static bool wants_reason(enum pl_vuln_event_kind kind)
{
	return kind == PL_VULN_EV_PAUSE || kind == PL_VULN_EV_EXTEND;
}

static pl_status read_line(pl_str line, struct pl_vuln_event *ret)
{
	struct pl_vuln_event e = {0};
	pl_str time, by, kind;
	unsigned k = 0;

	if (!take_word(&line, &time) || !take_word(&line, &by) || !take_word(&line, &kind) || read_time(time, &e.at) ||
		read_by(by, &e.by))
		return PL_E_SYNTAX;
	while (pl_vuln_event_words[k] && !pl_str_eq(kind, pl_str_from(pl_vuln_event_words[k])))
		k++;
	if (!pl_vuln_event_words[k])
		return PL_E_SYNTAX;
	e.kind = (enum pl_vuln_event_kind)k;
	if (e.kind == PL_VULN_EV_STATE) {
		if (read_state(&line, &e))
			return PL_E_SYNTAX;
	} else if (e.kind == PL_VULN_EV_NOTICE) {
		if (read_notice(&line, &e))
			return PL_E_SYNTAX;
	} else if (e.kind != PL_VULN_EV_RELEASE) {
		if (!take_word(&line, &e.name) || (wants_reason(e.kind) && !take_word(&line, &e.reason)))
			return PL_E_SYNTAX;
	}
	if (line.ptr)
		return PL_E_SYNTAX; /* something follows, if only a space */
	*ret = e;
	return PL_OK;
}

/* ---- the text ---- */

pl_status pl_vuln_history_parse(pl_str text, struct pl_arena *arena, struct pl_vuln_history *ret, struct pl_diag *diag)
{
	pl_str rest, line;
	unsigned number = 0;
	pl_status st;

	ret->n = 0;
	if (text.len > PL_VULN_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "the events of a case have at most %u bytes", PL_VULN_TEXT_MAX);
	st = pl_arena_dup(arena, text, &rest);
	while (!st && rest.len) {
		struct pl_vuln_event e;

		number++;
		st = pl_str_take_line(&rest, &line) ? read_line(line, &e) : PL_E_SYNTAX;
		if (st)
			(void)pl_diag_set(diag, st, "expected an event, like \"2026-11-28T10:00:00Z - meet CVD-1\"");
		else if (ret->n && e.at < ret->e[ret->n - 1].at)
			st = pl_diag_set(diag, PL_E_RANGE, "events stand in the order of their times");
		else
			st = pl_vuln_history_add(ret, &e, diag);
		if (st)
			pl_diag_at(diag, number, 0);
	}
	return st;
}

void pl_vuln_history_write(struct pl_buf *out, const struct pl_vuln_history *h)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct pl_vuln_event *e = &h->e[i];

		pl_time_put(out, e->at * PL_SECOND);
		pl_buf_put_c(out, ' ');
		if (memcmp(&e->by, &nobody, sizeof nobody) == 0)
			pl_buf_put_c(out, '-');
		else
			pl_ulid_put(out, &e->by);
		pl_buf_printf(out, " %s", pl_vuln_event_words[e->kind]);
		if (e->kind == PL_VULN_EV_STATE)
			pl_buf_printf(out, " %s %s %s", pl_vuln_states[e->from].word, pl_vuln_states[e->to].word, pl_vuln_reasons[e->why]);
		else if (e->kind != PL_VULN_EV_RELEASE)
			pl_buf_printf(out, " %.*s", PL_STR_ARG(e->name));
		if (wants_reason(e->kind))
			pl_buf_printf(out, " %.*s", PL_STR_ARG(e->reason));
		if (e->kind == PL_VULN_EV_NOTICE) {
			pl_buf_printf(out, " %u ", e->edition);
			pl_digest_write(out, &e->digest);
		}
		pl_buf_put_c(out, '\n');
	}
}

/* ---- asking, adding ---- */

enum pl_vuln_state pl_vuln_history_state(const struct pl_vuln_history *h, uint64_t *ret_since)
{
	for (size_t i = h->n; i-- > 0;)
		if (h->e[i].kind == PL_VULN_EV_STATE) {
			*ret_since = h->e[i].at;
			return h->e[i].to;
		}
	*ret_since = 0;
	return PL_VULN_NEW;
}

bool pl_vuln_history_has(const struct pl_vuln_history *h, enum pl_vuln_event_kind kind, pl_str name)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->e[i].kind == kind && pl_str_eq(h->e[i].name, name))
			return true;
	return false;
}

const struct pl_vuln_event *pl_vuln_history_notice(const struct pl_vuln_history *h, pl_str clock)
{
	for (size_t i = h->n; i-- > 0;)
		if (h->e[i].kind == PL_VULN_EV_NOTICE && pl_str_eq(h->e[i].name, clock))
			return &h->e[i];
	return NULL;
}

/* The name as the table of clocks has it: lives for ever. NULL: nobody knows it. */
static const char *known_event(pl_str name)
{
	size_t n;
	const struct pl_clock_def *table = pl_clock_table(&n);

	for (size_t i = 0; i < n; i++)
		if (table[i].starts && pl_str_eq(name, pl_str_from(table[i].starts)))
			return table[i].starts;
	return NULL;
}

static const char *known_name(const struct pl_vuln_event *e)
{
	const struct pl_clock_def *clock;

	if (e->kind == PL_VULN_EV_HAPPENED)
		return known_event(e->name);
	clock = pl_clock_find(e->name);
	return clock ? clock->code : NULL;
}

static pl_status notice_follows(const struct pl_vuln_history *h, const struct pl_vuln_event *e, struct pl_diag *diag)
{
	const struct pl_vuln_event *last = pl_vuln_history_notice(h, e->name);

	if (e->edition == (last ? last->edition : 0) + 1 && (!last || e->at >= last->at))
		return PL_OK;
	return pl_diag_set(diag, PL_E_RANGE, "editions of a document follow one another, from 1");
}

static pl_status may_follow(const struct pl_vuln_history *h, const struct pl_vuln_event *e, struct pl_diag *diag)
{
	uint64_t since;
	enum pl_vuln_state now = pl_vuln_history_state(h, &since);

	if (e->kind == PL_VULN_EV_RELEASE)
		return PL_OK;
	if (e->kind == PL_VULN_EV_NOTICE && known_name(e))
		return notice_follows(h, e, diag);
	if (e->kind != PL_VULN_EV_STATE)
		return known_name(e) && (!wants_reason(e->kind) || pl_predicate_token_ok(e->reason)) ? PL_OK :
			pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" is no clock and no event that starts one; see: pellucid clock list",
				PL_STR_ARG(pl_str_sub(e->name, 0, 40)));
	if (e->from != now)
		return pl_diag_set(diag, PL_E_RANGE, "the case is %s, not %s", pl_vuln_states[now].word, pl_vuln_states[e->from].word);
	return e->at >= since ? PL_OK : pl_diag_set(diag, PL_E_RANGE, "that lies before the time since which the case is %s",
		pl_vuln_states[now].word);
}

pl_status pl_vuln_history_add(struct pl_vuln_history *h, const struct pl_vuln_event *e, struct pl_diag *diag)
{
	size_t at = h->n;
	pl_status st;

	if (h->n == PL_VULN_EVENTS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a case has at most %u events", PL_VULN_EVENTS_MAX);
	st = may_follow(h, e, diag);
	if (st)
		return st;
	while (at && h->e[at - 1].at > e->at)
		at--;
	memmove(&h->e[at + 1], &h->e[at], (h->n - at) * sizeof *h->e);
	h->e[at] = *e;
	h->n++;
	return PL_OK;
}

/* ---- clocks ---- */

static const char *const codes[] = {"CVD-1", "CVD-2", "CRA-V1", "CRA-V2", "CRA-V3", "CRA-I1", "CRA-I2", "CRA-I3"};

void pl_vuln_clocks(struct pl_clock_def ret[static PL_VULN_CLOCKS_MAX], size_t *ret_n)
{
	*ret_n = 0;
	for (size_t i = 0; i < PL_COUNT(codes); i++) {
		const struct pl_clock_def *d = pl_clock_find(pl_str_from(codes[i]));

		if (d)
			ret[(*ret_n)++] = *d;
	}
}

/* The law counts the final report from the measure, but only of what is exploited: without that no clock of it begins. */
static bool counts(const struct pl_vuln_history *h, const struct pl_vuln_event *e)
{
	return !pl_str_eq(e->name, PL_STR("measure-available")) ||
		pl_vuln_history_has(h, PL_VULN_EV_HAPPENED, PL_STR("exploitation-known"));
}

size_t pl_vuln_clock_events(const struct pl_vuln_history *h, enum pl_vuln_direction direction, uint64_t received,
	struct pl_clock_event ret[static PL_VULN_EVENTS_MAX + 1])
{
	static const enum pl_clock_event_kind kinds[PL_VULN_EV_KINDS] = {
		[PL_VULN_EV_HAPPENED] = PL_CLOCK_HAPPENED, [PL_VULN_EV_PAUSE] = PL_CLOCK_PAUSE, [PL_VULN_EV_RESUME] = PL_CLOCK_RESUME,
		[PL_VULN_EV_EXTEND] = PL_CLOCK_EXTEND, [PL_VULN_EV_MEET] = PL_CLOCK_MEET,
	};
	size_t n = 0;

	if (direction != PL_VULN_OUTBOUND)
		ret[n++] = (struct pl_clock_event){received * PL_SECOND, PL_CLOCK_HAPPENED, "report-received", NULL};
	for (size_t i = 0; i < h->n; i++) {
		const struct pl_vuln_event *e = &h->e[i];

		if (e->kind == PL_VULN_EV_STATE || e->kind == PL_VULN_EV_RELEASE || e->kind == PL_VULN_EV_NOTICE || !counts(h, e))
			continue;
		ret[n++] = (struct pl_clock_event){e->at * PL_SECOND, kinds[e->kind], known_name(e),
			wants_reason(e->kind) ? "asked" : NULL};
	}
	return n;
}
