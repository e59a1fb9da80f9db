/* SPDX-License-Identifier: Apache-2.0 */
/* pellucid witness: be a witness for other people's logs. The work is in log/witness and web/witness. */
#include "base/json.h"
#include "base/time.h"
#include "cli/cli.h"
#include "web/witness.h"

#define LISTEN_MAX 8u
#define PASSPHRASE_OPTIONS \
	{"passphrase-file", "FILE", "read the key's passphrase from FILE (mode 0600)"}, \
		{"passphrase-fd", "N", "read the key's passphrase from descriptor N"}, \
		{"passphrase-credential", "NAME", "read it from the systemd credential NAME"}, \
		{"passphrase-ask", NULL, "ask for it on the terminal"}

/* *ret is NULL when no option says otherwise: the witness then keeps a drawn passphrase beside its key. */
static pl_status passphrase_option(const struct pl_cli *cli, struct pl_passphrase *p, const struct pl_passphrase **ret)
{
	uint64_t fd;
	pl_status st;

	*ret = p;
	if (pl_cli_has(cli, "passphrase-file")) {
		*p = (struct pl_passphrase){.from = PL_PASSPHRASE_FILE, .name = pl_cli_get(cli, "passphrase-file")};
	} else if (pl_cli_has(cli, "passphrase-credential")) {
		*p = (struct pl_passphrase){
			.from = PL_PASSPHRASE_CREDENTIAL, .name = pl_cli_get(cli, "passphrase-credential")};
	} else if (pl_cli_has(cli, "passphrase-fd")) {
		st = pl_cli_get_u64(cli, "passphrase-fd", 0, 0, 1024, &fd);
		if (st)
			return st;
		*p = (struct pl_passphrase){.from = PL_PASSPHRASE_FD, .fd = (int)fd};
	} else if (pl_cli_has(cli, "passphrase-ask")) {
		*p = (struct pl_passphrase){
			.from = PL_PASSPHRASE_TERMINAL, .name = "Passphrase of the witness's key: "};
	} else {
		*ret = NULL;
	}
	return PL_OK;
}

static int run_init(struct pl_cli *cli)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	const struct pl_passphrase *pass;
	struct pl_passphrase p;
	struct pl_diag diag = {0};
	pl_status st;

	if (!pl_cli_has(cli, "name"))
		return pl_cli_usage(cli, "--name is missing: the name of the witness, for example witness.example/w1");
	if (passphrase_option(cli, &p, &pass))
		return PL_EXIT_USAGE;
	st = pl_witness_init(cli->argv[0], pl_str_from(pl_cli_get(cli, "name")), pass, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	st = pl_witness_vkey_read(cli->argv[0], &out, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	pl_buf_put_c(&out, '\n');
	return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

static int run_add_log(struct pl_cli *cli)
{
	struct pl_diag diag = {0};
	pl_status st = pl_witness_admit(cli->argv[0], pl_str_from(cli->argv[1]), &diag);

	/* Asking twice for the same thing is no failure. */
	if (st && st != PL_E_EXISTS)
		return pl_cli_fail(cli, st, &diag);
	return PL_EXIT_OK;
}

static int run_drop_key(struct pl_cli *cli)
{
	struct pl_diag diag = {0};
	pl_status st = pl_witness_drop_key(cli->argv[0], pl_str_from(cli->argv[1]), &diag);

	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}

static int run_vkey(struct pl_cli *cli)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4096);
	struct pl_diag diag = {0};
	pl_status st = pl_witness_vkey_read(cli->argv[0], &out, &diag);

	if (st)
		return pl_cli_fail(cli, st, &diag);
	pl_buf_put_c(&out, '\n');
	return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

struct listing {
	struct pl_json *logs; /* NULL: lines of text into out */
	struct pl_buf out;
};

static pl_status list_one(void *ctx, const struct pl_witness_log *log)
{
	struct listing *l = ctx;
	struct pl_json *o;
	char time[21] = "never";

	if (log->time)
		pl_time_write(log->time, time);
	if (!l->logs) {
		pl_buf_printf(&l->out, "%.*s  size %llu  cosigned %s  keys %zu  evidence %zu\n",
			PL_STR_ARG(log->origin), (unsigned long long)log->size, time, log->keys, log->evidence);
		return pl_buf_status(&l->out);
	}
	o = pl_json_push_object(l->logs);
	pl_json_set_str(o, "origin", log->origin);
	pl_json_set_u64(o, "keys", log->keys);
	pl_json_set_u64(o, "size", log->size);
	if (log->time)
		pl_json_set_z(o, "cosigned", time);
	pl_json_set_u64(o, "evidence", log->evidence);
	return PL_OK;
}

static int run_list(struct pl_cli *cli)
{
	struct listing l = {.out = PL_BUF((size_t)4 * 1024 * 1024)};
	struct pl_json *top PL_CLEANUP(pl_json_done) = NULL;
	struct pl_diag diag = {0};
	pl_status st;
	int code;

	if (pl_cli_has(cli, "json")) {
		top = pl_json_new_object();
		l.logs = pl_json_set_array(top, "logs");
	}
	st = pl_witness_list(cli->argv[0], list_one, &l, &diag);
	if (!st && top) {
		st = pl_json_write(top, &l.out);
		pl_buf_put_c(&l.out, '\n');
	}
	if (!st)
		st = pl_cli_out(pl_buf_str(&l.out));
	code = st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
	pl_buf_done(&l.out);
	return code;
}

/* Addresses separated by commas. */
static size_t split_listen(pl_str text, pl_str out[static LISTEN_MAX])
{
	size_t n = 0;

	while (text.len && n < LISTEN_MAX) {
		out[n] = text;
		if (!pl_str_take_until(&text, ',', &out[n]))
			text.len = 0;
		n++;
	}
	return text.len ? 0 : n;
}

static int run_serve(struct pl_cli *cli)
{
	struct pl_witness *w PL_CLEANUP(pl_witness_closep) = NULL;
	struct pl_witness_options o = {0};
	struct pl_passphrase p;
	struct pl_diag diag = {0};
	pl_str listen[LISTEN_MAX];
	uint64_t rate;
	size_t n;
	pl_status st;

	if (!pl_cli_has(cli, "listen"))
		return pl_cli_usage(cli, "--listen is missing, for example 127.0.0.1:8081 (port 0: any free one)");
	n = split_listen(pl_str_from(pl_cli_get(cli, "listen")), listen);
	if (!n)
		return pl_cli_usage(cli, "--listen takes 1 to %u addresses, separated by commas", LISTEN_MAX);
	if (passphrase_option(cli, &p, &o.passphrase) || pl_cli_get_u64(cli, "rate", 0, 1, 1000000, &rate))
		return PL_EXIT_USAGE;
	o.rate_minute = (uint32_t)rate;
	pl_http_signals_block();
	st = pl_witness_open(cli->argv[0], &o, &w, &diag);
	if (!st)
		st = pl_web_witness_run(w, listen, n, &diag);
	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}

static const struct pl_cli_option init_options[] = {
	{"name", "NAME", "the witness's name, for example witness.example/w1"},
	PASSPHRASE_OPTIONS,
	{NULL, NULL, NULL},
};
static const struct pl_cli_option serve_options[] = {
	{"listen", "ADDR[,ADDR...]", "127.0.0.1:PORT, [::1]:PORT or unix:PATH; port 0 takes a free one"},
	{"rate", "N", "checkpoints a minute taken from one log (default 3000)"},
	PASSPHRASE_OPTIONS,
	{NULL, NULL, NULL},
};
static const struct pl_cli_option list_options[] = {PL_CLI_JSON, {NULL, NULL, NULL}};

static const struct pl_cli_verb verbs[] = {
	{"init", "DIR", "make a witness with a new key and print its verifier key", init_options, 1, 1, run_init},
	{"serve", "DIR", "cosign what admitted logs submit, until it is told to stop", serve_options, 1, 1, run_serve},
	{"add-log", "DIR VKEY", "admit a log, or another key of it; a running witness notices", NULL, 2, 2,
		run_add_log},
	{"drop-key", "DIR VKEY", "listen no more to one key of a log; a running witness notices", NULL, 2, 2, run_drop_key},
	{"list", "DIR", "the admitted logs, what was cosigned last, and evidence kept", list_options, 1, 1, run_list},
	{"vkey", "DIR", "print the verifier key", NULL, 1, 1, run_vkey},
	{NULL, NULL, NULL, NULL, 0, 0, NULL},
};

const struct pl_cli_noun pl_cli_noun_witness = {
	.name = "witness",
	.help = "cosign other people's logs",
	.verbs = verbs,
};
