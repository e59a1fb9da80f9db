/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"
#include "base/file.h"
#include "crypto/keyfile.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define WORDS PL_STR("correct horse")

static char scratch[64];
static int dir = -1;

static int make_scratch(void **state)
{
	(void)snprintf(scratch, sizeof scratch, "/var/tmp/pellucid-keyfile-XXXXXX");
	return mkdtemp(scratch) && !pl_file_open_dir(AT_FDCWD, scratch, &dir) ? 0 : -1;
}

static int remove_scratch(void **state)
{
	static const char *const names[] = {"key", "pass", "one", "two"};

	for (size_t i = 0; i < PL_COUNT(names); i++)
		(void)unlinkat(dir, names[i], 0);
	pl_file_close(&dir);
	return rmdir(scratch);
}

static void sealed(struct pl_privkey *key, uint8_t file[static PL_KEYFILE_LEN])
{
	pl_privkey_generate(PL_KEY_ED25519, key);
	assert_int_equal(pl_keyfile_seal(key, pl_str_bytes(WORDS), PL_KEYFILE_COST_MACHINE, file), PL_OK);
}

static void opens_with_the_words_only(void **state)
{
	struct pl_privkey key, back = {.alg = PL_KEY_ED25519};
	uint8_t file[PL_KEYFILE_LEN];
	struct pl_diag diag = {0};

	sealed(&key, file);
	assert_int_equal(pl_keyfile_unseal((pl_bytes){file, sizeof file}, pl_str_bytes(PL_STR("correct horsE")), &back,
				 &diag), PL_E_DENIED);
	assert_string_equal(diag.text, "wrong passphrase, or the key file was changed");
	assert_int_equal(pl_keyfile_unseal((pl_bytes){file, sizeof file}, pl_str_bytes(WORDS), &back, NULL), PL_OK);
	assert_int_equal(back.alg, key.alg);
	assert_memory_equal(back.b, key.b, sizeof key.b);
}

/* Every byte is either checked by the layout or authenticated. */
static void refuses_every_changed_byte(void **state)
{
	struct pl_privkey key, back;
	uint8_t file[PL_KEYFILE_LEN];

	sealed(&key, file);
	for (size_t i = 0; i < sizeof file; i++) {
		/* Costs that are allowed but larger would only make this slow. */
		if (i >= 24 && i < 32)
			continue;
		file[i] ^= 0x01;
		assert_int_not_equal(pl_keyfile_unseal((pl_bytes){file, sizeof file}, pl_str_bytes(WORDS), &back, NULL),
			PL_OK);
		file[i] ^= 0x01;
	}
	assert_int_equal(pl_keyfile_unseal((pl_bytes){file, sizeof file}, pl_str_bytes(WORDS), &back, NULL), PL_OK);
}

static void refuses_other_lengths_and_costs(void **state)
{
	struct pl_privkey key, back;
	uint8_t file[PL_KEYFILE_LEN + 1] = {0};

	sealed(&key, file);
	for (size_t n = 0; n <= sizeof file; n++)
		if (n != PL_KEYFILE_LEN)
			assert_int_equal(
				pl_keyfile_unseal((pl_bytes){file, n}, pl_str_bytes(WORDS), &back, NULL), PL_E_SYNTAX);
	pl_be32_write(file + 28, 1024 * 1024 + 1);
	assert_int_equal(
		pl_keyfile_unseal((pl_bytes){file, PL_KEYFILE_LEN}, pl_str_bytes(WORDS), &back, NULL), PL_E_RANGE);
	pl_be32_write(file + 28, 1023);
	assert_int_equal(
		pl_keyfile_unseal((pl_bytes){file, PL_KEYFILE_LEN}, pl_str_bytes(WORDS), &back, NULL), PL_E_RANGE);
	pl_be32_write(file + 28, 1024);
	pl_be32_write(file + 24, 0);
	assert_int_equal(
		pl_keyfile_unseal((pl_bytes){file, PL_KEYFILE_LEN}, pl_str_bytes(WORDS), &back, NULL), PL_E_RANGE);
	pl_be32_write(file + 24, 1);
	pl_be16_write(file + 16, 2);
	assert_int_equal(pl_keyfile_unseal((pl_bytes){file, PL_KEYFILE_LEN}, pl_str_bytes(WORDS), &back, NULL),
		PL_E_UNSUPPORTED);
}

/* A file made once and kept: the format must never change silently. */
static void opens_the_vector(void **state)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_privkey back;
	uint8_t file[PL_KEYFILE_LEN];
	struct pl_pubkey pub;

	assert_int_equal(pl_file_read(AT_FDCWD, PL_VECTORS "/keyfile.hex", &text), PL_OK);
	assert_int_equal(
		pl_hex_read(pl_str_trim(pl_str_sub(pl_buf_str(&text), 0, 2 * PL_KEYFILE_LEN)), file, sizeof file),
		PL_OK);
	assert_int_equal(pl_keyfile_public((pl_bytes){file, sizeof file}, &pub, NULL), PL_OK);
	assert_int_equal(pl_keyfile_unseal((pl_bytes){file, sizeof file}, pl_str_bytes(WORDS), &back, NULL), PL_OK);
	for (unsigned i = 0; i < 32; i++)
		assert_int_equal(back.b[i], i);
}

static pl_status ask(void *ctx, struct pl_buf *out)
{
	pl_buf_put_z(out, ctx);
	return PL_OK;
}

static void files_are_for_their_owner_only(void **state)
{
	struct pl_passphrase words = {.from = PL_PASSPHRASE_CALLBACK, .ask = ask, .ctx = (void *)(uintptr_t)"words"};
	struct pl_privkey key, back;
	struct pl_pubkey pub, want;
	struct pl_diag diag = {0};
	struct stat s;

	pl_privkey_generate(PL_KEY_ECDSA_P256, &key);
	assert_int_equal(pl_keyfile_create(dir, "key", &key, &words, PL_KEYFILE_COST_MACHINE, NULL), PL_OK);
	assert_int_equal(pl_keyfile_create(dir, "key", &key, &words, PL_KEYFILE_COST_MACHINE, NULL), PL_E_EXISTS);
	assert_int_equal(fstatat(dir, "key", &s, 0), 0);
	assert_int_equal(s.st_mode & 07777, 0600);
	assert_int_equal(s.st_size, PL_KEYFILE_LEN);
	assert_int_equal(pl_keyfile_open(dir, "key", &words, &back, NULL), PL_OK);
	assert_memory_equal(back.b, key.b, sizeof key.b);
	assert_int_equal(pl_privkey_public(&key, &want), PL_OK);
	assert_int_equal(fchmodat(dir, "key", 0640, 0), 0);
	assert_int_equal(pl_keyfile_open(dir, "key", &words, &back, &diag), PL_E_DENIED);
	assert_non_null(strstr(diag.text, "others may read"));
	assert_int_equal(pl_keyfile_read_public(dir, "key", &pub, NULL), PL_OK);
	assert_true(pl_pubkey_eq(&pub, &want));
	assert_int_equal(pl_keyfile_open(dir, "none", &words, &back, NULL), PL_E_NOTFOUND);
}

static pl_status read_words(const struct pl_passphrase *p, const char *want)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(0);
	pl_status st = pl_passphrase_read(p, &out, NULL);

	if (!st)
		assert_string_equal(pl_buf_z(&out), want);
	return st;
}

static void passphrases_from_files(void **state)
{
	char path[128];
	struct pl_passphrase p = {.from = PL_PASSPHRASE_FILE, .name = path};

	(void)snprintf(path, sizeof path, "%s/one", scratch);
	assert_int_equal(read_words(&p, ""), PL_E_NOTFOUND);
	assert_int_equal(
		pl_file_put(dir, "one", pl_str_bytes(PL_STR("first line\nsecond\n")), 0600, PL_FILE_NEW), PL_OK);
	assert_int_equal(read_words(&p, "first line"), PL_OK);
	assert_int_equal(fchmodat(dir, "one", 0604, 0), 0);
	assert_int_equal(read_words(&p, ""), PL_E_DENIED);
	assert_int_equal(pl_file_put(dir, "one", pl_str_bytes(PL_STR("\n")), 0600, PL_FILE_REPLACE), PL_OK);
	assert_int_equal(read_words(&p, ""), PL_E_SYNTAX);
	p = (struct pl_passphrase){.from = PL_PASSPHRASE_CREDENTIAL, .name = "two"};
	assert_int_equal(unsetenv("CREDENTIALS_DIRECTORY"), 0);
	assert_int_equal(read_words(&p, ""), PL_E_NOTFOUND);
	assert_int_equal(setenv("CREDENTIALS_DIRECTORY", scratch, 1), 0);
	assert_int_equal(pl_file_put(dir, "two", pl_str_bytes(PL_STR("secret")), 0440, PL_FILE_NEW), PL_OK);
	assert_int_equal(read_words(&p, "secret"), PL_OK);
	p.name = "../etc/passwd";
	assert_int_not_equal(read_words(&p, ""), PL_OK);
}

static void passphrases_from_descriptors(void **state)
{
	struct pl_passphrase p = {.from = PL_PASSPHRASE_FD};
	char big[PL_PASSPHRASE_MAX + 2], rest[4];
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "ab\ncd\n", 6), 6);
	p.fd = fds[0];
	assert_int_equal(read_words(&p, "ab"), PL_OK);
	assert_int_equal(read(fds[0], rest, 3), 3); /* what follows is somebody else's */
	memset(big, 'x', sizeof big);
	assert_int_equal(write(fds[1], big, sizeof big), sizeof big);
	close(fds[1]);
	assert_int_equal(read_words(&p, ""), PL_E_TOOBIG);
	close(fds[0]);
}

static void makes_passphrase_files(void **state)
{
	struct pl_buf one PL_CLEANUP(pl_buf_done) = PL_BUF(100);
	struct stat s;

	assert_int_equal(pl_passphrase_file_new(dir, "pass"), PL_OK);
	assert_int_equal(pl_passphrase_file_new(dir, "pass"), PL_E_EXISTS);
	assert_int_equal(fstatat(dir, "pass", &s, 0), 0);
	assert_int_equal(s.st_mode & 07777, 0600);
	assert_int_equal(pl_file_read(dir, "pass", &one), PL_OK);
	assert_int_equal(one.len, 65);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_with_the_words_only),
		cmocka_unit_test(refuses_every_changed_byte),
		cmocka_unit_test(refuses_other_lengths_and_costs),
		cmocka_unit_test(opens_the_vector),
		cmocka_unit_test(files_are_for_their_owner_only),
		cmocka_unit_test(passphrases_from_files),
		cmocka_unit_test(passphrases_from_descriptors),
		cmocka_unit_test(makes_passphrase_files),
	};

	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
