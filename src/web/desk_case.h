/* SPDX-License-Identifier: Apache-2.0 */
/* web/desk_case: what the files about one case share (desk_case*.c). */
#ifndef PL_WEB_DESK_CASE_H
#define PL_WEB_DESK_CASE_H
#include "register/person/errand.h"
#include "register/vuln/award.h"
#include "register/vuln/notice.h"
#include "web/desk_internal.h"
#include "web/register_say.h"

#define PL_DESK_CASE_PATH 128u

struct pl_desk_looking {
	struct pl_desk_view *d;
	struct pl_register *r;
	uint64_t number;
	char path[PL_DESK_CASE_PATH], title[PL_REGISTER_NAME_MAX + 32];
	bool opened; /* show what is private */
	struct pl_casework_actor who;
	struct pl_register_say say;
	struct pl_register_view *v;
	struct pl_vuln *flaw;     /* over .v, if it was opened and is a report of a flaw */
	struct pl_arena room;     /* for what is too large for the request's */
	const char *why;          /* what the room said of a refusal; may be NULL */
	const struct pl_casework_entry *entries; /* of the case's file, once they were read */
	size_t n_entries;
	struct pl_desk_case_page m;
};

/* Do @act with the case that the address names. */
pl_status pl_desk_with_case(struct pl_desk_view *d, pl_status (*act)(struct pl_desk_looking *k));
/* Back to the case, or to its page with what was wrong (@st). */
pl_status pl_desk_case_conclude(struct pl_desk_looking *k, pl_status st);
/* The text that the form brought, line ends as line feeds (browsers send CR LF). */
pl_status pl_desk_case_text(struct pl_desk_looking *k, pl_str *ret);
/* The case's page with what is private, if whoever asks may. */
pl_status pl_desk_case_opened(struct pl_desk_looking *k);
/* The case's page with a refusal. */
pl_status pl_desk_case_refuse(struct pl_desk_looking *k, unsigned status, enum pl_message_id said);
/* The same with what is private opened, if whoever asks may: for going on with a form. */
pl_status pl_desk_case_refuse_opened(struct pl_desk_looking *k, unsigned status, enum pl_message_id said);
/* A clock as its row says it. */
struct pl_case_clock pl_desk_case_clock_row(const struct pl_clock *c);
/* The word @value of @field as the register's words have it, else itself. */
pl_str pl_desk_case_word(const struct pl_desk_looking *k, pl_str field, pl_str value);
/* desk_ask.c: what a request for a document has beside the rest; nothing for others. */
pl_status pl_desk_ask_fill(struct pl_desk_looking *k);
/* desk_flaw.c: what a register of vulnerabilities has beside the rest; nothing for others. */
pl_status pl_desk_flaw_fill(struct pl_desk_looking *k);
/* Is the field set by steps and checks, not by the form of facts? */
bool pl_desk_flaw_owns(const struct pl_desk_looking *k, pl_str field);
/* Is the field shown with the report of a flaw, so that it need not stand among the facts? */
bool pl_desk_flaw_shows(const struct pl_desk_looking *k, pl_str field);
/* desk_flaw_act.c: back to the case, or to it with what was wrong. */
pl_status pl_desk_flaw_conclude(struct pl_desk_looking *k, pl_status st, const struct pl_diag *diag);
/* The case of the form, as it stood on the page: PL_E_CONFLICT if it was changed since. */
pl_status pl_desk_flaw_take(struct pl_desk_looking *k, struct pl_vuln **ret, struct pl_diag *diag);
/* desk_flaw_draft.c: the identifier that its form offers, of a case that was opened. */
pl_status pl_desk_flaw_fill_draft(struct pl_desk_looking *k);
/* Who publishes advisories. PL_E_STATE with words: nobody was stated. */
pl_status pl_desk_flaw_publisher(struct pl_desk_looking *k, struct pl_arena *arena, struct pl_vuln_publisher *ret, struct pl_diag *diag);
/* desk_cra.c: the words of a stage. */
enum pl_message_id pl_desk_cra_stage(enum pl_cra_stage s);
/* The documents of Article 14 whose clocks began (all clocks of the case, in any order), and those that the case's file names. */
pl_status pl_desk_cra_fill(struct pl_desk_looking *k, const struct pl_clock *clocks, size_t n);
pl_status pl_desk_cra_fill_kept(struct pl_desk_looking *k);
/* "Early warning ..., edition 2", of an entry of the case's file and of an event of its history. */
pl_status pl_desk_cra_title(struct pl_desk_looking *k, pl_str clock, unsigned edition, pl_str *ret);
/* To the decision @id, which was proposed or waits already. */
pl_status pl_desk_flaw_proposed(struct pl_desk_looking *k, const struct pl_ulid *id);
/* desk_award.c: what may be awarded, and what was. */
pl_status pl_desk_award_fill(struct pl_desk_looking *k);
/* desk_case_files.c: the words of a file's kind. */
pl_str pl_desk_case_kind(const struct pl_desk_looking *k, pl_str type);
/* The files among the entries @e, for the page. */
pl_status pl_desk_case_fill_files(struct pl_desk_looking *k, const struct pl_casework_entry *e, size_t n);
/* desk_case_decide.c: the form of a proposal, of a case that was opened, and what waits among the entries. */
pl_status pl_desk_case_fill_two(struct pl_desk_looking *k);
/* What an entry about such a decision says, in the register's words. */
pl_status pl_desk_case_fill_decision(struct pl_desk_looking *k, const struct pl_casework_entry *e, struct pl_case_entry *row);
/* desk_case_seal.c: the case's seal, and what its opening is missing from. */
pl_status pl_desk_case_fill_seal(struct pl_desk_looking *k);
/* May it be opened, as it stands? PL_E_DENIED: before the end that its seal names; PL_E_STATE: it is not sealed, or its desk releases cases. */
pl_status pl_desk_case_may_unseal(struct pl_desk_looking *k);
/* desk_case_person.c: what was ordered for the person who asked, and the forms for it. */
pl_status pl_desk_case_fill_person(struct pl_desk_looking *k);
/* May answers be ordered by this case? It is read with what is private as whoever asks. PL_E_STATE: not by such a case; PL_E_RANGE: its sender confirmed no
 * address; otherwise as pl_register_case_read. */
pl_status pl_desk_case_may_order(struct pl_desk_looking *k);
/* desk_case_ask.c: words of what is ordered; those of an entry's "about", which names it; of one that names why a case is held, and until when. */
enum pl_message_id pl_desk_errand_words(enum pl_errand_kind kind);
pl_str pl_desk_errand_about(const struct pl_desk_looking *k, pl_str about);
pl_status pl_desk_hold_about(struct pl_desk_looking *k, pl_str about, pl_str *ret);
/* desk_case_ask.c: is the case kept from erasure, and why; the form for it. */
pl_status pl_desk_case_fill_hold(struct pl_desk_looking *k);
bool pl_desk_case_held(struct pl_desk_looking *k);
/* desk_case_lookup.c: what was looked up in what is held, where the register answers by look-ups. */
pl_status pl_desk_case_fill_lookup(struct pl_desk_looking *k);
/* desk_case_lookup.c: identities that the texts of a case name which was opened, to look for. */
pl_status pl_desk_case_fill_suggested(struct pl_desk_looking *k);
/* desk_outgoing.c: what is to go out and waits for a second person, behind what waits already. */
pl_status pl_desk_case_fill_outgoing(struct pl_desk_looking *k);
/* What an entry about it says. */
pl_status pl_desk_case_outgoing_entry(struct pl_desk_looking *k, const struct pl_casework_entry *e, struct pl_case_entry *row);
/* desk_case_facts.c: the choices "a,b,c" of an enum's @field (of a group: what it is made of) in the register's words. */
pl_status pl_desk_case_choices(struct pl_arena *arena, const struct pl_register_say *say, pl_str field, pl_str choices, pl_str current,
	struct pl_case_choice **ret, size_t *ret_n);
/* desk_case_facts.c: the fields that can be changed, of a case that was read with what is private. */
pl_status pl_desk_case_fill_facts(struct pl_desk_looking *k);

#endif
