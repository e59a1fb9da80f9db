/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid case find`: cases by what stands in them; private values are compared blindly, and the vault notes each search. */
#include "base/file.h"
#include "cli/register.h"
#include "register/casework/find.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PAGE 200u

/* "-" is read from standard input: a name on a command line is seen by everybody on the machine. */
static pl_status take_text(pl_str text, struct pl_buf *from_input, pl_str *ret, struct pl_diag *diag)
{
	pl_status st;

	*ret = text;
	if (!pl_str_eq(text, PL_STR("-")))
		return PL_OK;
	if (from_input->len)
		return pl_diag_set(diag, PL_E_RANGE, "standard input is one value only");
	st = pl_file_read_fd(STDIN_FILENO, from_input);
	if (st)
		return pl_diag_set(diag, st, "standard input cannot be read");
	*ret = pl_buf_str(from_input);
	if (ret->len && ret->ptr[ret->len - 1] == '\n')
		ret->len--;
	return PL_OK;
}

static pl_status take_terms(const struct pl_cli *cli, struct pl_find_query *q, struct pl_buf *from_input, struct pl_diag *diag)
{
	for (int i = 1; i < cli->argc; i++) {
		pl_str text = pl_str_from(cli->argv[i]);
		struct pl_find_term *t = &q->terms[q->n++];
		pl_status st;

		if (!pl_str_take_until(&text, '=', &t->field))
			return pl_diag_set(diag, PL_E_RANGE, "\"%s\" is not of the form FIELD=VALUE", cli->argv[i]);
		st = take_text(text, from_input, &t->text, diag);
		if (st)
			return st;
	}
	return PL_OK;
}

static int print(struct pl_cli *cli, struct pl_json *array, uint64_t behind)
{
	struct pl_json *out;
	size_t n = pl_json_count(array);

	if (pl_cli_has(cli, "json")) {
		out = pl_json_new_object();
		pl_json_set(out, "numbers", array);
		pl_json_set_u64(out, "behind", behind);
		return pl_cli_json_line(cli, out);
	}
	pl_json_free(array);
	if (!n)
		(void)printf("no case\n");
	if (behind)
		(void)printf("%llu changes of cases are not in the index yet; pellucid worker is on its way\n", (unsigned long long)behind);
	return PL_EXIT_OK;
}

static pl_status each(struct pl_cli_opened *o, struct pl_cli *cli, struct pl_find_query *q, struct pl_json *array, uint64_t *ret_behind)
{
	const struct pl_casework_actor operator = {.role = PL_VAULT_OPERATOR};
	uint64_t numbers[PAGE];
	size_t n = 0;
	pl_status st;

	q->limit = PAGE;
	do {
		st = pl_find(o->j.inst, o->r, &operator, q, numbers, &n, ret_behind, &o->diag);
		for (size_t i = 0; i < n && !st; i++) {
			q->after = numbers[i];
			pl_json_push_u64(array, numbers[i]);
			if (!pl_cli_has(cli, "json"))
				(void)printf("%llu\n", (unsigned long long)numbers[i]);
		}
	} while (!st && n == PAGE);
	return st;
}

int pl_cli_case_find(struct pl_cli *cli)
{
	struct pl_buf from_input PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_FIND_VALUE_MAX + 2);
	struct pl_find_query q = {0};
	struct pl_cli_opened o = {0};
	struct pl_json *array;
	uint64_t behind = 0;
	pl_status st;
	int code;

	if (!pl_cli_opened_register(&o, cli, &code))
		return code;
	array = pl_json_new_array();
	st = take_terms(cli, &q, &from_input, &o.diag);
	if (!st)
		st = each(&o, cli, &q, array, &behind);
	code = st ? pl_cli_opened_fail(&o, st) : print(cli, array, behind);
	if (st)
		pl_json_free(array);
	pl_cli_opened_close(&o);
	return code;
}
