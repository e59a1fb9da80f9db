/* SPDX-License-Identifier: Apache-2.0 */
/* fact/instance_internal: what the files instance*.c share. */
#ifndef PL_FACT_INSTANCE_INTERNAL_H
#define PL_FACT_INSTANCE_INTERNAL_H
#include "fact/instance.h"
#include "fact/keys_replay.h"
#include "fact/statement_internal.h"
#include "log/policy_file.h"

#define PL_INSTANCE_CONF_NAME "pellucid.conf"
#define PL_INSTANCE_SIGNERS_MAX 32u
#define PL_INSTANCE_RULES_MAX 96u

/* A key file that was opened once; the passphrase is dear to check. */
struct pl_instance_key {
	char name[64];
	struct pl_signer *signer;
};

/* What the trust file says of one checkpoint: who cosigned it. */
struct pl_judged {
	bool known, good;
	struct pl_digest of; /* SHA-256 of the checkpoint */
	struct pl_policy_cosigned witness[PL_POLICY_WITNESSES_MAX];
};

struct pl_instance {
	struct pl_arena arena;
	struct pl_buf dir; /* absolute, NUL-terminated */
	int dir_fd;
	struct pl_instance_conf conf;
	struct pl_vocabulary vocabulary;
	struct pl_signing_rule rules[PL_INSTANCE_RULES_MAX];
	size_t n_rules;
	const struct pl_migrations *migrations[PL_VOCABULARY_ROOMS_MAX + 1];
	size_t n_migrations;
	struct pl_policy_file trust;
	struct pl_db *db;
	struct pl_blob *blobs;
	struct pl_passphrase passphrase;
	struct pl_verified *verified; /* shared by sequencer and projector */
	/* The register as of the published checkpoint. */
	struct pl_log_reader *reader;
	struct pl_buf note; /* the checkpoint that was judged last */
	struct pl_keys *keys;
	uint64_t keys_size;
	struct pl_judged judged; /* for pages; by the trust file of now */
	/* Where statements are signed; opened when first needed. */
	enum pl_peer peer;
	struct pl_signing *signing;
	struct pl_vault *vault; /* of a desk in this process */
	struct pl_file_id vault_key, vault_old_key; /* that it was opened with; zeros: none */
	struct pl_instance_key signers[PL_INSTANCE_SIGNERS_MAX];
	size_t n_signers;
};

/* pellucid.conf of @dir, whose absolute path is @abs. Text lives in @arena. */
pl_status pl_instance_conf_load(int dir_fd, pl_str abs, struct pl_arena *arena, struct pl_instance_conf *ret,
	struct pl_diag *diag);
/* Append the file that reads back as @conf. */
void pl_instance_conf_write(const struct pl_instance_conf *conf, struct pl_buf *out);
/* The absolute path of @dir, which exists, with a NUL behind it. */
pl_status pl_instance_absolute(const char *dir, struct pl_buf *ret);
/* The opened key @name, which stays the instance's. */
pl_status pl_instance_borrow_signer(struct pl_instance *inst, const char *name, struct pl_signer **ret,
	struct pl_diag *diag);
/* Close the opened key @name, if it was opened: its file was replaced. */
void pl_instance_forget_signer(struct pl_instance *inst, const char *name);
/* What the desk of @inst reads; @ret borrows from it. */
void pl_instance_book(struct pl_instance *inst, struct pl_signing_book *ret);
/* The desk, opened when first needed. */
pl_status pl_instance_open_desk(struct pl_instance *inst, struct pl_diag *diag);
#define PL_VAULT_KEY "/vault.key"
#define PL_VAULT_OLD_KEY "/vault-old.key" /* the one before, while the key is being changed */
#define PL_VAULT_PUB "/vault.pub"
/* The path of such a file, with a NUL behind it. */
pl_status pl_instance_vault_path(const struct pl_instance *inst, const char *name, struct pl_buf *ret);
/* For the desk's book: the vault of this instance, opened when first needed, and anew when its key was changed. */
pl_status pl_instance_book_vault(void *inst, struct pl_vault **ret, struct pl_diag *diag);
/* The rules of fact itself. */
const struct pl_signing_rule *pl_instance_own_rules(size_t *ret_count);

#endif
