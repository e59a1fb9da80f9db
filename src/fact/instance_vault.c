/* SPDX-License-Identifier: Apache-2.0 */
/* fact/instance_vault: the vault of an instance, for rooms that keep what is private. */
#include "base/event.h"
#include "base/file.h"
#include "crypto/keyfile.h"
#include "fact/instance_internal.h"
#include "fact/instance_making.h"
#include "fact/vault_internal.h"
#include <fcntl.h>

#define PUB_MAX 256u

pl_status pl_instance_vault_path(const struct pl_instance *inst, const char *name, struct pl_buf *ret)
{
	pl_buf_put_str(ret, inst->conf.keys_dir);
	pl_buf_put_z(ret, name);
	return pl_buf_z(ret) ? PL_OK : pl_buf_status(ret);
}

/* ---- making ---- */

pl_status pl_instance_vault_make(struct pl_instance *inst, struct pl_diag *diag)
{
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_privkey key PL_CLEANUP(pl_privkey_done) = {0};
	struct pl_buf public PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_pubkey pub;
	pl_status st = pl_instance_vault_path(inst, PL_VAULT_KEY, &path);

	if (!st)
		st = pl_keyfile_read_public(AT_FDCWD, pl_buf_z(&path), &pub, NULL);
	if (st == PL_E_NOTFOUND) {
		pl_privkey_generate(PL_KEY_ED25519, &key);
		st = pl_privkey_public(&key, &pub);
		if (!st)
			st = pl_instance_seal_key(inst, pl_buf_z(&path), &key, diag);
	}
	/* A making that was broken off between the two files is finished here. */
	if (!st)
		st = pl_instance_vault_path(inst, PL_VAULT_PUB, &public);
	return st ? st : pl_vault_public_put(AT_FDCWD, pl_buf_z(&public), &pub, PL_FILE_NEW, diag);
}

/* ---- the desk's side ---- */

/* Open keys/@name as it is now. PL_E_NOTFOUND. */
static pl_status open_key(const struct pl_instance *inst, const char *name, struct pl_file_id *ret_id, struct pl_privkey *ret, struct pl_diag *diag)
{
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	pl_status st = pl_instance_vault_path(inst, name, &path);

	*ret_id = (struct pl_file_id){0};
	if (!st)
		st = pl_file_look(AT_FDCWD, pl_buf_z(&path), ret_id);
	return st ? st : pl_keyfile_open(AT_FDCWD, pl_buf_z(&path), &inst->passphrase, ret, diag);
}

static bool key_is(const struct pl_instance *inst, const char *name, const struct pl_file_id *as)
{
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_file_id now = {0};

	if (pl_instance_vault_path(inst, name, &path))
		return false;
	(void)!pl_file_look(AT_FDCWD, pl_buf_z(&path), &now);
	return pl_file_id_eq(&now, as);
}

static pl_status open_vault(struct pl_instance *inst, struct pl_diag *diag)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done) = {0}, old PL_CLEANUP(pl_privkey_done) = {0};
	struct pl_vault_options opt = {.dir = inst->conf.vault_dir.ptr, .key = &key, .per_hour = inst->conf.vault_per_hour,
		.per_hour_peer = inst->conf.vault_per_hour_all};
	pl_status st = open_key(inst, PL_VAULT_KEY, &inst->vault_key, &key, diag);

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "make it with: pellucid vault make");
		return pl_diag_set(diag, PL_E_STATE, "this instance has no vault yet");
	}
	if (!st)
		st = open_key(inst, PL_VAULT_OLD_KEY, &inst->vault_old_key, &old, diag);
	if (!st)
		opt.old = &old;
	if (st == PL_E_NOTFOUND)
		st = PL_OK;
	if (!st)
		st = pl_file_mkdirs(AT_FDCWD, inst->conf.vault_dir.ptr, 0700);
	return st ? st : pl_vault_open(&opt, &inst->vault, diag);
}

pl_status pl_instance_book_vault(void *ctx, struct pl_vault **ret, struct pl_diag *diag)
{
	struct pl_instance *inst = ctx;
	pl_status st = PL_OK;

	if (inst->vault && !(key_is(inst, PL_VAULT_KEY, &inst->vault_key) && key_is(inst, PL_VAULT_OLD_KEY, &inst->vault_old_key))) {
		pl_event("vault.key_changed");
		pl_vault_close(inst->vault);
		inst->vault = NULL;
	}
	if (!inst->vault)
		st = open_vault(inst, diag);
	*ret = inst->vault;
	return st ? pl_diag_set(diag, st, "the vault cannot be opened") : PL_OK;
}

/* ---- asking ---- */

pl_status pl_instance_vault_to(struct pl_instance *inst, struct pl_sealedbox_to *ret, struct pl_diag *diag)
{
	struct pl_pubkey pub;
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PUB_MAX);
	pl_str line;
	pl_status st = pl_instance_vault_path(inst, PL_VAULT_PUB, &path);

	if (!st)
		st = pl_file_read(AT_FDCWD, pl_buf_z(&path), &text);
	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "make it with: pellucid vault make");
		return pl_diag_set(diag, PL_E_STATE, "this instance has no vault for what is private yet");
	}
	line = pl_buf_str(&text);
	if (pl_str_ends(line, PL_STR("\n")))
		line.len--;
	if (!st)
		st = pl_pubkey_parse(line, &pub, diag);
	if (!st)
		st = pl_sealedbox_to(&pub, ret);
	return st ? pl_diag_set(diag, st, "cannot read %s", pl_buf_z(&path)) : PL_OK;
}

/* One packet's worth. */
static pl_status put_some(struct pl_instance *inst, const struct pl_vault_wrapped *wrapped, struct pl_vault_key *keys, size_t n,
	struct pl_diag *diag)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	struct pl_vault_request q = {.op = PL_VAULT_OP_PUT, .n = n};
	pl_status st;
	uint64_t first;

	memcpy(q.wrapped, wrapped, n * sizeof *wrapped);
	st = pl_signing_vault(inst->signing, &q, &out, diag);
	if (st)
		return st;
	if (out.len != 8)
		return pl_diag_set(diag, PL_E_SYNTAX, "the signer's answer makes no sense");
	first = pl_be64(out.ptr);
	for (size_t i = 0; i < n; i++)
		keys[i].slot = first + i;
	return PL_OK;
}

static pl_status wrap_all(const struct pl_sealedbox_to *to, const struct pl_digest *owner, struct pl_vault_key *keys,
	struct pl_vault_wrapped *wrapped, size_t n)
{
	pl_status st = PL_OK;

	for (size_t i = 0; i < n && !st; i++)
		st = pl_vault_wrap(to, owner, &keys[i], &wrapped[i]);
	return st;
}

pl_status pl_instance_vault_put(struct pl_instance *inst, struct pl_sealedbox_to *to, const struct pl_digest *owner,
	struct pl_vault_key *keys, struct pl_vault_wrapped *wrapped, size_t n, struct pl_diag *diag)
{
	pl_status st = pl_instance_open_desk(inst, diag);

	for (size_t done = 0, some; done < n && !st; done += some) {
		some = n - done < PL_VAULT_BATCH_MAX ? n - done : PL_VAULT_BATCH_MAX;
		st = put_some(inst, wrapped + done, keys + done, some, diag);
		if (st != PL_E_RANGE)
			continue;
		/* The vault's key was changed since its public half was read. Nothing was sealed with these yet. */
		st = pl_instance_vault_to(inst, to, diag);
		if (!st)
			st = wrap_all(to, owner, keys + done, wrapped + done, some);
		if (!st)
			st = put_some(inst, wrapped + done, keys + done, some, diag);
	}
	if (st)
		pl_wipe(keys, n * sizeof *keys);
	return st;
}

pl_status pl_instance_vault_new(struct pl_instance *inst, const struct pl_digest *owner, struct pl_vault_key *keys, size_t n,
	struct pl_diag *diag)
{
	struct pl_vault_wrapped *wrapped = pl_alloc(n, sizeof *wrapped);
	struct pl_sealedbox_to to;
	pl_status st = pl_instance_vault_to(inst, &to, diag);

	if (!st)
		st = wrap_all(&to, owner, keys, wrapped, n);
	if (!st)
		st = pl_instance_vault_put(inst, &to, owner, keys, wrapped, n, diag);
	else
		pl_wipe(keys, n * sizeof *keys);
	pl_free(wrapped);
	return st;
}

pl_status pl_instance_vault_read(struct pl_instance *inst, const struct pl_vault_ask *ask, struct pl_vault_key *ret,
	struct pl_diag *diag)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(64);
	struct pl_vault_request q = {.op = PL_VAULT_OP_READ, .ask = *ask};
	pl_status st = pl_instance_open_desk(inst, diag);

	if (!st)
		st = pl_signing_vault(inst->signing, &q, &out, diag);
	if (st)
		return st;
	if (out.len != sizeof ret->key)
		return pl_diag_set(diag, PL_E_SYNTAX, "the signer's answer makes no sense");
	ret->slot = ask->slot;
	memcpy(ret->key, out.ptr, sizeof ret->key);
	return PL_OK;
}

pl_status pl_instance_vault_destroy(struct pl_instance *inst, const struct pl_vault_ask *ask, struct pl_diag *diag)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	struct pl_vault_request q = {.op = PL_VAULT_OP_DESTROY, .ask = *ask};
	pl_status st = pl_instance_open_desk(inst, diag);

	return st ? st : pl_signing_vault(inst->signing, &q, &out, diag);
}
