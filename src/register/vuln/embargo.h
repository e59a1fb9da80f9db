/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/vuln/embargo: which cases an advisory is about, whatever it says of itself, and whether it may leave for all of them.
 *
 * What always holds:
 *  1. A case that is not released, and that has an identifier that the advisory has, or out of which a draft of the advisory's identifier
 *     was written, holds the advisory back until pl_vuln_may_leave lets it go; leaving the case out of the draft changes nothing.
 *  2. What could not be looked up holds it back, too.
 *  3. What is kept of a draft is a token of its identifier (register/casework/find) beside the number of the case.
 *
 * It does not compare titles or descriptions: an advisory that was written anew, without the identifiers of the case, is not known again.
 */
#ifndef PL_REGISTER_VULN_EMBARGO_H
#define PL_REGISTER_VULN_EMBARGO_H
#include "register/vuln/case.h"

/* An advisory as others would find it. Texts are borrowed. */
struct pl_vuln_advisory {
	pl_str id;             /* of the document */
	const pl_str *names;   /* of flaws: CVE identifiers, and whatever else stands in their place */
	size_t n;
	pl_str from;           /* the register of the case that it names; empty: none */
	uint64_t number;       /* of that case */
};

/* Remember that a draft @id was written out of @c. */
pl_status pl_vuln_draft_note(const struct pl_vuln *c, const struct pl_register_reader *who, pl_str id, struct pl_diag *diag);

/*
 * May @a leave at @now (seconds), as far as any case of any register of vulnerabilities of @inst is concerned? PL_E_STATE, PL_E_DENIED as
 * pl_vuln_may_leave, and PL_E_STATE where a case that it is about is not named; PL_E_MISMATCH: the one that it names is about another flaw;
 * PL_E_NOTFOUND: there is no such register or case; otherwise as pl_instance_vault_read. Words give registers, numbers and times and nothing else.
 */
pl_status pl_vuln_advisory_may_leave(struct pl_instance *inst, const struct pl_vuln_advisory *a, const struct pl_register_reader *who, uint64_t now,
	struct pl_diag *diag);

#endif
