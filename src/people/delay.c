/* SPDX-License-Identifier: Apache-2.0 */
#include "people/delay.h"
#include "people/people_internal.h"
#include <arpa/inet.h>

#define BUCKET_LEN 3u

static const struct {
	uint64_t free;      /* failures without a wait */
	uint64_t max_ns;
	uint64_t forget_ns; /* after so long without a failure */
} rules[] = {
	[PL_DELAY_ACCOUNT] = {2, PL_DELAY_ACCOUNT_MAX_NS, 24 * 3600 * PL_SECOND},
	[PL_DELAY_ADDRESS] = {9, PL_DELAY_ADDRESS_MAX_NS, 3600 * PL_SECOND},
};

uint64_t pl_delay_after(enum pl_delay_kind kind, uint64_t failures)
{
	uint64_t ns;

	if (failures <= rules[kind].free)
		return 0;
	failures -= rules[kind].free + 1;
	if (failures > 20)
		return rules[kind].max_ns;
	ns = (UINT64_C(1) << failures) * PL_SECOND;
	return ns < rules[kind].max_ns ? ns : rules[kind].max_ns;
}

struct row {
	uint8_t bucket[BUCKET_LEN]; /* kind, two bytes of the hash */
	uint64_t failures, until, last, refused;
};

/* The network that one customer of a provider has. */
static void put_network(struct pl_buf *out, pl_str address)
{
	uint8_t raw[16];
	char z[64];

	if (pl_str_z(address, z, sizeof z) == PL_OK && inet_pton(AF_INET6, z, raw) == 1)
		pl_buf_put(out, raw, 8);
	else
		pl_buf_put_str(out, address);
}

static void bucket_of(const struct pl_people *p, enum pl_delay_kind kind, pl_str who, struct row *ret)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_digest mac;

	pl_buf_put_u8(&text, (uint8_t)kind);
	if (kind == PL_DELAY_ADDRESS) {
		put_network(&text, who);
	} else {
		pl_people_name_index(p, who, &mac);
		pl_buf_put_bytes(&text, pl_digest_bytes(&mac));
	}
	pl_people_mac(p, PEOPLE_KEY_DELAY, pl_buf_bytes(&text), &mac);
	*ret = (struct row){.bucket = {(uint8_t)kind, mac.b[0], mac.b[1]}};
}

/* The row of the bucket, locked; made if it is not there. */
static pl_status load(struct pl_db_tx *tx, struct row *r)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_exec(tx, &pl_sql_delay_start, PL_DB_ARGS(PL_DB_MEM(r->bucket, BUCKET_LEN)), NULL);

	if (st == PL_OK)
		st = pl_db_one(tx, &pl_sql_delay_get, PL_DB_ARGS(PL_DB_MEM(r->bucket, BUCKET_LEN)), &rows);
	if (st != PL_OK)
		return st;
	r->failures = pl_db_col_u64(rows, 0);
	r->until = pl_db_col_u64(rows, 1);
	r->last = pl_db_col_u64(rows, 2);
	r->refused = pl_db_col_u64(rows, 3);
	return pl_db_rows_status(rows);
}

static pl_status store(struct pl_db_tx *tx, const struct row *r)
{
	return pl_db_exec(tx, &pl_sql_delay_set,
		PL_DB_ARGS(PL_DB_MEM(r->bucket, BUCKET_LEN), PL_DB_U64(r->failures), PL_DB_U64(r->until), PL_DB_U64(r->last),
			PL_DB_U64(r->refused)),
		NULL);
}

/* A system time that was set back must not make anybody wait for years. */
static uint64_t left(const struct row *r, enum pl_delay_kind kind, uint64_t now)
{
	uint64_t wait = r->until > now ? r->until - now : 0;

	return wait < rules[kind].max_ns ? wait : rules[kind].max_ns;
}

static void count(struct row *r, enum pl_delay_kind kind, uint64_t now)
{
	if (now > r->last && now - r->last > rules[kind].forget_ns)
		r->failures = 0;
	r->failures++;
	r->last = now;
	r->until = now + pl_delay_after(kind, r->failures);
	r->refused = 0;
}

pl_status pl_delay_begin(struct pl_people *p, struct pl_db_tx *tx, pl_str name, pl_str address, uint64_t *ret_wait,
	uint64_t *ret_refused)
{
	const pl_str who[] = {[PL_DELAY_ACCOUNT] = name, [PL_DELAY_ADDRESS] = address};
	uint64_t now = pl_people_now(p), wait = 0, refused = 0;
	struct row rows[PL_COUNT(who)];
	pl_status st = PL_OK;

	for (size_t k = 0; k < PL_COUNT(who) && st == PL_OK; k++) {
		if (who[k].len == 0)
			continue;
		bucket_of(p, (enum pl_delay_kind)k, who[k], &rows[k]);
		st = load(tx, &rows[k]);
		if (st == PL_OK && left(&rows[k], (enum pl_delay_kind)k, now) > wait)
			wait = left(&rows[k], (enum pl_delay_kind)k, now);
	}
	for (size_t k = 0; k < PL_COUNT(who) && st == PL_OK; k++) {
		if (who[k].len == 0)
			continue;
		if (k == PL_DELAY_ACCOUNT)
			refused = rows[k].refused;
		if (wait)
			rows[k].refused++;
		else
			count(&rows[k], (enum pl_delay_kind)k, now);
		st = store(tx, &rows[k]);
	}
	if (st != PL_OK)
		return st;
	*ret_wait = wait;
	*ret_refused = refused;
	return wait ? PL_E_BUSY : PL_OK;
}

pl_status pl_delay_good(struct pl_people *p, struct pl_db_tx *tx, pl_str name, pl_str address)
{
	struct row r;
	pl_status st = PL_OK;

	if (name.len) {
		bucket_of(p, PL_DELAY_ACCOUNT, name, &r);
		st = pl_db_exec(tx, &pl_sql_delay_clear, PL_DB_ARGS(PL_DB_MEM(r.bucket, BUCKET_LEN)), NULL);
	}
	if (st != PL_OK || address.len == 0)
		return st;
	bucket_of(p, PL_DELAY_ADDRESS, address, &r);
	st = load(tx, &r);
	if (st == PL_OK && r.failures > 0) {
		r.failures--;
		r.until = 0;
		st = store(tx, &r);
	}
	return st;
}
