/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/find: cases found by what stands in them, without anything of it standing in the database: for each value of a case
 * a blind index, the first 16 bytes of HMAC-SHA256(key of the register, name 0x00 value). Whoever has the database alone can neither
 * read a value nor try one out; the key is in the vault, which counts and notes each search.
 *
 * Values: open and private fields by their derived names (register/declaration), and "contact", the address that a sender left. Texts are compared
 * without regard to case and blanks, times by their day (a search for 2026-03 or 2026 finds a coarse time). No part of a value is found.
 *
 * What always holds:
 *  1. The worker makes the index, out of the leaves of the register, some time after they were written. Nothing that takes cases in
 *     can try out what it did not see.
 *  2. An erased case is found by its open values only, from the transaction of the erasure on.
 *  3. What a search could not see yet is said with its result.
 */
#ifndef PL_REGISTER_CASEWORK_FIND_H
#define PL_REGISTER_CASEWORK_FIND_H
#include "register/casework/casefile.h"

#define PL_FIND_TERMS_MAX 4u
#define PL_FIND_CONTACT PL_STR("contact")
#define PL_FIND_PRODUCT PL_STR("product!key") /* the key of the installed product that signed, as crypto/key writes it */
#define PL_FIND_CONFIRMED PL_STR("contact!mail") /* the same, of senders who typed the code that was mailed there */
#define PL_FIND_VALUE_MAX 256u /* bytes; longer texts are not indexed */
#define PL_FIND_BATCH 64u      /* leaves of a transaction */
#define PL_FIND_TURN 4096u     /* leaves for which the vault is asked for the index key once */

struct pl_find_term {
	pl_str field, text;
};

struct pl_find_query {
	size_t n; /* of the terms, 1 to PL_FIND_TERMS_MAX */
	struct pl_find_term terms[PL_FIND_TERMS_MAX];
	uint64_t after; /* cases behind this number */
	size_t limit;
};

/* Cases of @r, ascending, that have all terms of @q: at most .limit numbers in @ret. *@ret_behind: leaves that are not in the index yet. PL_E_NOTFOUND: a
 * field that the register does not have. PL_E_RANGE: nothing to look for, or too long. PL_E_STATE: there is no index yet. Otherwise as
 * pl_instance_vault_read. */
pl_status pl_find(struct pl_instance *inst, const struct pl_register *r, const struct pl_casework_actor *who, const struct pl_find_query *q,
	uint64_t *ret, size_t *ret_n, uint64_t *ret_behind, struct pl_diag *diag);

/* What stands for one value in the index. */
#define PL_FIND_TOKEN_LEN 16u
struct pl_find_token {
	uint8_t b[PL_FIND_TOKEN_LEN];
	bool some; /* there is something to compare */
};
/* Those of @n texts, with one asking of the vault; fields need not be declared. A register without an index gets one, which the worker fills.
 * As pl_instance_vault_read; PL_E_SYNTAX: no UTF-8. */
pl_status pl_find_tokens(struct pl_instance *inst, const struct pl_register *r, const struct pl_casework_actor *who, const struct pl_find_term *terms,
	size_t n, struct pl_find_token *ret, struct pl_diag *diag);
/* Cases of @r behind number @after that have it, ascending; at most @limit in @ret. */
pl_status pl_find_having(struct pl_instance *inst, const struct pl_register *r, const struct pl_find_token *token, uint64_t after, size_t limit,
	uint64_t *ret, size_t *ret_n);
/* Of which cases the leaves are that the index does not have yet: the first PL_FIND_BATCH (@ret has room for them) at or behind position
 * *@at, which is moved behind them. *@ret_n 0: that was all. */
pl_status pl_find_behind(struct pl_instance *inst, const struct pl_register *r, uint64_t *at, uint64_t *ret, size_t *ret_n);

/* The worker's part: take up to PL_FIND_TURN more leaves into the index. *@ret: how many. PL_E_BUSY: the vault gave out what it gives out in an
 * hour; the rest comes later. PL_E_STATE: the instance has no vault. */
pl_status pl_find_index(struct pl_instance *inst, const struct pl_register *r, uint64_t *ret, struct pl_diag *diag);

/* What of @text is compared: appended to @out. @type: of the field. PL_E_SYNTAX: not UTF-8. Pure. */
pl_status pl_find_fold(enum pl_commit_type type, pl_str text, struct pl_buf *out);

#endif
