/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/audit/ask: customers ask for a copy of a document; it is granted by four eyes, or refused (docs/decisions/0032).
 *
 * An ask is a case of a register with the fields that pl_ask_is_register names (demo/document-requests.register); granted it becomes a
 * hand-out, a case of the register of hand-outs, and its copy lies beside the ask as the file of an answer.
 *
 * What always holds:
 *  1. What may be asked for is offered, against terms that the log names and that are stored here.
 *  2. One transaction takes the decision, changes the ask, enters the hand-out, puts its copy beside the ask and notes which is whose: none of
 *     these is there without the others.
 *  3. The copy is one of the document that was asked for, by its digest, for the customer whom the ask names, under the terms that he accepted.
 *  4. An ask is granted or refused once.
 *
 * Any thread.
 */
#ifndef PL_REGISTER_AUDIT_ASK_H
#define PL_REGISTER_AUDIT_ASK_H
#include "people/decision.h"
#include "register/audit/hand_out.h"
#include "register/casework/casefile.h"

#define PL_ASK_REGISTER "document-requests"
#define PL_ASK_KIND "document-grant" /* of decisions */
#define PL_ASK_APPROVES ((unsigned)PL_STAFF_LEGAL | PL_STAFF_OFFICER)
#define PL_ASK_OFFERS_MAX 256u
#define PL_ASK_DAYS_MAX 3650u
#define PL_ASK_TITLE_MAX 200u
#define PL_ASK_TEXT_MAX 1024u /* bytes of what is decided */

/* Does a register of this declaration take asks? */
bool pl_ask_is_register(const struct pl_register_decl *d);
/* Is @field one that only an ask's own acts set? */
bool pl_ask_owns(pl_str field);

/* ---- what may be asked for ---- */

struct pl_ask_offer {
	struct pl_digest document, terms;
	pl_str audit;        /* whose report it is; empty: a body that the log names */
	pl_str title, media; /* media: how it is marked */
	uint64_t days;       /* that a copy may be kept, from the day on which it is given; 0: no end is proposed */
	uint64_t since;      /* seconds */
};

/* What is @document (the report of an audit, or a body): .audit, .original and .index of @ret. Text lives in @arena. PL_E_NOTFOUND with words. */
pl_status pl_ask_document(struct pl_instance *inst, const struct pl_digest *document, struct pl_arena *arena, struct pl_hand_out_form *ret,
	struct pl_diag *diag);
/* Offer a document, or under other terms. PL_E_NOTFOUND: the document or the terms are unknown; PL_E_RANGE, PL_E_SYNTAX, PL_E_UNSUPPORTED. */
pl_status pl_ask_offer_put(struct pl_instance *inst, const struct pl_ask_offer *o, struct pl_diag *diag);
/* PL_E_NOTFOUND: it is not offered. */
pl_status pl_ask_offer_end(struct pl_instance *inst, const struct pl_digest *document);
pl_status pl_ask_offer_get(struct pl_instance *inst, const struct pl_digest *document, struct pl_arena *arena, struct pl_ask_offer *ret);
/* By title, at most PL_ASK_OFFERS_MAX. */
pl_status pl_ask_offers(struct pl_instance *inst, struct pl_arena *arena, struct pl_ask_offer **ret, size_t *ret_n);

/* ---- one ask ---- */

struct pl_ask {
	struct pl_instance *inst;
	const struct pl_register *r;
	struct pl_register_view *v;
	bool borrowed;          /* .v is somebody else's */
	struct pl_digest document, terms;
	pl_str customer;        /* empty: not opened, or erased */
	uint64_t received;      /* seconds; 0: not opened */
	pl_str outcome, reason; /* outcome empty: it waits */
};
/* With @reader (may be NULL) who it is of, too. Text lives as long as it does; end it with pl_ask_done. As pl_register_case_read; PL_E_STATE: the register takes
 * no asks, or the case does not say what it asks for. */
pl_status pl_ask_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *reader,
	struct pl_ask *ret, struct pl_diag *diag);
/* The same of a case that was read; @v is borrowed for as long as @ret lives. */
pl_status pl_ask_view(struct pl_instance *inst, const struct pl_register *r, struct pl_register_view *v, struct pl_ask *ret, struct pl_diag *diag);
void pl_ask_done(struct pl_ask *a);

/* The copy that an ask led to. PL_E_NOTFOUND: none. */
struct pl_ask_copy {
	uint64_t file; /* entry of the ask's file */
	struct pl_hand_out given;
};
pl_status pl_ask_copy(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, struct pl_ask_copy *ret);
/* The ask that led to hand-out @number of @name. PL_E_NOTFOUND: it was given at the terminal. */
pl_status pl_ask_of(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, pl_str *ret_name, uint64_t *ret_number);

/* ---- deciding ---- */

/* Is the document at hand, in the store or attached to the case by somebody who works on it? PL_E_NOTFOUND with words that say what to do; @a was
 * read with what is private. Asks the vault as @who. */
pl_status pl_ask_at_hand(const struct pl_ask *a, const struct pl_casework_actor *who, struct pl_diag *diag);

/* Propose to grant @a, the copy to be kept until the end of day @expires (seconds; 0: no end), in the revision that was read. PL_E_EXISTS: that
 * waits already, as *@ret. PL_E_STATE: granted or refused; PL_E_RANGE; otherwise as pl_ask_at_hand, pl_decision_propose_once. */
pl_status pl_ask_propose(const struct pl_ask *a, uint64_t expires, struct pl_people *p, const struct pl_people_actor *actor,
	const struct pl_casework_actor *who, struct pl_ulid *ret, struct pl_diag *diag);
/* Which case the bytes @text of such a decision are about. PL_E_SYNTAX. */
pl_status pl_ask_about(pl_str text, pl_str *ret_name, uint64_t *ret_number);

/* Grant @a. */
struct pl_ask_giving {
	const struct pl_register *hand_outs;  /* counts it */
	struct pl_casework_actor who;
	uint64_t expires, now;                /* seconds */
	int spool;                            /* a directory for sealed bytes; borrowed */
	pl_bytes original;                    /* empty: it is at hand */
	/* The decision that is carried out, and its bytes. NULL: the operator at the terminal. */
	struct pl_people *people;
	const struct pl_people_actor *actor;
	const struct pl_ulid *decision;
	pl_bytes text;
};
/* With a decision: .expires is what it says. PL_E_CONFLICT: the ask was changed since; PL_E_STATE: granted or refused; PL_E_MISMATCH: another document;
 * PL_E_TOOBIG: the copy is larger than a file of an answer may be; PL_E_DENIED: the scanner found something, or too few voices; otherwise as pl_copy_make,
 * pl_attach_keep, pl_hand_out_prepare, pl_talk_answer_tx, pl_decision_take. */
pl_status pl_ask_grant(const struct pl_ask *a, struct pl_ask_giving *g, struct pl_hand_out *ret, struct pl_diag *diag);
/* Refuse it for @reason, a choice of the register's field "reason". @words: to the asker, may be empty. PL_E_STATE, PL_E_RANGE, PL_E_CONFLICT. */
pl_status pl_ask_refuse(const struct pl_ask *a, const struct pl_casework_actor *who, pl_str reason, pl_str words, struct pl_diag *diag);

#endif
