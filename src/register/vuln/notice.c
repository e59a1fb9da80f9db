/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/notice.h"
#include "base/time.h"
#include "register/advisory/draft.h"
#include "register/vuln/internal.h"

#define FACT_TEXT_MAX ((size_t)PL_CASEWORK_TEXT_MAX)
#define JSON_DEPTH 8u

/* ---- those that are kept ---- */

bool pl_vuln_notice_of(const struct pl_casework_entry *e, struct pl_vuln_notice *ret)
{
	struct pl_vuln_notice n = {.seq = e->seq, .at = e->at, .by = e->account, .there = e->sealed, .document = e->text};
	pl_str edition = e->about, clock;
	uint64_t number;

	if (e->kind != PL_CASEWORK_NOTICE || !pl_str_take_until(&edition, ' ', &clock) || pl_cra_stage_of_clock(clock, &n.stage) ||
		pl_str_to_u64(edition, PL_VULN_EVENTS_MAX, &number))
		return false;
	n.edition = (unsigned)number;
	*ret = n;
	return true;
}

pl_status pl_vuln_notices(const struct pl_vuln *c, struct pl_arena *arena, struct pl_vuln_notice **ret, size_t *ret_n)
{
	struct pl_casework_entry *e = NULL;
	size_t n = 0, kept = 0;
	pl_status st = pl_casework_read_kind(c->inst, c->r, c->v->at.number, PL_CASEWORK_NOTICE, &c->v->key, arena, &e, &n);
	struct pl_vuln_notice *list = st ? NULL : pl_arena_alloc(arena, n + 1, sizeof *list);

	if (st || !list)
		return st ? st : PL_E_NOMEM;
	for (size_t i = 0; i < n; i++)
		kept += pl_vuln_notice_of(&e[i], &list[kept]);
	*ret = list;
	*ret_n = kept;
	return PL_OK;
}

/* ---- what it is made of ---- */

struct making {
	struct pl_vuln *c;
	const struct pl_vuln_notice_asked *asked;
	struct pl_arena *arena;
	struct pl_advisory a;
	size_t flaw; /* which of its vulnerabilities */
	struct pl_cra cra;
	struct pl_cra_said said[PL_CRA_FACTS];
	struct pl_vuln_notice_made made;
	struct pl_diag *diag;
};

/* When it happened, ns; 0 with words: the case does not say it. */
static uint64_t known(const struct making *m)
{
	const char *event = pl_cra_is_incident(m->asked->stage) ? "incident-known" : "exploitation-known";
	uint64_t at = pl_vuln_happened(m->c, pl_str_from(event));
	unsigned long long number = (unsigned long long)m->c->v->at.number;

	if (!at)
		(void)pl_diag_set(m->diag, PL_E_STATE, "case %llu does not say when %s: pellucid vuln event %llu %s", number,
			pl_cra_is_incident(m->asked->stage) ? "a severe incident was known" : "exploitation was known", number, event);
	return at * PL_SECOND;
}

static uint64_t met(const struct pl_vuln *c, pl_str clock)
{
	for (size_t i = 0; i < c->history.n; i++)
		if (c->history.e[i].kind == PL_VULN_EV_MEET && pl_str_eq(c->history.e[i].name, clock))
			return c->history.e[i].at * PL_SECOND;
	return 0;
}

/* As text: the one that somebody went on with, or the one that the case makes. */
static pl_status take_draft(struct making *m)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ADVISORY_DRAFT_MAX), id PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	struct pl_json *json PL_CLEANUP(pl_json_done) = pl_json_new_object();
	pl_str draft = m->asked->draft, kept;
	pl_status st = PL_OK;

	if (!draft.len) {
		pl_vuln_draft_id(m->c, PL_VULN_DRAFT_ADVISORY, &id);
		pl_vuln_draft_write(m->c, PL_VULN_DRAFT_ADVISORY, &m->asked->by, m->asked->id.len ? m->asked->id : pl_buf_str(&id), pl_time_now() / PL_SECOND, json);
		st = pl_json_write(json, &text);
		draft = pl_buf_str(&text);
	}
	if (!st)
		st = pl_arena_dup(m->arena, draft, &kept);
	if (!st)
		st = pl_advisory_draft_parse(kept, m->arena, &m->a, m->diag);
	/* Nobody has said yet how sensitive it is: what is not released is for a few. */
	if (!st && !m->asked->draft.len)
		m->a.tlp = m->c->released ? PL_TLP_WHITE : PL_TLP_AMBER;
	return st;
}

/* Which of the draft's vulnerabilities is the case's. */
static pl_status find_flaw(struct making *m)
{
	for (size_t i = 0; i < m->a.vulnerabilities.n; i++)
		if (!m->asked->draft.len || pl_vuln_draft_fits(m->c, &m->a.vulnerabilities.v[i].cve, 1, UINT64_MAX, NULL) != PL_E_MISMATCH) {
			m->flaw = i;
			return PL_OK;
		}
	return pl_diag_set(m->diag, PL_E_MISMATCH, "the draft is not about the CVE of case %llu", (unsigned long long)m->c->v->at.number);
}

/* ---- what was told before ---- */

/* The last word of what is kept about @f, in documents about the same. */
static pl_status told_before(struct making *m, const struct pl_vuln_notice *list, size_t n, enum pl_cra_fact f, pl_str *ret)
{
	for (size_t i = n; i-- > 0;) {
		struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(FACT_TEXT_MAX);
		struct pl_json *json PL_CLEANUP(pl_json_done) = NULL;

		if (!list[i].document.len || pl_cra_is_incident(list[i].stage) != pl_cra_is_incident(m->asked->stage))
			continue;
		if (pl_json_parse(list[i].document, PL_CASEWORK_TEXT_MAX, JSON_DEPTH, &json, NULL))
			return PL_E_CORRUPT;
		pl_cra_fact_text(json, f, &text);
		if (pl_buf_status(&text))
			return PL_E_CORRUPT;
		if (text.len)
			return pl_arena_dup(m->arena, pl_buf_str(&text), ret);
	}
	return PL_OK;
}

/* Does the draft that somebody went on with say @f? Asked of the document that nothing was said for. */
static bool is_drafted(const struct making *m, const struct pl_json *bare, enum pl_cra_fact f)
{
	return m->asked->draft.len && pl_json_get(bare, pl_cra_facts[f].member) != NULL;
}

static pl_status gather(struct making *m, const struct pl_json *bare)
{
	struct pl_vuln_notice *list = NULL;
	size_t n = 0;
	pl_status st = pl_vuln_notices(m->c, m->arena, &list, &n);

	for (unsigned i = 0; i < PL_CRA_FACTS && !st; i++) {
		enum pl_cra_fact f = (enum pl_cra_fact)i;
		bool scored = f == PL_CRA_SEVERITY && m->c->cvss.len;
		pl_str before = {0};

		if (!pl_cra_asks(m->asked->stage, f))
			continue;
		m->said[f] = m->asked->said[f];
		if (m->said[f].given) {
			m->made.from[f] = m->said[f].text.len ? PL_VULN_FROM_TYPED : PL_VULN_FROM_NOBODY;
			continue;
		}
		if (!is_drafted(m, bare, f) && !scored)
			st = told_before(m, list, n, f, &before);
		if (before.len && pl_cra_say(m->said, m->asked->stage, f, before, m->arena, NULL) == PL_OK)
			m->made.from[f] = PL_VULN_FROM_KEPT;
		else
			m->made.from[f] = pl_json_get(bare, pl_cra_facts[f].member) ? PL_VULN_FROM_CASE : PL_VULN_FROM_NOBODY;
	}
	return st;
}

/* ---- editions ---- */

static pl_status write_edition(struct making *m, unsigned edition, const struct pl_digest *amends, struct pl_buf *out, struct pl_json **ret_json)
{
	m->cra.edition = edition;
	m->cra.amends = amends;
	return pl_cra_write(&m->a, m->flaw, &m->cra, out, ret_json, m->diag);
}

/* The one before @last of the same clock; NULL: @last is the first. */
static const struct pl_vuln_event *before(const struct pl_vuln *c, const struct pl_vuln_event *last)
{
	for (const struct pl_vuln_event *e = last; e-- > c->history.e;)
		if (e->kind == PL_VULN_EV_NOTICE && pl_str_eq(e->name, last->name))
			return e;
	return NULL;
}

/* Does the last edition say just this? */
static pl_status compare(struct making *m, const struct pl_vuln_event *last, struct pl_buf *out)
{
	const struct pl_vuln_event *first = before(m->c, last);
	struct pl_json *json = NULL;
	struct pl_digest d;
	pl_status st = write_edition(m, last->edition, first ? &first->digest : NULL, out, &json);

	if (st)
		return st;
	pl_sha256(pl_buf_bytes(out), &d);
	m->made.same = pl_digest_eq(&d, &last->digest);
	if (m->made.same) {
		m->made.json = json;
		return PL_OK;
	}
	pl_json_free(json);
	pl_buf_clear(out);
	return PL_OK;
}

static pl_status write_it(struct making *m)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
	const struct pl_clock_def *clock = pl_cra_stage_clock(m->asked->stage);
	const struct pl_vuln_event *last = pl_vuln_history_notice(&m->c->history, pl_str_from(clock->code));
	pl_status st = last ? compare(m, last, &out) : PL_OK;

	if (!st && !m->made.same)
		st = write_edition(m, (last ? last->edition : 0) + 1, last ? &last->digest : NULL, &out, &m->made.json);
	m->made.edition = m->cra.edition;
	pl_sha256(pl_buf_bytes(&out), &m->made.digest);
	return st ? st : pl_arena_dup(m->arena, pl_buf_str(&out), &m->made.document);
}

/* The document that the draft makes alone, to see what it says. */
static pl_status write_bare(struct making *m, struct pl_json **ret)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);

	return write_edition(m, 1, NULL, &out, ret);
}

static pl_status make(struct making *m)
{
	struct pl_json *bare PL_CLEANUP(pl_json_done) = NULL;
	const struct pl_calendar *calendar = m->asked->calendar ? m->asked->calendar : m->c->r->calendar;
	pl_status st;

	m->cra = (struct pl_cra){.stage = m->asked->stage, .known = known(m), .calendar = calendar,
		.available = pl_vuln_happened(m->c, PL_STR("measure-available")) * PL_SECOND, .sent = met(m->c, PL_STR("CRA-I2"))};
	if (!m->cra.known)
		return PL_E_STATE;
	st = take_draft(m);
	if (!st)
		st = find_flaw(m);
	if (!st)
		st = write_bare(m, &bare);
	if (!st)
		st = gather(m, bare);
	m->cra.said = m->said;
	return st ? st : write_it(m);
}

pl_status pl_vuln_notice_make(struct pl_vuln *c, const struct pl_vuln_notice_asked *asked, struct pl_arena *arena, struct pl_vuln_notice_made *ret,
	struct pl_diag *diag)
{
	struct making *m = PL_NEW(struct making);
	pl_status st;

	*m = (struct making){.c = c, .asked = asked, .arena = arena, .made.stage = asked->stage, .diag = diag};
	st = make(m);
	if (st)
		pl_vuln_notice_done(&m->made);
	else
		*ret = m->made;
	pl_free(m);
	return st;
}

void pl_vuln_notice_done(struct pl_vuln_notice_made *m)
{
	pl_json_free(m->json);
	m->json = NULL;
}

/* ---- keeping ---- */

struct keeping {
	const struct pl_vuln *c;
	const struct pl_vuln_notice_made *made;
	uint64_t at;
};

static pl_status put_document(void *ctx, struct pl_db_tx *tx)
{
	const struct keeping *k = ctx;
	struct pl_buf about PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	struct pl_casework_new e = {.kind = PL_CASEWORK_NOTICE, .at = k->at, .account = k->c->by, .text = k->made->document, .key = &k->c->v->key};

	pl_buf_printf(&about, "%s %u", pl_cra_stage_clock(k->made->stage)->code, k->made->edition);
	e.about = pl_buf_str(&about);
	return pl_buf_status(&about) ? pl_buf_status(&about) : pl_casework_put(tx, k->c->r, k->c->v->at.number, &e, NULL);
}

/* That it was made now, and perhaps that it was sent. */
static pl_status note_it(struct pl_vuln *c, const struct pl_vuln_notice_made *made, uint64_t sent, const struct pl_vuln_act *act, struct pl_diag *diag)
{
	pl_str clock = pl_str_from(pl_cra_stage_clock(made->stage)->code);
	const struct pl_vuln_event *last = pl_vuln_history_notice(&c->history, clock);
	struct pl_vuln_event e = {.at = last && last->at > act->now ? last->at : act->now, .by = act->by, .kind = PL_VULN_EV_NOTICE, .name = clock,
		.edition = made->edition, .digest = made->digest};
	const struct pl_vuln_act when = {.at = sent, .now = act->now, .by = act->by};
	bool fitted = pl_vuln_clocks_fit(c, act->now, NULL) == PL_OK;
	pl_status st = pl_vuln_history_add(&c->history, &e, diag);

	if (st || !sent)
		return st;
	st = pl_vuln_check_act(c, &when, diag);
	if (!st && pl_vuln_history_has(&c->history, PL_VULN_EV_MEET, clock))
		st = pl_diag_set(diag, PL_E_STATE, "%.*s is met already: the first of these documents was sent before", PL_STR_ARG(clock));
	e = (struct pl_vuln_event){.at = sent, .by = act->by, .kind = PL_VULN_EV_MEET, .name = clock};
	if (!st)
		st = pl_vuln_history_add(&c->history, &e, diag);
	return st || !fitted ? st : pl_vuln_clocks_fit(c, act->now, diag);
}

pl_status pl_vuln_notice_keep(struct pl_vuln *c, const struct pl_vuln_notice_made *made, uint64_t sent, const struct pl_vuln_act *act,
	struct pl_register_case *ret, struct pl_diag *diag)
{
	struct keeping k = {.c = c, .made = made, .at = act->now};
	unsigned long long number = (unsigned long long)c->v->at.number;
	pl_status st;

	if (made->same)
		return pl_diag_set(diag, PL_E_EXISTS, "edition %u of it says just this already: change what is to be told, or take that one", made->edition);
	if (made->document.len > PL_CASEWORK_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a document that is kept has at most %u bytes, and this one %zu: shorten the texts",
			PL_CASEWORK_TEXT_MAX, made->document.len);
	/* Steps need their room in the history, too. */
	if (made->edition > PL_VULN_EDITIONS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a document has at most %u editions", PL_VULN_EDITIONS_MAX);
	st = note_it(c, made, sent, act, diag);
	if (!st)
		st = pl_vuln_write_with(c, put_document, &k, ret, diag);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, PL_E_STATE, "case %llu has no file in which a document could be kept: it was imported", number);
	return st;
}
