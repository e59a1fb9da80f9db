/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/keyfile.h"
#include "base/file.h"
#include "base/random.h"
#include <assert.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>

/* The layout (docs/formats/keyfile.md). Everything up to AT_SEALED is authenticated as associated data. */
#define MAGIC "pellucid-keyfile" /* 16 bytes, no NUL */
#define VERSION 1u
#define KDF_ARGON2ID 1u
#define CIPHER_XCHACHA 1u
enum {
	AT_VERSION = 16,
	AT_KDF = 18,
	AT_CIPHER = 19,
	AT_ALG = 20,
	AT_PUBLIC_LEN = 21,
	AT_ZERO = 22,
	AT_PASSES = 24,
	AT_MEMORY = 28, /* KiB */
	AT_SALT = 32,
	AT_NONCE = 48,
	AT_PUBLIC = 72,
	AT_PADDING = 137,
	AT_SEALED = 144,
	AT_END = 192,
};
_Static_assert(AT_END == PL_KEYFILE_LEN, "layout");
_Static_assert(AT_SEALED + PL_PRIVKEY_LEN + crypto_aead_xchacha20poly1305_ietf_ABYTES == AT_END, "layout");
_Static_assert(AT_SALT + crypto_pwhash_SALTBYTES == AT_NONCE, "layout");
_Static_assert(AT_NONCE + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES == AT_PUBLIC, "layout");
_Static_assert(AT_PUBLIC + PL_PUBKEY_MAX == AT_PADDING, "layout");

/* A file may not make us spend more than this on one opening. */
#define PASSES_MAX 16u
#define MEMORY_MIN_KIB 1024u
#define MEMORY_MAX_KIB (1024u * 1024u)

static pl_status derive(const uint8_t *file, pl_bytes passphrase, uint8_t key[static 32])
{
	if (sodium_init() < 0)
		return PL_E_INTERNAL;
	if (crypto_pwhash(key, 32, (const char *)passphrase.ptr, passphrase.len, file + AT_SALT,
		    pl_be32(file + AT_PASSES), (size_t)pl_be32(file + AT_MEMORY) * 1024,
		    crypto_pwhash_ALG_ARGON2ID13) != 0)
		return PL_E_NOMEM;
	return PL_OK;
}

pl_status pl_keyfile_seal(const struct pl_privkey *key, pl_bytes passphrase, enum pl_keyfile_cost cost,
	uint8_t out[static PL_KEYFILE_LEN])
{
	bool person = cost == PL_KEYFILE_COST_PERSON;
	uint8_t file[PL_KEYFILE_LEN] = {0}, secret[32];
	struct pl_pubkey pub;
	pl_status st;

	st = pl_privkey_public(key, &pub);
	if (st)
		return st;
	memcpy(file, MAGIC, AT_VERSION);
	pl_be16_write(file + AT_VERSION, VERSION);
	file[AT_KDF] = KDF_ARGON2ID;
	file[AT_CIPHER] = CIPHER_XCHACHA;
	file[AT_ALG] = (uint8_t)key->alg;
	file[AT_PUBLIC_LEN] = pub.len;
	pl_be32_write(file + AT_PASSES, person ? 3 : 1);
	pl_be32_write(file + AT_MEMORY, person ? 256 * 1024 : MEMORY_MIN_KIB);
	pl_random(file + AT_SALT, AT_PUBLIC - AT_SALT);
	memcpy(file + AT_PUBLIC, pub.b, pub.len);
	st = derive(file, passphrase, secret);
	if (st)
		return st;
	assert(crypto_aead_xchacha20poly1305_ietf_encrypt(file + AT_SEALED, NULL, key->b, sizeof key->b, file,
		       AT_SEALED, NULL, file + AT_NONCE, secret) == 0);
	pl_wipe(secret, sizeof secret);
	memcpy(out, file, sizeof file);
	return PL_OK;
}

static bool all_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i])
			return false;
	return true;
}

/* Check every field of the layout and read the public key. */
static pl_status read_layout(pl_bytes file, struct pl_pubkey *ret, struct pl_diag *diag)
{
	const uint8_t *f = file.ptr;
	struct pl_pubkey pub;

	if (!f || file.len < AT_KDF || memcmp(f, MAGIC, AT_VERSION) != 0)
		return pl_diag_set(diag, PL_E_SYNTAX, "this is not a Pellucid key file");
	if (pl_be16(f + AT_VERSION) != VERSION)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "key file of version %u; this program reads version %u",
			pl_be16(f + AT_VERSION), VERSION);
	if (file.len != PL_KEYFILE_LEN)
		return pl_diag_set(
			diag, PL_E_SYNTAX, "a key file has %u bytes, this one %zu", PL_KEYFILE_LEN, file.len);
	if (f[AT_KDF] != KDF_ARGON2ID || f[AT_CIPHER] != CIPHER_XCHACHA)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "unknown derivation or cipher in the key file");
	if (pl_be32(f + AT_PASSES) < 1 || pl_be32(f + AT_PASSES) > PASSES_MAX ||
		pl_be32(f + AT_MEMORY) < MEMORY_MIN_KIB || pl_be32(f + AT_MEMORY) > MEMORY_MAX_KIB)
		return pl_diag_set(diag, PL_E_RANGE, "the key file asks for more or less work than is allowed");
	if (f[AT_PUBLIC_LEN] > PL_PUBKEY_MAX || !all_zero(f + AT_ZERO, AT_PASSES - AT_ZERO) ||
		!all_zero(f + AT_PUBLIC + f[AT_PUBLIC_LEN], AT_SEALED - AT_PUBLIC - f[AT_PUBLIC_LEN]) ||
		pl_pubkey_from_raw((enum pl_key_alg)f[AT_ALG], (pl_bytes){f + AT_PUBLIC, f[AT_PUBLIC_LEN]}, &pub))
		return pl_diag_set(diag, PL_E_SYNTAX, "damaged key file: the public key is not valid");
	*ret = pub;
	return PL_OK;
}

pl_status pl_keyfile_public(pl_bytes file, struct pl_pubkey *ret, struct pl_diag *diag)
{
	return read_layout(file, ret, diag);
}

pl_status pl_keyfile_unseal(pl_bytes file, pl_bytes passphrase, struct pl_privkey *ret, struct pl_diag *diag)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done) = {0};
	struct pl_pubkey written, real;
	uint8_t secret[32];
	pl_status st;
	int bad;

	st = read_layout(file, &written, diag);
	if (st)
		return st;
	st = derive(file.ptr, passphrase, secret);
	if (st)
		return pl_diag_set(diag, st, "not enough memory to open the key file");
	bad = crypto_aead_xchacha20poly1305_ietf_decrypt(key.b, NULL, NULL, file.ptr + AT_SEALED, AT_END - AT_SEALED,
		file.ptr, AT_SEALED, file.ptr + AT_NONCE, secret);
	pl_wipe(secret, sizeof secret);
	if (bad)
		return pl_diag_set(diag, PL_E_DENIED, "wrong passphrase, or the key file was changed");
	key.alg = (enum pl_key_alg)file.ptr[AT_ALG];
	if (pl_privkey_public(&key, &real) || !pl_pubkey_eq(&real, &written))
		return pl_diag_set(diag, PL_E_CORRUPT, "the key file names another public key than it holds");
	*ret = key;
	return PL_OK;
}

pl_status pl_keyfile_create(int dir, const char *path, const struct pl_privkey *key, const struct pl_passphrase *pass,
	enum pl_keyfile_cost cost, struct pl_diag *diag)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PASSPHRASE_MAX);
	uint8_t file[PL_KEYFILE_LEN];
	pl_status st;

	st = pl_passphrase_read(pass, &words, diag);
	if (!st)
		st = pl_keyfile_seal(key, pl_buf_bytes(&words), cost, file);
	if (!st)
		st = pl_file_put(dir, path, (pl_bytes){file, sizeof file}, 0600, PL_FILE_NEW);
	return st ? pl_diag_set(diag, st, "cannot make the key file %s: %s", path, pl_status_text(st)) : PL_OK;
}

static pl_status read_file(int dir, const char *path, bool must_be_private, struct pl_buf *out, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	struct stat s;
	pl_status st;

	st = pl_file_open(dir, path, O_RDONLY, 0, &fd);
	if (!st && fstat(fd, &s) != 0)
		st = PL_E_IO;
	if (st)
		return pl_diag_set(diag, st, "cannot open the key file %s: %s", path, pl_status_text(st));
	if (must_be_private && (s.st_mode & (S_IRWXG | S_IRWXO))) {
		pl_diag_hint(diag, "chmod 600 %s, and ask who may have copied it", path);
		return pl_diag_set(diag, PL_E_DENIED, "others may read the key file %s", path);
	}
	st = pl_file_read_fd(fd, out);
	return st ? pl_diag_set(diag, st, "cannot read the key file %s: %s", path, pl_status_text(st)) : PL_OK;
}

pl_status pl_keyfile_open(int dir, const char *path, const struct pl_passphrase *pass, struct pl_privkey *ret,
	struct pl_diag *diag)
{
	struct pl_buf words PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PASSPHRASE_MAX);
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_pubkey pub;
	pl_status st;

	st = read_file(dir, path, true, &file, diag);
	if (!st)
		st = pl_keyfile_public(pl_buf_bytes(&file), &pub, diag);
	if (!st)
		st = pl_passphrase_read(pass, &words, diag);
	return st ? st : pl_keyfile_unseal(pl_buf_bytes(&file), pl_buf_bytes(&words), ret, diag);
}

pl_status pl_keyfile_read_public(int dir, const char *path, struct pl_pubkey *ret, struct pl_diag *diag)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	pl_status st = read_file(dir, path, false, &file, diag);

	return st ? st : pl_keyfile_public(pl_buf_bytes(&file), ret, diag);
}
