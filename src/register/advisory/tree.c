/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/tree.h"
#include "base/file.h"
#include "crypto/openpgp.h"
#include "fact/query.h"
#include <stdio.h>

#define LIST_ARENA ((size_t)64 << 20)
#define LIST_MAX ((size_t)64 << 20)
#define NAME_MAX (PL_ADVISORY_FILE_MAX + 64u)
#define ROOT ".well-known/csaf"
#define WHITE ROOT "/white"

static const char *const endings[] = {
	[PL_TREE_DOCUMENT] = "", [PL_TREE_SIGNATURE] = ".asc", [PL_TREE_SHA256] = ".sha256", [PL_TREE_SHA512] = ".sha512",
};

const char *pl_tree_ending(enum pl_tree_file file)
{
	return endings[file];
}

static pl_status read_body(struct pl_instance *inst, const struct pl_digest *digest, struct pl_arena *arena,
	struct pl_buf *out)
{
	struct pl_query_body body;
	pl_status st = pl_query_body(inst, digest, arena, &body);

	if (!st && body.state != PL_BODY_PRESENT)
		st = PL_E_NOTFOUND;
	return st ? st : pl_blob_get_bytes(pl_instance_blobs(inst), digest, out);
}

static pl_status read_hash(struct pl_instance *inst, const struct pl_published *a, bool long_one,
	struct pl_arena *arena, struct pl_buf *out)
{
	struct pl_buf document PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
	uint8_t sum[PL_SHA512_LEN];
	pl_status st = read_body(inst, &a->digest, arena, &document);

	if (st)
		return st;
	if (!long_one) {
		pl_provider_hash(pl_digest_bytes(&a->digest), a->file, out);
		return pl_buf_status(out);
	}
	pl_sha512(pl_buf_bytes(&document), sum);
	pl_provider_hash(pl_bytes_of(sum, sizeof sum), a->file, out);
	return pl_buf_status(out);
}

pl_status pl_tree_read(struct pl_instance *inst, const struct pl_published *a, enum pl_tree_file file,
	struct pl_arena *arena, struct pl_buf *out)
{
	if (a->tlp != PL_TLP_WHITE)
		return PL_E_NOTFOUND;
	if (file == PL_TREE_DOCUMENT)
		return read_body(inst, &a->digest, arena, out);
	if (file == PL_TREE_SIGNATURE)
		return read_body(inst, &a->signature.digest, arena, out);
	return read_hash(inst, a, file == PL_TREE_SHA512, arena, out);
}

/* ---- a directory ---- */

struct export {
	struct pl_instance *inst;
	int dir;
	struct pl_arena arena;
	struct pl_diag *diag;
};

static pl_status put(const struct export *e, const char *path, const struct pl_buf *data)
{
	pl_status st = pl_buf_status(data);

	if (!st)
		st = pl_file_put(e->dir, path, pl_buf_bytes(data), 0644, PL_FILE_REPLACE);
	return st ? pl_diag_set(e->diag, st, "cannot write %s", path) : PL_OK;
}

static pl_status export_file(struct export *e, const struct pl_published *a, enum pl_tree_file file)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_ADVISORY_DOCUMENT_MAX);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	char path[NAME_MAX];
	pl_status st = pl_tree_read(e->inst, a, file, &arena, &data);

	(void)snprintf(path, sizeof path, WHITE "/%u/%.*s%s", pl_advisory_year(a->first), PL_STR_ARG(a->file), endings[file]);
	return st ? pl_diag_set(e->diag, st, "%s: its bytes are not in the store", path) : put(e, path, &data);
}

static pl_status export_advisory(struct export *e, const struct pl_published *a)
{
	char path[NAME_MAX];
	pl_status st;

	(void)snprintf(path, sizeof path, WHITE "/%u", pl_advisory_year(a->first));
	st = pl_file_mkdirs(e->dir, path, 0755);
	for (unsigned file = PL_TREE_DOCUMENT; file <= PL_TREE_SHA512 && !st; file++)
		st = export_file(e, a, (enum pl_tree_file)file);
	return st;
}

/* The lists name what is there by now. */
static pl_status export_lists(struct export *e, const struct pl_query_provider *q, const struct pl_published *list,
	size_t n)
{
	struct pl_buf index PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX);
	struct pl_buf changes PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX);
	struct pl_buf feed PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX);
	pl_status st;

	pl_provider_index(list, n, &index);
	pl_provider_changes(list, n, &changes);
	st = pl_provider_rolie(&q->provider, list, n, q->time, &feed);
	if (!st)
		st = put(e, WHITE "/index.txt", &index);
	if (!st)
		st = put(e, WHITE "/changes.csv", &changes);
	return st ? st : put(e, WHITE "/" PL_PROVIDER_FEED, &feed);
}

static pl_status export_body(struct export *e, const char *path, const struct pl_digest *digest)
{
	struct pl_buf data PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROVIDER_SETTINGS_MAX);
	pl_status st = read_body(e->inst, digest, &e->arena, &data);

	return st ? pl_diag_set(e->diag, st, "%s: its bytes are not in the store", path) : put(e, path, &data);
}

static pl_status export_provider(struct export *e, const struct pl_query_provider *q)
{
	struct pl_buf metadata PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROVIDER_SETTINGS_MAX);
	char path[NAME_MAX];
	pl_status st;

	(void)snprintf(path, sizeof path, ROOT "/openpgp/%.*s.asc", PL_STR_ARG(q->fingerprint));
	st = export_body(e, path, &q->certificate);
	if (!st)
		st = export_body(e, ".well-known/security.txt", &q->security_txt);
	if (!st)
		st = pl_provider_metadata(&q->provider, q->fingerprint.ptr, q->changed, &metadata);
	return st ? st : put(e, ROOT "/" PL_PROVIDER_METADATA, &metadata);
}

/* What was published and is withheld now leaves the directory, too. */
static pl_status take_away(struct export *e, const struct pl_published *a)
{
	char path[NAME_MAX];

	for (unsigned file = PL_TREE_DOCUMENT; file <= PL_TREE_SHA512; file++) {
		pl_status st;

		(void)snprintf(path, sizeof path, WHITE "/%u/%.*s%s", pl_advisory_year(a->first), PL_STR_ARG(a->file), endings[file]);
		st = pl_file_unlink(e->dir, path);
		if (st && st != PL_E_NOTFOUND)
			return pl_diag_set(e->diag, st, "cannot remove %s", path);
	}
	return PL_OK;
}

/* Both lists have one order: who is in the longer one alone is not public any more. */
static pl_status take_away_withheld(struct export *e, const struct pl_published *list, size_t n)
{
	struct pl_published *page = NULL, after = {0};
	size_t got = 0, at = 0;
	bool begun = false;
	pl_status st;

	do {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);

		st = pl_query_advisories(e->inst, false, begun ? &after : NULL, PL_ADVISORY_PAGE_MAX, &arena, &page, &got);
		for (size_t i = 0; i < got && !st; i++) {
			/* Its place in the list; its text ends with the page. */
			after = (struct pl_published){.index = page[i].index, .current = page[i].current};
			if (at < n && list[at].index == page[i].index)
				at++;
			else
				st = take_away(e, &page[i]);
		}
		begun = true;
	} while (!st && got == PL_ADVISORY_PAGE_MAX);
	return st;
}

static pl_status export_all(struct export *e, size_t *ret_n)
{
	struct pl_query_provider q;
	struct pl_published *list = NULL;
	size_t n = 0;
	pl_status st = pl_query_provider(e->inst, &e->arena, &q);

	if (st == PL_E_NOTFOUND)
		return pl_diag_set(e->diag, st, "no provider was stated: pellucid advisory provider");
	if (!st)
		st = pl_query_advisories_all(e->inst, &e->arena, &list, &n);
	if (!st)
		st = pl_file_mkdirs(e->dir, WHITE, 0755);
	if (!st)
		st = pl_file_mkdirs(e->dir, ROOT "/openpgp", 0755);
	for (size_t i = 0; i < n && !st; i++)
		st = export_advisory(e, &list[i]);
	if (!st)
		st = export_lists(e, &q, list, n);
	if (!st)
		st = take_away_withheld(e, list, n);
	if (!st)
		st = export_provider(e, &q);
	if (!st)
		*ret_n = n;
	return st;
}

pl_status pl_tree_export(struct pl_instance *inst, int dir, size_t *ret_n, struct pl_diag *diag)
{
	struct export e = {.inst = inst, .dir = dir, .arena = PL_ARENA(LIST_ARENA), .diag = diag};
	pl_status st = export_all(&e, ret_n);

	pl_arena_done(&e.arena);
	return st;
}
