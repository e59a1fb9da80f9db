/* SPDX-License-Identifier: Apache-2.0 */
/*
 * release/outside: a rebuild by somebody who has no instance, only published files: source archive, recipe, what the build
 * record says, perhaps the artefacts. The result is a directory that is handed to the operator, who takes it in with
 * `pellucid statement import`:
 *
 *	verdict.dsse      rebuild-verdict/v1, signed with the rebuilder's key
 *	provenance.dsse   SLSA provenance v1 of the second build, signed with it, too; missing if nothing was built
 *	report.json       the bodies that they name; or only log.txt if there was no comparison
 *	packages.txt, log.txt, environment.txt
 *
 * What always holds: nothing is signed but what this machine has just found; the archive and the recipe are hashed here and
 * must be those of the build record. Needs neither network nor database.
 */
#ifndef PL_RELEASE_OUTSIDE_H
#define PL_RELEASE_OUTSIDE_H
#include "crypto/signer.h"
#include "release/publish.h"

struct pl_outside_job {
	pl_str product, commit;
	uint64_t commit_time;        /* seconds */
	struct pl_digest build;      /* SHA-256(PAE) of the provenance that is repeated */
	struct pl_digest archive;
	int archive_fd;
	struct pl_digest recipe;
	pl_str recipe_text;
	size_t n;                    /* artefacts, in the order of the build record */
	struct pl_release_artefact *artefacts;
	const int *artefact_fds;     /* @n of them; -1: only the digest is at hand */
	pl_str site;                 /* a token: where it is built again */
	struct pl_signer *signer;
	const char *scratch;         /* NULL: /var/tmp */
	const struct pl_release_watch *watch; /* may be NULL */
	struct pl_arena *arena;      /* the result lives here */
};

struct pl_outside_result {
	enum pl_verdict verdict;
	enum pl_reason reason;       /* of not attempted */
	char words[512], hint[256];  /* the same for people */
	struct pl_comparison *comparisons; /* job->n of them */
	struct pl_digest pae;        /* of the verdict */
	uint64_t wall_ns, cpu_ns;
};

/*
 * Build again, compare, sign, and write the files into the directory @out_dir. PL_OK whatever the verdict; *not attempted* is
 * signed, too. PL_E_MISMATCH: archive, recipe or outputs are not those of the build record. PL_E_EXISTS: @out_dir holds a
 * verdict already. Other failures say nothing about the build and sign nothing.
 */
pl_status pl_outside_rebuild(const struct pl_outside_job *job, int out_dir, struct pl_outside_result *ret,
	struct pl_diag *diag);

#endif
