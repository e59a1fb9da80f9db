/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/desk_cra_form: one document of Article 14 before it is kept: what the case fills in, what is missing, and the form for that.
 *
 * Nothing is written before somebody says "keep". What was typed stays on the page, whatever is refused, and also when somebody else changed the case
 * meanwhile: then the page shows the case as it is now and waits to be sent again.
 */
#include "base/time.h"
#include "register/vuln/notice.h"
#include "web/desk_case.h"

#define ROOM_BYTES ((size_t)24 << 20)
#define TEXT_MAX ((size_t)PL_CASEWORK_TEXT_MAX)

struct form {
	struct pl_desk_looking *k;
	struct pl_arena room;
	struct pl_vuln *c;
	enum pl_cra_stage stage;
	bool typed;
	struct pl_vuln_notice_asked asked;
	struct pl_vuln_notice_made made;
	struct pl_diag wrong; /* with the first fact that is not one */
	struct pl_diag diag;
	struct pl_desk_cra_page m;
};

static void form_done(struct form *f)
{
	pl_vuln_notice_done(&f->made);
	pl_vuln_free(f->c);
	f->c = NULL;
}

/* ---- what is asked ---- */

static pl_str typed_text(const struct form *f, enum pl_cra_fact fact)
{
	return pl_str_trim(pl_desk_field(f->k->d, pl_cra_facts[fact].option));
}

/* Line ends as line feeds (browsers send CR LF). */
static pl_status unix_lines(struct form *f, pl_str text, pl_str *ret)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(TEXT_MAX * 4);

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '\r')
			pl_buf_put_c(&out, text.ptr[i]);
	return pl_buf_status(&out) ? pl_buf_status(&out) : pl_arena_dup(&f->room, pl_buf_str(&out), ret);
}

/* Is the fact asked for on the page? How severe it is, is computed where there is a vector. */
static bool is_asked(const struct form *f, enum pl_cra_fact fact)
{
	return pl_cra_asks(f->stage, fact) && !(fact == PL_CRA_SEVERITY && f->c->cvss.len);
}

static pl_status read_facts(struct form *f)
{
	pl_status st = PL_OK;

	for (unsigned i = 0; i < PL_CRA_FACTS && f->typed && !st; i++) {
		enum pl_cra_fact fact = (enum pl_cra_fact)i;
		pl_str text = {0};

		if (!is_asked(f, fact))
			continue;
		st = unix_lines(f, typed_text(f, fact), &text);
		if (st == PL_E_TOOBIG)
			st = pl_diag_set(&f->wrong, PL_E_RANGE, "\"%s\" has at most %u bytes", pl_cra_facts[fact].option, PL_CRA_TEXT_MAX);
		if (!st)
			st = pl_cra_say(f->asked.said, f->stage, fact, text, &f->room, &f->wrong);
		st = st == PL_E_RANGE || st == PL_E_TOOBIG ? PL_OK : st;
	}
	return st;
}

/* Read the case anew and make what it would say. */
static pl_status prepare(struct form *f)
{
	struct pl_desk_looking *k = f->k;
	const struct pl_register_reader reader = {.role = k->who.role, .account = k->who.account};
	pl_status st = pl_vuln_read(k->d->w.inst, k->r, k->number, &reader, &f->c, &f->diag);

	f->asked.stage = f->stage;
	if (!st)
		st = pl_desk_flaw_publisher(k, &f->room, &f->asked.by, &f->diag);
	if (!st)
		st = read_facts(f);
	return st ? st : pl_vuln_notice_make(f->c, &f->asked, &f->room, &f->made, &f->diag);
}

/* ---- the page ---- */

static enum pl_message_id fact_words(enum pl_cra_fact f)
{
	static const enum pl_message_id ids[PL_CRA_FACTS] = {
		[PL_CRA_STATES] = PL_MSG_cra_f_states, [PL_CRA_COORDINATOR] = PL_MSG_cra_f_coordinator, [PL_CRA_MALICIOUS] = PL_MSG_cra_f_malicious,
		[PL_CRA_NATURE] = PL_MSG_cra_f_nature, [PL_CRA_EXPLOIT] = PL_MSG_cra_f_exploit, [PL_CRA_ASSESSMENT] = PL_MSG_cra_f_assessment,
		[PL_CRA_TAKEN] = PL_MSG_cra_f_taken, [PL_CRA_USERS] = PL_MSG_cra_f_users, [PL_CRA_SENSITIVITY] = PL_MSG_cra_f_sensitivity,
		[PL_CRA_DESCRIPTION] = PL_MSG_cra_f_description, [PL_CRA_SEVERITY] = PL_MSG_cra_f_severity, [PL_CRA_IMPACT] = PL_MSG_cra_f_impact,
		[PL_CRA_ACTOR] = PL_MSG_cra_f_actor, [PL_CRA_CAUSE] = PL_MSG_cra_f_cause, [PL_CRA_UPDATE] = PL_MSG_cra_f_update,
		[PL_CRA_MITIGATION] = PL_MSG_cra_f_mitigation,
	};

	return ids[f];
}

static enum pl_message_id from_words(const struct form *f, enum pl_cra_fact fact)
{
	switch (f->made.from[fact]) {
	case PL_VULN_FROM_CASE:
		return PL_MSG_cra_is_case;
	case PL_VULN_FROM_KEPT:
		return PL_MSG_cra_is_kept;
	case PL_VULN_FROM_TYPED:
		return PL_MSG_cra_is_typed;
	case PL_VULN_FROM_NOBODY:
		break;
	}
	return pl_cra_facts[fact].must ? PL_MSG_cra_is_missing : PL_MSG_cra_optional;
}

static pl_status fill_choices(struct form *f, enum pl_cra_fact fact, struct pl_cra_asked_row *row)
{
	bool yes_no = pl_cra_facts[fact].kind == PL_CRA_YES_NO;
	static const char *const answers[] = {"yes", "no", NULL};
	static const enum pl_message_id words[] = {PL_MSG_cra_yes, PL_MSG_cra_no};
	const char *const *list = yes_no ? answers : pl_advisory_tlps;

	row->choices = pl_arena_alloc(&f->room, PL_TLP_COUNT, sizeof *row->choices);
	if (!row->choices)
		return PL_E_NOMEM;
	for (size_t i = 0; list[i]; i++)
		row->choices[row->n_choices++] = (struct pl_case_choice){pl_str_from(list[i]),
			yes_no ? pl_message(f->k->d->lang, words[i]) : pl_str_from(list[i]), pl_str_eq(row->value, pl_str_from(list[i]))};
	return PL_OK;
}

static pl_status fill_fact(struct form *f, enum pl_cra_fact fact, struct pl_cra_asked_row *row)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(TEXT_MAX);
	enum pl_cra_kind kind = pl_cra_facts[fact].kind;
	pl_status st = PL_OK;

	*row = (struct pl_cra_asked_row){.name = pl_str_from(pl_cra_facts[fact].option), .label = {fact_words(fact)}, .from = {from_words(f, fact)},
		.area = kind == PL_CRA_TEXT, .line = kind == PL_CRA_LINE || kind == PL_CRA_STATE_LIST || kind == PL_CRA_ONE_STATE,
		.missing = f->made.from[fact] == PL_VULN_FROM_NOBODY && pl_cra_facts[fact].must,
		.has_hint = fact == PL_CRA_STATES || fact == PL_CRA_COORDINATOR,
		.hint = {fact == PL_CRA_STATES ? PL_MSG_cra_f_states_hint : PL_MSG_cra_f_coordinator_hint}};
	if (f->typed) {
		st = unix_lines(f, typed_text(f, fact), &row->value);
	} else {
		pl_cra_fact_text(f->made.json, fact, &text);
		st = pl_buf_status(&text);
		if (!st)
			st = pl_arena_dup(&f->room, pl_buf_str(&text), &row->value);
	}
	return st || row->area || row->line ? st : fill_choices(f, fact, row);
}

static pl_status fill_facts(struct form *f)
{
	pl_status st = PL_OK;

	f->m.facts = pl_arena_alloc(&f->room, PL_CRA_FACTS, sizeof *f->m.facts);
	if (!f->m.facts)
		return PL_E_NOMEM;
	for (unsigned i = 0; i < PL_CRA_FACTS && !st; i++)
		if (is_asked(f, (enum pl_cra_fact)i))
			st = fill_fact(f, (enum pl_cra_fact)i, &f->m.facts[f->m.n_facts++]);
	return st;
}

/* Members that no form fills: the provider's settings and the case's fields do. */
static enum pl_message_id member_words(pl_str member)
{
	for (unsigned i = 0; i < PL_CRA_FACTS; i++)
		if (pl_str_eq(member, pl_str_from(pl_cra_facts[i].member)))
			return fact_words((enum pl_cra_fact)i);
	return pl_str_eq(member, PL_STR("contact")) ? PL_MSG_cra_contact : PL_MSG_cra_products;
}

static pl_status fill_missing(struct form *f)
{
	const struct pl_json *list = pl_json_get(f->made.json, "missing");
	size_t n = pl_json_count(list);
	pl_str member;

	f->m.missing = pl_arena_alloc(&f->room, n + 1, sizeof *f->m.missing);
	if (!f->m.missing)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n; i++)
		if (pl_json_str(pl_json_at(list, i), &member) == PL_OK)
			f->m.missing[f->m.n_missing++].word.id = member_words(member);
	return PL_OK;
}

static pl_status fill_products(struct form *f)
{
	const struct pl_json *list = pl_json_get(f->made.json, "products");
	size_t n = pl_json_count(list);

	f->m.products = pl_arena_alloc(&f->room, n + 1, sizeof *f->m.products);
	if (!f->m.products)
		return PL_E_NOMEM;
	for (size_t i = 0; i < n; i++)
		f->m.n_products += pl_json_str(pl_json_at(list, i), &f->m.products[f->m.n_products].text) == PL_OK;
	return PL_OK;
}

/* How severe it is by the case's vector. */
static pl_status fill_score(struct form *f)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(512);
	struct pl_vuln_score s;

	if (!pl_cra_asks(f->stage, PL_CRA_SEVERITY) || !f->c->cvss.len || pl_vuln_score(f->c->cvss, &s, NULL))
		return PL_OK;
	pl_cvss_put_tenths(&text, s.tenths);
	pl_buf_printf(&text, " %s", s.severity);
	return pl_buf_status(&text) ? pl_buf_status(&text) : pl_arena_dup(&f->room, pl_buf_str(&text), &f->m.score);
}

/* The time of a member, ns; 0: it has none. */
static uint64_t document_time(const struct form *f, const char *member)
{
	uint64_t t = 0;
	pl_str text;

	return pl_json_str(pl_json_get(f->made.json, member), &text) || pl_time_parse(text, &t) ? 0 : t;
}

static void fill_subject(struct form *f)
{
	static const char *const texts[] = {"title", "cve", "manufacturer", "contact"};
	pl_str *const at[] = {&f->m.title, &f->m.cve, &f->m.manufacturer, &f->m.contact};

	for (size_t i = 0; i < PL_COUNT(texts); i++)
		(void)pl_json_str(pl_json_get(f->made.json, texts[i]), at[i]);
	f->m.known = document_time(f, "known");
	f->m.available = document_time(f, "measureAvailable");
	f->m.notified = document_time(f, "notificationSent");
}

/* How its clock stands now. */
static void fill_clock(struct form *f)
{
	struct pl_clock_event *events = pl_arena_alloc(&f->room, PL_VULN_EVENTS_MAX + 1, sizeof *events);
	const struct pl_clock_def *def = pl_cra_stage_clock(f->stage);
	struct pl_clock clock = {.def = def};
	size_t n = events ? pl_vuln_clock_events(&f->c->history, f->c->direction, f->c->received, events) : 0;

	if (n && pl_clock_case(f->k->r->calendar, def, 1, events, n, pl_time_now(), &clock, NULL))
		clock = (struct pl_clock){.def = def};
	f->m.clock = pl_desk_case_clock_row(&clock);
	f->m.clock.strict = document_time(f, "dueStrict");
	f->m.clock.legal = document_time(f, "dueLegal");
	f->m.over = clock.met > 0;
}

static pl_status show(struct form *f)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PORTAL_PAGE_MAX);
	struct pl_desk_view *d = f->k->d;
	pl_str what = pl_desk_field(d, "what");
	struct pl_html h;
	pl_status st;

	f->m = (struct pl_desk_cra_page){.frame = d->frame, .name = f->k->r->decl->name, .stage = pl_str_from(pl_cra_stages[f->stage]),
		.stage_name = {pl_desk_cra_stage(f->stage)}, .number = f->k->number, .revision = f->c->v->at.revision, .edition = f->made.edition,
		.amends = f->made.edition > 1 && !f->made.same, .same = f->made.same, .now = pl_str_eq(pl_desk_field(d, "now"), PL_STR("yes")),
		.why = pl_str_from(f->wrong.text[0] ? f->wrong.text : f->diag.text)};
	fill_subject(f);
	fill_clock(f);
	st = fill_facts(f);
	if (!st)
		st = fill_missing(f);
	if (!st)
		st = fill_products(f);
	if (!st)
		st = fill_score(f);
	if (st)
		return st;
	if (what.len && !f->wrong.text[0])
		f->m.document = f->made.document;
	h = pl_desk_html(d, &b);
	pl_page_desk_cra_form(&h, &f->m);
	return pl_desk_send(d, &b);
}

/* ---- keeping ---- */

static pl_status keep(struct form *f)
{
	const struct pl_vuln_act act = {.at = pl_time_now() / PL_SECOND, .now = pl_time_now() / PL_SECOND, .by = f->k->who.account};
	bool now = pl_str_eq(pl_desk_field(f->k->d, "now"), PL_STR("yes"));
	struct pl_register_case made;
	uint64_t revision;

	if (pl_str_to_u64(pl_desk_field(f->k->d, "revision"), UINT32_MAX, &revision) || revision != f->c->v->at.revision)
		return PL_E_CONFLICT;
	return pl_vuln_notice_keep(f->c, &f->made, now ? act.now : 0, &act, &made, &f->diag);
}

/* The page again, with the case as it is now and all that was typed. */
static pl_status again(struct form *f, unsigned status, enum pl_message_id said)
{
	pl_status st;

	pl_desk_refused(f->k->d, status, said);
	form_done(f);
	f->made = (struct pl_vuln_notice_made){0};
	st = prepare(f);
	return st ? pl_desk_flaw_conclude(f->k, st, &f->diag) : show(f);
}

static pl_status act_on(struct form *f)
{
	struct pl_desk_looking *k = f->k;
	pl_status st = prepare(f);

	if (st)
		return pl_desk_flaw_conclude(k, st, &f->diag);
	if (f->wrong.text[0]) {
		pl_desk_refused(k->d, 400, PL_MSG_flaw_refused);
		return show(f);
	}
	if (!pl_str_eq(pl_desk_field(k->d, "what"), PL_STR("keep")))
		return show(f);
	st = keep(f);
	if (!st)
		return pl_desk_go(k->d, k->path, "noted");
	if (st == PL_E_CONFLICT)
		return again(f, 409, PL_MSG_case_refused_conflict);
	return f->diag.text[0] ? again(f, 400, PL_MSG_flaw_refused) : pl_desk_flaw_conclude(k, st, &f->diag);
}

static pl_status do_cra(struct pl_desk_looking *k)
{
	struct form *f;
	pl_status st;

	if (!pl_vuln_is_register(k->r->decl))
		return PL_E_NOTFOUND;
	f = PL_NEW(struct form);
	f->k = k;
	f->room = (struct pl_arena)PL_ARENA(ROOM_BYTES);
	f->typed = pl_str_eq(pl_desk_field(k->d, "typed"), PL_STR("yes"));
	if (pl_cra_stage_parse(pl_desk_field(k->d, "stage"), &f->stage)) {
		(void)pl_diag_set(&f->diag, PL_E_RANGE, "choose one of the documents that the page offers");
		st = pl_desk_flaw_conclude(k, PL_E_RANGE, &f->diag);
	} else {
		st = act_on(f);
	}
	form_done(f);
	pl_arena_done(&f->room);
	pl_wipe(f, sizeof *f);
	pl_free(f);
	return st;
}

pl_status pl_desk_flaw_cra(struct pl_desk_view *d)
{
	return pl_desk_with_case(d, do_cra);
}
