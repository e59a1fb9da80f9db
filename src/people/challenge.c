/* SPDX-License-Identifier: Apache-2.0 */
#include "people/challenge.h"
#include "base/random.h"
#include "people/passkey.h"

/* nonce 16, end 8, MAC 32 */
enum { AT_END = 16, AT_MAC = 24, LEN = 56 };

static void mac(const struct pl_people *p, enum challenge_purpose purpose, const struct pl_ulid *account,
	pl_str binding, const uint8_t *challenge, struct pl_digest *ret)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(128);
	struct pl_digest bound;

	pl_sha256(pl_str_bytes(binding), &bound);
	pl_buf_put_u8(&b, (uint8_t)purpose);
	pl_buf_put(&b, challenge, AT_MAC);
	pl_buf_put(&b, account->b, sizeof account->b);
	pl_buf_put_bytes(&b, pl_digest_bytes(&bound));
	pl_people_mac(p, PEOPLE_KEY_CHALLENGE, pl_buf_bytes(&b), ret);
}

void pl_challenge_new(const struct pl_people *p, enum challenge_purpose purpose, const struct pl_ulid *account,
	pl_str binding, struct pl_buf *out)
{
	uint8_t challenge[LEN];
	struct pl_digest d;

	pl_random(challenge, AT_END);
	pl_be64_write(challenge + AT_END, pl_people_now(p) + PL_PASSKEY_CHALLENGE_NS);
	mac(p, purpose, account, binding, challenge, &d);
	memcpy(challenge + AT_MAC, d.b, sizeof d.b);
	pl_webauthn_put(out, pl_bytes_of(challenge, sizeof challenge));
}

pl_status pl_challenge_check(const struct pl_people *p, enum challenge_purpose purpose, const struct pl_ulid *account,
	pl_str binding, pl_bytes challenge, struct pl_diag *diag)
{
	uint64_t now = pl_people_now(p), end;
	struct pl_digest d;

	if (challenge.len != LEN)
		return pl_diag_set(diag, PL_E_DENIED, "challenge: not one of ours");
	mac(p, purpose, account, binding, challenge.ptr, &d);
	if (!pl_secret_eq(pl_digest_bytes(&d), pl_bytes_of(challenge.ptr + AT_MAC, sizeof d.b)))
		return pl_diag_set(diag, PL_E_DENIED, "challenge: not one of ours for this purpose, account and browser");
	end = pl_be64(challenge.ptr + AT_END);
	if (now >= end || end - now > PL_PASSKEY_CHALLENGE_NS)
		return pl_diag_set(diag, PL_E_EXPIRED, "challenge: too old");
	return PL_OK;
}

pl_status pl_challenge_use(const struct pl_people *p, struct pl_db_tx *tx, pl_bytes challenge)
{
	uint64_t changed;
	pl_status st = pl_db_exec(tx, &pl_sql_challenge_sweep, PL_DB_ARGS(PL_DB_U64(pl_people_now(p))), NULL);

	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_challenge_use,
			PL_DB_ARGS(PL_DB_MEM(challenge.ptr, AT_END), PL_DB_U64(pl_be64(challenge.ptr + AT_END))), &changed);
	return st == PL_OK && changed == 0 ? PL_E_EXISTS : st;
}
