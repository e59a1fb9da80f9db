/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/instance_init: a new instance, whole or not at all.
 *
 * The order, each step after the one before has succeeded:
 *  1. below DIR/.init (base/stage.h): keys, trust file, configuration; database and blob store are opened; the empty log;
 *     the signed inception and the first keys, and in DIR/.init/inception the digest of the first of them;
 *  2. one transaction: the log's record and all these statements in the outbox. This is the moment at which the instance
 *     comes to be: a failure before it is undone (tables without a row, and an empty bucket, may stay), a kill is cleared away
 *     by the next init, which finds no such statement in the database;
 *  3. everything moves to DIR, the configuration last; a kill is completed by the next init;
 *  4. the statements are published, if no witness has to learn of the log first. A failure here is one of publication: the
 *     instance is there, and whoever serves it goes on.
 *
 * The checkpoint of size 0 is signed before its record is there, against the order of log/log_dir; but there is only one
 * possible, and nobody serves the directory that it lies in.
 */
#include "base/file.h"
#include "base/time.h"
#include "fact/instance_making.h"
#include "fact/record_db.h"
#include "log/log_dir.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define SETTLE_NS (20 * PL_SECOND)
#define STREAM PL_STR("instance")
#define INCEPTION_FILE "inception" /* in DIR/.init */
#define ROW_ARENA ((size_t)256 * 1024)

/* ---- the empty log ---- */

/* The record in the database, read as it is, but not created before the transaction of the first statements. */
struct later {
	const struct pl_log_record *record;
	struct pl_log_state *state;
};

static pl_status load_now(void *ctx, struct pl_log_state *ret)
{
	const struct pl_log_record *r = ((const struct later *)ctx)->record;

	return r->ops->load(r->ctx, ret);
}

static pl_status create_later(void *ctx, const struct pl_log_state *state)
{
	*((const struct later *)ctx)->state = *state;
	return PL_OK;
}

static pl_str where_now(void *ctx)
{
	const struct pl_log_record *r = ((const struct later *)ctx)->record;

	return r->ops->where(r->ctx);
}

static pl_status make_log(struct pl_making *in, struct pl_instance *inst)
{
	static const struct pl_log_record_ops ops = {.load = load_now, .create = create_later, .where = where_now};
	struct later later = {.state = &in->state};
	const struct pl_log_record deferred = {.ops = &ops, .ctx = &later};
	struct pl_log_record *record = NULL;
	struct pl_signer *signer = NULL;
	pl_status st = pl_instance_borrow_signer(inst, "log", &signer, in->diag);

	if (st)
		return st;
	st = pl_record_db_new(inst->db, in->recipe->origin, &record);
	if (st)
		return st;
	later.record = record;
	st = pl_log_dir_create(inst->conf.log_dir.ptr, in->recipe->origin, &deferred, signer, in->diag);
	pl_record_db_free(record);
	if (st == PL_E_EXISTS)
		pl_diag_hint(in->diag, "choose another origin, or another database");
	return st ? pl_diag_set(in->diag, st, "cannot make the log of %s", in->dir) : PL_OK;
}

/* ---- the first statements ---- */

static pl_status state_root(struct pl_making *in, struct pl_instance *inst, const char *type,
	const struct pl_subject *subject, struct pl_json *predicate)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf *entry = &in->entry[in->n];
	pl_status st = pl_statement_build(pl_str_from(type), subject, 1, predicate, &payload, NULL, in->diag);

	*entry = (struct pl_buf)PL_BUF(PL_STATEMENT_ENTRY_MAX);
	in->n++;
	return st ? st : pl_instance_sign_root(inst, pl_buf_bytes(&payload), entry, in->diag);
}

static pl_status state_inception(struct pl_making *in, struct pl_instance *inst)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	const struct pl_policy_log *log = pl_policy_log_find(inst->trust.policy, in->recipe->origin);
	struct pl_subject subject = {.name = in->recipe->origin};
	char date[21], root[PL_DIGEST_TEXT + 1];
	struct pl_digest id;

	if (!log)
		return PL_E_INTERNAL;
	pl_vkey_write(&vkey, &log->key);
	pl_sha256(pl_buf_bytes(&vkey), &subject.sha256);
	pl_time_write(pl_time_now(), date);
	pl_pubkey_id(&in->root, &id);
	pl_digest_text(&id, root);
	pl_json_set_str(p, "origin", in->recipe->origin);
	pl_json_set_z(p, "purpose", in->recipe->purpose);
	pl_json_set_str(p, "vkey", pl_buf_str(&vkey));
	pl_json_set_z(p, "date", date);
	pl_json_set_u64(p, "officers", in->recipe->approvals);
	pl_json_push_z(pl_json_set_array(p, "roots"), root);
	pl_json_set_u64(p, "rootThreshold", 1);
	return state_root(in, inst, PL_TYPE_INCEPTION, &subject, p);
}

pl_status pl_instance_key_predicate(const struct pl_vocabulary *v, const char *holder, enum pl_role role,
	const struct pl_pubkey *key, struct pl_json **ret, struct pl_diag *diag)
{
	struct pl_json *p, *list;
	struct pl_buf spki PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	const char *types[PL_KEYS_TYPES_MAX];
	uint8_t der[PL_SPKI_MAX];
	size_t n = pl_vocabulary_types(v, role, types);

	if (n == 0)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "there is no kind of statement yet that a %s may sign", pl_role_word(role));
	p = pl_json_new_object();
	pl_base64_put(&spki, pl_bytes_of(der, pl_pubkey_spki(key, der)));
	pl_json_set_z(p, "holder", holder);
	pl_json_set_z(p, "role", pl_role_word(role));
	pl_json_set_str(p, "key", pl_buf_str(&spki));
	list = pl_json_set_array(p, "predicates");
	for (size_t i = 0; i < n; i++)
		pl_json_push_z(list, types[i]);
	*ret = p;
	return pl_buf_status(&spki);
}

static pl_status state_key(struct pl_making *in, struct pl_instance *inst, const char *holder, enum pl_role role,
	const struct pl_pubkey *key)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = NULL;
	struct pl_subject subject = {.name = pl_str_from(holder)};
	pl_status st = pl_instance_key_predicate(&inst->vocabulary, holder, role, key, &p, NULL);

	pl_pubkey_id(key, &subject.sha256);
	return st ? st : state_root(in, inst, PL_TYPE_KEY, &subject, p);
}

static pl_status sign_all(struct pl_making *in, struct pl_instance *inst)
{
	pl_status st = state_inception(in, inst);

	if (st == PL_OK)
		st = state_key(in, inst, "service", PL_ROLE_SERVICE, &in->service);
	for (unsigned i = 0; i < in->recipe->officers && st == PL_OK; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "officer-%u", i + 1);
		st = state_key(in, inst, name, PL_ROLE_OFFICER, &in->officers[i]);
	}
	return st;
}

static pl_status begin_to_exist(void *ctx, struct pl_db_tx *tx)
{
	struct pl_making *in = ctx;
	pl_status st = pl_record_db_create(tx, in->recipe->origin, &in->state);

	for (size_t i = 0; i < in->n && st == PL_OK; i++)
		st = pl_outbox_put(tx, STREAM, pl_buf_bytes(&in->entry[i]), &in->ref[i], in->diag);
	return st;
}

/* Did the transaction happen? PL_E_NOTFOUND: no, or nothing came as far as that. */
static pl_status look_for_inception(const struct pl_making *in, struct pl_instance *inst)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ROW_ARENA);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_DIGEST_TEXT);
	struct pl_digest entry;
	struct pl_outbox_row row;
	pl_status st = pl_file_read(in->stage.own, INCEPTION_FILE, &text);

	if (st == PL_OK)
		st = pl_digest_parse(pl_buf_str(&text), &entry);
	return st ? st : pl_outbox_find(inst->db, &entry, &arena, &row);
}

static pl_status commit(struct pl_making *in, struct pl_instance *inst)
{
	char text[PL_DIGEST_TEXT + 1];
	struct pl_digest entry;
	pl_status st = pl_stage_check(&in->stage, in->diag);

	pl_sha256(pl_buf_bytes(&in->entry[0]), &entry);
	pl_digest_text(&entry, text);
	if (st == PL_OK)
		st = pl_file_put(in->stage.own, INCEPTION_FILE, pl_str_bytes(pl_str_from(text)), 0600, PL_FILE_REPLACE);
	if (st)
		return st;
	st = pl_db_tx(inst->db, begin_to_exist, in);
	if (st == PL_OK || look_for_inception(in, inst) == PL_E_NOTFOUND)
		return st ? pl_diag_set(in->diag, st, "cannot put the first statements into the outbox") : PL_OK;
	/* It came through, or nobody knows: nothing is taken back, and the next init looks. */
	in->stage.found = PL_STAGE_LEFT;
	pl_diag_hint(in->diag, "run the same command again: it finds out, and goes on or begins anew");
	(void)pl_diag_set(in->diag, st, "%s", pl_status_text(st));
	pl_diag_context(in->diag, "the database does not say whether the first statements came through");
	return st;
}

/* ---- what lies elsewhere ---- */

static bool elsewhere(pl_str url, const char *scheme, char path[static 4096])
{
	return pl_str_eat(&url, pl_str_from(scheme)) && pl_str_starts(url, PL_STR("/")) && pl_str_z(url, path, 4096) == PL_OK;
}

static void note_elsewhere(struct pl_making *in)
{
	char path[4096];

	in->new_database = elsewhere(in->recipe->database, "sqlite:", path) && access(path, F_OK) != 0;
	in->new_blobs = elsewhere(in->recipe->blobs, "dir:", path) && access(path, F_OK) != 0;
}

/* Nothing was committed: tables without a row, and directories without a blob. */
static void remove_elsewhere(const struct pl_making *in)
{
	static const char *const files[] = {"", "-wal", "-shm", ".writer"}, *const dirs[] = {"/tmp", "/sha256", ""};
	char path[4096], name[4112];

	for (size_t i = 0; i < PL_COUNT(files) && in->new_database && elsewhere(in->recipe->database, "sqlite:", path); i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, files[i]);
		(void)unlink(name);
	}
	for (size_t i = 0; i < PL_COUNT(dirs) && in->new_blobs && elsewhere(in->recipe->blobs, "dir:", path); i++) {
		(void)snprintf(name, sizeof name, "%s%s", path, dirs[i]);
		(void)rmdir(name);
	}
}

/* ---- all of it ---- */

static pl_status check_recipe(const struct pl_instance_recipe *r, struct pl_diag *diag)
{
	if (r->origin.len == 0 || r->origin.len > PL_STATEMENT_NAME_MAX - 1 || !pl_statement_name_ok(r->origin))
		return pl_diag_set(diag, PL_E_SYNTAX, "an origin has 1 to 255 printable characters without spaces");
	if (r->officers == 0 || r->officers > PL_MAKING_OFFICERS_MAX || r->approvals == 0 || r->approvals > r->officers)
		return pl_diag_set(diag, PL_E_RANGE, "1 to %u officers, and no more approvals than officers", PL_MAKING_OFFICERS_MAX);
	if (r->quorum > r->n_witnesses)
		return pl_diag_set(diag, PL_E_RANGE, "a quorum of %u needs as many witnesses, not %zu", r->quorum,
			r->n_witnesses);
	return PL_OK;
}

static pl_status open_staged(struct pl_making *in, bool migrate, struct pl_instance **ret)
{
	struct pl_instance_options opt = in->opt ? *in->opt : (struct pl_instance_options){0};

	opt.migrate = migrate;
	opt.passphrase = &in->passphrase;
	return pl_instance_open(in->stage.path, &opt, ret, in->diag);
}

static pl_status build(struct pl_making *in)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	pl_status st = pl_instance_absolute(in->stage.path, &in->abs);

	note_elsewhere(in);
	if (st == PL_OK)
		st = pl_making_files(in);
	if (st == PL_OK)
		st = open_staged(in, true, &inst);
	if (st == PL_OK)
		st = make_log(in, inst);
	if (st == PL_OK)
		st = sign_all(in, inst);
	return st ? st : commit(in, inst);
}

/* What an init that was broken off has left: an instance that exists, or nothing that counts. */
static pl_status judge_left(struct pl_making *in)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	int probe PL_CLEANUP(pl_file_close) = -1;
	pl_status found = pl_file_open(in->stage.own, INCEPTION_FILE, O_RDONLY, 0, &probe);
	pl_status st = found == PL_OK ? open_staged(in, false, &inst) : PL_OK;

	if (st == PL_OK && found == PL_OK)
		found = look_for_inception(in, inst);
	if (st == PL_OK && found == PL_E_NOTFOUND)
		return pl_stage_clear(&in->stage, in->diag);
	st = st ? st : found;
	if (st) {
		pl_diag_hint(in->diag, "put right what is named, and run it again; or remove %s/" PL_STAGE_NAME
			" and take another origin", in->dir);
		(void)pl_diag_set(in->diag, st, "%s", pl_status_text(st));
		pl_diag_context(in->diag, "cannot find out whether the init that was broken off in %s had come to its end", in->dir);
		return st;
	}
	in->stage.found = PL_STAGE_READY;
	return PL_OK;
}

static pl_status begin(struct pl_making *in)
{
	int conf PL_CLEANUP(pl_file_close) = -1;
	pl_status st = check_recipe(in->recipe, in->diag);

	if (st == PL_OK)
		st = pl_stage_begin(in->dir, 0750, &in->stage, in->diag);
	if (st == PL_OK && in->stage.found == PL_STAGE_LEFT)
		st = judge_left(in);
	if (st || in->stage.found == PL_STAGE_READY)
		return st;
	if (pl_file_open(in->stage.dir, PL_INSTANCE_CONF_NAME, O_RDONLY, 0, &conf) == PL_E_NOTFOUND)
		return PL_OK;
	pl_diag_hint(in->diag, "name another directory");
	return pl_diag_set(in->diag, PL_E_EXISTS, "%s holds an instance already", in->dir);
}

/* It is where it belongs: open it there, and publish the first statements if nobody has to learn of the log first. */
static pl_status finish(struct pl_making *in, struct pl_instance **ret)
{
	struct pl_instance_options opt = in->opt ? *in->opt : (struct pl_instance_options){0};
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	pl_status st;

	opt.passphrase = in->recipe->passphrase;
	st = pl_instance_open(in->dir, &opt, &inst, in->diag);
	if (st)
		return st;
	if (inst->conf.passphrase.len && !in->recipe->passphrase)
		inst->passphrase = (struct pl_passphrase){.from = PL_PASSPHRASE_FILE, .name = inst->conf.passphrase.ptr};
	if (!pl_str_eq(inst->conf.origin, in->recipe->origin))
		return pl_diag_set(in->diag, PL_E_EXISTS, "%s holds the instance of %.*s, whose init was broken off and is complete now",
			in->dir, PL_STR_ARG(inst->conf.origin));
	if (pl_policy_unwitnessed(inst->trust.policy))
		st = in->n ? pl_instance_settle(inst, in->ref, in->n, PL_OUTBOX_PROJECTED, SETTLE_NS, in->diag) :
			     pl_instance_push(inst, SETTLE_NS, in->diag);
	if (st) {
		pl_diag_hint(in->diag, "the instance is there and complete; pellucid serve --instance %s publishes them", in->dir);
		(void)pl_diag_set(in->diag, st, "%s", pl_status_text(st));
		pl_diag_context(in->diag, "the first statements are not published yet");
		return st;
	}
	if (ret) {
		*ret = inst;
		inst = NULL;
	}
	return PL_OK;
}

static void done(struct pl_making *in)
{
	for (size_t i = 0; i < in->n; i++)
		pl_buf_done(&in->entry[i]);
	pl_stage_done(&in->stage);
	pl_buf_done(&in->abs);
	pl_buf_done(&in->passphrase_path);
}

pl_status pl_instance_init(const char *dir, const struct pl_instance_recipe *recipe,
	const struct pl_instance_options *opt, struct pl_instance **ret, struct pl_diag *diag)
{
	struct pl_making in = {.recipe = recipe, .opt = opt, .dir = dir, .stage = PL_STAGE_NONE, .abs = PL_BUF(8192),
		.passphrase_path = PL_BUF(8192), .diag = diag};
	pl_status st = begin(&in);

	if (st == PL_OK && in.stage.found == PL_STAGE_FRESH)
		st = build(&in);
	if (st && in.stage.found == PL_STAGE_FRESH) {
		pl_stage_abandon(&in.stage);
		remove_elsewhere(&in);
	}
	if (st == PL_OK)
		st = pl_stage_commit(&in.stage, PL_INSTANCE_CONF_NAME, diag);
	pl_stage_done(&in.stage);
	if (st == PL_OK)
		st = finish(&in, ret);
	done(&in);
	return st;
}
