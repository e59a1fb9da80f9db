/* SPDX-License-Identifier: Apache-2.0 */
/* Logging in at a terminal, and setting a password there. */
#include "base/file.h"
#include "cli/account.h"
#include "crypto/passphrase.h"
#include "people/password.h"
#include <fcntl.h>

static int fail_login(const struct pl_cli *cli, pl_status st, uint64_t wait, struct pl_diag *diag)
{
	if (st == PL_E_DENIED)
		st = pl_diag_set(diag, st, "name, password or code is not right");
	if (st == PL_E_BUSY)
		st = pl_diag_set(diag, st, "too many attempts; wait %llu seconds",
			(unsigned long long)((wait + PL_SECOND - 1) / PL_SECOND));
	return pl_cli_fail(cli, st, diag);
}

static pl_status keep(const char *path, const struct pl_session_token *token)
{
	char text[PL_SESSION_TOKEN_TEXT + 2];
	pl_status st;

	memcpy(text, token->text, PL_SESSION_TOKEN_TEXT);
	text[PL_SESSION_TOKEN_TEXT] = '\n';
	st = pl_file_put(AT_FDCWD, path, pl_bytes_of(text, PL_SESSION_TOKEN_TEXT + 1), 0600, PL_FILE_REPLACE);
	pl_wipe(text, sizeof text);
	return st;
}

static int login_with(struct pl_cli_people *a, const char *path)
{
	struct pl_buf password PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PASSPHRASE_MAX);
	struct pl_buf code PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PASSPHRASE_MAX);
	struct pl_login login = {.name = pl_str_from(a->cli->argv[0])};
	struct pl_session_token token;
	struct pl_diag diag = {0};
	uint64_t wait = 0;
	pl_status st = pl_cli_ask("Password: ", &password, &diag);

	if (st == PL_OK)
		st = pl_cli_ask("Code of the authenticator app (or a recovery code): ", &code, &diag);
	if (st != PL_OK)
		return pl_cli_fail(a->cli, st, &diag);
	login.password = pl_buf_str(&password);
	login.code = pl_buf_str(&code);
	st = pl_password_login(a->people, &login, &token, &wait);
	if (st != PL_OK)
		return fail_login(a->cli, st, wait, &diag);
	st = keep(path, &token);
	pl_wipe(&token, sizeof token);
	if (st != PL_OK)
		return pl_cli_fail(a->cli, pl_diag_set(&diag, st, "cannot write %s", path), &diag);
	(void)fprintf(stderr, "logged in; the session is kept in %s\n", path);
	return PL_EXIT_OK;
}

int pl_cli_account_login(struct pl_cli *cli)
{
	const char *path = pl_cli_session_file(cli);
	struct pl_cli_people a = {0};
	int code = PL_EXIT_USAGE;

	if (path && pl_cli_people_open(&a, cli, false, &code))
		code = login_with(&a, path);
	pl_cli_people_close(&a);
	return code;
}

int pl_cli_account_logout(struct pl_cli *cli)
{
	struct pl_buf token PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PASSPHRASE_MAX);
	struct pl_passphrase from = {.from = PL_PASSPHRASE_FILE, .name = pl_cli_session_file(cli)};
	struct pl_cli_people a = {0};
	struct pl_diag diag = {0};
	int code = PL_EXIT_USAGE;
	pl_status st;

	if (from.name && pl_cli_people_open(&a, cli, false, &code)) {
		st = pl_passphrase_read(&from, &token, &diag);
		if (st == PL_OK)
			st = pl_session_logout(a.people, pl_buf_str(&token), (pl_str){0});
		if (st == PL_OK)
			st = pl_file_unlink(AT_FDCWD, from.name);
		code = st == PL_OK ? PL_EXIT_OK : pl_cli_fail(cli, st, &diag);
		if (st == PL_OK)
			(void)fprintf(stderr, "logged out\n");
	}
	pl_cli_people_close(&a);
	return code;
}

/* ---- setting a password ---- */

static void show_secret(struct pl_cli_people *a, const uint8_t secret[static PL_TOTP_SECRET_LEN])
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024), name PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	pl_cli_account_name(a, &a->session.account, &name);
	pl_buf_put_z(&text, "secret for the authenticator app: ");
	pl_totp_put_secret(&text, secret);
	pl_buf_put_c(&text, '\n');
	pl_totp_put_uri(&text, secret, pl_instance_conf(a->inst)->people_name, pl_buf_str(&name));
	pl_buf_put_c(&text, '\n');
	(void)!pl_cli_out(pl_buf_str(&text));
	(void)fflush(stdout);
}

/* Three tries for the code: typing takes its time, and codes change. */
static pl_status confirm(struct pl_cli_people *a, struct pl_buf *recovery, struct pl_diag *diag)
{
	pl_status st = PL_E_DENIED;

	for (unsigned i = 0; i < 3 && st == PL_E_DENIED; i++) {
		struct pl_buf code PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PASSPHRASE_MAX);

		*diag = (struct pl_diag){0};
		st = pl_cli_ask("Code that the app shows now: ", &code, diag);
		if (st == PL_OK)
			st = pl_password_confirm(a->people, &a->session, pl_buf_str(&code), (pl_str){0}, recovery, diag);
	}
	return st;
}

static int set_password(struct pl_cli_people *a)
{
	struct pl_buf password PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PASSPHRASE_MAX);
	struct pl_buf recovery PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024);
	uint8_t secret[PL_TOTP_SECRET_LEN];
	struct pl_diag diag = {0};
	pl_status st = pl_cli_ask("New password, 12 characters or more: ", &password, &diag);

	if (st == PL_OK)
		st = pl_password_set(a->people, &a->session, pl_buf_str(&password), secret, &diag);
	if (st != PL_OK)
		return pl_cli_fail(a->cli, st, &diag);
	show_secret(a, secret);
	pl_wipe(secret, sizeof secret);
	(void)pl_buf_reserve(&recovery, 512);
	st = confirm(a, &recovery, &diag);
	if (st != PL_OK)
		return pl_cli_fail(a->cli, st, &diag);
	(void)printf("recovery codes, each good once in place of the app; keep them on paper:\n");
	return pl_cli_out(pl_buf_str(&recovery)) == PL_OK ? PL_EXIT_OK : PL_EXIT_UNKNOWN;
}

static int enrol(struct pl_cli_people *a)
{
	struct pl_buf code PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PASSPHRASE_MAX);
	struct pl_session_token token;
	struct pl_diag diag = {0};
	uint64_t wait = 0;
	pl_status st = pl_cli_ask("One-time code of the invitation: ", &code, &diag);

	if (st == PL_OK)
		st = pl_enrol_begin(a->people, pl_buf_str(&code), (pl_str){0}, &token, &wait);
	if (st == PL_OK)
		st = pl_session_open(a->people, pl_str_from(token.text), &a->session);
	pl_wipe(&token, sizeof token);
	if (st == PL_E_DENIED)
		st = pl_diag_set(&diag, st, "this code is not right, was used, or is too old");
	return st == PL_OK ? set_password(a) : pl_cli_fail(a->cli, st, &diag);
}

int pl_cli_account_password(struct pl_cli *cli)
{
	struct pl_cli_people a = {0};
	int code;

	if (pl_cli_has(cli, "session"))
		code = pl_cli_people_open_as(&a, cli, true, &code) ? set_password(&a) : code;
	else
		code = pl_cli_people_open(&a, cli, false, &code) ? enrol(&a) : code;
	pl_cli_people_close(&a);
	return code;
}
