/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/tree: the files of the trusted provider, from what was stated: for the portal one by one, for a
 * directory all. */
#ifndef PL_REGISTER_ADVISORY_TREE_H
#define PL_REGISTER_ADVISORY_TREE_H
#include "register/advisory/query.h"

enum pl_tree_file { PL_TREE_DOCUMENT, PL_TREE_SIGNATURE, PL_TREE_SHA256, PL_TREE_SHA512 };
/* "", ".asc", ".sha256", ".sha512": behind the document's name. */
const char *pl_tree_ending(enum pl_tree_file file);
/* Append one of the four files of the public advisory @a. PL_E_NOTFOUND: it is not public, withheld, or not stored
 * here. */
pl_status pl_tree_read(struct pl_instance *inst, const struct pl_published *a, enum pl_tree_file file,
	struct pl_arena *arena, struct pl_buf *out);

/* Write all of it below the directory @dir (a descriptor); what is withheld since is taken away. *@ret_n advisories.
 * A file that changes is replaced whole; the lists come after what they name. */
pl_status pl_tree_export(struct pl_instance *inst, int dir, size_t *ret_n, struct pl_diag *diag);

#endif
