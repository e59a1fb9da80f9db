/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/award: a reward to the finder of a flaw: what is decided, and whether it may be.
 *
 * What always holds:
 *  1. It is for one report about our products that is held to be a flaw, and that has no award yet.
 *  2. Its amount lies within what the matrix that held when the report was received says of its cell; outside of it, or
 *     where the matrix says nothing, a reason is given and one voice more is needed.
 *  3. What is decided is a text of one spelling (docs/formats/bounty-award.md): who approves sees all of it.
 */
#ifndef PL_REGISTER_VULN_AWARD_H
#define PL_REGISTER_VULN_AWARD_H
#include "register/vuln/case.h"
#include "register/vuln/query.h"

#define PL_AWARD_TEXT_MAX 4096u
#define PL_AWARD_REGISTER "bounties" /* what the register is called unless somebody says otherwise */
#define PL_AWARD_KIND "bounty-award" /* of the decision */
#define PL_AWARD_ROLES (PL_STAFF_LEGAL | PL_STAFF_OFFICER)
#define PL_AWARD_CELL 5u /* so many awards share a cell before their amounts are opened */

/* Why an amount lies outside; ends with NULL; the first one is "no". */
extern const char *const pl_award_outside[];

struct pl_award {
	pl_str case_register;
	uint64_t case_number;
	pl_str product, impact, position, severity; /* product and severity are the report's */
	uint64_t amount;             /* whole units */
	struct pl_currency currency;
	pl_str program;              /* of the matrix */
	uint64_t version;            /* of the matrix */
	pl_str outside;              /* "no", or why */
	pl_str entity;               /* whose books pay */
	uint64_t price;              /* what its bank pays for it, minor units of .paid; 0: .amount itself */
	struct pl_currency paid;
};

/* The text of a decision, and the way back. Text lives in @arena. PL_E_SYNTAX with the line. Pure. */
void pl_award_write(struct pl_buf *out, const struct pl_award *a);
pl_status pl_award_parse(pl_str text, struct pl_arena *arena, struct pl_award *ret, struct pl_diag *diag);

/* Fill in what follows from the case @c (product, severity, currency, version) and ask whether the award may be.
 * *@ret_voices: how many others must agree. Texts of @a then live as long as @c and @arena. PL_E_STATE, PL_E_RANGE,
 * PL_E_NOTFOUND (no matrix held then). */
pl_status pl_award_check(struct pl_vuln *c, struct pl_award *a, struct pl_arena *arena, unsigned *ret_voices, struct pl_diag *diag);

/* Propose it as @actor. As pl_award_check; PL_E_EXISTS: the same is proposed and waits, as *@ret. */
pl_status pl_award_propose(struct pl_vuln *c, struct pl_award *a, struct pl_people *p, const struct pl_people_actor *actor,
	struct pl_ulid *ret, struct pl_diag *diag);

/* What was done. */
struct pl_award_paid {
	struct pl_register_case award; /* in the register of bounties */
	uint64_t transaction;          /* number in the books of the entity */
};

/*
 * Carry out the decision @id whose text was read into @a: in one transaction the decision is taken, the award enters the
 * register @bounties (sealed until the report is released), the report says that it was rewarded, and the books of the entity pay.
 * As pl_award_check, pl_decision_take, pl_register_enter and pl_book_post.
 */
pl_status pl_award_pay(struct pl_vuln *c, struct pl_award *a, const struct pl_register *bounties, struct pl_people *p,
	const struct pl_people_actor *actor, const struct pl_ulid *id, uint64_t now, struct pl_award_paid *ret, struct pl_diag *diag);

/* May @c be rewarded at all? PL_E_STATE with words. Pure. */
pl_status pl_award_may_be(const struct pl_vuln *c, struct pl_diag *diag);

/* What the matrices that held when the report was received say of its product: all programs, in their order. */
#define PL_AWARD_CELLS_MAX PL_REWARD_ROWS_MAX
struct pl_award_cell {
	pl_str program, impact, position;
	uint64_t low, high; /* whole units */
	struct pl_currency currency;
};
pl_status pl_award_cells(const struct pl_vuln *c, struct pl_arena *arena, struct pl_award_cell **ret, size_t *ret_n);

/* ---- what was paid ---- */

struct pl_award_entry {
	pl_str bounties, case_register, entity;
	uint64_t number;      /* in the register of bounties */
	uint64_t case_number;
	uint64_t transaction; /* in the books of the entity, which have the amount */
	struct pl_ulid decision;
};
/* That of one report. PL_E_NOTFOUND: none. */
pl_status pl_award_of_report(struct pl_db_tx *tx, pl_str case_register, uint64_t case_number, struct pl_arena *arena, struct pl_award_entry *ret);
/* Those of the register @bounties below number @before (INT64_MAX to start), the newest first; at most @limit. */
pl_status pl_award_page(struct pl_db_tx *tx, pl_str bounties, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_award_entry **ret, size_t *ret_n);

/* ---- what is shown ---- */

struct pl_award_opened {
	uint64_t released, exact;
};

/* Release the awards whose reports are released, and open the amounts of those that share product, impact, position and currency
 * with at least PL_AWARD_CELL - 1 others that are. Each is a revision of its own: *@ret says how many there were until a failure, too, and whoever comes
 * again goes on where it ended. */
pl_status pl_award_open(struct pl_instance *inst, const struct pl_register *bounties, const struct pl_register_reader *reader,
	struct pl_award_opened *ret, struct pl_diag *diag);

/* Compare every bounty in the books of @entity with its award: @told of each one that has none, or that is about another report or
 * amount. @reader NULL: amounts are not compared. */
struct pl_award_check {
	uint64_t paid;  /* bounties in the books that were not taken back */
	uint64_t loose; /* of them: those without an award */
};
pl_status pl_award_examine(struct pl_instance *inst, pl_str entity, const struct pl_register_reader *reader,
	void (*told)(void *ctx, pl_str entity, uint64_t number, const char *why), void *ctx, struct pl_award_check *ret,
	struct pl_diag *diag);

#endif
