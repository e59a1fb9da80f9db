/* SPDX-License-Identifier: Apache-2.0 */
/* people/people_internal: what the files of this room share. */
#ifndef PL_PEOPLE_PEOPLE_INTERNAL_H
#define PL_PEOPLE_PEOPLE_INTERNAL_H
#include "crypto/secret.h"
#include "people/account.h"
#include "people/decision.h"
#include "people/event.h"
#include "people/people.h"
#include "people/sql.h"
#include "people/webauthn.h"

/* One key for each use, derived from the secret file. */
enum people_key {
	PEOPLE_KEY_SEAL,      /* sealed columns */
	PEOPLE_KEY_NAME,      /* index of names */
	PEOPLE_KEY_ADDRESS,   /* network addresses in events */
	PEOPLE_KEY_DELAY,     /* buckets of delays */
	PEOPLE_KEY_CODE,      /* enrolment and recovery codes */
	PEOPLE_KEY_CHALLENGE, /* WebAuthn challenges */
	PEOPLE_KEY_CSRF,      /* form tokens */
	PEOPLE_KEY_HEAD,      /* the head of the chain of events */
	PEOPLE_KEY_ROOMS,     /* from which keys of rooms above derive */
	PEOPLE_KEY_COUNT
};

struct pl_people {
	struct pl_db *db;
	uint8_t keys[PEOPLE_KEY_COUNT][PL_SECRET_KEY_LEN];
	char rp_id[256], origin[512], name[65];
	uint64_t idle_ns, absolute_ns, fresh_ns;
	enum pl_password_cost cost;
	char dummy[PL_PASSWORD_TEXT]; /* hash of a password that nobody has */
	uint64_t (*now)(void *ctx);
	void *now_ctx;
};

uint64_t pl_people_now(const struct pl_people *p);
struct pl_webauthn_site pl_people_web_site(const struct pl_people *p);
/* HMAC of @data under the key of @use. */
void pl_people_mac(const struct pl_people *p, enum people_key use, pl_bytes data, struct pl_digest *ret);
/* Seal @plain for the column @column of @account, and open it again (PL_E_CORRUPT). */
void pl_people_seal(const struct pl_people *p, const char *column, const struct pl_ulid *account, pl_bytes plain,
	struct pl_buf *out);
pl_status pl_people_unseal(const struct pl_people *p, const char *column, const struct pl_ulid *account,
	pl_bytes sealed, struct pl_buf *out);

static inline struct pl_db_value pl_people_arg_ulid(const struct pl_ulid *u) { return PL_DB_MEM(u->b, sizeof u->b); }
static inline struct pl_db_value pl_people_arg_digest(const struct pl_digest *d)
{
	return PL_DB_BLOB(pl_digest_bytes(d));
}
static inline bool pl_people_nobody(const struct pl_ulid *u)
{
	static const struct pl_ulid zero;

	return memcmp(u->b, zero.b, sizeof zero.b) == 0;
}
static inline bool pl_people_same(const struct pl_ulid *a, const struct pl_ulid *b)
{
	return memcmp(a->b, b->b, sizeof a->b) == 0;
}

/* A code that a person types: @groups groups of four of Crockford's digits (20 bits each) with '-' between them. */
void pl_people_code_new(unsigned groups, struct pl_buf *out);
/* HMAC of the code as it was meant: no '-' or spaces, upper case, I and L read as 1, O as 0. */
void pl_people_code_hash(const struct pl_people *p, pl_str code, struct pl_digest *ret);

/* Where name and e-mail are sealed, as "name \n email". */
#define PL_PEOPLE_COLUMN_ACCOUNT "account.sealed"

/* The row of @account (@sql: pl_sql_account_get or pl_sql_account_lock, ..._by_name, ..._by_handle with one
 * argument). Text lives in @arena; NULL: no text wanted. PL_E_NOTFOUND. */
pl_status pl_people_account_row(const struct pl_people *p, struct pl_db_tx *tx, const struct pl_sql *sql,
	struct pl_db_value arg, struct pl_arena *arena, struct pl_account *ret);
/* HMAC of @name in lower case. */
void pl_people_name_index(const struct pl_people *p, pl_str name, struct pl_digest *ret);
/* The number that @sql counts for @arg. */
pl_status pl_people_count(struct pl_db_tx *tx, const struct pl_sql *sql, struct pl_db_value arg, uint64_t *ret);
/* Remove passwords, passkeys, codes and sessions of @account. */
pl_status pl_people_drop_access(struct pl_db_tx *tx, const struct pl_ulid *account);
/* A way to log in is complete: the account is active, its enrolment and its sessions end. PL_E_DENIED: it has ended. */
pl_status pl_people_activate(struct pl_db_tx *tx, const struct pl_ulid *account);

#endif
