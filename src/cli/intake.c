/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid intake`: registers that outsiders may enter cases into. */
#include "base/time.h"
#include "cli/register.h"
#include "register/casework/form_store.h"
#include "register/casework/submit.h"

#define ARENA ((size_t)4 << 20)
#define LIST_MAX 256u

/* ---- open, close ---- */

static pl_status open_form(struct pl_cli_job *j, pl_str text, struct pl_diag *diag)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	pl_str name;
	pl_status st = pl_form_register(text, &name, diag);

	if (!st)
		st = pl_register_open(j->inst, name, &r, diag);
	if (!st)
		st = pl_form_open(j->inst, r, text, diag);
	if (!st)
		(void)printf("register %.*s takes cases from outside\n", PL_STR_ARG(r->decl->name));
	if (!st && !pl_instance_conf(j->inst)->intake)
		(void)fprintf(stderr, "its page is not served: [web] intake is not yes in pellucid.conf\n");
	return st;
}

static int open_it(struct pl_cli *cli)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_FORM_MAX);
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st = pl_cli_read_file(cli->argv[0], &text, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = open_form(&j, pl_buf_str(&text), &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

static int close_it(struct pl_cli *cli)
{
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_form_close(j.inst, pl_str_from(cli->argv[0]));
	if (st == PL_E_NOTFOUND)
		st = pl_diag_set(&diag, st, "register %s was not open for outsiders", cli->argv[0]);
	if (!st)
		(void)printf("register %s takes no more cases from outside; codes that were mailed do not count any more\n", cli->argv[0]);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

/* ---- list, show ---- */

static int list(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	struct pl_diag diag = {0};
	pl_str names[LIST_MAX];
	struct pl_json *array = NULL;
	struct pl_cli_job j;
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_form_list(j.inst, LIST_MAX, &arena, names, &n);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	if (!st && pl_cli_has(cli, "json")) {
		array = pl_json_new_array();
		for (size_t i = 0; i < n; i++)
			pl_json_push_str(array, names[i]);
		code = pl_cli_json_line(cli, array);
	}
	for (size_t i = 0; i < n && !st && !pl_cli_has(cli, "json"); i++)
		(void)printf("%.*s\n", PL_STR_ARG(names[i]));
	pl_cli_job_close(&j);
	return code;
}

static int show(struct pl_cli *cli)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	struct pl_diag diag = {0};
	struct pl_form *f;
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_register_open(j.inst, pl_str_from(cli->argv[0]), &r, &diag);
	if (!st)
		st = pl_form_read(j.inst, r, &arena, &f, &diag);
	if (!st)
		st = pl_cli_out(f->text);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

/* ---- ticket ---- */

static int ticket(struct pl_cli *cli)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4 * PL_TICKET_MAX);
	const char *bits = pl_cli_get(cli, "bits");
	pl_str name = pl_str_from(cli->argv[0]);
	uint64_t n = 0;

	if (!bits || pl_str_to_u64(pl_str_from(bits), PL_FORM_BITS_MAX, &n) || !n)
		return pl_cli_usage(cli, "--bits is a number from 1 to 30; the page of the register says it");
	if (!name.len || name.len > PL_REGISTER_NAME_MAX)
		return pl_cli_usage(cli, "REGISTER is the name of a register");
	pl_ticket_make(name, (unsigned)n, pl_time_now() / PL_SECOND, &out);
	pl_buf_put_c(&out, '\n');
	return pl_cli_out(pl_buf_str(&out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

static const struct pl_cli_option plain[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL}};
static const struct pl_cli_option list_options[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL}};
static const struct pl_cli_option ticket_options[] = {{"bits", "N", "how much work; the page of the register says it"}, {NULL}};

static const struct pl_cli_option key_options[] = {PL_CLI_PASSPHRASE, {NULL}};

static const struct pl_cli_verb verbs[] = {
	{"open", "FORM", "let outsiders enter cases, asking what the file FORM says", plain, 1, 1, open_it},
	{"close", "REGISTER", "take no more cases from outside", plain, 1, 1, close_it},
	{"list", "", "the registers that are open", list_options, 0, 0, list},
	{"show", "REGISTER", "the form of one", plain, 1, 1, show},
	{"ticket", "REGISTER", "do the work that stands for an anonymous sender's earnest, and print it", ticket_options, 1, 1, ticket},
	{"enrol", "KEYFILE PRODUCT", "sign the public key of an installed product with the vendor's enrolment key", key_options, 2, 2, pl_cli_intake_enrol},
	{"prove", "KEYFILE ENROLMENT ORIGIN REGISTER", "as an installed product: sign that a case comes from it, for one register of one log", key_options, 4, 4,
		pl_cli_intake_prove},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_intake = {"intake", "cases from outside", verbs};
