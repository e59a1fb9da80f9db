/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/instance_vault_rotate: another key for the vault.
 *
 *	vault.key            vault-next.key is made
 *	vault.key            vault-old.key becomes a second name of it
 *	vault.key is new     by renaming vault-next.key; from here what was wrapped before opens by vault-old.key
 *	vault.pub is new     and every key of the vault is wrapped for it
 *	                     --finish destroys vault-old.key, which is vault-gone.key meanwhile
 *
 * Whoever is broken off leaves one of these states, each of which opens everything; the next call goes on from it.
 */
#include "base/file.h"
#include "crypto/keyfile.h"
#include "fact/instance_internal.h"
#include "fact/instance_making.h"
#include "fact/vault.h"
#include <fcntl.h>

#define NEXT_KEY "/vault-next.key"
#define GONE_KEY "/vault-gone.key"
#define LOCK_FILE "rotate.lock"

struct rotating {
	struct pl_instance *inst;
	struct pl_buf key, old, next, gone, pub; /* paths */
	struct pl_pubkey is, was;          /* vault.key, vault-old.key */
	bool has_old;
	int lock;
	struct pl_diag *diag;
};

static pl_status name_all(struct rotating *t)
{
	pl_status st = pl_instance_vault_path(t->inst, PL_VAULT_KEY, &t->key);

	if (!st)
		st = pl_instance_vault_path(t->inst, PL_VAULT_OLD_KEY, &t->old);
	if (!st)
		st = pl_instance_vault_path(t->inst, NEXT_KEY, &t->next);
	if (!st)
		st = pl_instance_vault_path(t->inst, GONE_KEY, &t->gone);
	return st ? st : pl_instance_vault_path(t->inst, PL_VAULT_PUB, &t->pub);
}

static pl_status look_at_keys(struct rotating *t)
{
	pl_status st = pl_keyfile_read_public(AT_FDCWD, pl_buf_z(&t->key), &t->is, NULL);

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(t->diag, "make it with: pellucid vault make");
		return pl_diag_set(t->diag, PL_E_STATE, "this instance has no vault yet, or its key is not here");
	}
	if (st)
		return pl_diag_set(t->diag, st, "%s cannot be read", pl_buf_z(&t->key));
	st = pl_keyfile_read_public(AT_FDCWD, pl_buf_z(&t->old), &t->was, NULL);
	t->has_old = st == PL_OK;
	return !st || st == PL_E_NOTFOUND ? PL_OK : pl_diag_set(t->diag, st, "%s cannot be read", pl_buf_z(&t->old));
}

static pl_status lock(struct rotating *t)
{
	int dir PL_CLEANUP(pl_file_close) = -1;
	const char *path = t->inst->conf.vault_dir.ptr;
	pl_status st = pl_file_mkdirs(AT_FDCWD, path, 0700);

	if (!st)
		st = pl_file_open_dir(AT_FDCWD, path, &dir);
	if (!st)
		st = pl_file_open(dir, LOCK_FILE, O_RDWR | O_CREAT, 0600, &t->lock);
	if (!st)
		st = pl_file_lock(t->lock, 0);
	return st == PL_E_BUSY ? pl_diag_set(t->diag, st, "somebody else is changing the vault's key") : st;
}

/* Is the change under way, so that vault.key is the new one? Before that vault-old.key is at most another name of it. */
static bool under_way(const struct rotating *t)
{
	return t->has_old && !pl_pubkey_eq(&t->is, &t->was);
}

static pl_status make_next(struct rotating *t)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done) = {0};
	struct pl_file_id id;
	pl_status st = pl_file_look(AT_FDCWD, pl_buf_z(&t->next), &id);

	if (st != PL_E_NOTFOUND)
		return st; /* one that was left behind was never used */
	pl_privkey_generate(PL_KEY_ED25519, &key);
	return pl_instance_seal_key(t->inst, pl_buf_z(&t->next), &key, t->diag);
}

static pl_status exchange(struct rotating *t)
{
	pl_status st = make_next(t);

	if (!st && !t->has_old)
		st = pl_file_link(AT_FDCWD, pl_buf_z(&t->key), AT_FDCWD, pl_buf_z(&t->old));
	if (!st)
		st = pl_file_rename(AT_FDCWD, pl_buf_z(&t->next), pl_buf_z(&t->key), true);
	if (st)
		return pl_diag_set(t->diag, st, "the new key cannot be put in the place of %s", pl_buf_z(&t->key));
	return look_at_keys(t);
}

static pl_status wrap_all(struct rotating *t, struct pl_vault_rewrapped *ret)
{
	struct pl_vault *vault = NULL;
	pl_status st = pl_vault_public_put(AT_FDCWD, pl_buf_z(&t->pub), &t->is, PL_FILE_REPLACE, t->diag);

	if (!st)
		st = pl_instance_book_vault(t->inst, &vault, t->diag);
	if (!st)
		st = pl_vault_rewrap(vault, ret, t->diag);
	if (!st && ret->broken) {
		pl_diag_hint(t->diag, "put those slots back from a copy of the vault, or erase their cases; keys/vault-old.key stays");
		return pl_diag_set(t->diag, PL_E_STATE, "%llu slots of the vault open by neither key", (unsigned long long)ret->broken);
	}
	return st;
}

/* Overwritten where it lies: without it older copies of the vault are noise. It has another name meanwhile, so that nobody opens half of it. */
static pl_status destroy_gone(struct rotating *t)
{
	static const uint8_t zeros[PL_KEYFILE_LEN];
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open(AT_FDCWD, pl_buf_z(&t->gone), O_WRONLY, 0, &fd);

	if (st == PL_E_NOTFOUND)
		return PL_OK;
	if (!st)
		st = pl_file_pwrite(fd, zeros, sizeof zeros, 0);
	if (!st)
		st = pl_file_sync(fd);
	if (!st)
		st = pl_file_unlink(AT_FDCWD, pl_buf_z(&t->gone));
	if (!st)
		st = pl_file_sync_parent(AT_FDCWD, pl_buf_z(&t->gone));
	return st ? pl_diag_set(t->diag, st, "%s cannot be destroyed", pl_buf_z(&t->gone)) : PL_OK;
}

static pl_status destroy_old(struct rotating *t)
{
	pl_status st = pl_file_rename(AT_FDCWD, pl_buf_z(&t->old), pl_buf_z(&t->gone), true);

	return st ? pl_diag_set(t->diag, st, "%s cannot be destroyed", pl_buf_z(&t->old)) : destroy_gone(t);
}

static pl_status rotate(struct rotating *t, bool finish, struct pl_vault_rewrapped *ret)
{
	pl_status st = name_all(t);

	if (!st)
		st = lock(t);
	if (!st)
		st = destroy_gone(t);
	if (!st)
		st = look_at_keys(t);
	if (!st && finish && !under_way(t))
		return pl_diag_set(t->diag, PL_E_STATE, "no change of the vault's key is under way");
	if (!st && !under_way(t))
		st = exchange(t);
	if (!st)
		st = wrap_all(t, ret);
	return st || !finish ? st : destroy_old(t);
}

pl_status pl_instance_vault_rotate(struct pl_instance *inst, bool finish, struct pl_vault_rewrapped *ret, struct pl_diag *diag)
{
	struct rotating t = {.inst = inst, .key = PL_BUF(8192), .old = PL_BUF(8192), .next = PL_BUF(8192), .gone = PL_BUF(8192), .pub = PL_BUF(8192), .lock = -1, .diag = diag};
	pl_status st;

	*ret = (struct pl_vault_rewrapped){0};
	st = rotate(&t, finish, ret);
	pl_file_close(&t.lock);
	pl_buf_done(&t.key);
	pl_buf_done(&t.old);
	pl_buf_done(&t.next);
	pl_buf_done(&t.gone);
	pl_buf_done(&t.pub);
	return st;
}
