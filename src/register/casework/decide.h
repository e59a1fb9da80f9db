/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/decide: bringing a case where its declaration asks for two persons (lines "eyes", docs/formats/register.md): one proposes
 * with a reason, another one decides or declines.
 *
 *	pellucid-case-decision v1
 *	register requests
 *	number 12
 *	revision 3
 *	set decision rejected
 *	set reason too-broad
 *
 * What always holds:
 *  1. The second voice, the revision and what the case's file says of them are one transaction: there is no voice without the act.
 *  2. What is decided on is the revision that was proposed about. A case that was changed since is another one.
 *  3. The reason, and that of declining, are entries of the case's file, sealed as all words there. Each entry's "about" begins with the
 *     decision's identifier, so that the file names both persons.
 *  4. Nothing else gets a case there: register/enter refuses whoever did not come through here.
 */
#ifndef PL_REGISTER_CASEWORK_DECIDE_H
#define PL_REGISTER_CASEWORK_DECIDE_H
#include "people/decision.h"
#include "register/casework/casefile.h"

#define PL_CASE_DECISION_KIND "case-decision"
#define PL_CASE_DECISION_ROLES ((unsigned)PL_STAFF_DESK | PL_STAFF_LEGAL | PL_STAFF_OFFICER) /* who proposes, and who decides */
#define PL_CASE_DECISION_SETS_MAX 8u
#define PL_CASE_DECISION_TEXT_MAX 4096u
#define PL_CASE_DECISION_LIFE_NS (30 * 24 * 3600 * PL_SECOND)

/* ---- the text (decide_text.c; pure) ---- */

struct pl_case_decision {
	pl_str name;
	uint64_t number, revision;
	size_t n;
	struct pl_case_decision_set {
		pl_str field, value; /* .value.ptr NULL: absent */
	} set[PL_CASE_DECISION_SETS_MAX];
};
/* Read @text; what comes back borrows from it. PL_E_CORRUPT for any other spelling. */
pl_status pl_case_decision_parse(pl_str text, struct pl_case_decision *ret);
void pl_case_decision_write(const struct pl_case_decision *x, struct pl_buf *out);
/* What an entry of the case's file says of it: "<decision> decision=rejected reason=too-broad". */
void pl_case_decision_about(const struct pl_case_decision *x, const struct pl_ulid *id, struct pl_buf *out);
/* The way back: *@ret_id, and what follows it. PL_E_CORRUPT. */
pl_status pl_case_decision_named(pl_str about, struct pl_ulid *ret_id, pl_str *ret_words);

/* ---- acts ---- */

/* Who does it; both as what he may read and as whom he logged in. */
struct pl_case_deciding {
	struct pl_instance *inst;
	struct pl_people *people;
	const struct pl_people_actor *actor;
	enum pl_vault_role role;
};

/* What is proposed about the case @v, which was read with what is private; @set: open fields, canonical; @reason: 1 byte to
 * PL_CASEWORK_TEXT_MAX. */
struct pl_case_proposal {
	const struct pl_register *r;
	const struct pl_register_view *v;
	const struct pl_register_set *set;
	size_t n;
	pl_str reason;
};
/* Propose it, note it in the case's file and spool mail to those who can decide. PL_E_EXISTS with the decision in *@ret: the same waits
 * already. PL_E_RANGE: no reason, nothing that needs two persons, or a field that a decision cannot set; PL_E_STATE: no step that is
 * declared, or the case is gone; otherwise as pl_decision_propose, pl_instance_vault_read, pl_spool_item_make. */
pl_status pl_case_propose(const struct pl_case_deciding *by, const struct pl_case_proposal *p, struct pl_ulid *ret, struct pl_diag *diag);

/* The decision @id, which must be one about a case; text in @arena. PL_E_NOTFOUND with words. */
pl_status pl_case_decision_get(struct pl_people *people, const struct pl_ulid *id, struct pl_arena *arena, struct pl_decision *ret,
	struct pl_diag *diag);
/* Agree with @x, whose bytes were shown, and carry it out. PL_E_DENIED (who proposed it, another role), PL_E_CONFLICT (the case was changed
 * since), PL_E_EXPIRED, PL_E_STATE; otherwise as pl_register_revise and pl_instance_vault_read. */
pl_status pl_case_decide(const struct pl_case_deciding *by, const struct pl_decision *x, struct pl_register_case *ret, struct pl_diag *diag);
/* Decline @x with a reason, or withdraw it as who proposed it (then @reason may be empty). PL_E_RANGE: no reason; PL_E_DENIED, PL_E_EXPIRED,
 * PL_E_STATE. A case that was erased meanwhile has no key: then the reason is not kept. */
pl_status pl_case_decline(const struct pl_case_deciding *by, const struct pl_decision *x, pl_str reason, struct pl_diag *diag);
/* Why it was proposed: opens that entry of the case's file, which is noted in the vault. Empty: erased. In @arena. */
pl_status pl_case_decision_reason(const struct pl_case_deciding *by, const struct pl_decision *x, struct pl_arena *arena, pl_str *ret,
	struct pl_diag *diag);

#endif
