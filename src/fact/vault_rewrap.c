/* SPDX-License-Identifier: Apache-2.0 */
/* The key that all keys are wrapped for, and another in its place: the head says which it is, and slots are wrapped anew one by one. */
#include "base/file.h"
#include "fact/vault_internal.h"

static const char magic[] = "pellucid-vault v1\n";

/* Slot 0: the magic, then the id of the key that keys are wrapped for (zeros: not said), then zeros. */
enum { AT_ID = sizeof magic - 1 };

/* ---- the head ---- */

static void head_write(const struct pl_vault *v, uint8_t head[static PL_VAULT_SLOT])
{
	memset(head, 0, PL_VAULT_SLOT);
	memcpy(head, magic, AT_ID);
	memcpy(head + AT_ID, v->id.b, PL_DIGEST_LEN);
}

static pl_status head_judge(const struct pl_vault *v, const uint8_t head[static PL_VAULT_SLOT])
{
	static const uint8_t zeros[PL_VAULT_SLOT];
	const uint8_t *id = head + AT_ID;

	if (memcmp(head, magic, AT_ID) != 0 || memcmp(id + PL_DIGEST_LEN, zeros, PL_VAULT_SLOT - AT_ID - PL_DIGEST_LEN) != 0)
		return PL_E_CORRUPT;
	if (memcmp(id, zeros, PL_DIGEST_LEN) == 0 || memcmp(id, v->id.b, PL_DIGEST_LEN) == 0)
		return PL_OK;
	return v->has_old && memcmp(id, v->old_id.b, PL_DIGEST_LEN) == 0 ? PL_OK : PL_E_CONFLICT;
}

pl_status pl_vault_head_check(const struct pl_vault *v)
{
	uint8_t head[PL_VAULT_SLOT] = {0};
	size_t n = 0;
	pl_status st = pl_file_pread(v->fd, head, PL_VAULT_SLOT, 0, &n);

	return st ? st : n == PL_VAULT_SLOT ? head_judge(v, head) : PL_E_CORRUPT;
}

pl_status pl_vault_head_put(const struct pl_vault *v)
{
	uint8_t head[PL_VAULT_SLOT];
	pl_status st;

	head_write(v, head);
	st = pl_file_pwrite(v->fd, head, PL_VAULT_SLOT, 0);
	return st ? st : pl_file_datasync(v->fd);
}

/* ---- slots ---- */

pl_status pl_vault_wrap_anew(const struct pl_vault *v, struct pl_vault_wrapped *w, bool *ret_changed)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_VAULT_WRAPPED_LEN), out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VAULT_WRAPPED_LEN);
	pl_status st = pl_vault_open_wrapped(v, w, &plain, ret_changed);

	if (st || !*ret_changed)
		return st;
	st = pl_sealedbox_seal_to(&v->key.to, pl_buf_bytes(&plain), &out);
	if (!st)
		memcpy(w->b, out.ptr, sizeof w->b);
	return st;
}

static pl_status rewrap_slot(const struct pl_vault *v, uint64_t number, struct pl_vault_rewrapped *count)
{
	struct pl_vault_wrapped w;
	uint8_t slot[PL_VAULT_SLOT];
	bool changed;
	pl_status st = pl_vault_slot_read(v, number, &w);

	if (st == PL_E_NOTFOUND)
		return PL_OK;
	if (!st)
		st = pl_vault_wrap_anew(v, &w, &changed);
	if (st) {
		count->broken += st == PL_E_CORRUPT;
		return st == PL_E_CORRUPT ? PL_OK : st;
	}
	count->keys++;
	if (!changed)
		return PL_OK;
	count->changed++;
	pl_vault_slot_write(slot, &w);
	/* A slot lies within one sector of the disk, which is written whole or not at all. */
	return pl_file_pwrite(v->fd, slot, PL_VAULT_SLOT, number * PL_VAULT_SLOT);
}

/* Under the lock. *@next moves behind what was done; *@ret_end: there was no more. */
static pl_status rewrap_some(struct pl_vault *v, uint64_t *next, bool *ret_end, struct pl_vault_rewrapped *count)
{
	uint64_t size = 0, before = count->changed, slots;
	pl_status st = *next == 1 ? pl_vault_head_put(v) : pl_vault_head_check(v);

	if (!st)
		st = pl_file_size(v->fd, &size);
	slots = size / PL_VAULT_SLOT;
	for (uint64_t to = *next + PL_VAULT_BATCH_MAX; !st && *next < to && *next < slots; ++*next)
		st = rewrap_slot(v, *next, count);
	*ret_end = *next >= slots;
	return st || count->changed == before ? st : pl_file_datasync(v->fd);
}

pl_status pl_vault_rewrap(struct pl_vault *v, struct pl_vault_rewrapped *ret, struct pl_diag *diag)
{
	struct pl_vault_rewrapped count = {0};
	uint64_t next = 1;
	bool end = false;
	pl_status st = PL_OK;

	while (!st && !end) {
		st = pl_file_lock(v->fd, PL_VAULT_LOCK_NS);
		if (st)
			break;
		st = rewrap_some(v, &next, &end, &count);
		(void)pl_file_unlock(v->fd);
	}
	*ret = count;
	return st ? pl_diag_set(diag, st, "slot %llu of the vault cannot be wrapped anew", (unsigned long long)next) : PL_OK;
}
