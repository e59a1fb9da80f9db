/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid vault`: the keys of what is private. */
#include "base/file.h"
#include "base/time.h"
#include "cli/release.h"
#include "fact/vault.h"
#include "register/private.h"
#include "register/query.h"
#include <fcntl.h>

#define READS_MAX ((size_t)1 << 30)

/* ---- make ---- */

static int make(struct pl_cli *cli)
{
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_instance_vault_make(j.inst, &diag);
	if (!st)
		(void)printf("made keys/vault.key and keys/vault.pub\n");
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

/* ---- rotate ---- */

static int tell_rotated(struct pl_cli *cli, bool finish, const struct pl_vault_rewrapped *n)
{
	struct pl_json *o;

	if (!pl_cli_has(cli, "json")) {
		(void)printf("%llu keys are wrapped for the new key, %llu of them now\n", (unsigned long long)n->keys, (unsigned long long)n->changed);
		(void)fprintf(stderr, finish ? "keys/vault-old.key is destroyed: copies of the vault from before are noise now.\n" :
			"Next: copy the vault and keys/vault.key to where their copies are kept, then run: pellucid vault rotate --finish\n"
			"Until then keys/vault-old.key opens older copies of the vault.\n");
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "keys", n->keys);
	pl_json_set_u64(o, "changed", n->changed);
	pl_json_set_bool(o, "finished", finish);
	return pl_cli_json_line(cli, o);
}

static int rotate(struct pl_cli *cli)
{
	bool finish = pl_cli_has(cli, "finish");
	struct pl_vault_rewrapped n;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	st = pl_instance_vault_rotate(j.inst, finish, &n, &diag);
	code = st ? pl_cli_job_fail(&j, st, &diag) : tell_rotated(cli, finish, &n);
	pl_cli_job_close(&j);
	return code;
}

/* ---- reads ---- */

static void fill_line(struct pl_json *o, const struct pl_vault_line *l)
{
	char time[21];

	pl_time_write(l->time * PL_SECOND, time);
	pl_json_set_u64(o, "number", l->number);
	pl_json_set_z(o, "time", time);
	pl_json_set_z(o, "act", l->destroyed ? "destroy" : "read");
	pl_json_set_str(o, "peer", l->peer);
	pl_json_set_str(o, "role", l->role);
	pl_json_set_str(o, "account", l->account);
	pl_cli_set_digest(o, "owner", &l->owner);
	pl_json_set_u64(o, "case", l->of_case);
	pl_json_set_u64(o, "slot", l->slot);
	pl_json_set_str(o, "outcome", l->outcome);
}

static void print_line(const struct pl_vault_line *l)
{
	char time[21];

	pl_time_write(l->time * PL_SECOND, time);
	(void)printf("%-6llu %s %-7s %.*s/%.*s %.*s case %llu: %.*s\n", (unsigned long long)l->number, time,
		l->destroyed ? "destroy" : "read", PL_STR_ARG(l->peer), PL_STR_ARG(l->role), PL_STR_ARG(l->account),
		(unsigned long long)l->of_case, PL_STR_ARG(l->outcome));
}

struct reads {
	const struct pl_cli *cli;
	struct pl_json *array;
	uint64_t number;
	struct pl_digest chain;
	bool noted, seen; /* the chain that --head names */
	struct pl_digest head;
};

static pl_status each_line(struct reads *r, pl_str text, struct pl_diag *diag)
{
	pl_str line;

	while (pl_str_take_line(&text, &line)) {
		struct pl_vault_line l = {0};
		pl_status st = pl_vault_line_read(line, r->number, &r->chain, &l);

		if (st)
			return pl_diag_set(diag, st, "the line after number %llu was changed, or one before it is missing",
				(unsigned long long)r->number);
		r->number = l.number;
		r->chain = l.chain;
		r->seen = r->seen || (r->noted && pl_digest_eq(&r->chain, &r->head));
		if (r->array)
			fill_line(pl_json_push_object(r->array), &l);
		else
			print_line(&l);
	}
	if (text.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "the last line breaks off");
	if (r->noted && !r->seen)
		return pl_diag_set(diag, PL_E_PROOF, "the head that you noted is not among the lines: they were cut off or written anew");
	return PL_OK;
}

static pl_status read_lines(const struct pl_cli *cli, struct pl_cli_job *j, struct reads *r, struct pl_diag *diag)
{
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(READS_MAX);
	const char *head = pl_cli_get(cli, "head");
	pl_status st;

	r->noted = head != NULL;
	if (head && pl_digest_parse(pl_str_from(head), &r->head))
		return pl_diag_set(diag, PL_E_SYNTAX, "--head is \"sha256:\" and 64 hex digits");
	pl_buf_put_str(&path, pl_instance_conf(j->inst)->vault_dir);
	pl_buf_put_z(&path, "/reads");
	st = pl_buf_z(&path) ? pl_file_read(AT_FDCWD, pl_buf_z(&path), &text) : PL_E_TOOBIG;
	if (st == PL_E_NOTFOUND)
		st = PL_OK; /* nobody asked yet */
	return st ? pl_diag_set(diag, st, "cannot read %s", pl_buf_z(&path)) : each_line(r, pl_buf_str(&text), diag);
}

static int reads(struct pl_cli *cli)
{
	struct pl_json *o = pl_json_new_object();
	struct reads r = {.cli = cli, .array = pl_cli_has(cli, "json") ? pl_json_set_array(o, "lines") : NULL};
	char head[PL_DIGEST_TEXT + 1];
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code)) {
		pl_json_free(o);
		return code;
	}
	st = read_lines(cli, &j, &r, &diag);
	pl_digest_text(&r.chain, head);
	if (!st && r.array) {
		pl_json_set_z(o, "head", head);
		(void)pl_cli_json_line(cli, pl_json_ref(o));
	} else if (!st) {
		(void)printf("%llu lines, none missing; the head is %s\n", (unsigned long long)r.number, head);
	}
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_json_free(o);
	pl_cli_job_close(&j);
	return code;
}

/* ---- restored ---- */

static pl_status destroy_again(struct pl_cli_job *j, pl_str name, uint64_t *total, struct pl_diag *diag)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	uint64_t n = 0;
	pl_status st = pl_register_open(j->inst, name, &r, diag);

	if (!st)
		st = pl_register_destroy_doomed(j->inst, r, PL_VAULT_OPERATOR, true, &n, diag);
	*total += n;
	return st;
}

static int restored(struct pl_cli *cli)
{
	struct pl_query_register *rows;
	struct pl_diag diag = {0};
	struct pl_cli_job j;
	uint64_t total = 0;
	pl_str after = {0};
	size_t n = 0;
	pl_status st;
	int code;

	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	do {
		st = pl_query_registers(j.inst, after, PL_REGISTER_PAGE_MAX, &j.arena, &rows, &n);
		for (size_t i = 0; i < n && !st; i++) {
			after = rows[i].name;
			st = destroy_again(&j, after, &total, &diag);
		}
	} while (!st && n == PL_REGISTER_PAGE_MAX);
	if (!st)
		(void)printf("%llu keys of erased cases are destroyed in this vault\n", (unsigned long long)total);
	code = st ? pl_cli_job_fail(&j, st, &diag) : PL_EXIT_OK;
	pl_cli_job_close(&j);
	return code;
}

static const struct pl_cli_option plain[] = {PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, {NULL}};
static const struct pl_cli_option rotate_options[] = {
	{"finish", NULL, "destroy the key before"}, PL_CLI_INSTANCE, PL_CLI_PASSPHRASE, PL_CLI_JSON, {NULL},
};
static const struct pl_cli_option reads_options[] = {
	{"head", "DIGEST", "a head that you noted: it must be among the lines"}, PL_CLI_INSTANCE, PL_CLI_JSON, {NULL},
};

static const struct pl_cli_verb verbs[] = {
	{"make", "", "make the key of the vault, for an instance that has none", plain, 0, 0, make},
	{"rotate", "", "change the key of the vault, and wrap what is there for the new one", rotate_options, 0, 0, rotate},
	{"reads", "", "who was given a key, and what was destroyed; checks that no line is missing", reads_options, 0, 0, reads},
	{"restored", "", "destroy again what was destroyed before the vault was restored from a copy", plain, 0, 0, restored},
	{NULL},
};

const struct pl_cli_noun pl_cli_noun_vault = {"vault", "the keys of what is private", verbs};
