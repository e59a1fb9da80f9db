/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/instance.h"
#include "base/file.h"
#include "fact/instance_internal.h"
#include "fact/vault.h"
#include "log/checkpoint.h"
#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>

#define ARENA_MAX ((size_t)256 * 1024)

/* ---- opening ---- */

static pl_status open_database(struct pl_instance *inst, bool migrate, struct pl_diag *diag)
{
	struct pl_db_options opt = {.create = migrate};
	pl_status st = pl_db_open(inst->conf.database, &opt, diag, &inst->db);

	if (st)
		return st;
	if (migrate)
		return pl_migrate(inst->db, inst->migrations, inst->n_migrations, diag, NULL);
	return pl_migrate_check(inst->db, inst->migrations, inst->n_migrations, diag);
}

static void take_rules(struct pl_instance *inst, const struct pl_signing_rule *rules, size_t n)
{
	assert(inst->n_rules + n <= PL_INSTANCE_RULES_MAX);
	for (size_t i = 0; i < n; i++)
		inst->rules[inst->n_rules++] = rules[i];
}

static void take_rooms(struct pl_instance *inst, const struct pl_instance_options *opt)
{
	size_t n_own;
	const struct pl_signing_rule *own = pl_instance_own_rules(&n_own);

	pl_vocabulary_init(&inst->vocabulary, opt->rooms, opt->n_rooms);
	inst->migrations[inst->n_migrations++] = &pl_sql_store_migrations;
	for (size_t i = 0; i < inst->vocabulary.n_rooms; i++)
		if (inst->vocabulary.rooms[i]->migrations)
			inst->migrations[inst->n_migrations++] = inst->vocabulary.rooms[i]->migrations;
	take_rules(inst, own, n_own);
	for (size_t i = 0; i < opt->n_rooms; i++)
		take_rules(inst, opt->rooms[i]->rules, opt->rooms[i]->n_rules);
}

static void take_passphrase(struct pl_instance *inst, const struct pl_passphrase *given)
{
	if (given)
		inst->passphrase = *given;
	else if (getenv("CREDENTIALS_DIRECTORY")) // NOLINT(concurrency-mt-unsafe): nobody sets it
		inst->passphrase = (struct pl_passphrase){.from = PL_PASSPHRASE_CREDENTIAL, .name = "passphrase"};
	else if (inst->conf.passphrase.len)
		inst->passphrase = (struct pl_passphrase){.from = PL_PASSPHRASE_FILE, .name = inst->conf.passphrase.ptr};
	else
		inst->passphrase = (struct pl_passphrase){.from = PL_PASSPHRASE_TERMINAL, .name = "the keys of this instance"};
}

static pl_status open_all(struct pl_instance *inst, const char *dir, const struct pl_instance_options *opt,
	struct pl_diag *diag)
{
	struct pl_blob_options blob_opt = {.create = opt->migrate};
	pl_status st = pl_instance_absolute(dir, &inst->dir);

	if (st)
		return pl_diag_set(diag, st, "cannot open the instance's directory %s", dir);
	st = pl_file_open_dir(AT_FDCWD, pl_buf_z(&inst->dir), &inst->dir_fd);
	if (st)
		return pl_diag_set(diag, st, "cannot open the instance's directory %s", dir);
	st = pl_instance_conf_load(inst->dir_fd, pl_buf_str(&inst->dir), &inst->arena, &inst->conf, diag);
	if (st)
		return st;
	take_passphrase(inst, opt->passphrase);
	st = pl_policy_file_open(inst->conf.trust.ptr, &inst->trust, diag);
	if (opt->keys_only)
		return st;
	if (st == PL_OK)
		st = open_database(inst, opt->migrate, diag);
	return st ? st : pl_blob_open(inst->conf.blobs, &blob_opt, diag, &inst->blobs);
}

pl_status pl_instance_open(const char *dir, const struct pl_instance_options *opt, struct pl_instance **ret,
	struct pl_diag *diag)
{
	static const struct pl_instance_options plain = {0};
	struct pl_instance *inst = PL_NEW(struct pl_instance);
	pl_status st;

	inst->arena = (struct pl_arena)PL_ARENA(ARENA_MAX);
	inst->dir = (struct pl_buf)PL_BUF(8192);
	inst->note = (struct pl_buf)PL_BUF(PL_CHECKPOINT_MAX);
	inst->dir_fd = -1;
	inst->verified = pl_verified_new();
	inst->peer = opt ? opt->peer : PL_PEER_OPERATOR;
	take_rooms(inst, opt ? opt : &plain);
	st = open_all(inst, dir, opt ? opt : &plain, diag);
	if (st) {
		pl_instance_close(inst);
		return st;
	}
	*ret = inst;
	return PL_OK;
}

void pl_instance_close(struct pl_instance *inst)
{
	if (!inst)
		return;
	pl_signing_free(inst->signing);
	pl_vault_close(inst->vault);
	for (size_t i = 0; i < inst->n_signers; i++)
		pl_signer_free(inst->signers[i].signer);
	pl_keys_free(inst->keys);
	pl_verified_free(inst->verified);
	pl_log_reader_close(inst->reader);
	pl_buf_done(&inst->note);
	pl_blob_close(inst->blobs);
	pl_db_close(inst->db);
	pl_policy_file_done(&inst->trust);
	pl_file_close(&inst->dir_fd);
	pl_buf_done(&inst->dir);
	pl_arena_done(&inst->arena);
	pl_free(inst);
}

void pl_instance_closep(struct pl_instance **inst)
{
	pl_instance_close(*inst);
}

/* ---- parts ---- */

const struct pl_instance_conf *pl_instance_conf(const struct pl_instance *inst)
{
	return &inst->conf;
}

const char *pl_instance_dir(const struct pl_instance *inst)
{
	return (const char *)inst->dir.ptr;
}

struct pl_db *pl_instance_db(struct pl_instance *inst)
{
	return inst->db;
}

struct pl_blob *pl_instance_blobs(struct pl_instance *inst)
{
	return inst->blobs;
}

const struct pl_policy *pl_instance_policy(const struct pl_instance *inst)
{
	return inst->trust.policy;
}

const struct pl_vocabulary *pl_instance_vocabulary(const struct pl_instance *inst)
{
	return &inst->vocabulary;
}

bool pl_instance_unguarded(const struct pl_instance *inst)
{
	int log PL_CLEANUP(pl_file_close) = -1, record PL_CLEANUP(pl_file_close) = -1;
	pl_str path = inst->conf.database;
	bool same = false;

	/* O_PATH: closing an opened database would drop SQLite's locks on it (store/db_sqlite.c). */
	return pl_policy_unwitnessed(pl_instance_policy(inst)) && pl_str_eat(&path, PL_STR("sqlite:")) &&
		pl_file_open_dir(AT_FDCWD, inst->conf.log_dir.ptr, &log) == PL_OK &&
		pl_file_open(AT_FDCWD, path.ptr, O_PATH, 0, &record) == PL_OK &&
		pl_file_same_device(log, record, &same) == PL_OK && same;
}

/* ---- the trust file ---- */

bool pl_instance_trust_changed(const struct pl_instance *inst)
{
	return pl_policy_file_changed(&inst->trust);
}

pl_status pl_instance_follow_trust(struct pl_instance *inst, struct pl_diag *diag)
{
	bool fresh;
	pl_status st = pl_policy_file_follow(&inst->trust, &fresh, diag);

	if (st || !fresh)
		return st;
	/* Its roots may have changed, so the register is derived anew; and so is what it says of the checkpoint. */
	pl_keys_free(inst->keys);
	inst->keys = NULL;
	inst->keys_size = 0;
	pl_buf_clear(&inst->note);
	inst->judged.known = false;
	return PL_OK;
}

/* ---- the register as of the published checkpoint ---- */

static pl_status replay_to(struct pl_instance *inst, uint64_t size, struct pl_diag *diag)
{
	struct pl_keys *keys = inst->keys;
	pl_status st = PL_OK;

	if (!keys)
		st = pl_keys_from_policy(inst->trust.policy, &keys, diag);
	if (st)
		return st;
	inst->keys = NULL; /* a replay that breaks off leaves a register that fits no index */
	st = pl_keys_replay(keys, &inst->vocabulary, inst->reader, inst->keys_size, size, size);
	if (st) {
		pl_keys_free(keys);
		inst->keys_size = 0;
		pl_buf_clear(&inst->note);
		return pl_diag_set(diag, st, "cannot read the key statements from the log");
	}
	inst->keys = keys;
	inst->keys_size = size;
	return PL_OK;
}

/* Judge the checkpoint in @note and bring the register up to it. */
static pl_status follow(struct pl_instance *inst, const struct pl_buf *note, struct pl_diag *diag)
{
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp = {0};
	struct pl_diag why = {0};
	pl_status st = pl_policy_accept(inst->trust.policy, pl_buf_str(note), &cp, &verdict, &why);

	/* The checkpoint of a new log is empty, and no witness has seen it yet. */
	if (st == PL_E_QUORUM && pl_checkpoint_peek(pl_buf_str(note), &cp, NULL) == PL_OK && cp.size == 0)
		st = PL_OK;
	if (st)
		return pl_diag_set(diag, st, "the published checkpoint is not acceptable: %s", pl_diag_text(&why, st));
	if (cp.size < inst->keys_size)
		return pl_diag_set(diag, PL_E_ROLLBACK, "the published checkpoint went back from %llu to %llu entries",
			(unsigned long long)inst->keys_size, (unsigned long long)cp.size);
	st = replay_to(inst, cp.size, diag);
	if (st)
		return st;
	pl_buf_clear(&inst->note);
	pl_buf_put_bytes(&inst->note, pl_buf_bytes(note));
	return pl_buf_status(&inst->note);
}

pl_status pl_instance_keys(struct pl_instance *inst, const struct pl_keys **ret, uint64_t *ret_index,
	struct pl_diag *diag)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	pl_status st = PL_OK;

	if (!inst->reader)
		st = pl_log_reader_open(inst->conf.log_dir, NULL, &inst->reader, diag);
	if (st == PL_OK)
		st = pl_log_reader_checkpoint(inst->reader, &note);
	if (st && st != PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "cannot read the published checkpoint");
	if (st == PL_E_NOTFOUND)
		st = replay_to(inst, 0, diag);
	else if (!inst->keys || !pl_bytes_eq(pl_buf_bytes(&note), pl_buf_bytes(&inst->note)))
		st = follow(inst, &note, diag);
	if (st)
		return st;
	*ret = inst->keys;
	*ret_index = inst->keys_size;
	return PL_OK;
}

/* ---- bodies ---- */

pl_status pl_instance_body(struct pl_instance *inst, pl_bytes data, pl_str media_type, struct pl_body *ret)
{
	struct pl_body body = {.size = data.len, .media_type = media_type};
	pl_status st;

	if (!pl_statement_media_type_ok(media_type))
		return PL_E_RANGE;
	st = pl_blob_put_bytes(inst->blobs, data, &body.digest);
	if (st == PL_OK)
		*ret = body;
	return st;
}
