/* SPDX-License-Identifier: Apache-2.0 */
/* register/internal: between the files of this room that keep registers in the database. */
#ifndef PL_REGISTER_INTERNAL_H
#define PL_REGISTER_INTERNAL_H
#include "log/tree.h"
#include "register/register.h"

#define PL_REGISTER_STREAM PL_STR("register")
#define PL_REGISTER_DAY UINT64_C(86400)
/* Open values of one row as they are stored: per open field u8 present, then u32 length and bytes. */
#define PL_REGISTER_ROW_MAX ((size_t)1 << 20)

/* What the public tables say of a register. */
struct pl_register_public {
	uint64_t version, index, heads, head_index, size, highest, days, time;
	struct pl_digest declaration;
};
/* PL_E_NOTFOUND. */
pl_status pl_register_public(struct pl_instance *inst, pl_str name, struct pl_register_public *ret);
pl_status pl_register_public_tx(struct pl_db_tx *tx, pl_str name, struct pl_register_public *ret);

/* A tree of @size leaves or a counter about to give @number (0: none) that is behind the heads in the log was restored from an older
 * copy: what is written now would be a second history. PL_E_ROLLBACK with words. */
pl_status pl_register_not_behind(struct pl_db_tx *tx, const struct pl_register *r, uint64_t size, uint64_t number,
	struct pl_diag *diag);

/* A bool that is there and true. */
static inline bool pl_register_is_true(const struct pl_commit_value *v) { return v->present && v->value.len == 1 && v->value.ptr[0] == 1; }

/* The stored form of the open values of @v (one a derived field). */
void pl_register_pack(const struct pl_register_decl *d, const struct pl_commit_value *v, struct pl_buf *out);
/* The way back; values borrow from @bytes, private ones are absent. PL_E_CORRUPT. */
pl_status pl_register_unpack(const struct pl_register_decl *d, pl_bytes bytes, struct pl_commit_value *v);

/* Values of @from in the places of @to, by their names: what @to does not have is left out, what only it has is absent. */
void pl_register_values_move(const struct pl_register_decl *from, const struct pl_register_decl *to, const struct pl_commit_value *values,
	struct pl_commit_value *ret);
/* Of the leaf at @position, which may have been entered under an earlier declaration: in the places of the present one. PL_E_CORRUPT. */
pl_status pl_register_unpack_at(const struct pl_register *r, uint64_t position, pl_bytes bytes, struct pl_commit_value *v);

/* The stored hashes of the private leaves go to their places in @tree. PL_E_CORRUPT: more or fewer of them. */
pl_status pl_register_private_leaves(const struct pl_register_decl *d, pl_bytes stored, struct pl_commit_tree *tree);

/* ---- the tree in rows of 256 hashes ---- */

#define PL_REGISTER_TILE 256u

/* Append the leaves [@from, @to) of register_leaf to the rows of hashes and, if @edge is not NULL, to it. */
pl_status pl_register_tiles_grow(struct pl_db_tx *tx, const struct pl_register *r, uint64_t from, uint64_t to);
pl_status pl_register_edge_grow(struct pl_db_tx *tx, const struct pl_register *r, uint64_t from, uint64_t to,
	struct pl_tree_edge *edge);
/* The hashes of one row, at most 256. PL_E_NOTFOUND. */
pl_status pl_register_tile(struct pl_db_tx *tx, const struct pl_register *r, unsigned level, uint64_t number,
	struct pl_digest ret[static PL_REGISTER_TILE], size_t *ret_n);

/* A dummy: a sealed case of which nobody knows anything. Only in a padded register. */
pl_status pl_register_pad(struct pl_db_tx *tx, const struct pl_register *r, uint64_t now, struct pl_diag *diag);
/* The next revision of the dummy @number, of which nobody knows more. PL_E_NOTFOUND. */
pl_status pl_register_pad_again(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, struct pl_diag *diag);
/* A head without what pl_register_beat enters before it. */
pl_status pl_register_beat_plain(struct pl_instance *inst, const struct pl_register *r, uint64_t now, struct pl_register_beat *ret,
	struct pl_diag *diag);
/* State a number as lost in restore: its only leaf. The counter is past it already. */
pl_status pl_register_lose(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, uint64_t now, struct pl_diag *diag);

/* Go on behind the tree of @e, of whose leaves some are lost. */
pl_status pl_register_tiles_jump(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_tree_edge *e);

/* For pl_tree_prove_inclusion: hashes of complete subtrees from these rows. */
struct pl_register_nodes {
	struct pl_db_tx *tx;
	const struct pl_register *r;
};
pl_status pl_register_fetch(void *nodes, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret);

#endif
