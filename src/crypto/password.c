/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/password.h"
#include <sodium.h>
#include <stdio.h>

#define MEMORY_KIB (64u * 1024u)
#define PASSES 3u
#define HASH_LEN 32u /* as libsodium writes them */
#define BASE64_ROOM(n) sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)
_Static_assert(PL_PASSWORD_TEXT >= crypto_pwhash_STRBYTES, "room for the string");

/* libsodium wants a place even for no bytes. */
static const char *bytes_of(pl_bytes password)
{
	return password.len ? (const char *)password.ptr : "";
}

struct cost {
	unsigned long long passes;
	size_t bytes;
};

static struct cost cost_of(enum pl_password_cost cost)
{
	if (cost == PL_PASSWORD_COST_PERSON)
		return (struct cost){PASSES, (size_t)MEMORY_KIB * 1024};
	return (struct cost){crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN};
}

pl_status pl_password_hash(pl_bytes password, enum pl_password_cost cost, char out[static PL_PASSWORD_TEXT])
{
	struct cost c = cost_of(cost);
	char text[PL_PASSWORD_TEXT] = {0};

	if (password.len > PL_PASSWORD_MAX)
		return PL_E_TOOBIG;
	if (sodium_init() < 0)
		return PL_E_INTERNAL;
	if (crypto_pwhash_str_alg(text, bytes_of(password), password.len, c.passes, c.bytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return PL_E_NOMEM;
	memcpy(out, text, sizeof text);
	return PL_OK;
}

pl_status pl_password_nobody(enum pl_password_cost cost, char out[static PL_PASSWORD_TEXT])
{
	struct cost c = cost_of(cost);
	uint8_t salt[crypto_pwhash_SALTBYTES], hash[HASH_LEN];
	char salt_text[BASE64_ROOM(sizeof salt)], hash_text[BASE64_ROOM(sizeof hash)];

	if (sodium_init() < 0)
		return PL_E_INTERNAL;
	randombytes_buf(salt, sizeof salt);
	randombytes_buf(hash, sizeof hash);
	(void)sodium_bin2base64(salt_text, sizeof salt_text, salt, sizeof salt, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	(void)sodium_bin2base64(hash_text, sizeof hash_text, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
	(void)snprintf(out, PL_PASSWORD_TEXT, "$argon2id$v=19$m=%zu,t=%llu,p=1$%s$%s", c.bytes / 1024, c.passes, salt_text, hash_text);
	return PL_OK;
}

/* What the string asks for, so that a changed row cannot make a check take all memory. */
static pl_status read_cost(pl_str hash, uint64_t *ret_kib, uint64_t *ret_passes)
{
	pl_str m, t;

	if (!pl_str_eat(&hash, PL_STR("$argon2id$v=19$m=")) || !pl_str_take_until(&hash, ',', &m) ||
		!pl_str_eat(&hash, PL_STR("t=")) || !pl_str_take_until(&hash, ',', &t) || !pl_str_starts(hash, PL_STR("p=1$")))
		return PL_E_CORRUPT;
	return pl_str_to_u64(m, MEMORY_KIB, ret_kib) || pl_str_to_u64(t, PASSES, ret_passes) ? PL_E_CORRUPT : PL_OK;
}

pl_status pl_password_check(pl_str hash, pl_bytes password)
{
	char text[PL_PASSWORD_TEXT];
	uint64_t kib, passes;
	int bad;

	if (pl_str_z(hash, text, sizeof text) != PL_OK || read_cost(hash, &kib, &passes) != PL_OK)
		return PL_E_CORRUPT;
	if (sodium_init() < 0)
		return PL_E_INTERNAL;
	if (password.len > PL_PASSWORD_MAX)
		return PL_E_DENIED;
	bad = crypto_pwhash_str_verify(text, bytes_of(password), password.len);
	return bad ? PL_E_DENIED : PL_OK;
}
