/* SPDX-License-Identifier: Apache-2.0 */
/* fact/instance_make: the files of a new instance: keys, trust file, configuration. */
#include "base/file.h"
#include "base/time.h"
#include "fact/instance_making.h"
#include <stdio.h>

/* ---- keys ---- */

static pl_status make_key(struct pl_making *in, const char *name, struct pl_pubkey *ret)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done);
	char path[96];
	pl_status st;

	(void)snprintf(path, sizeof path, "keys/%s.key", name);
	pl_privkey_generate(PL_KEY_ED25519, &key);
	st = pl_privkey_public(&key, ret);
	if (st == PL_OK)
		st = pl_keyfile_create(in->stage.fd, path, &key, &in->passphrase, in->cost, in->diag);
	return st ? pl_diag_set(in->diag, st, "cannot make the key file %s/%s", in->dir, path) : PL_OK;
}

pl_status pl_vault_public_put(int dir_fd, const char *path, const struct pl_pubkey *key, enum pl_file_put_mode how, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(256);
	pl_status st;

	pl_pubkey_write(&text, key);
	pl_buf_put_c(&text, '\n');
	st = pl_file_put(dir_fd, path, pl_buf_bytes(&text), 0644, how);
	return st ? pl_diag_set(diag, st, "cannot write %s", path) : PL_OK;
}

static pl_status make_vault_key(struct pl_making *in)
{
	struct pl_pubkey key;
	pl_status st = make_key(in, "vault", &key);

	return st ? st : pl_vault_public_put(in->stage.fd, "keys/vault.pub", &key, PL_FILE_NEW, in->diag);
}

static pl_status make_passphrase(struct pl_making *in)
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
	st = pl_passphrase_file_new(in->stage.fd, "keys/passphrase");
	in->passphrase = (struct pl_passphrase){.from = PL_PASSPHRASE_FILE, .name = pl_buf_z(&in->passphrase_path)};
	in->cost = PL_KEYFILE_COST_MACHINE;
	return st ? pl_diag_set(in->diag, st, "cannot make %s/keys/passphrase", in->dir) : PL_OK;
}

static pl_status make_keys(struct pl_making *in)
{
	pl_status st = pl_file_mkdirs(in->stage.fd, "keys", 0700);

	if (st == PL_OK)
		st = make_passphrase(in);
	if (st == PL_OK)
		st = make_key(in, "root", &in->root);
	if (st == PL_OK)
		st = make_key(in, "log", &in->log);
	if (st == PL_OK)
		st = make_key(in, "service", &in->service);
	if (st == PL_OK)
		st = make_vault_key(in);
	for (unsigned i = 0; i < in->recipe->officers && st == PL_OK; i++) {
		char name[32];

		(void)snprintf(name, sizeof name, "officer-%u", i + 1);
		st = make_key(in, name, &in->officers[i]);
	}
	return st;
}

/* ---- files ---- */

static pl_status write_trust(struct pl_making *in)
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
		st = pl_file_put(in->stage.fd, "trust.policy", pl_buf_bytes(&text), 0644, PL_FILE_NEW);
	return st ? pl_diag_set(in->diag, st, "cannot write %s/trust.policy", in->dir) : PL_OK;
}

static pl_status write_conf(struct pl_making *in)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct pl_instance_conf conf = {
		.origin = in->recipe->origin, .purpose = pl_str_from(in->recipe->purpose),
		.database = in->recipe->database.len ? in->recipe->database : PL_STR("sqlite:pellucid.db"),
		.blobs = in->recipe->blobs.len ? in->recipe->blobs : PL_STR("dir:blobs"), .log_dir = PL_STR("log"),
		.trust = PL_STR("trust.policy"), .interval_ns = 50 * PL_MILLISECOND, .keys_dir = PL_STR("keys"),
		.passphrase = in->recipe->passphrase ? PL_STR("") : PL_STR("keys/passphrase"), .signer_dir = PL_STR("run"),
		.portal_address = PL_STR("localhost"), .portal_port = 8080,
		.vault_dir = PL_STR("vault"), .vault_per_hour = 120, .vault_per_hour_all = 600,
		.attach_held = UINT64_C(1) << 30, .attach_held_address = UINT64_C(256) << 20,
		.calendar = PL_STR("EU"), .answer_files = 5, .answer_bytes = UINT64_C(16) << 20, .answer_kinds = PL_STR("pdf,png,jpeg,zip,text,json,csv,eml,age"),
		.people_secret = PL_STR("keys/people.secret"), .people_name = PL_STR("Pellucid"),
		.people_idle_ns = 900 * PL_SECOND, .people_absolute_ns = 8 * 3600 * PL_SECOND, .people_fresh_ns = 300 * PL_SECOND,
	};
	pl_status st;

	pl_instance_conf_write(&conf, &text);
	st = pl_buf_status(&text);
	if (st == PL_OK)
		st = pl_file_mkdirs(in->stage.fd, "run", 0750);
	if (st == PL_OK)
		st = pl_file_put(in->stage.fd, PL_INSTANCE_CONF_NAME, pl_buf_bytes(&text), 0640, PL_FILE_NEW);
	return st ? pl_diag_set(in->diag, st, "cannot write %s/" PL_INSTANCE_CONF_NAME, in->dir) : PL_OK;
}

pl_status pl_making_files(struct pl_making *in)
{
	pl_status st = make_keys(in);

	if (st == PL_OK)
		st = write_trust(in);
	return st ? st : write_conf(in);
}
