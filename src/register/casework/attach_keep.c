/* SPDX-License-Identifier: Apache-2.0 */
/* Attachments in the blob store: whose they are, and how they go (facts 2 and 3 of attach.h). */
#include "register/casework/attach.h"
#include "base/file.h"
#include "base/time.h"
#include "register/sql.h"
#include "register/casework/submit.h"
#include <arpa/inet.h>
#include <unistd.h>

#define DAY UINT64_C(86400)
#define SOME 64u

static const char bytes_label[] = "pl-attach-bytes/v1";

/* ---- limits ---- */

/* Whoever has one IPv6 address has 2^64 of them. */
static void put_peer(pl_str peer, struct pl_buf *out)
{
	struct in6_addr v6;
	char z[64];

	if (pl_str_z(peer, z, sizeof z) == PL_OK && inet_pton(AF_INET6, z, &v6) == 1)
		pl_buf_put(out, v6.s6_addr, 8);
	else
		pl_buf_put_str(out, peer);
}

/* The address stands in the database as a hash whose salt is gone tomorrow. */
static pl_status count_bytes(struct pl_db_tx *tx, pl_str peer, uint64_t bytes, uint64_t now, uint64_t most)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done_secret) = PL_BUF(512);
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	struct pl_digest salt, bucket;
	pl_status st = pl_submit_salt(tx, now / DAY, &salt);

	if (st)
		return st;
	pl_buf_put(&b, bytes_label, sizeof bytes_label);
	pl_buf_put_bytes(&b, pl_digest_bytes(&salt));
	put_peer(peer, &b);
	pl_sha256(pl_buf_bytes(&b), &bucket);
	st = pl_db_one(tx, &pl_sql_work_asked_more, PL_DB_ARGS(PL_DB_U64(now / DAY), PL_DB_MEM(bucket.b, 16), PL_DB_U64(bytes)), &rows);
	if (st)
		return st;
	return pl_db_col_u64(rows, 0) > most ? PL_E_DENIED : pl_db_rows_status(rows);
}

/* ---- keeping ---- */

struct keeping {
	const struct pl_instance_conf *conf;
	const struct pl_attach_taken *t;
	size_t n;
	pl_str peer;
	uint64_t until, now;
};

static pl_status check_held(const struct keeping *k, struct pl_db_tx *tx, uint64_t total)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_work_blob_held, PL_DB_NONE, &rows);

	if (st)
		return st;
	if (pl_db_col_u64(rows, 0) + total > k->conf->attach_held)
		return PL_E_BUSY;
	return pl_db_rows_status(rows);
}

static pl_status note_all(void *ctx, struct pl_db_tx *tx)
{
	const struct keeping *k = ctx;
	uint64_t total = 0;
	pl_status st = PL_OK;

	for (size_t i = 0; i < k->n; i++)
		total += pl_attach_stored_len(k->t[i].file.size);
	if (k->peer.len)
		st = check_held(k, tx, total);
	if (!st && k->peer.len)
		st = count_bytes(tx, k->peer, total, k->now, k->conf->attach_held_address);
	for (size_t i = 0; i < k->n && !st; i++)
		st = pl_db_exec(tx, &pl_sql_work_blob_put,
			PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&k->t[i].file.blob)), PL_DB_U64(pl_attach_stored_len(k->t[i].file.size)), PL_DB_U64(k->until)),
			NULL);
	return st;
}

static pl_status put_one(struct pl_instance *inst, const struct pl_attach_taken *t)
{
	struct pl_digest made;
	pl_status st;

	if (lseek(t->fd, 0, SEEK_SET) < 0)
		return PL_E_IO;
	st = pl_blob_put_fd(pl_instance_blobs(inst), t->fd, pl_attach_stored_len(PL_ATTACH_BYTES_MAX), &made, NULL);
	if (st)
		return st;
	return pl_digest_eq(&made, &t->file.blob) ? PL_OK : PL_E_CORRUPT;
}

pl_status pl_attach_keep(struct pl_instance *inst, const struct pl_attach_taken *t, size_t n, pl_str peer, uint64_t until, struct pl_diag *diag)
{
	struct keeping k = {.conf = pl_instance_conf(inst), .t = t, .n = n, .peer = peer, .until = until, .now = pl_time_now() / PL_SECOND};
	pl_status st = n ? pl_db_tx(pl_instance_db(inst), note_all, &k) : PL_OK;

	if (st == PL_E_DENIED)
		return pl_diag_set(diag, st, "this address has sent as many bytes as it may in a day ([intake] held-address)");
	if (st == PL_E_BUSY)
		return pl_diag_set(diag, st, "too many files wait to be confirmed ([intake] held)");
	if (st)
		return st;
	for (size_t i = 0; i < n && !st; i++)
		st = put_one(inst, &t[i]);
	if (st)
		pl_attach_drop(inst, t, n);
	return st == PL_E_NOSPACE ? pl_diag_set(diag, st, "the blob store is full") : st;
}

/* ---- removing: marked, removed, forgotten, in this order ---- */

struct removing {
	struct pl_digest digest;
	uint64_t now;
	bool dead;
};

static pl_status doom(void *ctx, struct pl_db_tx *tx)
{
	struct removing *m = ctx;
	uint64_t changed = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_work_blob_doom, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&m->digest)), PL_DB_U64(m->now)), &changed);

	m->dead = changed > 0;
	return st;
}

static pl_status forget(void *ctx, struct pl_db_tx *tx)
{
	const struct removing *m = ctx;

	return pl_db_exec(tx, &pl_sql_work_blob_drop, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&m->digest))), NULL);
}

static pl_status remove_one(struct pl_instance *inst, struct removing *m)
{
	pl_status st = pl_db_tx(pl_instance_db(inst), doom, m);

	if (st || !m->dead)
		return st;
	st = pl_blob_delete(pl_instance_blobs(inst), &m->digest);
	return st ? st : pl_db_tx(pl_instance_db(inst), forget, m);
}

void pl_attach_drop(struct pl_instance *inst, const struct pl_attach_taken *t, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct removing m = {.digest = t[i].file.blob, .now = INT64_MAX};

		(void)(remove_one(inst, &m) == PL_OK);
	}
}

struct sweeping {
	uint64_t now;
	size_t n;
	struct pl_digest list[SOME];
};

static pl_status list_over(void *ctx, struct pl_db_tx *tx)
{
	struct sweeping *s = ctx;
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_query(tx, &pl_sql_work_blob_over, PL_DB_ARGS(PL_DB_U64(s->now), PL_DB_U64(SOME)), &rows);

	s->n = 0;
	while (!st && (st = pl_db_step(rows)) == PL_OK)
		pl_db_col_fixed(rows, 0, s->list[s->n++].b, PL_DIGEST_LEN);
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

pl_status pl_attach_sweep(struct pl_instance *inst, uint64_t now, uint64_t *ret, struct pl_diag *diag)
{
	struct sweeping *s = PL_NEW(struct sweeping);
	pl_status st;

	s->now = now;
	*ret = 0;
	do {
		st = pl_db_read(pl_instance_db(inst), list_over, s);
		for (size_t i = 0; i < s->n && !st; i++) {
			struct removing m = {.digest = s->list[i], .now = now};

			st = remove_one(inst, &m);
			*ret += !st && m.dead;
		}
	} while (!st && s->n == SOME);
	pl_free(s);
	return st ? pl_diag_set(diag, st, "attachments that nobody has cannot be removed") : PL_OK;
}

/* ---- a case's ---- */

pl_status pl_attach_claim(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_attach_file *f,
	const struct pl_casework_new *e, uint64_t with, uint64_t *ret_seq)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_casework_new entry = *e;
	uint64_t changed = 0, seq = 0;
	pl_status st = pl_db_exec(tx, &pl_sql_work_blob_claim, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&f->blob))), &changed);

	if (!st && !changed)
		return PL_E_CONFLICT;
	pl_attach_file_put(o, f);
	if (!st)
		st = pl_json_write(o, &text);
	entry.about = pl_attach_kind(f);
	entry.text = pl_buf_str(&text);
	if (!st)
		st = pl_casework_put(tx, r, number, &entry, &seq);
	if (ret_seq)
		*ret_seq = seq;
	return st ? st :
		    pl_db_exec(tx, &pl_sql_work_file_put,
			    PL_DB_ARGS(PL_DB_STR(r->decl->name), PL_DB_U64(number), PL_DB_U64(seq), PL_DB_BLOB(pl_digest_bytes(&f->blob)),
				    PL_DB_U64(f->size), PL_DB_U64((uint64_t)f->verdict), with ? PL_DB_U64(with) : PL_DB_NULL),
			    NULL);
}

struct adding {
	const struct pl_register *r;
	uint64_t number;
	const struct pl_attach_file *f;
	pl_str note;
	struct pl_casework_new entry;
};

static pl_status add(void *ctx, struct pl_db_tx *tx)
{
	const struct adding *a = ctx;
	struct pl_casework_new note = a->entry;
	pl_status st = pl_attach_claim(tx, a->r, a->number, a->f, &a->entry, 0, NULL);

	note.kind = PL_CASEWORK_NOTE;
	note.text = a->note;
	return st || !a->note.len ? st : pl_casework_put(tx, a->r, a->number, &note, NULL);
}

pl_status pl_attach_add(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	const struct pl_attach_taken *t, pl_str note, struct pl_diag *diag)
{
	struct pl_vault_key key = {0};
	struct adding a = {.r = r, .number = number, .f = &t->file, .note = note,
		.entry = {.kind = PL_CASEWORK_ATTACH, .at = pl_time_now() / PL_SECOND, .account = who->account, .key = &key}};
	pl_status st = pl_casework_case_key(inst, r, number, who, &key, diag);

	if (!st)
		st = pl_db_tx(pl_instance_db(inst), add, &a);
	pl_vault_key_done(&key);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "register %.*s has no case %llu to work on", PL_STR_ARG(r->decl->name), (unsigned long long)number);
	return st;
}
