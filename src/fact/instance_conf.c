/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clamd.h"
#include "base/config.h"
#include "base/file.h"
#include "base/stage.h"
#include "fact/instance_internal.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#define CONF_MAX PL_CONFIG_MAX

static const struct pl_config_key keys[] = {
	{.section = "instance", .key = "origin", .type = PL_CONFIG_STRING, .required = true, .min = 1, .max = 255,
		.offset = offsetof(struct pl_instance_conf, origin),
		.help = "name of the log; never used for another one"},
	{.section = "instance", .key = "purpose", .type = PL_CONFIG_STRING, .fallback = "production",
		.offset = offsetof(struct pl_instance_conf, purpose), .help = "production, test or demonstration"},
	{.section = "store", .key = "database", .type = PL_CONFIG_STRING, .fallback = "sqlite:pellucid.db",
		.offset = offsetof(struct pl_instance_conf, database),
		.help = "sqlite:FILE or postgres://USER@HOST/DATABASE"},
	{.section = "store", .key = "blobs", .type = PL_CONFIG_STRING, .fallback = "dir:blobs",
		.offset = offsetof(struct pl_instance_conf, blobs), .help = "dir:DIRECTORY or s3:http://HOST:PORT/BUCKET"},
	{.section = "log", .key = "directory", .type = PL_CONFIG_PATH, .fallback = "log",
		.offset = offsetof(struct pl_instance_conf, log_dir), .help = "on a local disk"},
	{.section = "log", .key = "trust", .type = PL_CONFIG_PATH, .fallback = "trust.policy",
		.offset = offsetof(struct pl_instance_conf, trust), .help = "the trust file that outsiders get, too"},
	{.section = "log", .key = "interval", .type = PL_CONFIG_DURATION, .fallback = "50ms", .min = PL_MILLISECOND,
		.max = 3600 * PL_SECOND, .offset = offsetof(struct pl_instance_conf, interval_ns),
		.help = "least time between two checkpoints under load"},
	{.section = "keys", .key = "directory", .type = PL_CONFIG_PATH, .fallback = "keys",
		.offset = offsetof(struct pl_instance_conf, keys_dir), .help = "encrypted key files"},
	{.section = "keys", .key = "passphrase", .type = PL_CONFIG_PATH,
		.offset = offsetof(struct pl_instance_conf, passphrase),
		.help = "file with the passphrase, readable by its owner only; empty: ask on the terminal"},
	{.section = "signer", .key = "directory", .type = PL_CONFIG_PATH,
		.offset = offsetof(struct pl_instance_conf, signer_dir),
		.help = "directory of the signer's sockets; empty: commands sign for themselves"},
	{.section = "signer", .key = "operator", .type = PL_CONFIG_STRING,
		.offset = offsetof(struct pl_instance_conf, users[PL_PEER_OPERATOR]),
		.help = "user of the operator's commands; empty: the signer's own user"},
	{.section = "signer", .key = "web", .type = PL_CONFIG_STRING,
		.offset = offsetof(struct pl_instance_conf, users[PL_PEER_WEB]), .help = "user of pellucid web"},
	{.section = "signer", .key = "worker", .type = PL_CONFIG_STRING,
		.offset = offsetof(struct pl_instance_conf, users[PL_PEER_WORKER]), .help = "user of the workers"},
	{.section = "signer", .key = "log", .type = PL_CONFIG_STRING,
		.offset = offsetof(struct pl_instance_conf, users[PL_PEER_LOG]), .help = "user of pellucid log serve"},
	{.section = "signer", .key = "persons", .type = PL_CONFIG_STRING,
		.offset = offsetof(struct pl_instance_conf, users[PL_PEER_PERSONS]), .help = "user of pellucid person keep"},
	{.section = "web", .key = "listen", .type = PL_CONFIG_STRING, .fallback = "localhost",
		.offset = offsetof(struct pl_instance_conf, portal_address),
		.help = "localhost (127.0.0.1 and [::1]) or one numeric address"},
	{.section = "web", .key = "port", .type = PL_CONFIG_U64, .fallback = "8080", .max = 65535,
		.offset = offsetof(struct pl_instance_conf, portal_port), .help = "0 takes any free port"},
	{.section = "web", .key = "url", .type = PL_CONFIG_STRING,
		.offset = offsetof(struct pl_instance_conf, public_url), .help = "how the public reaches the portal"},
	{.section = "web", .key = "desk", .type = PL_CONFIG_BOOL, .fallback = "no", .offset = offsetof(struct pl_instance_conf, desk),
		.help = "yes: the pages of those who work here are served, too; wants url with https, or none"},
	{.section = "web", .key = "intake", .type = PL_CONFIG_BOOL, .fallback = "no", .offset = offsetof(struct pl_instance_conf, intake),
		.help = "yes: outsiders enter cases into the registers that have a form (pellucid intake open)"},
	{.section = "intake", .key = "scanner", .type = PL_CONFIG_STRING, .max = 255, .offset = offsetof(struct pl_instance_conf, scanner),
		.help = "clamd:/path/of/its/socket or clamd:127.0.0.1:3310: looks for malware in attachments; empty: nobody does"},
	{.section = "intake", .key = "products", .type = PL_CONFIG_PATH, .offset = offsetof(struct pl_instance_conf, intake_products),
		.help = "file with the keys that enrol products, whose installations may send cases in; empty: none"},
	{.section = "intake", .key = "held", .type = PL_CONFIG_SIZE, .fallback = "1GiB", .max = (uint64_t)1 << 50,
		.offset = offsetof(struct pl_instance_conf, attach_held), .help = "bytes of attachments that may wait to be confirmed"},
	{.section = "intake", .key = "held-address", .type = PL_CONFIG_SIZE, .fallback = "256MiB", .max = (uint64_t)1 << 50,
		.offset = offsetof(struct pl_instance_conf, attach_held_address), .help = "bytes of them that one address may send in a day"},
	{.section = "answers", .key = "files", .type = PL_CONFIG_U64, .fallback = "5", .min = 0, .max = 20,
		.offset = offsetof(struct pl_instance_conf, answer_files), .help = "files that one answer to a sender may bring; 0: none"},
	{.section = "answers", .key = "bytes", .type = PL_CONFIG_SIZE, .fallback = "16MiB", .min = 1, .max = (uint64_t)64 << 20,
		.offset = offsetof(struct pl_instance_conf, answer_bytes), .help = "bytes of each of them"},
	{.section = "answers", .key = "kinds", .type = PL_CONFIG_STRING, .fallback = "pdf,png,jpeg,zip,text,json,csv,eml,age", .min = 1, .max = 255,
		.offset = offsetof(struct pl_instance_conf, answer_kinds), .help = "what they may be, by their bytes; any: whatever they are"},
	{.section = "answers", .key = "networks", .type = PL_CONFIG_PATH, .offset = offsetof(struct pl_instance_conf, answer_networks),
		.help = "file with networks of private persons, whose addresses do not go out to authorities; empty: none"},
	{.section = "clocks", .key = "calendar", .type = PL_CONFIG_STRING, .fallback = "EU", .min = 2, .max = 2,
		.offset = offsetof(struct pl_instance_conf, calendar),
		.help = "EU or a country: whose public holidays deadlines count in registers that name no calendar"},
	{.section = "mail", .key = "smtp", .type = PL_CONFIG_STRING, .max = 255, .offset = offsetof(struct pl_instance_conf, mail_smtp),
		.help = "smtp://HOST:PORT (STARTTLS, but for this machine itself) or smtps://HOST:PORT; empty: no mail"},
	{.section = "mail", .key = "from", .type = PL_CONFIG_STRING, .max = 254, .offset = offsetof(struct pl_instance_conf, mail_from),
		.help = "the address that mail comes from"},
	{.section = "mail", .key = "alarms", .type = PL_CONFIG_STRING, .max = 254, .offset = offsetof(struct pl_instance_conf, mail_alarms),
		.help = "the address that is told of deadlines and ends of seals which come near; empty: nobody is"},
	{.section = "mail", .key = "user", .type = PL_CONFIG_STRING, .max = 255, .offset = offsetof(struct pl_instance_conf, mail_user),
		.help = "user name at the mail server; empty: no login"},
	{.section = "mail", .key = "password", .type = PL_CONFIG_PATH, .offset = offsetof(struct pl_instance_conf, mail_password),
		.help = "file with the password at the mail server"},
	{.section = "mail", .key = "ca", .type = PL_CONFIG_PATH, .offset = offsetof(struct pl_instance_conf, mail_ca),
		.help = "certificates (PEM) to trust instead of the system's"},
	{.section = "vault", .key = "directory", .type = PL_CONFIG_PATH, .fallback = "vault",
		.offset = offsetof(struct pl_instance_conf, vault_dir),
		.help = "wrapped keys of what is private; keep it out of the database's backups"},
	{.section = "vault", .key = "per-hour", .type = PL_CONFIG_U64, .fallback = "120", .min = 1, .max = 1000000,
		.offset = offsetof(struct pl_instance_conf, vault_per_hour),
		.help = "how many cases one account may open in an hour"},
	{.section = "vault", .key = "per-hour-all", .type = PL_CONFIG_U64, .fallback = "600", .min = 1, .max = 1000000,
		.offset = offsetof(struct pl_instance_conf, vault_per_hour_all),
		.help = "and how many all accounts together"},
	{.section = "people", .key = "secret", .type = PL_CONFIG_PATH, .fallback = "keys/people.secret",
		.offset = offsetof(struct pl_instance_conf, people_secret),
		.help = "file with the key of names, addresses and one-time passwords; made by account first"},
	{.section = "people", .key = "rp", .type = PL_CONFIG_STRING, .max = 253,
		.offset = offsetof(struct pl_instance_conf, people_rp),
		.help = "RP ID of passkeys: the host of url or a domain above it; empty: the host"},
	{.section = "people", .key = "name", .type = PL_CONFIG_STRING, .fallback = "Pellucid", .min = 1, .max = 64,
		.offset = offsetof(struct pl_instance_conf, people_name), .help = "how authenticators name this instance"},
	{.section = "people", .key = "idle", .type = PL_CONFIG_DURATION, .fallback = "15m", .min = 60 * PL_SECOND,
		.max = 12 * 3600 * PL_SECOND, .offset = offsetof(struct pl_instance_conf, people_idle_ns),
		.help = "a session ends after this long without a request"},
	{.section = "people", .key = "absolute", .type = PL_CONFIG_DURATION, .fallback = "8h", .min = 60 * PL_SECOND,
		.max = 24 * 3600 * PL_SECOND, .offset = offsetof(struct pl_instance_conf, people_absolute_ns),
		.help = "a session ends this long after the login, whatever happens"},
	{.section = "people", .key = "fresh", .type = PL_CONFIG_DURATION, .fallback = "5m", .min = 30 * PL_SECOND,
		.max = 3600 * PL_SECOND, .offset = offsetof(struct pl_instance_conf, people_fresh_ns),
		.help = "dangerous acts want a login that is younger than this"},
};

static const struct pl_config_table table = {keys, PL_COUNT(keys)};

/* "sqlite:file" and "dir:directory" below the instance become absolute. */
static pl_status absolute_url(pl_str abs, struct pl_arena *arena, pl_str *url)
{
	static const char *const schemes[] = {"sqlite:", "dir:"};
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(8192);

	for (size_t i = 0; i < PL_COUNT(schemes); i++) {
		pl_str rest = *url;

		if (!pl_str_eat(&rest, pl_str_from(schemes[i])) || pl_str_starts(rest, PL_STR("/")))
			continue;
		pl_buf_put_z(&b, schemes[i]);
		pl_buf_put_str(&b, abs);
		pl_buf_put_c(&b, '/');
		pl_buf_put_str(&b, rest);
		return pl_buf_status(&b) ? pl_buf_status(&b) : pl_arena_dup(arena, pl_buf_str(&b), url);
	}
	return PL_OK;
}

pl_status pl_instance_conf_load(int dir_fd, pl_str abs, struct pl_arena *arena, struct pl_instance_conf *ret,
	struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(CONF_MAX);
	struct pl_instance_conf conf = {0};
	pl_status st = pl_file_read(dir_fd, PL_INSTANCE_CONF_NAME, &text);

	if (st == PL_E_NOTFOUND && pl_stage_is_left(dir_fd)) {
		pl_diag_hint(diag, "run the same pellucid init again: it goes on, or begins anew; or remove %.*s/" PL_STAGE_NAME,
			PL_STR_ARG(abs));
		return pl_diag_set(diag, st, "an init was broken off at %.*s", PL_STR_ARG(abs));
	}
	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "make one with: pellucid init %.*s --origin NAME", PL_STR_ARG(abs));
		return pl_diag_set(diag, st, "there is no instance at %.*s", PL_STR_ARG(abs));
	}
	if (st)
		return pl_diag_set(diag, st, "cannot read %.*s/%s", PL_STR_ARG(abs), PL_INSTANCE_CONF_NAME);
	st = pl_config_parse(&table, pl_buf_str(&text), abs, arena, &conf, sizeof conf, diag);
	if (st == PL_OK)
		st = absolute_url(abs, arena, &conf.database);
	if (st == PL_OK)
		st = absolute_url(abs, arena, &conf.blobs);
	if (st == PL_OK && conf.scanner.len)
		st = pl_clamd_address_check(conf.scanner, diag);
	if (st) {
		pl_diag_context(diag, "%.*s/%s", PL_STR_ARG(abs), PL_INSTANCE_CONF_NAME);
		return st;
	}
	*ret = conf;
	return PL_OK;
}

void pl_instance_conf_write(const struct pl_instance_conf *conf, struct pl_buf *out)
{
	pl_config_write(&table, conf, out);
}

pl_status pl_instance_absolute(const char *dir, struct pl_buf *ret)
{
	char path[PATH_MAX];

	if (!realpath(dir, path))
		return pl_status_from_errno(errno);
	pl_buf_put_z(ret, path);
	return pl_buf_z(ret) ? PL_OK : pl_buf_status(ret);
}
