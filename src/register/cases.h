/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/cases: one case as those see it who work on it, and changing it.
 *
 * Reading what is private asks the vault, which decides by peer and role and leaves a line (fact/vault.h).
 */
#ifndef PL_REGISTER_CASES_H
#define PL_REGISTER_CASES_H
#include "register/register.h"

/* Who reads; the register and the case are filled in here. */
struct pl_register_reader {
	enum pl_vault_role role;
	struct pl_ulid account; /* zeros: none */
};

struct pl_register_view {
	struct pl_register_case at;
	uint32_t last; /* its last revision; that of .at unless it was erased */
	enum pl_row_kind kind;
	uint64_t entered;
	bool kept;     /* something private stands behind it, under .slot */
	uint64_t slot;
	bool opened;   /* .v holds it, too */
	struct pl_vault_key key;
	struct pl_commit_seeds seeds;
	struct pl_commit_tree tree;
	const struct pl_register_decl *decl; /* that .at was entered under: the register's own, or an earlier one */
	struct pl_commit_value own[PL_COMMIT_FIELDS_MAX]; /* one a derived field of .decl: what the leaf was committed to, with .tree */
	struct pl_commit_value v[PL_COMMIT_FIELDS_MAX]; /* the same, one a derived field of the register's present declaration */
	struct pl_buf open_bytes, private_bytes;        /* what .v points into */
};

/* The last revision of case @number; with @reader what is private, too. PL_E_NOTFOUND; otherwise as pl_instance_vault_read. After an
 * erasure the values are those that were open before. *@ret (large: not for the stack) is given back with pl_register_view_free. */
pl_status pl_register_case_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number,
	const struct pl_register_reader *reader, struct pl_register_view **ret, struct pl_diag *diag);
void pl_register_view_free(struct pl_register_view *v);
/* For PL_CLEANUP. */
static inline void pl_register_view_freep(struct pl_register_view **v) { pl_register_view_free(*v); }

/* Set fields of a case that was read with what is private, and write its next revision; the case's file says that @who did it. @set: positions of
 * declared fields, with canonical values. PL_E_CONFLICT: somebody changed it meanwhile. PL_E_DENIED: "released" is set by a release alone, and
 * what the declaration wants decided by two persons by register/casework/decide. PL_E_STATE, PL_E_RANGE. */
struct pl_register_set {
	size_t field; /* of decl->fields */
	struct pl_commit_value value;
};
pl_status pl_register_case_change(struct pl_instance *inst, const struct pl_register *r, const struct pl_register_view *v,
	const struct pl_register_reader *who, const struct pl_register_set *set, size_t n, struct pl_register_case *ret, struct pl_diag *diag);

/* The same inside of the caller's transaction; pl_register_current was asked before. */
pl_status pl_register_case_change_tx(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_view *v,
	const struct pl_register_set *set, size_t n, struct pl_register_case *ret, struct pl_diag *diag);
/* The same for what two persons have decided in this transaction: for register/casework/decide alone. */
pl_status pl_register_case_decide_tx(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_view *v,
	const struct pl_register_set *set, size_t n, struct pl_register_case *ret, struct pl_diag *diag);
/* Write the next revision with "released" true, and let reports open the case and its history from now on. In the caller's transaction,
 * after the desk of the register asked whether it may. PL_E_STATE: the register knows no releases, or it is released. */
pl_status pl_register_case_release_tx(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_register_view *v,
	const struct pl_register_set *set, size_t n, struct pl_register_case *ret, struct pl_diag *diag);

/* Append the canonical bytes of what a person wrote for field @f: texts as they are, everything else in the text form of
 * docs/formats/commitment.md. PL_E_SYNTAX, PL_E_RANGE, PL_E_TOOBIG. */
pl_status pl_register_value_read(const struct pl_register_decl *d, const struct pl_register_field *f, pl_str text,
	struct pl_buf *out, struct pl_diag *diag);
/* The way back. @derived: a position in the derived declaration. */
pl_status pl_register_value_write(const struct pl_register_decl *d, size_t derived, pl_bytes value, struct pl_buf *out);

/* Append an opening (crypto/commit) of the @n derived fields of the present declaration, ascending, of a case that was read with what is private: by
 * the declaration that its revision was entered under, without fields that this one does not have. */
pl_status pl_register_case_open(const struct pl_register *r, const struct pl_register_view *v, const size_t *fields, size_t n,
	struct pl_buf *out);

/* Erase what is private of a case and have its key destroyed at once. PL_E_NOTFOUND, PL_E_STATE (erased, lost). When the leaf stands but
 * the vault cannot be asked, the process that keeps the rhythm goes on with it; *@ret_destroyed says whether it is done. */
pl_status pl_register_case_erase(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_reader *who,
	uint64_t now, struct pl_register_case *ret, bool *ret_destroyed, struct pl_diag *diag);

#endif
