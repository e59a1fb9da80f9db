/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/passphrase.h"
#include "base/file.h"
#include "base/random.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* Bytes are taken one by one up to the line break, so that what follows stays for another reader of the pipe. */
static pl_status read_line(int fd, struct pl_buf *out)
{
	char c = 0;
	pl_status st = PL_OK;

	while (!pl_buf_status(out)) {
		ssize_t n = read(fd, &c, 1);

		if (n < 0) {
			st = PL_E_IO;
			break;
		}
		if (n == 0 || c == '\n')
			break;
		pl_buf_put_c(out, c);
	}
	pl_wipe(&c, 1);
	return st ? st : pl_buf_status(out);
}

static pl_status from_file(int dir, const char *path, struct pl_buf *out, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	struct stat s;
	pl_status st;

	st = pl_file_open(dir, path, O_RDONLY, 0, &fd);
	if (st)
		return pl_diag_set(diag, st, "cannot open the passphrase file %s: %s", path, pl_status_text(st));
	if (fstat(fd, &s) != 0)
		return PL_E_IO;
	if (s.st_mode & (S_IRWXG | S_IRWXO)) {
		pl_diag_hint(diag, "chmod 600 %s", path);
		return pl_diag_set(diag, PL_E_DENIED, "others may read the passphrase file %s", path);
	}
	return read_line(fd, out);
}

static pl_status from_credential(const char *name, struct pl_buf *out, struct pl_diag *diag)
{
	const char *base = secure_getenv("CREDENTIALS_DIRECTORY");
	int dir PL_CLEANUP(pl_file_close) = -1, fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st;

	if (!base)
		return pl_diag_set(
			diag, PL_E_NOTFOUND, "$CREDENTIALS_DIRECTORY is not set; expected systemd to give it");
	st = pl_file_open_dir(AT_FDCWD, base, &dir);
	/* systemd makes these files 0440 and guards the directory; the mode says nothing here. */
	if (!st)
		st = pl_file_open_beneath(dir, pl_str_from(name), O_RDONLY, &fd);
	if (st)
		return pl_diag_set(diag, st, "cannot open the credential %s: %s", name, pl_status_text(st));
	return read_line(fd, out);
}

static pl_status from_terminal(const char *prompt, struct pl_buf *out, struct pl_diag *diag)
{
	int fd PL_CLEANUP(pl_file_close) = -1;
	struct termios before, quiet;
	pl_status st;

	if (pl_file_open(AT_FDCWD, "/dev/tty", O_RDWR | O_NOCTTY, 0, &fd) || tcgetattr(fd, &before) != 0) {
		pl_diag_hint(diag, "give the passphrase by file, descriptor or systemd credential");
		return pl_diag_set(diag, PL_E_STATE, "there is no terminal to ask for the passphrase");
	}
	quiet = before;
	quiet.c_lflag &= ~(tcflag_t)ECHO;
	st = pl_file_write(fd, prompt, strlen(prompt));
	if (!st && tcsetattr(fd, TCSAFLUSH, &quiet) != 0)
		st = PL_E_IO;
	if (!st)
		st = read_line(fd, out);
	if (tcsetattr(fd, TCSAFLUSH, &before) != 0 && !st)
		st = PL_E_IO;
	(void)!write(fd, "\n", 1);
	return st;
}

static pl_status read_any(const struct pl_passphrase *p, struct pl_buf *out, struct pl_diag *diag)
{
	switch (p->from) {
	case PL_PASSPHRASE_CALLBACK:
		return p->ask(p->ctx, out);
	case PL_PASSPHRASE_FD:
		return read_line(p->fd, out);
	case PL_PASSPHRASE_FILE:
		return from_file(AT_FDCWD, p->name, out, diag);
	case PL_PASSPHRASE_CREDENTIAL:
		return from_credential(p->name, out, diag);
	case PL_PASSPHRASE_TERMINAL:
		return from_terminal(p->name, out, diag);
	}
	return PL_E_INTERNAL;
}

pl_status pl_passphrase_read(const struct pl_passphrase *p, struct pl_buf *out, struct pl_diag *diag)
{
	pl_status st;

	pl_buf_init(out, PL_PASSPHRASE_MAX);
	if (!pl_buf_reserve(out, PL_PASSPHRASE_MAX))
		return PL_E_NOMEM;
	st = read_any(p, out, diag);
	if (!st)
		st = pl_buf_status(out);
	if (!st && out->len == 0)
		st = PL_E_SYNTAX;
	if (st) {
		pl_buf_done_secret(out);
		return pl_diag_set(diag, st, "expected a passphrase of 1 to %u bytes", PL_PASSPHRASE_MAX);
	}
	return PL_OK;
}

pl_status pl_passphrase_file_new(int dir, const char *path)
{
	uint8_t raw[32];
	char text[2 * sizeof raw + 2];
	pl_status st;

	pl_random(raw, sizeof raw);
	pl_hex_write(raw, sizeof raw, text);
	text[2 * sizeof raw] = '\n';
	st = pl_file_put(dir, path, (pl_bytes){(const uint8_t *)text, 2 * sizeof raw + 1}, 0600, PL_FILE_NEW);
	pl_wipe(raw, sizeof raw);
	pl_wipe(text, sizeof text);
	return st;
}
