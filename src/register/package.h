/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/package: which packages of expertise were made here, by their digests, and that registers of requests for them give out nothing else.
 *
 * A register "gives packages" if its declaration has a field "package" of type digest and it is none that was imported.
 *
 * What always holds of such a register:
 *  1. A file goes out with an answer only if `pellucid expertise make` wrote it: exactly these bytes.
 *  2. The field "package" gets no digest but that of the manifest of such a package, or of its file; what stands there stays.
 *  3. Words go out only from callers that had them looked through for data of users (register/person/outgoing), as the files of a package are.
 *
 * What is kept of a package are two digests and a time, and nothing of what is in it. Whether its files were looked through for data of users is the promise
 * of whoever calls pl_register_package_put (register/person/expertise).
 */
#ifndef PL_REGISTER_PACKAGE_H
#define PL_REGISTER_PACKAGE_H
#include "register/register.h"

/* Remember a package: @file of its bytes as they go out (encrypted, if they are), @manifest of its manifest. The same again is PL_OK. @now: seconds. */
pl_status pl_register_package_put(struct pl_instance *inst, const struct pl_digest *file, const struct pl_digest *manifest, uint64_t now);

/* Does @r give packages? */
bool pl_register_package_is(const struct pl_register_decl *d);

/* May a file with the digest @file go out with an answer to a case of @r? PL_E_DENIED with words that say what to do. */
pl_status pl_register_package_may_leave(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_digest *file, struct pl_diag *diag);
/* The same in a transaction of its own. */
pl_status pl_register_package_ask(struct pl_instance *inst, const struct pl_register *r, const struct pl_digest *file, struct pl_diag *diag);

/* May words go out with an answer to a case of @r that nobody looked through? PL_E_DENIED with words that say what to do. */
pl_status pl_register_package_words(const struct pl_register *r, struct pl_diag *diag);

/* Are the values @v (of the derived declaration) what rule 2 allows behind @before, the revision before (NULL: none, or not to be read)? PL_E_DENIED with words. */
pl_status pl_register_package_fits(struct pl_db_tx *tx, const struct pl_register *r, const struct pl_commit_value *before, const struct pl_commit_value *v,
	struct pl_diag *diag);

#endif
