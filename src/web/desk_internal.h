/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_internal: what the files of the desk share. */
#ifndef PL_WEB_DESK_INTERNAL_H
#define PL_WEB_DESK_INTERNAL_H
#include "people/account.h"
#include "register/casework/casefile.h"
#include "web/desk.h"
#include "web/portal_internal.h"

#define PL_DESK_FORM_MAX 131072u
#define PL_DESK_PAGE_ROWS 50u
/* Whoever reads cases, and whoever decides something. */
#define PL_DESK_CASES ((unsigned)PL_STAFF_DESK | PL_STAFF_LEGAL | PL_STAFF_OFFICER | PL_STAFF_AUDITOR)
/* Whoever works on them. */
#define PL_DESK_WORKS ((unsigned)PL_STAFF_DESK | PL_STAFF_LEGAL | PL_STAFF_OFFICER)
#define PL_DESK_DECIDES ((unsigned)PL_STAFF_ALL & ~(unsigned)PL_STAFF_AUDITOR)

/* One row bound to its desk: the ctx of its route. */
struct pl_desk_bound {
	struct pl_desk *desk;
	const struct pl_desk_row *row;
};

/* A form that was sent, and the case that it became (desk_enter.c). */
#define PL_DESK_ONCE_BYTES 16u
struct pl_desk_once {
	char word[2 * PL_DESK_ONCE_BYTES + 1];
	uint64_t number;
};

struct pl_desk {
	struct pl_portal *portal;
	struct pl_people *people;
	bool secure; /* https */
	struct pl_desk_bound *bound;
	struct pl_gate judging; /* password checks under way */
	pthread_mutex_t lock;   /* for what follows */
	struct pl_desk_once once[256]; /* the last ones, in a ring */
	size_t at_once;
};

/* One request that was let in, or is about to be. */
struct pl_desk_view {
	struct pl_desk *desk;
	struct pl_people *people;
	const struct pl_desk_row *row;
	struct pl_http_request *req;
	struct pl_http_reply *reply;
	struct pl_arena *arena;
	enum pl_lang lang;
	bool known;              /* @s is a session */
	struct pl_session s;
	pl_str token;            /* its cookie: what passkeys are bound to */
	char visit[PL_VISIT_TEXT + 1]; /* the visitor's cookie; empty: none yet */
	struct pl_people_actor actor;
	struct pl_view w;        /* once a page was begun */
	struct pl_desk_frame frame;
	pl_str path;             /* of this page for its links, if it is not the one that was asked for */
};

/* ---- desk_frame.c: pages ----
 *
 *	pl_status st = pl_desk_begin(d, PL_DESK_NAV_..., PL_MSG_...);      (instance, frame; the title is plain)
 *	if (st) return st;
 *	m->frame = d->frame;
 *	h = pl_desk_html(d, &b);
 *	pl_page_desk_...(&h, m);
 *	return pl_desk_send(d, &b);                                                                                        */
pl_status pl_desk_begin(struct pl_desk_view *d, enum pl_desk_nav nav, enum pl_message_id title);
/* The same with a name for its title. */
pl_status pl_desk_begin_named(struct pl_desk_view *d, enum pl_desk_nav nav, pl_str title);
struct pl_html pl_desk_html(struct pl_desk_view *d, struct pl_buf *b);
pl_status pl_desk_send(struct pl_desk_view *d, struct pl_buf *b);
/* Before pl_desk_begin: the page @path leads to this one. */
void pl_desk_crumb(struct pl_desk_view *d, const char *path, enum pl_message_id text);
/* Before pl_desk_begin: what the form came to. @status is the answer's. */
void pl_desk_done(struct pl_desk_view *d, enum pl_message_id said);
void pl_desk_refused(struct pl_desk_view *d, unsigned status, enum pl_message_id said);
/* The same for an attempt that came too early: @wait ns are left. */
void pl_desk_wait(struct pl_desk_view *d, uint64_t wait);
/* Go to @path; it says @said there (a word of desk_frame.c's list, or NULL). */
pl_status pl_desk_go(struct pl_desk_view *d, const char *path, const char *said);
/* An error page with words of its own. */
pl_status pl_desk_error(struct pl_desk_view *d, unsigned status, enum pl_message_id heading, enum pl_message_id words);
/* For scripts: {"to": @path}; {"error": words, "wait": seconds}. */
pl_status pl_desk_json_to(struct pl_desk_view *d, pl_str path);
pl_status pl_desk_json_error(struct pl_desk_view *d, unsigned status, enum pl_message_id words, uint64_t wait);
/* Rows of words for the set @roles. */
pl_status pl_desk_role_words(struct pl_desk_view *d, unsigned roles, struct pl_word_row **ret, size_t *ret_n);
/* The name of account @id; nobody is empty. */
pl_status pl_desk_name_of(struct pl_desk_view *d, const struct pl_ulid *id, pl_str *ret);
pl_status pl_desk_ulid_text(struct pl_desk_view *d, const struct pl_ulid *id, pl_str *ret);

/* ---- desk_form.c: what forms bring ---- */

/* Value of field @name; empty if it is not there, came twice or is no text. */
pl_str pl_desk_field(const struct pl_desk_view *d, const char *name);
/* The set of the checked boxes "role-...". */
unsigned pl_desk_field_roles(const struct pl_desk_view *d);
/* All fields but tokens and secrets, to carry them through a new login. */
pl_status pl_desk_fields_kept(struct pl_desk_view *d, struct pl_hidden_row **ret, size_t *ret_n);
/* @path if it is a page of the desk that can be gone to, else "/desk". */
pl_str pl_desk_target(const struct pl_desk_view *d, pl_str path);
/* The identifier in the path. PL_E_NOTFOUND. */
pl_status pl_desk_id(const struct pl_desk_view *d, struct pl_ulid *ret);
/* The one before or after which a list goes on, from the query; false: there is none. */
bool pl_desk_cursor(struct pl_desk_view *d, const char *key, struct pl_ulid *ret);

/* ---- desk_login.c ---- */

/* The login page; @name was typed, @to is where to go on. */
pl_status pl_desk_login_form(struct pl_desk_view *d, pl_str name, pl_str to);
/* ---- desk_again.c: a dangerous act with a login that is not fresh. *ret_fresh: it is now; go on. Else the page was answered. */
pl_status pl_desk_again_first(struct pl_desk_view *d, bool *ret_fresh);

struct pl_decision;
/* desk_case_two.c: a voice for erasing a case, for opening a sealed one, or for ordering the erasure of a person, and with enough of them the act. Statuses as pl_decision_approve and
 * pl_register_erase; PL_E_CONFLICT: the seal ends later, or the case is open. */
#define PL_DESK_KIND_ERASE "case-erase"
#define PL_DESK_KIND_UNSEAL "case-unseal"
#define PL_DESK_KIND_PERSON "person-erase"
bool pl_desk_case_two_is(const struct pl_decision *x);
/* Which case it is about; the name lives as long as @x. PL_E_NOTFOUND: about none. */
pl_status pl_desk_case_two_about(const struct pl_decision *x, pl_str *ret_name, uint64_t *ret_number);
pl_status pl_desk_case_two_approve(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, bool *ret_done);
/* desk_award.c: what was paid, with what @m says of an act. */
pl_status pl_desk_awards_show(struct pl_desk_view *d, struct pl_desk_awards_page *m);
/* desk_hand_out.c: the day of a form, as seconds; empty: 0. PL_E_RANGE with words. */
pl_status pl_desk_read_day(const struct pl_desk_view *d, const char *field, uint64_t *ret, struct pl_diag *diag);
/* desk_ask.c: carry out a grant. As pl_ask_grant. */
pl_status pl_desk_ask_do(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, struct pl_diag *diag);
/* desk_decision_act.c: a voice for a release, an award or a grant, and with enough of them the act; and the act of what was approved but could not be carried
 * out then. @diag: why it was not done. Statuses as pl_decision_approve, pl_vuln_release, pl_award_pay. */
bool pl_desk_act_is(const struct pl_decision *x);
pl_status pl_desk_act_approve(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, bool *ret_done, struct pl_diag *diag);
pl_status pl_desk_act_do(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, struct pl_diag *diag);
/* desk_decision.c: may whoever looks see @x? Who may decide it or proposed it does, and an auditor sees everything. */
bool pl_desk_decision_seen(const struct pl_desk_view *d, const struct pl_decision *x);
/* @x as a line of a list. */
pl_status pl_desk_decision_row(struct pl_desk_view *d, const struct pl_decision *x, struct pl_decision_row *row);
/* desk_queue_wait.c: what waits for a second person beside the cases of the queue, and all that waits, oldest first. */
pl_status pl_desk_queue_fill_waits(struct pl_desk_view *d, struct pl_desk_queue_page *m);
/* Which case a decision is about. PL_E_NOTFOUND: none. */
pl_status pl_desk_decision_case(struct pl_desk_view *d, const struct pl_decision *x, pl_str *ret_name, uint64_t *ret_number);
/* desk_case_decide.c: what two persons decide about a case (register/casework/decide.h). Is @x such a decision? */
bool pl_desk_case_decides(const struct pl_decision *x);
/* In the words of the register, after the page was begun. PL_E_CORRUPT. */
pl_status pl_desk_case_decision_fill(struct pl_desk_view *d, const struct pl_decision *x, struct pl_desk_decision_page *m);
/* desk_case_lookup.c: what was looked up for it, behind the former; with m->opened the reason for which a look-up was overridden, too. */
pl_status pl_desk_decision_fill_lookup(struct pl_desk_view *d, const struct pl_decision *x, struct pl_desk_decision_page *m);
/* Agree and carry it out; decline it for @reason (or withdraw); open the reason. @why: words of the room. */
pl_status pl_desk_case_decide(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, struct pl_diag *why);
pl_status pl_desk_case_decline(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, pl_str reason, struct pl_diag *why);
pl_status pl_desk_case_reason(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, pl_str *ret);
/* desk_outgoing.c: what is to go out to an authority (register/person/outgoing.h). Is @x such a decision, and which case is it about? PL_E_NOTFOUND: about none. */
bool pl_desk_outgoing_is(const struct pl_decision *x);
pl_status pl_desk_outgoing_case(const struct pl_decision *x, pl_str *ret_name, uint64_t *ret_number);
/* What goes, and what was found in it, after the page was begun; with m->opened what is private. Nothing for other decisions. @diag: words of the room. */
pl_status pl_desk_outgoing_fill(struct pl_desk_view *d, const struct pl_decision *x, struct pl_desk_decision_page *m, struct pl_diag *diag);
/* Agree, and let it go. */
pl_status pl_desk_outgoing_decide(struct pl_desk_view *d, struct pl_instance *inst, const struct pl_decision *x, struct pl_diag *why);
/* desk_form.c: the field "text" without spaces around it, line ends as line feeds (browsers send CR LF). */
pl_status pl_desk_text(struct pl_desk_view *d, pl_str *ret);
/* desk_case.c: as what somebody with these roles asks the vault. */
enum pl_vault_role pl_desk_vault_role(unsigned roles);
/* desk_case.c: the words of a state. */
enum pl_message_id pl_desk_case_state(enum pl_casework_state s);

/* desk_case_files.c: the upload functions of rows that take files; their ctx is the row's. */
extern const struct pl_http_upload pl_desk_upload;

/* Handlers, by file.. */
pl_status pl_desk_login_page(struct pl_desk_view *d);
pl_status pl_desk_login(struct pl_desk_view *d);
pl_status pl_desk_logout(struct pl_desk_view *d);
pl_status pl_desk_login_options(struct pl_desk_view *d);
pl_status pl_desk_login_answer(struct pl_desk_view *d);
pl_status pl_desk_again_act(struct pl_desk_view *d);
pl_status pl_desk_again_options(struct pl_desk_view *d);
pl_status pl_desk_again_answer(struct pl_desk_view *d);
pl_status pl_desk_enrol_page(struct pl_desk_view *d);
pl_status pl_desk_enrol(struct pl_desk_view *d);
pl_status pl_desk_way(struct pl_desk_view *d);
pl_status pl_desk_password_page(struct pl_desk_view *d);
pl_status pl_desk_password(struct pl_desk_view *d);
pl_status pl_desk_password_confirm(struct pl_desk_view *d);
pl_status pl_desk_recovery(struct pl_desk_view *d);
pl_status pl_desk_passkey_page(struct pl_desk_view *d);
pl_status pl_desk_passkey_options(struct pl_desk_view *d);
pl_status pl_desk_passkey_new(struct pl_desk_view *d);
pl_status pl_desk_passkey_name(struct pl_desk_view *d);
pl_status pl_desk_passkey_remove(struct pl_desk_view *d);
pl_status pl_desk_mine(struct pl_desk_view *d);
pl_status pl_desk_session_end(struct pl_desk_view *d);
pl_status pl_desk_session_end_all(struct pl_desk_view *d);
pl_status pl_desk_accounts(struct pl_desk_view *d);
pl_status pl_desk_invite(struct pl_desk_view *d);
pl_status pl_desk_person(struct pl_desk_view *d);
pl_status pl_desk_person_roles(struct pl_desk_view *d);
pl_status pl_desk_person_reset(struct pl_desk_view *d);
pl_status pl_desk_person_end(struct pl_desk_view *d);
pl_status pl_desk_person_code(struct pl_desk_view *d);
pl_status pl_desk_person_sessions(struct pl_desk_view *d);
pl_status pl_desk_decisions(struct pl_desk_view *d);
pl_status pl_desk_decision(struct pl_desk_view *d);
pl_status pl_desk_decision_approve(struct pl_desk_view *d);
pl_status pl_desk_decision_close(struct pl_desk_view *d);
pl_status pl_desk_events(struct pl_desk_view *d);
pl_status pl_desk_queue(struct pl_desk_view *d);
pl_status pl_desk_enter_form(struct pl_desk_view *d);
pl_status pl_desk_enter(struct pl_desk_view *d);
pl_status pl_desk_find_form(struct pl_desk_view *d);
pl_status pl_desk_find(struct pl_desk_view *d);
pl_status pl_desk_case(struct pl_desk_view *d);
pl_status pl_desk_case_read(struct pl_desk_view *d);
pl_status pl_desk_case_assign(struct pl_desk_view *d);
pl_status pl_desk_case_state_set(struct pl_desk_view *d);
pl_status pl_desk_case_change(struct pl_desk_view *d);
pl_status pl_desk_case_although(struct pl_desk_view *d);
pl_status pl_desk_case_look_up(struct pl_desk_view *d);
pl_status pl_desk_case_words(struct pl_desk_view *d);
pl_status pl_desk_case_expertise(struct pl_desk_view *d);
pl_status pl_desk_case_expertise_add(struct pl_desk_view *d);
pl_status pl_desk_case_expertise_propose(struct pl_desk_view *d);
pl_status pl_desk_case_erase(struct pl_desk_view *d);
pl_status pl_desk_case_unseal(struct pl_desk_view *d);
pl_status pl_desk_case_copy(struct pl_desk_view *d);
pl_status pl_desk_case_certify(struct pl_desk_view *d);
pl_status pl_desk_case_ask(struct pl_desk_view *d);
pl_status pl_desk_case_link(struct pl_desk_view *d);
pl_status pl_desk_case_hold(struct pl_desk_view *d);
pl_status pl_desk_case_seal(struct pl_desk_view *d);
pl_status pl_desk_case_propose(struct pl_desk_view *d);
pl_status pl_desk_decision_read(struct pl_desk_view *d);
pl_status pl_desk_case_note(struct pl_desk_view *d);
pl_status pl_desk_case_mail(struct pl_desk_view *d);
pl_status pl_desk_case_answer(struct pl_desk_view *d);
pl_status pl_desk_case_clock(struct pl_desk_view *d);
pl_status pl_desk_flaw_step(struct pl_desk_view *d);
pl_status pl_desk_flaw_repeat(struct pl_desk_view *d);
pl_status pl_desk_flaw_party(struct pl_desk_view *d);
pl_status pl_desk_flaw_leave(struct pl_desk_view *d);
pl_status pl_desk_flaw_access(struct pl_desk_view *d);
pl_status pl_desk_flaw_embargo(struct pl_desk_view *d);
pl_status pl_desk_flaw_rate(struct pl_desk_view *d);
pl_status pl_desk_flaw_note(struct pl_desk_view *d);
pl_status pl_desk_flaw_release(struct pl_desk_view *d);
pl_status pl_desk_flaw_draft(struct pl_desk_view *d);
pl_status pl_desk_flaw_cra(struct pl_desk_view *d);
pl_status pl_desk_flaw_notice(struct pl_desk_view *d);
pl_status pl_desk_award_propose(struct pl_desk_view *d);
pl_status pl_desk_awards(struct pl_desk_view *d);
pl_status pl_desk_awards_check(struct pl_desk_view *d);
pl_status pl_desk_awards_open(struct pl_desk_view *d);
pl_status pl_desk_ask_grant(struct pl_desk_view *d);
pl_status pl_desk_ask_refuse(struct pl_desk_view *d);
pl_status pl_desk_hand_outs(struct pl_desk_view *d);
pl_status pl_desk_hand_out(struct pl_desk_view *d);
pl_status pl_desk_hand_out_prolong(struct pl_desk_view *d);
pl_status pl_desk_hand_out_take_back(struct pl_desk_view *d);
pl_status pl_desk_decision_do(struct pl_desk_view *d);
pl_status pl_desk_case_file(struct pl_desk_view *d);
pl_status pl_desk_case_attach(struct pl_desk_view *d);

#endif
