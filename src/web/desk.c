/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk: the table, who is asking, and letting in. */
#include "web/desk_internal.h"
#include "people/webauthn.h"
#include "register/audit/ask.h"
#include "register/casework/talk.h"
#include "web/upload.h"

/* A check takes a worker and 64 MiB for a third of a second: two at once leave room for everybody else. */
#define JUDGING_MAX 2u
#define ADMIN PL_STAFF_ADMINISTRATOR
#define ANY_ROLE PL_STAFF_ALL
#define READS_EVENTS ((unsigned)PL_STAFF_AUDITOR | PL_STAFF_ADMINISTRATOR)
#define OWN ((unsigned)PL_DESK_MEMBER | PL_DESK_ENROL)
#define GET PL_HTTP_GET
#define POST PL_HTTP_POST
#define FRESH PL_DESK_FRESH
#define JSON PL_DESK_JSON
#define FILES PL_DESK_FILES
#define GUESSES 60u /* attempts a minute and address, whatever the delays say */

const struct pl_desk_row pl_desk_rows[] = {
	{{GET, PL_DESK_MEMBER, 0}, "/desk", pl_desk_queue, 0},
	/* logging in and out */
	{{GET, PL_DESK_VISITOR, 0}, "/desk/login", pl_desk_login_page, 0},
	{{POST, PL_DESK_VISITOR, 0}, "/desk/login", pl_desk_login, GUESSES},
	{{POST, PL_DESK_VISITOR, JSON}, "/desk/login/passkey/options", pl_desk_login_options, GUESSES},
	{{POST, PL_DESK_VISITOR, JSON}, "/desk/login/passkey", pl_desk_login_answer, GUESSES},
	{{POST, OWN, 0}, "/desk/logout", pl_desk_logout, 0},
	{{POST, PL_DESK_MEMBER, FRESH}, "/desk/again", pl_desk_again_act, GUESSES},
	{{POST, PL_DESK_MEMBER, JSON}, "/desk/again/options", pl_desk_again_options, GUESSES},
	{{POST, PL_DESK_MEMBER, JSON}, "/desk/again/answer", pl_desk_again_answer, GUESSES},
	/* enrolment, and one's own account */
	{{GET, PL_DESK_VISITOR, 0}, "/desk/enrol", pl_desk_enrol_page, 0},
	{{POST, PL_DESK_VISITOR, 0}, "/desk/enrol", pl_desk_enrol, GUESSES},
	{{GET, PL_DESK_ENROL, 0}, "/desk/enrol/way", pl_desk_way, 0},
	{{GET, OWN, FRESH}, "/desk/password", pl_desk_password_page, 0},
	{{POST, OWN, FRESH}, "/desk/password", pl_desk_password, GUESSES},
	{{POST, OWN, FRESH}, "/desk/password/confirm", pl_desk_password_confirm, GUESSES},
	{{GET, OWN, FRESH}, "/desk/passkey", pl_desk_passkey_page, 0},
	{{POST, OWN, FRESH | JSON}, "/desk/passkey/options", pl_desk_passkey_options, GUESSES},
	{{POST, OWN, FRESH | JSON}, "/desk/passkey/new", pl_desk_passkey_new, GUESSES},
	{{POST, PL_DESK_MEMBER, 0}, "/desk/passkey/name", pl_desk_passkey_name, 0},
	{{POST, PL_DESK_MEMBER, FRESH}, "/desk/passkey/remove", pl_desk_passkey_remove, 0},
	{{POST, PL_DESK_MEMBER, FRESH}, "/desk/recovery", pl_desk_recovery, GUESSES},
	{{POST, PL_DESK_MEMBER, 0}, "/desk/session/end", pl_desk_session_end, 0},
	{{POST, PL_DESK_MEMBER, 0}, "/desk/session/end-all", pl_desk_session_end_all, 0},
	{{GET, PL_DESK_MEMBER, 0}, "/desk/account", pl_desk_mine, 0},
	/* everybody's accounts */
	{{GET, ADMIN, 0}, "/desk/accounts", pl_desk_accounts, 0},
	{{POST, ADMIN, FRESH}, "/desk/accounts", pl_desk_invite, GUESSES},
	{{GET, ADMIN, 0}, "/desk/accounts/{id}", pl_desk_person, 0},
	{{POST, ADMIN, FRESH}, "/desk/accounts/{id}/roles", pl_desk_person_roles, GUESSES},
	{{POST, ADMIN, FRESH}, "/desk/accounts/{id}/reset", pl_desk_person_reset, GUESSES},
	{{POST, ADMIN, FRESH}, "/desk/accounts/{id}/end", pl_desk_person_end, GUESSES},
	{{POST, ADMIN, FRESH}, "/desk/accounts/{id}/code", pl_desk_person_code, GUESSES},
	{{POST, ADMIN, FRESH}, "/desk/accounts/{id}/sessions", pl_desk_person_sessions, GUESSES},
	/* four eyes, and what happened */
	{{GET, ANY_ROLE, 0}, "/desk/decisions", pl_desk_decisions, 0},
	{{GET, ANY_ROLE, 0}, "/desk/decisions/{id}", pl_desk_decision, 0},
	{{POST, PL_DESK_DECIDES, FRESH}, "/desk/decisions/{id}/approve", pl_desk_decision_approve, GUESSES},
	{{POST, PL_DESK_DECIDES, FRESH}, "/desk/decisions/{id}/close", pl_desk_decision_close, GUESSES},
	{{POST, PL_DESK_CASES, 0}, "/desk/decisions/{id}/read", pl_desk_decision_read, 0},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/decisions/{id}/do", pl_desk_decision_do, GUESSES},
	{{GET, PL_DESK_WORKS, 0}, "/desk/enter/{name}", pl_desk_enter_form, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/enter/{name}", pl_desk_enter, GUESSES},
	{{GET, PL_DESK_CASES, 0}, "/desk/find/{name}", pl_desk_find_form, 0},
	{{POST, PL_DESK_CASES, 0}, "/desk/find/{name}", pl_desk_find, GUESSES},
	{{GET, PL_DESK_CASES, 0}, "/desk/case/{name}/{number}", pl_desk_case, 0},
	{{POST, PL_DESK_CASES, 0}, "/desk/case/{name}/{number}/read", pl_desk_case_read, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/assign", pl_desk_case_assign, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/state", pl_desk_case_state_set, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/change", pl_desk_case_change, 0},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/erase", pl_desk_case_erase, GUESSES},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/person/copy", pl_desk_case_copy, GUESSES},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/person/erase", pl_desk_case_certify, GUESSES},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/person/ask", pl_desk_case_ask, GUESSES},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/link", pl_desk_case_link, GUESSES},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/hold", pl_desk_case_hold, GUESSES},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/seal", pl_desk_case_seal, GUESSES},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/unseal", pl_desk_case_unseal, GUESSES},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/propose", pl_desk_case_propose, GUESSES},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/although", pl_desk_case_although, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/look-up", pl_desk_case_look_up, GUESSES},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/words", pl_desk_case_words, GUESSES},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/expertise", pl_desk_case_expertise, GUESSES},
	{{POST, PL_DESK_WORKS, FILES}, "/desk/case/{name}/{number}/expertise/add", pl_desk_case_expertise_add, GUESSES},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/expertise/propose", pl_desk_case_expertise_propose, GUESSES},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/note", pl_desk_case_note, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/mail", pl_desk_case_mail, GUESSES},
	{{POST, PL_DESK_WORKS, FILES}, "/desk/case/{name}/{number}/answer", pl_desk_case_answer, GUESSES},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/clock", pl_desk_case_clock, 0},
	/* reports of flaws, and rewards for them */
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/flaw/step", pl_desk_flaw_step, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/flaw/repeat", pl_desk_flaw_repeat, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/flaw/party", pl_desk_flaw_party, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/flaw/leave", pl_desk_flaw_leave, 0},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/flaw/access", pl_desk_flaw_access, GUESSES},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/flaw/embargo", pl_desk_flaw_embargo, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/flaw/rate", pl_desk_flaw_rate, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/flaw/note", pl_desk_flaw_note, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/flaw/draft", pl_desk_flaw_draft, 0},
	{{POST, PL_DESK_WORKS, 0}, "/desk/case/{name}/{number}/flaw/cra", pl_desk_flaw_cra, 0},
	{{POST, PL_DESK_CASES, 0}, "/desk/case/{name}/{number}/notice/{seq}", pl_desk_flaw_notice, 0},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/flaw/release", pl_desk_flaw_release, GUESSES},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/flaw/award", pl_desk_award_propose, GUESSES},
	/* requests for documents, and what was handed out */
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/case/{name}/{number}/ask/grant", pl_desk_ask_grant, GUESSES},
	{{POST, PL_ASK_APPROVES, FRESH}, "/desk/case/{name}/{number}/ask/refuse", pl_desk_ask_refuse, GUESSES},
	{{GET, PL_DESK_CASES, 0}, "/desk/hand-outs", pl_desk_hand_outs, 0},
	{{GET, PL_DESK_CASES, 0}, "/desk/hand-out/{name}/{number}", pl_desk_hand_out, 0},
	{{POST, PL_ASK_APPROVES, FRESH}, "/desk/hand-out/{name}/{number}/prolong", pl_desk_hand_out_prolong, GUESSES},
	{{POST, PL_DESK_WORKS, FRESH}, "/desk/hand-out/{name}/{number}/take-back", pl_desk_hand_out_take_back, GUESSES},
	{{GET, PL_DESK_CASES, 0}, "/desk/awards", pl_desk_awards, 0},
	{{POST, PL_DESK_CASES, 0}, "/desk/awards/check", pl_desk_awards_check, 0},
	{{POST, (unsigned)PL_STAFF_LEGAL | PL_STAFF_OFFICER, FRESH}, "/desk/awards/open", pl_desk_awards_open, GUESSES},
	{{POST, PL_DESK_CASES, 0}, "/desk/case/{name}/{number}/file/{seq}", pl_desk_case_file, 0},
	{{POST, PL_DESK_WORKS, FILES}, "/desk/case/{name}/{number}/attach", pl_desk_case_attach, GUESSES},
	{{GET, READS_EVENTS, 0}, "/desk/events", pl_desk_events, GUESSES},
};
const size_t pl_desk_row_count = PL_COUNT(pl_desk_rows);

/* ---- who is asking ---- */

static pl_status recognise(struct pl_desk_view *d)
{
	pl_str visit = pl_web_visit_cookie(d->req, d->desk->secure);
	pl_status st;

	d->token = pl_web_session_cookie(d->req, d->desk->secure);
	d->actor.address = pl_http_request_peer(d->req);
	(void)pl_str_z(visit, d->visit, sizeof d->visit);
	if (d->token.len == 0)
		return PL_OK;
	st = pl_session_open(d->people, d->token, &d->s);
	if (st == PL_E_DENIED)
		return PL_OK;
	d->known = st == PL_OK;
	d->actor.account = d->s.account;
	return st;
}

static pl_str given_token(const struct pl_desk_view *d)
{
	if (d->row->rule.how & PL_DESK_JSON)
		return pl_http_request_header(d->req, "X-Pellucid-Token");
	return pl_desk_field(d, "csrf");
}

/* ---- turning away ---- */

/* Nobody is logged in: look first, then come back; what a form brought is not kept, because who comes back may be another. */
static pl_status send_to_login(struct pl_desk_view *d)
{
	struct pl_buf target PL_CLEANUP(pl_buf_done) = PL_BUF(4096);

	if (d->row->rule.how & PL_DESK_JSON)
		return pl_desk_json_error(d, 403, PL_MSG_desk_refused_session, 0);
	if (d->row->rule.method == PL_HTTP_POST) {
		pl_desk_refused(d, 403, PL_MSG_desk_refused_session);
		return pl_desk_login_form(d, (pl_str){0}, (pl_str){0});
	}
	pl_buf_put_z(&target, "/desk/login");
	if (d->row != pl_desk_rows) {
		pl_buf_put_z(&target, "?to=");
		pl_route_escape(&target, pl_http_request_path(d->req));
	}
	if (!pl_buf_status(&target))
		pl_http_reply_redirect(d->reply, pl_buf_str(&target));
	return pl_buf_status(&target);
}

static pl_status turn_away(struct pl_desk_view *d, enum pl_desk_verdict verdict)
{
	static const struct {
		unsigned status;
		enum pl_message_id words;
	} refusals[] = {
		[PL_DESK_FOREIGN] = {403, PL_MSG_desk_refused_foreign}, [PL_DESK_TYPE] = {415, PL_MSG_desk_refused_type},
		[PL_DESK_ENROLLING] = {403, PL_MSG_desk_refused_enrolling}, [PL_DESK_ROLE] = {403, PL_MSG_desk_refused_role},
		[PL_DESK_TOKEN] = {403, PL_MSG_desk_refused_token}, [PL_DESK_STALE] = {403, PL_MSG_desk_refused_stale},
	};

	if (verdict == PL_DESK_NOBODY)
		return send_to_login(d);
	if (verdict == PL_DESK_ENROLLING && d->row->rule.method == PL_HTTP_GET)
		return pl_desk_go(d, "/desk/enrol/way", NULL);
	if (d->row->rule.how & PL_DESK_JSON)
		return pl_desk_json_error(d, refusals[verdict].status, refusals[verdict].words, 0);
	return pl_desk_error(d, refusals[verdict].status, PL_MSG_error_e403_heading, refusals[verdict].words);
}

/* ---- letting in ---- */

static void view_end(struct pl_desk_view *d)
{
	pl_view_end(&d->w);
	pl_wipe(d->visit, sizeof d->visit);
}

static pl_status dispatch(void *ctx, struct pl_http_request *req, struct pl_http_reply *reply)
{
	const struct pl_desk_bound *b = ctx;
	struct pl_desk_view d PL_CLEANUP(view_end) = {.desk = b->desk, .people = b->desk->people, .row = b->row, .req = req,
		.reply = reply, .arena = pl_http_request_arena(req), .lang = pl_view_language(req)};
	struct pl_desk_facts facts = {.origin = pl_http_request_header(req, "Origin"),
		.fetch_site = pl_http_request_header(req, "Sec-Fetch-Site"), .type = pl_http_request_header(req, "Content-Type")};
	enum pl_desk_verdict verdict;
	bool fresh = true;
	pl_status st = pl_upload_whole(req);

	if (!st)
		st = recognise(&d);
	if (st)
		return st;
	facts.session = d.known ? &d.s : NULL;
	facts.visit = pl_str_from(d.visit);
	facts.token = given_token(&d);
	verdict = pl_web_session_judge(d.people, &b->row->rule, &facts);
	if (verdict == PL_DESK_STALE && !(b->row->rule.how & PL_DESK_JSON)) {
		st = pl_desk_again_first(&d, &fresh);
		return st || !fresh ? st : b->row->handler(&d);
	}
	return verdict == PL_DESK_LET_IN ? b->row->handler(&d) : turn_away(&d, verdict);
}

/* ---- opening ---- */

pl_status pl_desk_open(struct pl_portal *portal, struct pl_desk **ret, struct pl_diag *diag)
{
	struct pl_desk *desk = PL_NEW(struct pl_desk);
	pl_status st = pl_people_open(portal->instances[0], false, &desk->people, diag);
	struct pl_talk_limits answers; /* only whether they can be read */
	pl_str origin;

	pl_gate_init(&desk->judging, JUDGING_MAX);
	(void)pthread_mutex_init(&desk->lock, NULL);
	if (!st)
		st = pl_webauthn_ready(diag);
	if (st) {
		pl_desk_close(desk);
		return st;
	}
	st = pl_talk_limits(portal->instances[0], &answers, diag);
	if (st) {
		pl_desk_close(desk);
		return st;
	}
	desk->portal = portal;
	origin = pl_people_origin(desk->people);
	desk->secure = pl_str_starts(origin, PL_STR("https://"));
	if (!desk->secure && !pl_str_starts(origin, PL_STR("http://localhost:"))) {
		pl_desk_close(desk);
		return pl_diag_set(diag, PL_E_RANGE, "[web] desk: logins want [web] url with https, or none (localhost)");
	}
	desk->bound = pl_alloc(pl_desk_row_count, sizeof *desk->bound);
	for (size_t i = 0; i < pl_desk_row_count; i++)
		desk->bound[i] = (struct pl_desk_bound){desk, &pl_desk_rows[i]};
	*ret = desk;
	return PL_OK;
}

void pl_desk_close(struct pl_desk *desk)
{
	if (!desk)
		return;
	pl_people_close(desk->people);
	pl_gate_done(&desk->judging);
	(void)pthread_mutex_destroy(&desk->lock);
	pl_free(desk->bound);
	pl_free(desk);
}

void pl_desk_routes(struct pl_desk *desk, struct pl_route *rows)
{
	for (size_t i = 0; i < pl_desk_row_count; i++) {
		const struct pl_desk_row *row = &pl_desk_rows[i];

		/* Open to everybody at the door; dispatch() asks who it is. */
		rows[i] = (struct pl_route){.method = row->rule.method, .pattern = row->pattern, .handler = dispatch,
			.ctx = &desk->bound[i], .access = PL_ACCESS_PUBLIC, .run = PL_ROUTE_WORKER, .rate_minute = row->rate_minute,
			.body_max = row->rule.method == PL_HTTP_POST ? PL_DESK_FORM_MAX : 0};
		if (row->rule.how & PL_DESK_FILES) {
			rows[i].upload = &pl_desk_upload;
			rows[i].body_max = (row->handler == pl_desk_case_answer ? PL_ATTACH_TOTAL_MAX : PL_ATTACH_BYTES_MAX) + PL_DESK_FORM_MAX;
		}
	}
}
