/* SPDX-License-Identifier: Apache-2.0 */
#include "people/people.h"
#include "base/file.h"
#include "base/random.h"
#include "people/people_internal.h"
#include <fcntl.h>

const struct pl_fact_room pl_people_room = {.name = "people", .migrations = &pl_sql_people_migrations};

static const char *const purposes[PEOPLE_KEY_COUNT] = {
	[PEOPLE_KEY_SEAL] = "pl-people/v1 seal",
	[PEOPLE_KEY_NAME] = "pl-people/v1 name",
	[PEOPLE_KEY_ADDRESS] = "pl-people/v1 address",
	[PEOPLE_KEY_DELAY] = "pl-people/v1 delay",
	[PEOPLE_KEY_CODE] = "pl-people/v1 code",
	[PEOPLE_KEY_CHALLENGE] = "pl-people/v1 challenge",
	[PEOPLE_KEY_CSRF] = "pl-people/v1 csrf",
	[PEOPLE_KEY_HEAD] = "pl-people/v1 head",
	[PEOPLE_KEY_ROOMS] = "pl-people/v1 rooms",
};

pl_status pl_people_new(const struct pl_people_options *opt, struct pl_people **ret)
{
	struct pl_people *p;
	pl_status st;

	if (opt->secret.len < PL_SECRET_KEY_LEN)
		return PL_E_RANGE;
	p = PL_NEW(struct pl_people);
	p->db = opt->db;
	p->idle_ns = opt->idle_ns;
	p->absolute_ns = opt->absolute_ns;
	p->fresh_ns = opt->fresh_ns;
	p->cost = opt->cost;
	p->now = opt->now;
	p->now_ctx = opt->now_ctx;
	for (size_t i = 0; i < PEOPLE_KEY_COUNT; i++)
		pl_secret_derive(opt->secret, purposes[i], p->keys[i]);
	st = pl_str_z(opt->rp_id, p->rp_id, sizeof p->rp_id);
	st = st ? st : pl_str_z(opt->origin, p->origin, sizeof p->origin);
	st = st ? st : pl_str_z(opt->name, p->name, sizeof p->name);
	st = st ? PL_E_RANGE : PL_OK;
	st = st ? st : pl_password_nobody(p->cost, p->dummy);
	if (st != PL_OK) {
		pl_people_close(p);
		return st;
	}
	*ret = p;
	return PL_OK;
}

void pl_people_derive(const struct pl_people *p, const char *purpose, uint8_t ret[static 32])
{
	pl_secret_derive(pl_bytes_of(p->keys[PEOPLE_KEY_ROOMS], PL_SECRET_KEY_LEN), purpose, ret);
}

void pl_people_close(struct pl_people *p)
{
	if (!p)
		return;
	pl_wipe(p, sizeof *p);
	pl_free(p);
}

/* ---- with an instance ---- */

static pl_status any_account(void *ctx, struct pl_db_tx *tx)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	static const struct pl_ulid zero;

	return pl_db_one(tx, &pl_sql_account_page, PL_DB_ARGS(pl_people_arg_ulid(&zero), PL_DB_U64(1)), &rows);
}

/* A service that may read nothing else of the keys is handed the secret by systemd (LoadCredential=people-secret:...). */
static pl_status read_credential(struct pl_buf *ret)
{
	const struct pl_passphrase from = {.from = PL_PASSPHRASE_CREDENTIAL, .name = "people-secret"};
	struct pl_diag quiet = {0};

	return pl_passphrase_read(&from, ret, &quiet);
}

static pl_status read_secret(struct pl_instance *inst, bool make, struct pl_buf *ret, struct pl_diag *diag)
{
	const struct pl_instance_conf *conf = pl_instance_conf(inst);
	struct pl_passphrase from = {.from = PL_PASSPHRASE_FILE, .name = conf->people_secret.ptr};
	struct pl_diag quiet = {0};
	pl_status st = read_credential(ret), have;

	if (st != PL_E_NOTFOUND)
		return st == PL_OK ? PL_OK : pl_diag_set(diag, st, "the accounts' secret among the credentials of this service cannot be read");
	st = pl_passphrase_read(&from, ret, &quiet);
	if (st == PL_E_NOTFOUND && make) {
		have = pl_db_read(pl_instance_db(inst), any_account, NULL);
		if (have == PL_OK) {
			pl_diag_hint(diag, "restore %s from a backup: without it nobody can log in", conf->people_secret.ptr);
			return pl_diag_set(diag, PL_E_STATE, "there are accounts, but their secret file is gone");
		}
		st = have == PL_E_NOTFOUND ? pl_passphrase_file_new(AT_FDCWD, conf->people_secret.ptr) : have;
		st = st == PL_OK || st == PL_E_EXISTS ? pl_passphrase_read(&from, ret, &quiet) : st;
	}
	if (st == PL_E_NOTFOUND)
		pl_diag_hint(diag, "make the first administrator with: pellucid account first NAME");
	return st == PL_OK ? PL_OK : pl_diag_set(diag, st, "cannot read the accounts' secret file %s",
		conf->people_secret.ptr);
}

pl_status pl_people_open(struct pl_instance *inst, bool make, struct pl_people **ret, struct pl_diag *diag)
{
	const struct pl_instance_conf *conf = pl_instance_conf(inst);
	struct pl_buf secret PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_PASSPHRASE_MAX);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(8192);
	struct pl_people_options opt = {.db = pl_instance_db(inst), .name = conf->people_name, .idle_ns = conf->people_idle_ns,
		.absolute_ns = conf->people_absolute_ns, .fresh_ns = conf->people_fresh_ns};
	pl_status st = pl_people_site(conf->public_url, conf->people_rp, conf->portal_port, &arena, &opt.rp_id, &opt.origin,
		diag);

	if (st == PL_OK)
		st = read_secret(inst, make, &secret, diag);
	if (st != PL_OK)
		return st;
	opt.secret = pl_buf_bytes(&secret);
	opt.cost = PL_PASSWORD_COST_PERSON;
	st = pl_people_new(&opt, ret);
	return st == PL_OK ? PL_OK : pl_diag_set(diag, st, "the settings of [people] cannot be used");
}

/* "https://host:port/..." up to the path; @ret_host without the port. */
static pl_status split_url(pl_str url, size_t *ret_origin_len, pl_str *ret_host)
{
	pl_str rest = url;
	size_t end;

	if (!pl_str_eat(&rest, PL_STR("https://")) && !pl_str_eat(&rest, PL_STR("http://")))
		return PL_E_SYNTAX;
	end = pl_str_find(rest, '/');
	*ret_origin_len = (size_t)(rest.ptr - url.ptr) + end;
	rest.len = end;
	rest.len = pl_str_find(rest, ':');
	if (rest.len == 0 || rest.ptr[0] == '[')
		return PL_E_SYNTAX;
	for (size_t i = 0; i < rest.len; i++)
		if (!((rest.ptr[i] >= 'a' && rest.ptr[i] <= 'z') || (rest.ptr[i] >= '0' && rest.ptr[i] <= '9') ||
			    rest.ptr[i] == '-' || rest.ptr[i] == '.'))
			return PL_E_SYNTAX;
	*ret_host = rest;
	return PL_OK;
}

pl_status pl_people_site(pl_str url, pl_str rp, uint64_t port, struct pl_arena *arena, pl_str *ret_rp,
	pl_str *ret_origin, struct pl_diag *diag)
{
	struct pl_buf local PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	size_t len;
	pl_str host;
	pl_status st;

	if (url.len == 0) {
		pl_buf_printf(&local, "http://localhost:%llu", (unsigned long long)port);
		url = pl_buf_str(&local);
	}
	if (split_url(url, &len, &host) != PL_OK)
		return pl_diag_set(diag, PL_E_SYNTAX, "[web] url: expected https://HOST[:PORT]/, the host by name and in lower case");
	if (rp.len == 0)
		rp = host;
	if (!pl_str_ends(host, rp) || (host.len > rp.len && host.ptr[host.len - rp.len - 1] != '.'))
		return pl_diag_set(diag, PL_E_RANGE, "[people] rp: expected %.*s or a domain above it", PL_STR_ARG(host));
	st = pl_arena_dup(arena, rp, ret_rp);
	return st ? st : pl_arena_dup(arena, pl_str_of(url.ptr, len), ret_origin);
}

pl_str pl_people_origin(const struct pl_people *p)
{
	return pl_str_from(p->origin);
}

/* ---- shared in the room ---- */

uint64_t pl_people_now(const struct pl_people *p)
{
	return p->now ? p->now(p->now_ctx) : pl_time_now();
}

struct pl_webauthn_site pl_people_web_site(const struct pl_people *p)
{
	return (struct pl_webauthn_site){.rp_id = pl_str_from(p->rp_id), .origin = pl_str_from(p->origin)};
}

void pl_people_mac(const struct pl_people *p, enum people_key use, pl_bytes data, struct pl_digest *ret)
{
	pl_hmac_sha256(pl_bytes_of(p->keys[use], PL_SECRET_KEY_LEN), data, ret);
}

/* "column" 0 account: where the sealed value stands. */
static void about(const char *column, const struct pl_ulid *account, struct pl_buf *out)
{
	pl_buf_put_z(out, column);
	pl_buf_put_u8(out, 0);
	pl_buf_put(out, account->b, sizeof account->b);
}

void pl_people_seal(const struct pl_people *p, const char *column, const struct pl_ulid *account, pl_bytes plain,
	struct pl_buf *out)
{
	struct pl_buf place PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	about(column, account, &place);
	pl_secret_seal(p->keys[PEOPLE_KEY_SEAL], pl_buf_bytes(&place), plain, out);
}

pl_status pl_people_unseal(const struct pl_people *p, const char *column, const struct pl_ulid *account,
	pl_bytes sealed, struct pl_buf *out)
{
	struct pl_buf place PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	about(column, account, &place);
	return pl_secret_open(p->keys[PEOPLE_KEY_SEAL], pl_buf_bytes(&place), sealed, out);
}

void pl_people_code_new(unsigned groups, struct pl_buf *out)
{
	static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint8_t raw[4];

	for (unsigned i = 0; i < groups; i++) {
		pl_random(raw, sizeof raw);
		if (i)
			pl_buf_put_c(out, '-');
		for (size_t k = 0; k < sizeof raw; k++)
			pl_buf_put_c(out, digits[raw[k] & 31]);
	}
	pl_wipe(raw, sizeof raw);
}

void pl_people_code_hash(const struct pl_people *p, pl_str code, struct pl_digest *ret)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(128);

	for (size_t i = 0; i < code.len && i < 128; i++) {
		char c = code.ptr[i];

		if (c == '-' || c == ' ')
			continue;
		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		pl_buf_put_c(&plain, c == 'O' ? '0' : c == 'I' || c == 'L' ? '1' : c);
	}
	pl_people_mac(p, PEOPLE_KEY_CODE, pl_buf_bytes(&plain), ret);
}
