/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/stray.h"
#include "fact/blob_named.h"

struct sweeping {
	struct pl_instance *inst;
	const struct pl_stray_how *how;
	struct pl_stray_counts n;
};

/* ---- what it begins with ---- */

struct front {
	uint8_t b[PL_ATTACH_HEAD_LEN];
	size_t n;
};

static pl_status take_front(void *ctx, pl_bytes piece)
{
	struct front *f = ctx;

	if (piece.len > sizeof f->b - f->n)
		return PL_E_TOOBIG;
	memcpy(f->b + f->n, piece.ptr, piece.len);
	f->n += piece.len;
	return PL_OK;
}

static pl_status is_ours(struct pl_instance *inst, const struct pl_blob_item *item, bool *ret)
{
	struct front f = {.n = 0};
	pl_status st = PL_OK;

	*ret = false;
	/* Even an empty file has its stream's header and end. */
	if (item->size < pl_attach_stored_len(0))
		return PL_OK;
	st = pl_blob_get_range(pl_instance_blobs(inst), &item->digest, 0, sizeof f.b, take_front, &f);
	*ret = !st && f.n == sizeof f.b && memcmp(f.b, PL_ATTACH_HEAD, sizeof f.b) == 0;
	return st;
}

/* ---- each ---- */

static bool is_young(const struct pl_stray_how *how, uint64_t since)
{
	return since == PL_BLOB_SINCE_NEVER || since > how->now || how->now - since < how->age;
}

static pl_status remove_it(struct sweeping *s, struct pl_stray *stray)
{
	bool named = false;
	pl_status st = pl_fact_blob_named(s->inst, &stray->blob, &named);

	if (st || named)
		return st;
	st = pl_blob_delete(pl_instance_blobs(s->inst), &stray->blob);
	stray->removed = !st;
	s->n.removed += stray->removed;
	return st;
}

static pl_status look_at_stray(struct sweeping *s, const struct pl_blob_item *item)
{
	struct pl_stray stray = {.blob = item->digest, .size = item->size, .since = item->since, .young = is_young(s->how, item->since)};
	pl_status st = PL_OK;

	s->n.strays++;
	s->n.bytes += item->size;
	s->n.young += stray.young;
	if (s->how->remove && !stray.young)
		st = remove_it(s, &stray);
	return st || !s->how->found ? st : s->how->found(s->how->ctx, &stray);
}

static pl_status look_at(void *ctx, const struct pl_blob_item *item)
{
	struct sweeping *s = ctx;
	bool named = false, ours = false;
	pl_status st = pl_fact_blob_named(s->inst, &item->digest, &named);

	s->n.blobs++;
	s->n.named += named;
	if (!st && !named)
		st = is_ours(s->inst, item, &ours);
	if (st == PL_E_NOTFOUND) /* removed since it was listed */
		return PL_OK;
	if (!st && ours)
		st = look_at_stray(s, item);
	else if (!st && !named)
		s->n.others++;
	if (!st && s->how->looked)
		s->how->looked(s->how->ctx, s->n.blobs);
	return st;
}

pl_status pl_stray_sweep(struct pl_instance *inst, const struct pl_stray_how *how, struct pl_stray_counts *ret, struct pl_diag *diag)
{
	struct sweeping s = {.inst = inst, .how = how};
	pl_status st = pl_blob_list(pl_instance_blobs(inst), look_at, &s);

	*ret = s.n;
	return st ? pl_diag_set(diag, st, "the blob store could not be looked through to its end: %s", pl_status_text(st)) : PL_OK;
}
