/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid key`: who may sign what, and from which entry to which. */
#include "base/file.h"
#include "cli/state.h"
#include "cli/outside_key.h"
#include "crypto/keyfile.h"
#include "fact/query.h"
#include <fcntl.h>

#define LIST_MAX ((size_t)8 << 20)

/* ---- list ---- */

static void json_key(struct pl_json *list, const struct pl_query_key *k)
{
	struct pl_json *o = pl_json_push_object(list);
	char id[PL_DIGEST_TEXT + 1];

	pl_digest_text(&k->id, id);
	pl_json_set_z(o, "id", id);
	pl_json_set_str(o, "key", k->key);
	pl_json_set_str(o, "role", k->role);
	pl_json_set_str(o, "holder", k->holder);
	pl_json_set_str(o, "predicates", k->types);
	pl_json_set_u64(o, "from", k->from);
	if (!k->ended)
		return;
	pl_json_set_u64(o, "until", k->until);
	pl_json_set_str(o, "endReason", k->end_reason);
}

static void print_key(const struct pl_query_key *k)
{
	char id[PL_DIGEST_TEXT + 1];

	pl_digest_text(&k->id, id);
	(void)printf("%-10.*s %-16.*s %.22s  ", PL_STR_ARG(k->role), PL_STR_ARG(k->holder), id);
	if (pl_str_eq(k->role, PL_STR("root")))
		(void)printf("from the trust file\n");
	else if (k->ended)
		(void)printf("entries %llu to %llu, %.*s\n", (unsigned long long)k->from, (unsigned long long)k->until,
			PL_STR_ARG(k->end_reason));
	else
		(void)printf("since entry %llu\n", (unsigned long long)k->from);
}

static int run_list(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(LIST_MAX);
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX);
	struct pl_json *list = pl_json_set_array(root, "keys");
	struct pl_query_key *keys;
	size_t n = 0;
	int code;
	pl_status st;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = pl_query_keys(inst, &arena, &keys, &n);
	if (st)
		return pl_cli_fail(cli, st, NULL);
	for (size_t i = 0; i < n; i++)
		if (pl_cli_has(cli, "json"))
			json_key(list, &keys[i]);
		else
			print_key(&keys[i]);
	if (!pl_cli_has(cli, "json"))
		return PL_EXIT_OK;
	st = pl_json_write(root, &out);
	pl_buf_put_c(&out, '\n');
	return st || pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

/* ---- add, new ---- */

static int introduce(struct pl_cli *cli, struct pl_instance *inst, const struct pl_pubkey *key)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = NULL;
	const char *holder = cli->argv[0], *word = pl_cli_get(cli, "role");
	struct pl_cli_claim claim = {.type = PL_TYPE_KEY, .subject.name = pl_str_from(holder), .stream = "instance",
		.roots = true};
	struct pl_diag diag = {0};
	enum pl_role role;
	pl_status st;

	if (!word || pl_role_parse(pl_str_from(word), &role) != PL_OK || role == PL_ROLE_ROOT)
		return pl_cli_usage(cli, "--role is service, officer, builder, rebuilder, reviewer or entity");
	st = pl_instance_key_predicate(pl_instance_vocabulary(inst), holder, role, key, &p, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	pl_pubkey_id(key, &claim.subject.sha256);
	claim.predicate = p;
	return pl_cli_state(cli, inst, &claim);
}

static pl_status read_public(const char *path, struct pl_pubkey *ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st = pl_file_read(AT_FDCWD, path, &text);

	if (st)
		return pl_diag_set(diag, st, "cannot read %s", path);
	if (pl_str_starts(pl_buf_str(&text), PL_STR("-----BEGIN")))
		return pl_pubkey_pem_parse(pl_buf_str(&text), ret, diag);
	if (pl_str_ends(pl_buf_str(&text), PL_STR("\n")))
		pl_buf_truncate(&text, text.len - 1);
	st = pl_pubkey_parse(pl_buf_str(&text), ret, NULL);
	if (st) {
		pl_diag_hint(diag, "the holder prints it with: pellucid key public KEY-FILE");
		return pl_diag_set(diag, st, "%s: expected one line <algorithm>:<base64>, or PEM", path);
	}
	return PL_OK;
}

static int run_add(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_diag diag = {0};
	struct pl_pubkey key;
	pl_status st = read_public(cli->argv[1], &key, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_instance_open(cli, &inst, &code) ? introduce(cli, inst, &key) : code;
}

static pl_status make_key(const struct pl_cli *cli, struct pl_instance *inst, struct pl_pubkey *ret, struct pl_diag *diag)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done);
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	pl_status st;

	pl_privkey_generate(PL_KEY_ED25519, &key);
	pl_buf_put_str(&path, pl_instance_conf(inst)->keys_dir);
	pl_buf_printf(&path, "/%s.key", cli->argv[0]);
	st = pl_privkey_public(&key, ret);
	if (st == PL_OK && !pl_buf_z(&path))
		st = PL_E_TOOBIG;
	return st ? st : pl_instance_seal_key(inst, pl_buf_z(&path), &key, diag);
}

static int run_new(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_diag diag = {0};
	struct pl_pubkey key;
	pl_status st;
	int code;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = make_key(cli, inst, &key, &diag);
	return st ? pl_cli_fail(cli, st, &diag) : introduce(cli, inst, &key);
}

/* ---- end ---- */

static bool names(const struct pl_query_key *k, pl_str which)
{
	char id[PL_DIGEST_TEXT + 1];

	pl_digest_text(&k->id, id);
	return !k->ended && !pl_str_eq(k->role, PL_STR("root")) &&
		(pl_str_eq(which, k->holder) || pl_str_eq(which, pl_str_from(id)));
}

static int end_key(struct pl_cli *cli, struct pl_instance *inst, const struct pl_query_key *k)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_KEY_END, .subject = {k->holder, k->id}, .predicate = p,
		.stream = "instance", .roots = true};

	pl_json_set_z(p, "reason", pl_cli_get(cli, "reason"));
	return pl_cli_state(cli, inst, &claim);
}

static int run_end(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(LIST_MAX);
	const struct pl_query_key *found = NULL;
	struct pl_query_key *keys;
	struct pl_diag diag = {0};
	size_t n = 0;
	int code;
	pl_status st;

	if (!pl_cli_get(cli, "reason"))
		return pl_cli_usage(cli, "--reason is missing");
	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = pl_query_keys(inst, &arena, &keys, &n);
	for (size_t i = 0; st == PL_OK && i < n; i++)
		if (names(&keys[i], pl_str_from(cli->argv[0])))
			found = &keys[i];
	if (st == PL_OK && !found) {
		pl_diag_hint(&diag, "see: pellucid key list");
		st = pl_diag_set(&diag, PL_E_NOTFOUND, "no living key is named %s", cli->argv[0]);
	}
	return st ? pl_cli_fail(cli, st, &diag) : end_key(cli, inst, found);
}

/* ---- keys of people outside: no instance ---- */

static int print_public(const struct pl_pubkey *key)
{
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(1024);

	pl_pubkey_write(&line, key);
	pl_buf_put_c(&line, '\n');
	return pl_cli_out(pl_buf_str(&line)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

static int run_make(struct pl_cli *cli)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done);
	struct pl_passphrase pass;
	struct pl_diag diag = {0};
	struct pl_pubkey public;
	pl_status st;

	pl_privkey_generate(PL_KEY_ED25519, &key);
	pl_cli_outside_passphrase(cli, "the key", &pass);
	st = pl_privkey_public(&key, &public);
	if (st == PL_OK)
		st = pl_keyfile_create(AT_FDCWD, cli->argv[0], &key, &pass, PL_KEYFILE_COST_PERSON, &diag);
	if (st)
		return pl_cli_fail(cli, pl_diag_set(&diag, st, "cannot make the key file %s", cli->argv[0]), &diag);
	return print_public(&public);
}

static int run_public(struct pl_cli *cli)
{
	struct pl_diag diag = {0};
	struct pl_pubkey key;
	pl_status st = pl_keyfile_read_public(AT_FDCWD, cli->argv[0], &key, &diag);

	if (st)
		return pl_cli_fail(cli, pl_diag_set(&diag, st, "cannot read the key file %s", cli->argv[0]), &diag);
	return print_public(&key);
}

/* ---- approve ---- */

static int run_approve(struct pl_cli *cli)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_signer *officer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_passphrase pass;
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_approval_sig a;
	struct pl_diag diag = {0};
	pl_status st = pl_file_read(AT_FDCWD, cli->argv[1], &payload);

	pl_cli_outside_passphrase(cli, "the key", &pass);
	if (st)
		st = pl_diag_set(&diag, st, "cannot read %s", cli->argv[1]);
	if (st == PL_OK)
		st = pl_statement_open_payload(pl_buf_bytes(&payload), &s, &diag);
	if (st == PL_OK)
		st = pl_signer_from_keyfile(AT_FDCWD, cli->argv[0], &pass, &officer, &diag);
	if (st == PL_OK)
		st = pl_signing_approve(officer, pl_buf_bytes(&payload), &a);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	(void)fprintf(stderr, "Approved: %.*s about %.*s\n", PL_STR_ARG(s->type), PL_STR_ARG(s->subjects[0].name));
	pl_signing_approval_write(&line, &a);
	return pl_cli_out(pl_buf_str(&line)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

/* ---- the table ---- */

static const struct pl_cli_option list_options[] = {PL_CLI_INSTANCE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option introduce_options[] = {
	{"role", "ROLE", "service, officer, builder, rebuilder, reviewer or entity"},
	PL_CLI_STATE_OPTIONS,
	{NULL},
};
static const struct pl_cli_option end_options[] = {
	{"reason", "WORD", "superseded, retired, lost, compromised or role-ended"},
	PL_CLI_STATE_OPTIONS,
	{NULL},
};
static const struct pl_cli_option approve_options[] = {PL_CLI_PASSPHRASE, {NULL}};

const struct pl_cli_noun pl_cli_noun_key = {
	.name = "key",
	.help = "who may sign what",
	.verbs = (const struct pl_cli_verb[]){
		{"list", "", "List the keys of the trust file and those that the log introduced", list_options, 0, 0, run_list},
		{"add", "HOLDER PUBLIC-KEY-FILE", "Introduce a key that somebody else holds; needs the root keys", introduce_options,
			2, 2, run_add},
		{"new", "HOLDER", "Make a key below the instance and introduce it; needs the root keys", introduce_options, 1, 1,
			run_new},
		{"end", "HOLDER|KEY-ID", "End a key: it signs nothing more from the next entry on; needs the root keys", end_options,
			1, 1, run_end},
		{"make", "KEY-FILE", "Make a key of your own, without an instance, and print its public key", approve_options, 1, 1,
			run_make},
		{"public", "KEY-FILE", "Print the public key of a key file", NULL, 1, 1, run_public},
		{"approve", "KEY-FILE PAYLOAD-FILE", "Approve exactly these bytes and print the approval", approve_options, 2, 2,
			run_approve},
		{NULL},
	},
};
