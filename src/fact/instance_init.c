/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/instance_init: a new instance.
 *
 * Keys and trust file first, then the configuration, then database and log; the inception is stated by the opened instance
 * like any other statement. What was broken off is not repaired but begun anew in another directory: nothing of it was
 * published.
 */
#include "base/file.h"
#include "base/time.h"
#include "fact/instance_internal.h"
#include "fact/record_db.h"
#include "log/log_dir.h"
#include <fcntl.h>
#include <stdio.h>

#define OFFICERS_MAX 16u
#define SETTLE_NS (20 * PL_SECOND)
#define STREAM PL_STR("instance")

struct init {
	const struct pl_instance_recipe *recipe;
	const struct pl_instance_options *opt;
	const char *dir;
	int dir_fd;
	struct pl_buf abs, passphrase_path;
	struct pl_passphrase passphrase;
	enum pl_keyfile_cost cost;
	struct pl_pubkey root, log, service, officers[OFFICERS_MAX];
	struct pl_diag *diag;
};

/* ---- keys ---- */

static pl_status make_key(struct init *in, const char *name, struct pl_pubkey *ret)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done);
	char path[96];
	pl_status st;

	(void)snprintf(path, sizeof path, "keys/%s.key", name);
	pl_privkey_generate(PL_KEY_ED25519, &key);
	st = pl_privkey_public(&key, ret);
	if (st == PL_OK)
		st = pl_keyfile_create(in->dir_fd, path, &key, &in->passphrase, in->cost, in->diag);
	return st ? pl_diag_set(in->diag, st, "cannot make the key file %s/%s", in->dir, path) : PL_OK;
}

static pl_status make_passphrase(struct init *in)
{
	pl_status st;

	if (in->recipe->passphrase) {
		in->passphrase = *in->recipe->passphrase;
		in->cost = PL_KEYFILE_COST_PERSON;
		return PL_OK;
	}
	pl_buf_put_str(&in->passphrase_path, pl_buf_str(&in->abs));
	pl_buf_put_z(&in->passphrase_path, "/keys/passphrase");
	if (!pl_buf_z(&in->passphrase_path))
		return PL_E_TOOBIG;
	st = pl_passphrase_file_new(in->dir_fd, "keys/passphrase");
	in->passphrase = (struct pl_passphrase){.from = PL_PASSPHRASE_FILE, .name = pl_buf_z(&in->passphrase_path)};
	in->cost = PL_KEYFILE_COST_MACHINE;
	return st ? pl_diag_set(in->diag, st, "cannot make %s/keys/passphrase", in->dir) : PL_OK;
}

static pl_status make_keys(struct init *in)
{
	pl_status st = pl_file_mkdirs(in->dir_fd, "keys", 0700);

	if (st == PL_OK)
		st = make_passphrase(in);
	if (st == PL_OK)
		st = make_key(in, "root", &in->root);
	if (st == PL_OK)
		st = make_key(in, "log", &in->log);
	if (st == PL_OK)
		st = make_key(in, "service", &in->service);
	for (unsigned i = 0; i < in->recipe->officers && st == PL_OK; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "officer-%u", i + 1);
		st = make_key(in, name, &in->officers[i]);
	}
	return st;
}

/* ---- files ---- */

static pl_status write_trust(struct init *in)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_policy_log log = {0};
	struct pl_policy_key root = {PL_STR("root"), in->root};
	struct pl_policy_recipe r = {.logs = &log, .n_logs = 1, .witnesses = in->recipe->witnesses,
		.n_witnesses = in->recipe->n_witnesses, .quorum = in->recipe->quorum, .roots = &root, .n_roots = 1,
		.root_threshold = 1};
	struct pl_policy *check PL_CLEANUP(pl_policy_freep) = NULL;
	pl_status st = pl_vkey_make(in->recipe->origin, PL_NOTE_ED25519, &in->log, &log.key);

	if (st) {
		pl_diag_hint(in->diag, "use a host and a path, like log.example/releases");
		return pl_diag_set(in->diag, st, "\"%.*s\" cannot be the name of a log", PL_STR_ARG(in->recipe->origin));
	}
	pl_policy_write(&text, &r);
	st = pl_buf_status(&text);
	if (st == PL_OK)
		st = pl_policy_parse(pl_buf_str(&text), &check, in->diag);
	if (st == PL_OK)
		st = pl_file_put(in->dir_fd, "trust.policy", pl_buf_bytes(&text), 0644, PL_FILE_NEW);
	return st ? pl_diag_set(in->diag, st, "cannot write %s/trust.policy", in->dir) : PL_OK;
}

static pl_status write_conf(struct init *in)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_instance_conf conf = {
		.origin = in->recipe->origin, .purpose = pl_str_from(in->recipe->purpose),
		.database = in->recipe->database.len ? in->recipe->database : PL_STR("sqlite:pellucid.db"),
		.blobs = in->recipe->blobs.len ? in->recipe->blobs : PL_STR("dir:blobs"), .log_dir = PL_STR("log"),
		.trust = PL_STR("trust.policy"), .interval_ns = 50 * PL_MILLISECOND, .keys_dir = PL_STR("keys"),
		.passphrase = in->recipe->passphrase ? PL_STR("") : PL_STR("keys/passphrase"), .signer_dir = PL_STR("run"),
		.portal_address = PL_STR("localhost"), .portal_port = 8080,
	};
	pl_status st;

	pl_instance_conf_write(&conf, &text);
	st = pl_buf_status(&text);
	if (st == PL_OK)
		st = pl_file_mkdirs(in->dir_fd, "run", 0750);
	if (st == PL_OK)
		st = pl_file_put(in->dir_fd, PL_INSTANCE_CONF_NAME, pl_buf_bytes(&text), 0640, PL_FILE_NEW);
	return st ? pl_diag_set(in->diag, st, "cannot write %s/" PL_INSTANCE_CONF_NAME, in->dir) : PL_OK;
}

/* ---- the empty log ---- */

static pl_status make_log(struct init *in, struct pl_instance *inst)
{
	struct pl_log_record *record = NULL;
	struct pl_signer *signer = NULL;
	pl_status st = pl_instance_borrow_signer(inst, "log", &signer, in->diag);

	if (st)
		return st;
	st = pl_record_db_new(inst->db, in->recipe->origin, &record);
	if (st)
		return st;
	st = pl_log_dir_create(inst->conf.log_dir.ptr, in->recipe->origin, record, signer, in->diag);
	pl_record_db_free(record);
	if (st == PL_E_EXISTS)
		pl_diag_hint(in->diag, "choose another origin, or another database");
	return st ? pl_diag_set(in->diag, st, "cannot make the log in %s", inst->conf.log_dir.ptr) : PL_OK;
}

/* ---- the first statements ---- */

static pl_status state_root(struct init *in, struct pl_instance *inst, const char *type,
	const struct pl_subject *subject, struct pl_json *predicate, struct pl_outbox_ref *ret)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	pl_status st = pl_statement_build(pl_str_from(type), subject, 1, predicate, &payload, NULL, in->diag);

	if (st == PL_OK)
		st = pl_instance_sign_root(inst, pl_buf_bytes(&payload), &entry, in->diag);
	return st ? st : pl_instance_submit(inst, STREAM, pl_buf_bytes(&entry), ret, in->diag);
}

static pl_status state_inception(struct init *in, struct pl_instance *inst, struct pl_outbox_ref *ret)
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
	return state_root(in, inst, PL_TYPE_INCEPTION, &subject, p, ret);
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

static pl_status state_key(struct init *in, struct pl_instance *inst, const char *holder, enum pl_role role,
	const struct pl_pubkey *key, struct pl_outbox_ref *ret)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = NULL;
	struct pl_subject subject = {.name = pl_str_from(holder)};
	pl_status st = pl_instance_key_predicate(&inst->vocabulary, holder, role, key, &p, NULL);

	pl_pubkey_id(key, &subject.sha256);
	return st ? st : state_root(in, inst, PL_TYPE_KEY, &subject, p, ret);
}

static pl_status state_all(struct init *in, struct pl_instance *inst)
{
	struct pl_outbox_ref refs[2 + OFFICERS_MAX];
	size_t n = 0;
	pl_status st = state_inception(in, inst, &refs[n++]);

	if (st == PL_OK)
		st = state_key(in, inst, "service", PL_ROLE_SERVICE, &in->service, &refs[n++]);
	for (unsigned i = 0; i < in->recipe->officers && st == PL_OK; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "officer-%u", i + 1);
		st = state_key(in, inst, name, PL_ROLE_OFFICER, &in->officers[i], &refs[n++]);
	}
	/* Witnesses cannot know this log before its key is handed to them, so there is nothing to wait for: the signed
	 * statements stand in the outbox, the inception first. */
	if (st || in->recipe->quorum)
		return st;
	return pl_instance_settle(inst, refs, n, PL_OUTBOX_PROJECTED, SETTLE_NS, in->diag);
}

/* ---- all of it ---- */

static pl_status check_recipe(const struct pl_instance_recipe *r, struct pl_diag *diag)
{
	if (r->origin.len == 0 || r->origin.len > PL_STATEMENT_NAME_MAX - 1 || !pl_statement_name_ok(r->origin))
		return pl_diag_set(diag, PL_E_SYNTAX, "an origin has 1 to 255 printable characters without spaces");
	if (r->officers == 0 || r->officers > OFFICERS_MAX || r->approvals == 0 || r->approvals > r->officers)
		return pl_diag_set(diag, PL_E_RANGE, "1 to %u officers, and no more approvals than officers", OFFICERS_MAX);
	if (r->quorum > r->n_witnesses)
		return pl_diag_set(diag, PL_E_RANGE, "a quorum of %u needs as many witnesses, not %zu", r->quorum,
			r->n_witnesses);
	return PL_OK;
}

static pl_status open_empty_dir(struct init *in)
{
	struct pl_buf seen PL_CLEANUP(pl_buf_done) = PL_BUF(1u << 20);
	pl_status st = pl_file_mkdirs(AT_FDCWD, in->dir, 0750);

	if (st == PL_OK)
		st = pl_file_open_dir(AT_FDCWD, in->dir, &in->dir_fd);
	if (st == PL_OK)
		st = pl_instance_absolute(in->dir, &in->abs);
	if (st)
		return pl_diag_set(in->diag, st, "cannot make the directory %s", in->dir);
	if (pl_file_read(in->dir_fd, PL_INSTANCE_CONF_NAME, &seen) != PL_E_NOTFOUND) {
		pl_diag_hint(in->diag, "name another directory; remove this one only if it is what an init that failed has left");
		return pl_diag_set(in->diag, PL_E_EXISTS, "%s holds an instance already", in->dir);
	}
	return PL_OK;
}

static pl_status run(struct init *in, struct pl_instance **ret)
{
	struct pl_instance_options opt = in->opt ? *in->opt : (struct pl_instance_options){0};
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	pl_status st = check_recipe(in->recipe, in->diag);

	if (st == PL_OK)
		st = open_empty_dir(in);
	if (st == PL_OK)
		st = make_keys(in);
	if (st == PL_OK)
		st = write_trust(in);
	if (st == PL_OK)
		st = write_conf(in);
	if (st)
		return st;
	opt.migrate = true;
	opt.passphrase = &in->passphrase;
	st = pl_instance_open(in->dir, &opt, &inst, in->diag);
	if (st == PL_OK)
		st = make_log(in, inst);
	if (st == PL_OK)
		st = state_all(in, inst);
	if (st == PL_OK && ret) {
		*ret = inst;
		inst = NULL;
	}
	return st;
}

pl_status pl_instance_init(const char *dir, const struct pl_instance_recipe *recipe,
	const struct pl_instance_options *opt, struct pl_instance **ret, struct pl_diag *diag)
{
	struct init in = {.recipe = recipe, .opt = opt, .dir = dir, .dir_fd = -1, .abs = PL_BUF(8192),
		.passphrase_path = PL_BUF(8192), .diag = diag};
	pl_status st = run(&in, ret);

	pl_file_close(&in.dir_fd);
	pl_buf_done(&in.abs);
	/* An instance that is handed out has a copy of the passphrase's path in its configuration. */
	if (st == PL_OK && ret && !recipe->passphrase)
		(*ret)->passphrase.name = (*ret)->conf.passphrase.ptr;
	pl_buf_done(&in.passphrase_path);
	return st;
}
