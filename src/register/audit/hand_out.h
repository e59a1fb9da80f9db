/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/audit/hand_out: giving one reader a marked copy of a document against terms, and finding out later whose copy it was.
 *
 * Each hand-out is a case of a counted register (docs/manual/audits.md), so that how many there were can be recounted by
 * everybody; who it was for is a sealed field of that case, and nothing else here names him.
 *
 * What always holds:
 *  1. The case, with its number, and the row that a mark is traced by are written in one transaction.
 *  2. The terms are a body that the log names and that is stored, so both sides can point at the same bytes.
 *  3. A report is handed out only if its digest is the one that the audit names.
 *  4. A hand-out is prolonged or taken back by a revision of its case (unless that was erased) and a row that says who did it; what
 *     was taken back stays so.
 *
 * Any thread.
 */
#ifndef PL_REGISTER_AUDIT_HAND_OUT_H
#define PL_REGISTER_AUDIT_HAND_OUT_H
#include "register/audit/audit.h"
#include "register/audit/copy.h"
#include "register/cases.h"

#define PL_HAND_OUT_REGISTER "hand-outs"
#define PL_HAND_OUT_PAGE_MAX 256u

struct pl_hand_out_form {
	pl_str audit;            /* whose report it is; may be empty */
	uint64_t index;          /* the entry that names the document: of the audit, or the first one that names the body */
	struct pl_body original; /* media_type: how it is marked */
	uint64_t accepted;       /* seconds: when the reader accepted the terms */
	struct pl_copy_words words;
};

struct pl_hand_out {
	pl_str name;             /* of the register */
	uint64_t number;
	pl_str audit, media;
	struct pl_digest original, copy, terms;
	uint64_t copy_size, accepted, given, expires;
	uint64_t ended; /* when it was taken back; 0: it was not */
	struct pl_mark mark;
};

/* The copy may be kept to the end of its last day. */
static inline bool pl_hand_out_is_expired(const struct pl_hand_out *h, uint64_t now)
{
	return h->expires && h->expires + UINT64_C(86400) <= now;
}

/* Can hand-outs be entered into @r? PL_E_STATE with words: which field is missing, or of another type or class. */
pl_status pl_hand_out_register_check(const struct pl_register *r, struct pl_diag *diag);
/* Does it fit together, and are its terms a body that the log names and that is here? PL_E_RANGE, PL_E_SYNTAX, PL_E_NOTFOUND. */
pl_status pl_hand_out_check(struct pl_instance *inst, const struct pl_hand_out_form *f, struct pl_diag *diag);

/* Enter the hand-out of @copy into @r and answer its number. As pl_register_enter, pl_instance_vault_new. */
pl_status pl_hand_out_record(struct pl_instance *inst, const struct pl_register *r, const struct pl_hand_out_form *f,
	pl_bytes copy, struct pl_hand_out *ret, struct pl_diag *diag);

/* The same in two halves, for whoever does more in one transaction: everything that can fail by its content, then the writing. */
struct pl_hand_out_entry;
pl_status pl_hand_out_prepare(struct pl_instance *inst, const struct pl_register *r, const struct pl_hand_out_form *f, pl_bytes copy,
	struct pl_hand_out_entry **ret, struct pl_diag *diag);
/* @ret: as far as @e lives. */
pl_status pl_hand_out_put(struct pl_db_tx *tx, struct pl_hand_out_entry *e, struct pl_hand_out *ret);
/* NULL allowed. */
void pl_hand_out_entry_free(struct pl_hand_out_entry *e);

/* ---- what becomes of one (hand_out_step.c) ---- */

enum pl_hand_out_step_kind { PL_HAND_OUT_PROLONGED, PL_HAND_OUT_TAKEN_BACK };
/* Why one is taken back; words are stored and never reused. */
enum pl_hand_out_reason { PL_HAND_OUT_TERMS_BROKEN, PL_HAND_OUT_GIVEN_IN_ERROR, PL_HAND_OUT_REPLACED, PL_HAND_OUT_READER_ASKED, PL_HAND_OUT_REASONS };
extern const char *const pl_hand_out_reasons[PL_HAND_OUT_REASONS + 1];
/* PL_E_SYNTAX. */
pl_status pl_hand_out_reason_parse(pl_str word, enum pl_hand_out_reason *ret);

struct pl_hand_out_step {
	enum pl_hand_out_step_kind kind;
	uint64_t at, before, after;     /* before, after: its last day, seconds; 0: none. Taken back: .after is .at */
	struct pl_ulid account;         /* zeros: at the terminal */
	enum pl_hand_out_reason reason; /* of one that was taken back */
};

/* PL_E_NOTFOUND. */
pl_status pl_hand_out_get(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, struct pl_hand_out *ret);
/* In order. */
pl_status pl_hand_out_steps(struct pl_instance *inst, pl_str name, uint64_t number, struct pl_arena *arena, struct pl_hand_out_step **ret,
	size_t *ret_n);

/* Let the copy of hand-out @number of @r be kept to the end of day @until (seconds). Asks the vault as @who. PL_E_NOTFOUND; PL_E_STATE: it was taken back, has
 * no last day, or its private part was erased; PL_E_RANGE: not after its last day and today; PL_E_CONFLICT: somebody changed it meanwhile. */
pl_status pl_hand_out_prolong(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *who,
	uint64_t until, uint64_t now, struct pl_diag *diag);
/* From now on nobody may keep the copy, and it is served no longer. PL_E_STATE: it was taken back before. Otherwise as above. */
pl_status pl_hand_out_take_back(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *who,
	enum pl_hand_out_reason why, uint64_t now, struct pl_diag *diag);

/* At most @limit hand-outs of register @name with a number below @before (INT64_MAX to start), the newest first. */
pl_status pl_hand_outs(struct pl_instance *inst, pl_str name, uint64_t before, size_t limit, struct pl_arena *arena,
	struct pl_hand_out **ret, size_t *ret_n);

enum pl_trace { PL_TRACE_NOTHING, PL_TRACE_COPY, PL_TRACE_MARK };
/* Whose copy is @file? By its digest first, otherwise by each mark in it. *@ret_n of @ret, at most PL_MARKS_MAX, are
 * filled; none: PL_TRACE_NOTHING. As pl_copy_find. */
pl_status pl_hand_out_trace(struct pl_instance *inst, pl_bytes file, struct pl_arena *arena, enum pl_trace *ret_how,
	struct pl_hand_out ret[static PL_MARKS_MAX], size_t *ret_n, struct pl_diag *diag);
/* PL_E_NOTFOUND: no hand-out has it. */
pl_status pl_hand_out_by_mark(struct pl_instance *inst, const struct pl_mark *m, struct pl_arena *arena,
	struct pl_hand_out *ret);
/* Who it was for; asks the vault, which leaves a line. PL_E_NOTFOUND: erased. Otherwise as pl_register_case_read. */
pl_status pl_hand_out_customer(struct pl_instance *inst, const struct pl_register *r, uint64_t number,
	const struct pl_register_reader *reader, struct pl_buf *out, struct pl_diag *diag);

/* trace.c, between the files of this room: a row of audit_hand_out. */
struct pl_db_rows;
pl_status pl_hand_out_take(struct pl_db_rows *rows, struct pl_arena *arena, struct pl_hand_out *ret);

#endif
