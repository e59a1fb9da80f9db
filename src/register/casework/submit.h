/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/submit: a case that somebody outside enters: checked, confirmed, counted, promised.
 *
 *	mail: pl_submit_hold    -> a code is mailed -> pl_submit_confirm -> number and promise
 *	work: pl_submit_enter with a ticket                              -> number and promise
 *
 * What always holds:
 *  1. No number is given before the sender has confirmed. Until then what he wrote is sealed under the code that only he has: nobody
 *     here can read it, and after PL_SUBMIT_HOLD it is deleted and counted as unconfirmed, on that day: that of its sending is closed by then.
 *  2. A code and a ticket count once, whatever is sent twice or at the same time.
 *  3. An address gets at most PL_SUBMIT_CODES codes a day; answers do not say whether it ever got one.
 */
#ifndef PL_REGISTER_CASEWORK_SUBMIT_H
#define PL_REGISTER_CASEWORK_SUBMIT_H
#include "register/intake.h"
#include "register/casework/attach.h"
#include "register/casework/form.h"
#include "register/casework/product.h"
#include "register/casework/ticket.h"

#define PL_SUBMIT_HOLD 86400u         /* seconds */
#define PL_SUBMIT_FILES_HOLD (PL_SUBMIT_HOLD + 3600u) /* longer, so that what is confirmed at the last moment has its files */
#define PL_SUBMIT_CODES 5u
#define PL_SUBMIT_WAITING_MAX 100000u /* of one register */
#define PL_SUBMIT_MESSAGE_MAX 16384u
#define PL_SUBMIT_VALUE_MAX 2048u

/* What a sender typed. */
struct pl_submission {
	uint64_t received; /* seconds */
	pl_str language, contact, message;
	pl_str values[PL_REGISTER_FIELDS_MAX]; /* for each of form->asks; empty: not said */
	size_t n_files;
	struct pl_attach_file *files;          /* that pl_attach_keep has put into the blob store until .received + PL_SUBMIT_FILES_HOLD */
};

enum pl_fault { PL_FAULT_MISSING, PL_FAULT_LONG, PL_FAULT_INVALID };
struct pl_submit_fault {
	pl_str field; /* or "contact", "message" */
	enum pl_fault fault;
};
#define PL_SUBMIT_FAULTS_MAX (PL_REGISTER_FIELDS_MAX + 2)

/* What is wrong with @s, in the order of the form. @contact: an address is needed. Pure. */
size_t pl_submit_faults(const struct pl_form *f, const struct pl_register_decl *d, const struct pl_submission *s, bool contact,
	struct pl_submit_fault ret[static PL_SUBMIT_FAULTS_MAX]);

/* 128 random bits, written like a ULID. */
struct pl_submit_code {
	struct pl_ulid v;
};

/* Keep @s and mail a code for it. @link: where the code is typed. PL_E_BUSY (too many wait), PL_E_DENIED (the address has got its
 * codes for today), PL_E_STATE as pl_spool_item_make. */
pl_status pl_submit_hold(struct pl_instance *inst, const struct pl_register *r, const struct pl_form *f, const struct pl_submission *s,
	pl_str link, struct pl_diag *diag);

/* The submission behind @code, and its register's name. Text lives in @arena; .values follow pl_submit_match. PL_E_NOTFOUND: there is
 * none, it was confirmed already, or its time is over. */
struct pl_submit_held {
	pl_str name;
	struct pl_digest id;
	struct pl_json *kept; /* pl_json_free */
	struct pl_submission s;
};
pl_status pl_submit_find(struct pl_instance *inst, const struct pl_submit_code *code, struct pl_arena *arena,
	struct pl_submit_held *ret);
/* Put its values in the order of @f, which may have changed since. PL_E_CONFLICT: the form asks for something else now. */
pl_status pl_submit_match(const struct pl_form *f, const struct pl_register_decl *d, struct pl_submit_held *h, struct pl_diag *diag);

/* By what the sender showed that he is in earnest: exactly one of these, already judged. */
struct pl_submit_shown {
	const struct pl_ticket *ticket;
	const struct pl_product_proof *proof;
	const struct pl_submit_held *held;
};
/* Enter it. PL_E_EXISTS: the ticket or the proof counted before; PL_E_NOTFOUND: what was held is confirmed already. Otherwise as
 * pl_intake_enter. */
pl_status pl_submit_enter(struct pl_intake *in, const struct pl_register *r, const struct pl_form *f,
	const struct pl_submission *s, const struct pl_submit_shown *shown, struct pl_intake_answer *ret, struct pl_diag *diag);

/* The enrolment keys of [intake] products. PL_E_STATE: there is no such setting; PL_E_NOTFOUND, PL_E_SYNTAX with words. */
pl_status pl_submit_enrollers(struct pl_instance *inst, struct pl_product_enrollers *ret, struct pl_diag *diag);

/* Delete what was not confirmed in time and count it; forget old tickets, salts and counts. *@ret: how many submissions. */
pl_status pl_submit_expire(struct pl_instance *inst, uint64_t now, uint64_t *ret, struct pl_diag *diag);

/* Count @n submissions to register @name that were refused, for its heartbeat. PL_E_NOTFOUND: it has no open form, and nothing was counted. */
pl_status pl_submit_refused(struct pl_instance *inst, pl_str name, uint64_t n, uint64_t now);

/* The salt of @day, under which addresses are counted; made if there is none. Gone with the day (pl_submit_expire). */
pl_status pl_submit_salt(struct pl_db_tx *tx, uint64_t day, struct pl_digest *ret);

#endif
