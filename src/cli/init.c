/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid init`: a new instance. */
#include "base/file.h"
#include "cli/instance.h"
#include <fcntl.h>

#define WITNESSES_TEXT_MAX 65536u

static const struct pl_cli_option options[] = {
	{"origin", "NAME", "the log's name, for example log.example/releases; never used twice"},
	{"db", "URL", "sqlite:FILE or postgres://USER@HOST/DATABASE (default sqlite:pellucid.db)"},
	{"blob", "URL", "dir:DIRECTORY or s3:http://HOST:PORT/BUCKET (default dir:blobs)"},
	{"purpose", "WORD", "production, test or demonstration (default production)"},
	{"officers", "N", "officers' keys to make (default 1)"},
	{"approvals", "K", "how many officers must approve (default 1)"},
	{"witnesses", "FILE", "lines \"witness NAME VKEY URL\", as in a tlog-policy"},
	{"quorum", "K", "how many of them must cosign (default: all; none without witnesses)"},
	{"passphrase-file", "FILE", "passphrase of the new keys (default: a random one is kept beside them)"},
	{NULL},
};

/* One line "witness <name> <vkey> [<url>]" into @ret. */
static pl_status read_witness(pl_str line, struct pl_policy_witness *ret, struct pl_diag *diag)
{
	pl_str vkey;

	if (!pl_str_eat(&line, PL_STR("witness ")) || !pl_str_take_until(&line, ' ', &ret->name))
		return pl_diag_set(diag, PL_E_SYNTAX, "expected \"witness NAME VKEY URL\", found \"%.*s\"", PL_STR_ARG(line));
	if (!pl_str_take_until(&line, ' ', &vkey)) {
		vkey = line;
		line = (pl_str){0};
	}
	ret->url = pl_str_trim(line);
	return pl_vkey_parse(vkey, &ret->key, diag);
}

static pl_status read_witnesses(const char *path, struct pl_buf *text,
	struct pl_policy_witness ret[static PL_POLICY_WITNESSES_MAX], size_t *ret_n, struct pl_diag *diag)
{
	pl_status st = pl_file_read(AT_FDCWD, path, text);
	pl_str rest, line;
	unsigned number = 0;

	if (st)
		return pl_diag_set(diag, st, "cannot read %s", path);
	rest = pl_buf_str(text);
	while (st == PL_OK && pl_str_take_line(&rest, &line)) {
		number++;
		line = pl_str_trim(line);
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		if (*ret_n == PL_POLICY_WITNESSES_MAX)
			st = pl_diag_set(diag, PL_E_TOOBIG, "more than %u witnesses", PL_POLICY_WITNESSES_MAX);
		else
			st = read_witness(line, &ret[(*ret_n)++], diag);
	}
	if (st)
		pl_diag_at(diag, number, 0);
	return st;
}

static pl_status fill(struct pl_cli *cli, struct pl_instance_recipe *r, struct pl_policy_witness *witnesses,
	struct pl_buf *text, struct pl_diag *diag)
{
	const char *purpose = pl_cli_get(cli, "purpose"), *file = pl_cli_get(cli, "witnesses");
	uint64_t officers, approvals, quorum;
	pl_status st = pl_cli_get_u64(cli, "officers", 1, 1, 16, &officers);

	if (st == PL_OK)
		st = pl_cli_get_u64(cli, "approvals", 1, 1, 16, &approvals);
	if (st == PL_OK && file)
		st = read_witnesses(file, text, witnesses, &r->n_witnesses, diag);
	if (st == PL_OK)
		st = pl_cli_get_u64(cli, "quorum", r->n_witnesses, 0, PL_POLICY_WITNESSES_MAX, &quorum);
	if (st)
		return st;
	r->origin = pl_str_from(pl_cli_get(cli, "origin"));
	r->purpose = purpose ? purpose : "production";
	r->database = pl_str_from(pl_cli_get(cli, "db"));
	r->blobs = pl_str_from(pl_cli_get(cli, "blob"));
	r->officers = (unsigned)officers;
	r->approvals = (unsigned)approvals;
	r->witnesses = witnesses;
	r->quorum = (unsigned)quorum;
	return PL_OK;
}

static void tell(const char *dir, const struct pl_instance *inst)
{
	(void)fprintf(stderr,
		"An instance was made in %s.\n"
		"  trust.policy   is what outsiders need; publish it where they will believe you\n"
		"  keys/root.key  introduces and ends keys; take it away from this machine\n",
		dir);
	if (pl_instance_conf(inst)->passphrase.len)
		(void)fprintf(stderr, "  keys/passphrase opens the keys; whoever can read it can sign\n");
	if (!pl_policy_unwitnessed(pl_instance_policy(inst)))
		(void)fprintf(stderr,
			"Nothing is published before enough witnesses admit the verifier key below\n"
			"  (pellucid witness add-log WITNESS-DIRECTORY KEY, or however theirs is done).\n");
	(void)fprintf(stderr, "Next: pellucid doctor --instance %s, then pellucid serve --instance %s\n", dir, dir);
}

static int run(struct pl_cli *cli)
{
	struct pl_policy_witness witnesses[PL_POLICY_WITNESSES_MAX];
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(WITNESSES_TEXT_MAX);
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_instance_recipe recipe = {0};
	struct pl_instance_options opt;
	struct pl_passphrase room;
	struct pl_diag diag = {0};
	const struct pl_policy_log *logs;
	struct pl_buf vkey PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	pl_status st;

	if (!pl_cli_has(cli, "origin"))
		return pl_cli_usage(cli, "--origin NAME is missing");
	st = fill(cli, &recipe, witnesses, &text, &diag);
	pl_cli_instance_options(cli, &room, &opt);
	recipe.passphrase = opt.passphrase;
	if (st == PL_OK)
		st = pl_instance_init(cli->argv[0], &recipe, &opt, &inst, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	(void)pl_policy_logs(pl_instance_policy(inst), &logs);
	pl_vkey_write(&vkey, &logs[0].key);
	pl_buf_put_c(&vkey, '\n');
	tell(cli->argv[0], inst);
	return pl_cli_out(pl_buf_str(&vkey)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

const struct pl_cli_noun pl_cli_noun_init = {
	.name = "init",
	.help = "make an instance: keys, trust file, empty log, tables",
	.verbs = (const struct pl_cli_verb[]){
		{"", "DIR", "Make an instance in DIR and print the verifier key of its log", options, 1, 1, run},
		{NULL},
	},
};
