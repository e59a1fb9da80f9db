/* SPDX-License-Identifier: Apache-2.0 */
/* fact/instance_making: what instance_init and instance_make share. Inside this room only. */
#ifndef PL_FACT_INSTANCE_MAKING_H
#define PL_FACT_INSTANCE_MAKING_H
#include "base/file.h"
#include "base/stage.h"
#include "crypto/keyfile.h"
#include "fact/instance_internal.h"
#include "log/record.h"

#define PL_MAKING_OFFICERS_MAX 16u
#define PL_MAKING_STATEMENTS_MAX (2 + PL_MAKING_OFFICERS_MAX)

struct pl_making {
	const struct pl_instance_recipe *recipe;
	const struct pl_instance_options *opt;
	const char *dir;         /* as it was named */
	struct pl_stage stage;   /* where all is made */
	struct pl_buf abs, passphrase_path;
	struct pl_passphrase passphrase;
	enum pl_keyfile_cost cost;
	struct pl_pubkey root, log, service, officers[PL_MAKING_OFFICERS_MAX];
	struct pl_buf entry[PL_MAKING_STATEMENTS_MAX]; /* the signed statements, the inception first */
	struct pl_outbox_ref ref[PL_MAKING_STATEMENTS_MAX];
	size_t n;
	struct pl_log_state state; /* of the empty log */
	bool new_database, new_blobs; /* files that lie elsewhere and were not there before */
	struct pl_diag *diag;
};

/* Write the public half of the vault's key to @path below @dir_fd, for those who may seal and not open. */
pl_status pl_vault_public_put(int dir_fd, const char *path, const struct pl_pubkey *key, enum pl_file_put_mode how, struct pl_diag *diag);

/* Make keys, trust file and configuration in the stage. */
pl_status pl_making_files(struct pl_making *in);

#endif
