/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crypto/passphrase: where the words that open a key file come from. Never the command line, which others can read.
 *
 * The passphrase is the first line without its line break, 1 to 1,024 bytes. Text is wiped before its memory is given
 * back; give the buffer back with pl_buf_done_secret.
 */
#ifndef PL_CRYPTO_PASSPHRASE_H
#define PL_CRYPTO_PASSPHRASE_H
#include "base/base.h"

#define PL_PASSPHRASE_MAX 1024u

enum pl_passphrase_from {
	PL_PASSPHRASE_CALLBACK,   /* ask(ctx, out) appends it */
	PL_PASSPHRASE_FD,         /* read from an open descriptor (which stays the caller's) */
	PL_PASSPHRASE_FILE,       /* a file that only its owner can read */
	PL_PASSPHRASE_CREDENTIAL, /* the file @name in $CREDENTIALS_DIRECTORY (systemd LoadCredential=) */
	PL_PASSPHRASE_TERMINAL,   /* typed on /dev/tty, without echo */
};

struct pl_passphrase {
	enum pl_passphrase_from from;
	pl_status (*ask)(void *ctx, struct pl_buf *out);
	void *ctx;
	int fd;
	const char *name; /* path, or credential name without '/', or what the terminal is asked for */
};

/* Read it into @out (an empty buffer, reserved here so that it never moves). PL_E_DENIED for a file that others can
 * read, PL_E_NOTFOUND, PL_E_SYNTAX (empty), PL_E_TOOBIG, PL_E_STATE (no terminal). */
pl_status pl_passphrase_read(const struct pl_passphrase *p, struct pl_buf *out, struct pl_diag *diag);
/* Make a file (mode 0600, must not exist) below @dir with a new random passphrase of 256 bits, for keys that a service
 * must open without a person. PL_E_EXISTS, file errors. */
pl_status pl_passphrase_file_new(int dir, const char *path);

#endif
