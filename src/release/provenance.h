/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/provenance: the SLSA provenance v1 predicate (https://slsa.dev/spec/v1.0/provenance) of our build type. Its members
 * are listed in docs/statements/provenance.md. Pure. Included only within this room.
 */
#ifndef PL_RELEASE_PROVENANCE_H
#define PL_RELEASE_PROVENANCE_H
#include "fact/statement.h"
#include "release/build.h"

/* Everything that is said about one build. */
struct pl_provenance {
	pl_str product, commit;
	struct pl_digest source, recipe; /* archive and recipe file */
	pl_str builder;                  /* builder.id, a URI */
	struct pl_body packages, log, environment;
};

/* The predicate, owned by the caller. @recipe and @site as the build used them. */
struct pl_json *pl_provenance_write(const struct pl_provenance *p, const struct pl_build_record *record,
	const struct pl_recipe *recipe, const struct pl_build_site *site);

/* The predicate of a provenance statement. @ret_ours: it is of our build type, and @ret is filled (text lives as long as the
 * statement). PL_E_SYNTAX with words for one that breaks the rules of SLSA or of our type. */
pl_status pl_provenance_read(const struct pl_json *predicate, bool *ret_ours, struct pl_provenance *ret,
	struct pl_diag *diag);

#endif
