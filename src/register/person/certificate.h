/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/certificate: what a person is given after an erasure: what was destroyed, which keys, what was kept and why, when the
 * last backup expires, and the proof that the public registers say so.
 *
 * It is an answer (register/person/answer.h) with these files:
 *
 *	README.txt
 *	certificate.txt    in words
 *	certificate.json   {"at","backups"?,"classes":[{"backups"?,"class","destroyed","interrupted"?,"keys","kept":[{"reason","rows","until"?}],"store"}],
 *	                    "format":"pellucid-erasure v1","later":[..],"nonce","origin"}
 *	leaves.json        {"leaves":[{"leaf","number","path"?,"position","register","revision", ...}],"logged"?}
 *
 * The digest of certificate.json is in the log (answer/v1, kind erasure); the file is not. It names no person.
 *
 * What always holds:
 *  1. certificate.json is written once; what comes later (proofs) is in leaves.json of a new archive with the same certificate.
 *  2. A leaf is shown by what it says: an erasure of that case in that register, whose hash anybody can compute, and its way to a head.
 *  3. A key that could not be destroyed yet is not among those that were: the certificate is then refused, and made by asking again.
 */
#ifndef PL_REGISTER_PERSON_CERTIFICATE_H
#define PL_REGISTER_PERSON_CERTIFICATE_H
#include "log/tree.h"
#include "register/leaf.h"
#include "register/person/answer.h"
#include "register/person/own.h"

#define PL_CERTIFICATE_MAX ((size_t)8 << 20)
#define PL_CERTIFICATE_LEAVES_MAX 1000u

/* Erase what the stores hold of @who, and append certificate.json; its digest is put into the log. *@ret_leaves: leaves.json without
 * proofs. PL_E_BUSY: the vault could not destroy all keys now; everything else is erased, ask again. What will be destroyed is noted before
 * (register/person/erasure.h): who was interrupted asks again with the same identities and is certified all of it. Whoever keeps the
 * certificate calls pl_erasure_forget with that. */
pl_status pl_certificate_make(struct pl_person_desk *d, const struct pl_person *who, struct pl_buf *certificate, struct pl_buf *leaves,
	struct pl_diag *diag);

/* Write the archive of a certificate to @sink, with proofs of what is published by now. @leaves: of the archive before, or as
 * pl_certificate_make gave them. *@ret_proved of *@ret_leaves are proved. */
struct pl_certificate_made {
	struct pl_digest manifest;
	size_t leaves, proved;
	bool logged; /* the digest stands in the published log */
};
pl_status pl_certificate_write(struct pl_person_desk *d, pl_str certificate, pl_str leaves, pl_str language, pl_zip_sink sink, void *ctx,
	struct pl_certificate_made *ret, struct pl_diag *diag);

/* Append the certificate in words, in @language ("de", else English). PL_E_SYNTAX: not one. Pure. */
pl_status pl_certificate_text(pl_str certificate, pl_str language, struct pl_buf *out, struct pl_diag *diag);

/* What the archive @z, which pl_answer_check accepted with @shows, proves of erasures. PL_E_SYNTAX, PL_E_PROOF with words. */
pl_status pl_certificate_check(const struct pl_zip *z, const struct pl_answer_shows *shows, struct pl_certificate_made *ret,
	struct pl_diag *diag);

/* One line of leaves.json. Pure. */
struct pl_certificate_leaf {
	char reg[41];
	struct pl_register_leaf leaf;
	uint64_t position;
	unsigned classes;
	bool proved;
	uint64_t head_index, size;
	struct pl_tree_path path;
};
/* @ret: at most PL_CERTIFICATE_LEAVES_MAX, freed with pl_free. *@ret_logged: the entry of the log that names the certificate, UINT64_MAX
 * if it is not said. PL_E_SYNTAX, PL_E_RANGE. */
pl_status pl_certificate_leaves_parse(pl_str text, struct pl_certificate_leaf **ret, size_t *ret_n, uint64_t *ret_logged,
	struct pl_diag *diag);
pl_status pl_certificate_leaves_write(const struct pl_certificate_leaf *list, size_t n, uint64_t logged, struct pl_buf *out);

#endif
