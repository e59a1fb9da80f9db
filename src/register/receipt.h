/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/receipt: the file that a sender keeps (docs/formats/receipt.md).
 *
 *	pellucid-receipt v1
 *	origin transparency.example/log
 *	promise <base64 of the DSSE envelope of register-promise/v1>
 *	head <size> <root> <time>                   from here to path: only once a head contains the case
 *	path <64 hex digits>                        one line a hash
 *	opening <bytes of the declaration> <bytes of the opening>
 *	<declaration><opening>
 *
 *	<proof bundle: the keys that signed, the inception, and the head>
 *
 * Pure; callable from any thread.
 */
#ifndef PL_REGISTER_RECEIPT_H
#define PL_REGISTER_RECEIPT_H
#include "log/policy.h"
#include "log/tree.h"
#include "register/declaration.h"
#include "register/leaf.h"

#define PL_RECEIPT_MAX ((size_t)34 << 20)

/* The parts, as they stand in the text. */
struct pl_receipt {
	pl_str origin, promise; /* promise: base64 */
	bool proved;
	uint64_t size, time;    /* of the head; seconds */
	struct pl_digest root;
	struct pl_tree_path path;
	bool opened;
	pl_str declaration, opening;
	pl_str bundle;
};

void pl_receipt_put(struct pl_buf *out, const struct pl_receipt *r);
/* Everything borrows from @text. PL_E_SYNTAX with words. */
pl_status pl_receipt_parse(pl_str text, struct pl_receipt *ret, struct pl_diag *diag);

/* What a receipt shows to somebody who holds a trust file. */
struct pl_receipt_shows {
	char name[41];           /* of the register */
	uint64_t number, position, before;
	struct pl_digest leaf, commitment;
	bool proved, late;       /* late: the head is younger than was promised */
	uint64_t head_index, size, time;
	bool witnessed;
	bool opened;             /* the opening leads to the commitment */
};

/* Check @r by @policy. PL_E_SIGNATURE, PL_E_QUORUM, PL_E_PROOF, PL_E_SYNTAX, PL_E_RANGE with words. */
pl_status pl_receipt_check(const struct pl_receipt *r, const struct pl_policy *policy, struct pl_receipt_shows *ret,
	struct pl_diag *diag);
/* After pl_receipt_check: does @bundle prove a head of the same register, signed when the case had to be in one, that is too small to
 * contain it? PL_OK: the promise was broken, and this is the evidence. PL_E_NOTFOUND: it shows nothing of the kind. */
pl_status pl_receipt_broken(const struct pl_receipt_shows *s, const struct pl_policy *policy, pl_str bundle,
	uint64_t *ret_index, struct pl_diag *diag);

#endif
