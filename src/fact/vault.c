/* SPDX-License-Identifier: Apache-2.0 */
/* The slots. One file, read and written in place; every change under its lock, because a command without a signer opens it, too. */
#include "base/file.h"
#include "base/random.h"
#include "base/time.h"
#include "fact/vault_internal.h"
#include "log/crc32c.h"
#include <fcntl.h>

#define HOUR_NS (3600 * PL_SECOND)

/* state[1] | wrapped[112] | zeros[11] | crc32c[4]; a destroyed slot is all zeros. */
enum { AT_WRAPPED = 1, AT_CRC = PL_VAULT_SLOT - 4, STATE_KEY = 1 };
_Static_assert(AT_WRAPPED + PL_VAULT_WRAPPED_LEN <= AT_CRC, "layout");
_Static_assert(PL_VAULT_WRAPPED_LEN == PL_SEALEDBOX_OVERHEAD + PL_DIGEST_LEN + PL_SECRET_KEY_LEN, "layout");

static const char *const role_words[PL_VAULT_ROLE_COUNT] = {
	[PL_VAULT_OPERATOR] = "operator", [PL_VAULT_WORK] = "work", [PL_VAULT_DESK] = "desk", [PL_VAULT_LEGAL] = "legal",
	[PL_VAULT_OFFICER] = "officer", [PL_VAULT_AUDITOR] = "auditor",
};

const char *pl_vault_role_word(enum pl_vault_role role)
{
	return (unsigned)role < PL_VAULT_ROLE_COUNT ? role_words[role] : "?";
}

void pl_vault_key_done(struct pl_vault_key *k)
{
	pl_wipe(k, sizeof *k);
}

pl_status pl_vault_wrap(const struct pl_sealedbox_to *to, const struct pl_digest *owner, struct pl_vault_key *ret_key,
	struct pl_vault_wrapped *ret)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VAULT_WRAPPED_LEN);
	uint8_t plain[PL_DIGEST_LEN + PL_SECRET_KEY_LEN];
	pl_status st;

	pl_random(ret_key->key, sizeof ret_key->key);
	memcpy(plain, owner->b, PL_DIGEST_LEN);
	memcpy(plain + PL_DIGEST_LEN, ret_key->key, sizeof ret_key->key);
	st = pl_sealedbox_seal_to(to, pl_bytes_of(plain, sizeof plain), &out);
	pl_wipe(plain, sizeof plain);
	if (!st)
		memcpy(ret->b, out.ptr, sizeof ret->b);
	return st;
}

/* ---- opening ---- */

static pl_status open_keys(struct pl_vault *v, int dir, struct pl_diag *diag)
{
	uint64_t size = 0;
	pl_status st = pl_file_require_local_at(dir, "keys", diag);

	if (!st)
		st = pl_file_open(dir, "keys", O_RDWR | O_CREAT, 0600, &v->fd);
	if (!st)
		st = pl_file_lock(v->fd, PL_VAULT_LOCK_NS);
	if (!st)
		st = pl_file_size(v->fd, &size);
	/* Less than a head was never used: no key is stored before it is durable. */
	if (!st && size < PL_VAULT_SLOT) {
		st = pl_vault_head_put(v);
		if (!st)
			st = pl_file_sync_parent(dir, "keys");
	}
	if (!st)
		st = pl_vault_head_check(v);
	if (st == PL_E_CORRUPT)
		return pl_diag_set(diag, st, "the vault's file of keys does not begin as one");
	if (st == PL_E_CONFLICT) {
		pl_diag_hint(diag, "put the newest copy of the vault back, or the key that this one was made for as keys/vault-old.key");
		return pl_diag_set(diag, PL_E_STATE, "its keys are wrapped for another key than keys/vault.key");
	}
	return st ? st : pl_file_unlock(v->fd);
}

static pl_status take_keys(struct pl_vault *v, const struct pl_vault_options *opt)
{
	struct pl_pubkey pub;
	pl_status st = pl_sealedbox_key(opt->key, &v->key);

	if (!st)
		st = pl_privkey_public(opt->key, &pub);
	if (!st)
		pl_pubkey_id(&pub, &v->id);
	if (st || !opt->old)
		return st;
	v->has_old = true;
	st = pl_sealedbox_key(opt->old, &v->old);
	if (!st)
		st = pl_privkey_public(opt->old, &pub);
	if (!st)
		pl_pubkey_id(&pub, &v->old_id);
	return st;
}

pl_status pl_vault_open(const struct pl_vault_options *opt, struct pl_vault **ret, struct pl_diag *diag)
{
	struct pl_vault *v = PL_NEW(struct pl_vault);
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st;

	v->fd = v->reads.fd = -1;
	v->per_hour = opt->per_hour;
	v->per_hour_peer = opt->per_hour_peer;
	v->now = opt->now;
	v->now_ctx = opt->now_ctx;
	st = take_keys(v, opt);
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, opt->dir, &dir);
	if (!st)
		st = open_keys(v, dir, diag);
	if (!st)
		st = pl_vault_reads_open(dir, &v->reads, diag);
	if (st) {
		pl_vault_close(v);
		return pl_diag_set(diag, st, "cannot open the vault %s", opt->dir);
	}
	*ret = v;
	return PL_OK;
}

void pl_vault_close(struct pl_vault *v)
{
	if (!v)
		return;
	pl_file_close(&v->fd);
	pl_file_close(&v->reads.fd);
	pl_wipe(v, sizeof *v);
	pl_free(v);
}

/* ---- slots ---- */

void pl_vault_slot_write(uint8_t slot[static PL_VAULT_SLOT], const struct pl_vault_wrapped *w)
{
	memset(slot, 0, PL_VAULT_SLOT);
	slot[0] = STATE_KEY;
	memcpy(slot + AT_WRAPPED, w->b, sizeof w->b);
	pl_be32_write(slot + AT_CRC, pl_crc32c(0, pl_bytes_of(slot, AT_CRC)));
}

pl_status pl_vault_slot_read(const struct pl_vault *v, uint64_t number, struct pl_vault_wrapped *ret)
{
	static const uint8_t zeros[PL_VAULT_SLOT];
	uint8_t slot[PL_VAULT_SLOT];
	size_t n = 0;
	pl_status st = number && number < UINT64_MAX / PL_VAULT_SLOT ? pl_file_pread(v->fd, slot, PL_VAULT_SLOT, number * PL_VAULT_SLOT, &n) : PL_OK;

	if (st)
		return st;
	if (n < PL_VAULT_SLOT || memcmp(slot, zeros, PL_VAULT_SLOT) == 0)
		return PL_E_NOTFOUND;
	if (slot[0] != STATE_KEY || pl_be32(slot + AT_CRC) != pl_crc32c(0, pl_bytes_of(slot, AT_CRC)))
		return PL_E_CORRUPT;
	memcpy(ret->b, slot + AT_WRAPPED, sizeof ret->b);
	return PL_OK;
}

pl_status pl_vault_open_wrapped(const struct pl_vault *v, const struct pl_vault_wrapped *w, struct pl_buf *plain, bool *ret_old)
{
	pl_status st = pl_sealedbox_open_key(&v->key, pl_bytes_of(w->b, sizeof w->b), plain);

	*ret_old = false;
	if (st != PL_E_CORRUPT || !v->has_old)
		return st;
	*ret_old = true;
	pl_buf_clear(plain);
	return pl_sealedbox_open_key(&v->old, pl_bytes_of(w->b, sizeof w->b), plain);
}

static pl_status append(struct pl_vault *v, const struct pl_vault_wrapped *w, size_t n, uint64_t *ret_first, struct pl_diag *diag)
{
	uint8_t slots[PL_VAULT_BATCH_MAX * PL_VAULT_SLOT];
	uint64_t size = 0, first;
	pl_status st = pl_vault_head_check(v);

	for (size_t i = 0; i < n && !st; i++) {
		struct pl_vault_wrapped own = w[i];
		bool changed;

		st = pl_vault_wrap_anew(v, &own, &changed);
		if (st == PL_E_CORRUPT)
			return pl_diag_set(diag, PL_E_RANGE, "it is wrapped for another key than the vault's");
		pl_vault_slot_write(slots + i * PL_VAULT_SLOT, &own);
	}
	if (!st)
		st = pl_file_size(v->fd, &size);
	if (st)
		return st;
	/* What a power cut tore at the end was never answered for: its slot stays unused. */
	first = (size + PL_VAULT_SLOT - 1) / PL_VAULT_SLOT;
	st = pl_file_pwrite(v->fd, slots, n * PL_VAULT_SLOT, first * PL_VAULT_SLOT);
	if (!st)
		st = pl_file_datasync(v->fd);
	*ret_first = first;
	return st;
}

pl_status pl_vault_put(struct pl_vault *v, const struct pl_vault_wrapped *w, size_t n, uint64_t *ret_first, struct pl_diag *diag)
{
	pl_status st;

	if (!n || n > PL_VAULT_BATCH_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "expected 1 to %u keys", PL_VAULT_BATCH_MAX);
	st = pl_file_lock(v->fd, PL_VAULT_LOCK_NS);
	if (st)
		return pl_diag_set(diag, st, "the vault is busy");
	st = append(v, w, n, ret_first, diag);
	(void)pl_file_unlock(v->fd);
	return st ? pl_diag_set(diag, st, "the vault cannot be written") : PL_OK;
}

/* ---- who may ---- */

static const struct {
	enum pl_peer peer;
	unsigned read, destroy; /* bits of roles */
} rights[] = {
	{PL_PEER_OPERATOR, ~0u, ~0u},
	/* Web serves people, who log in there. It destroys nothing: what two persons decided there is carried out by the worker. */
	{PL_PEER_WEB, 1u << PL_VAULT_DESK | 1u << PL_VAULT_LEGAL | 1u << PL_VAULT_OFFICER | 1u << PL_VAULT_AUDITOR, 0},
	{PL_PEER_WORKER, 1u << PL_VAULT_WORK, 1u << PL_VAULT_WORK},
	{PL_PEER_PERSONS, 1u << PL_VAULT_WORK, 1u << PL_VAULT_WORK},
};

static bool may(enum pl_peer peer, enum pl_vault_role role, bool destroy)
{
	for (size_t i = 0; i < PL_COUNT(rights); i++)
		if (rights[i].peer == peer && (unsigned)role < PL_VAULT_ROLE_COUNT)
			return (destroy ? rights[i].destroy : rights[i].read) >> (unsigned)role & 1u;
	return false;
}

static uint64_t now_ns(const struct pl_vault *v)
{
	return v->now ? v->now(v->now_ctx) : pl_time_now();
}

static struct pl_vault_share *share_of(struct pl_vault *v, enum pl_peer peer, const struct pl_vault_ask *ask)
{
	struct pl_vault_share *s;

	for (size_t i = 0; i < v->n_shares; i++) {
		s = &v->shares[i];
		if (s->peer == peer && s->role == ask->role && memcmp(s->account.b, ask->account.b, sizeof s->account.b) == 0)
			return s;
	}
	if (v->n_shares == PL_VAULT_SHARES_MAX)
		return NULL;
	s = &v->shares[v->n_shares++];
	*s = (struct pl_vault_share){.peer = peer, .role = ask->role, .account = ask->account};
	return s;
}

/* Count one more; false: that is one too many. Whoever has the operator's rights has the key file as well. */
static bool take_share(struct pl_vault *v, enum pl_peer peer, const struct pl_vault_ask *ask)
{
	uint64_t hour = now_ns(v) / HOUR_NS;
	struct pl_vault_share *s;

	if (peer == PL_PEER_OPERATOR)
		return true;
	if (hour != v->hour) {
		v->hour = hour;
		v->n_shares = 0;
		memset(v->by_peer, 0, sizeof v->by_peer);
	}
	s = share_of(v, peer, ask);
	/* The workers are one process each and no person: they have the measure of their peer alone. */
	if (!s || (v->per_hour && s->n >= v->per_hour && ask->role != PL_VAULT_WORK) || (v->per_hour_peer && v->by_peer[peer] >= v->per_hour_peer))
		return false;
	s->n++;
	v->by_peer[peer]++;
	return true;
}

static pl_status judge(struct pl_vault *v, enum pl_peer peer, const struct pl_vault_ask *ask, bool destroy, struct pl_diag *diag)
{
	if ((unsigned)peer >= PL_PEER_COUNT || !may(peer, ask->role, destroy))
		return pl_diag_set(diag, PL_E_DENIED, "%s in the role %s may not %s", pl_peer_word(peer), pl_vault_role_word(ask->role),
			destroy ? "destroy keys" : "have keys");
	if (take_share(v, peer, ask))
		return PL_OK;
	pl_diag_hint(diag, "wait for the next hour, or raise [vault] in pellucid.conf and start the signer anew");
	return pl_diag_set(diag, PL_E_BUSY, "too many keys were asked for in this hour");
}

static const char *outcome_word(pl_status st)
{
	return st == PL_OK ? "ok" : st == PL_E_NOTFOUND ? "gone" : st == PL_E_BUSY ? "busy" : st == PL_E_DENIED ? "denied" : "failed";
}

static pl_status unwrap(const struct pl_vault *v, const struct pl_vault_ask *ask, struct pl_vault_key *ret, struct pl_diag *diag)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_VAULT_WRAPPED_LEN);
	struct pl_vault_wrapped w;
	bool old;
	pl_status st = pl_vault_slot_read(v, ask->slot, &w);

	if (!st)
		st = pl_vault_open_wrapped(v, &w, &plain, &old);
	if (st)
		return st == PL_E_NOTFOUND ? pl_diag_set(diag, st, "the key was destroyed, or never made") :
					     pl_diag_set(diag, st, "the vault's slot %llu cannot be opened", (unsigned long long)ask->slot);
	if (memcmp(plain.ptr, ask->owner.b, PL_DIGEST_LEN) != 0)
		return pl_diag_set(diag, PL_E_DENIED, "the key belongs to another register");
	ret->slot = ask->slot;
	memcpy(ret->key, plain.ptr + PL_DIGEST_LEN, sizeof ret->key);
	return PL_OK;
}

/* Without the lock a slot may be met while it is written: then it is read again, when it is not. */
static pl_status unwrap_whole(const struct pl_vault *v, const struct pl_vault_ask *ask, struct pl_vault_key *ret, struct pl_diag *diag)
{
	struct pl_diag first = {0};
	pl_status st = unwrap(v, ask, ret, &first);

	if (st == PL_E_CORRUPT && pl_file_lock(v->fd, PL_VAULT_LOCK_NS) == PL_OK) {
		st = unwrap(v, ask, ret, diag);
		(void)pl_file_unlock(v->fd);
		return st;
	}
	return st ? pl_diag_set(diag, st, "%s", pl_diag_text(&first, st)) : PL_OK;
}

pl_status pl_vault_read(struct pl_vault *v, enum pl_peer peer, const struct pl_vault_ask *ask, struct pl_vault_key *ret,
	struct pl_diag *diag)
{
	struct pl_vault_key key = {0};
	pl_status st = judge(v, peer, ask, false, diag), noted;

	if (!st)
		st = unwrap_whole(v, ask, &key, diag);
	noted = pl_vault_reads_add(&v->reads, now_ns(v), false, peer, ask, outcome_word(st));
	if (!st && noted)
		st = pl_diag_set(diag, noted, "the reading cannot be noted down, so it may not be");
	if (!st)
		*ret = key;
	pl_vault_key_done(&key);
	return st;
}

static pl_status overwrite(struct pl_vault *v, const struct pl_vault_ask *ask, struct pl_diag *diag)
{
	static const uint8_t zeros[PL_VAULT_SLOT];
	struct pl_vault_key key = {0};
	uint64_t size = 0;
	pl_status st = unwrap(v, ask, &key, diag);

	pl_vault_key_done(&key);
	if (st == PL_E_NOTFOUND) {
		st = pl_file_size(v->fd, &size);
		return st || (ask->slot && ask->slot < size / PL_VAULT_SLOT) ? st : PL_E_NOTFOUND;
	}
	/* A slot that was torn while it was overwritten is overwritten again. */
	if (st && st != PL_E_CORRUPT)
		return st;
	st = pl_file_pwrite(v->fd, zeros, PL_VAULT_SLOT, ask->slot * PL_VAULT_SLOT);
	return st ? st : pl_file_datasync(v->fd);
}

pl_status pl_vault_destroy(struct pl_vault *v, enum pl_peer peer, const struct pl_vault_ask *ask, struct pl_diag *diag)
{
	pl_status st = judge(v, peer, ask, true, diag), noted;

	if (!st)
		st = pl_file_lock(v->fd, PL_VAULT_LOCK_NS);
	if (!st) {
		st = overwrite(v, ask, diag);
		(void)pl_file_unlock(v->fd);
	}
	noted = pl_vault_reads_add(&v->reads, now_ns(v), true, peer, ask, outcome_word(st));
	return st ? st : noted;
}
