/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/openings: the lines of an openings file, the body behind a report (docs/formats/openings.md).
 *
 *	pellucid-openings v1
 *	origin transparency.example/log
 *	period 2021-07-01T00:00:00Z 2022-01-01T00:00:00Z
 *	first <size> <highest> <days> <time> <root> <chain>
 *	last <size> <highest> <days> <time> <root> <chain>
 *	declaration <bytes>
 *	<the register's declaration>
 *	earlier <until> <bytes>                         an earlier one, under which leaves below that position were entered
 *	<that declaration>
 *	edge <hex>                                      the tree at the first head: one line a subtree, the largest first
 *	day <day> <time> <unconfirmed> <refused> <root> a heartbeat, before the leaves that came after it
 *	row <number> <revision> <leaf> <previous> open <seed> <value>... <hash>...
 *	row <number> <revision> <leaf> <previous> open-<n> ...  the same under the n-th of the earlier ones
 *	row <number> <revision> <leaf> <previous> sealed <commitment>
 *	row <number> <revision> <leaf> <previous> erased exact|sealed|all
 *	row <number> 0 <leaf> - lost
 *	gap <size> <highest> <days> <time> <root> <chain>
 *	                                                everything up to this head of the log was lost; the edge of its tree follows:
 *	edge <hex>
 *	end
 *
 * One row a leaf, in the order of the tree, from the first head's size to the last's. <leaf> is its hash as the tree was built
 * from it: whoever changed a row later is named by it. <previous> is "-" at revision 0 and where the
 * case's leaf before stands in the file. <value> is the text form of an open field in declared order ("~": absent, ".": an empty text), <hash> the leaf
 * of a private field, 64 hex digits.
 *
 * Pure; callable from any thread.
 */
#ifndef PL_REGISTER_OPENINGS_H
#define PL_REGISTER_OPENINGS_H
#include "register/declaration.h"
#include "register/leaf.h"

#define PL_OPENINGS_LINE_MAX 65536u
#define PL_OPENINGS_MAX ((uint64_t)4 << 30) /* bytes of one file that we read */

/* A register head, as far as a report needs it. Zeros: before the first. */
struct pl_register_end {
	uint64_t size, highest; /* leaves; the highest number given */
	uint64_t days;          /* heartbeats so far */
	uint64_t time;          /* seconds */
	struct pl_digest root, chain;
};

/* The head of a register without leaves. */
void pl_register_end_empty(struct pl_register_end *ret);

/* A declaration that was replaced: leaves below .until, and not below that of the one before, were entered under it. */
struct pl_openings_earlier {
	uint64_t until;
	pl_str declaration;
};
#define PL_OPENINGS_EARLIER_MAX 16u

struct pl_openings_head {
	pl_str origin;
	uint64_t from, to; /* seconds */
	struct pl_register_end first, last;
	pl_str declaration;
	size_t n_earlier; /* the oldest first */
	struct pl_openings_earlier earlier[PL_OPENINGS_EARLIER_MAX];
	pl_str stated; /* the lines of register/stated, empty unless the file has them */
};

/* The next word of a line, which begins with the one behind it afterwards; empty when nothing is left. */
pl_str pl_openings_word(pl_str *line);
/* What a word stands for: "~" nothing (NULL), "." an empty text. */
pl_str pl_openings_value(pl_str word);

/* Append everything up to the edge. */
void pl_openings_head_put(struct pl_buf *out, const struct pl_openings_head *h);
/* Read it from the front of *@text. PL_E_SYNTAX with words. */
pl_status pl_openings_head_take(pl_str *text, struct pl_openings_head *ret, struct pl_diag *diag);

void pl_openings_day_put(struct pl_buf *out, const struct pl_register_day *day);
/* .size is not in the line. PL_E_SYNTAX. */
pl_status pl_openings_day_read(pl_str line, struct pl_register_day *ret);

#define PL_OPENINGS_GAPS_MAX 16u

/* A gap: the head behind which the tree goes on, and its edge. @packed has room for 63. */
void pl_openings_gap_put(struct pl_buf *out, const struct pl_register_end *e, const struct pl_digest *packed, size_t n);
/* Read the line @line, which begins with "gap ", and the lines "edge" that follow at the front of *@rest. *@ret_lines: how many.
 * PL_E_SYNTAX. */
pl_status pl_openings_gap_take(pl_str line, pl_str *rest, struct pl_register_end *ret, struct pl_digest packed[static 63],
	size_t *ret_lines);

enum pl_row_kind { PL_ROW_OPEN, PL_ROW_SEALED, PL_ROW_ERASED, PL_ROW_LOST };

struct pl_row {
	uint64_t number;
	uint32_t revision;
	struct pl_digest leaf;    /* as it was stored */
	bool has_previous;        /* the line names it */
	struct pl_digest previous;
	enum pl_row_kind kind;
	unsigned classes;         /* of an erasure */
	struct pl_digest sealed;  /* the commitment of a sealed row */
	unsigned under;           /* of an open row: 0 the file's declaration, n the n-th of the earlier ones */
	pl_str opened;            /* "<seed> <value>... <hash>..." of an open row */
};

/* Read a line that begins with "row ". PL_E_SYNTAX; @ret borrows from @line. */
pl_status pl_row_read(pl_str line, struct pl_row *ret);
/* Append a row; an open one with @seed, @values (canonical, of the derived declaration) and @tree, which has the leaves. */
void pl_row_put(struct pl_buf *out, const struct pl_row *row);
pl_status pl_row_open_put(struct pl_buf *out, const struct pl_row *row, const struct pl_register_decl *decl,
	const uint8_t seed[static PL_COMMIT_SEED_LEN], const struct pl_commit_value *values,
	const struct pl_commit_tree *tree);

/* The open values of an open row, as text. @values has room for the derived declaration's fields; private and absent ones
 * have a NULL pointer. PL_E_SYNTAX. */
pl_status pl_row_values(const struct pl_row *row, const struct pl_register_decl *decl, pl_str *values);
/* The commitment that an open row leads to. @scratch holds the values meanwhile. PL_E_SYNTAX, PL_E_RANGE with words. */
pl_status pl_row_commitment(const struct pl_row *row, const struct pl_register_decl *decl, const struct pl_digest *reg,
	struct pl_buf *scratch, struct pl_digest *ret, struct pl_diag *diag);

#endif
