/* SPDX-License-Identifier: Apache-2.0 */
/* Words to whoever sent a case, looked through for data of users where the register gives packages; what was cleared is noted with the case. */
#include "cli/person.h"
#include "cli/register.h"
#include "register/package.h"
#include "register/person/outgoing.h"

static const struct pl_casework_actor operator = {.role = PL_VAULT_OPERATOR};

#define LIST_MAX ((size_t)1 << 20)

pl_status pl_cli_networks(const struct pl_cli *cli, struct pl_instance *inst, struct pl_buf *out, pl_str *ret, struct pl_diag *diag)
{
	bool has = pl_cli_has(cli, "networks");
	pl_status st = has ? pl_cli_read_file(pl_cli_get(cli, "networks"), out, diag) : pl_outgoing_networks(inst, out, &has, diag);

	*ret = has ? pl_str_of(out->len ? (const char *)out->ptr : "", out->len) : (pl_str){0};
	return st;
}

/* What was cleared, by whom and why: an entry of the case's file, before the words go. */
static pl_status note(struct pl_cli_opened *o, const struct pl_expertise *e, pl_str cleared)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CASEWORK_TEXT_MAX);

	if (!e->n)
		return PL_OK;
	pl_buf_put_z(&text, "Found in the words that go out, and cleared:\n");
	pl_buf_put_str(&text, pl_str_trim(cleared));
	if (pl_buf_status(&text))
		return pl_diag_set(&o->diag, PL_E_TOOBIG, "what is cleared has at most %u bytes", PL_CASEWORK_TEXT_MAX);
	return pl_casework_write(o->j.inst, o->r, o->number, &operator, PL_CASEWORK_NOTE, 0, (pl_str){0}, pl_buf_str(&text), &o->diag);
}

static pl_status judge(struct pl_cli_opened *o, const struct pl_expertise *e, pl_str cleared)
{
	if (!e->open)
		return note(o, e, cleared);
	for (size_t i = 0; i < e->n; i++)
		pl_cli_finding_print(e, &e->findings[i]);
	pl_diag_hint(&o->diag, "take them out, or write each line, completed by an account and a reason, into a file for --cleared");
	return pl_diag_set(&o->diag, PL_E_DENIED, "%zu findings in the words are neither removed nor cleared", e->open);
}

pl_status pl_cli_case_words(struct pl_cli_opened *o, const char *path, pl_str text, pl_str subject, bool *ret_looked)
{
	const struct pl_person_desk_options opt = {.reader = {.role = PL_VAULT_OPERATOR}};
	const struct pl_cli *cli = o->j.cli;
	struct pl_person_desk *desk PL_CLEANUP(pl_person_desk_closep) = NULL;
	struct pl_buf nets PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX), lines PL_CLEANUP(pl_buf_done) = PL_BUF(LIST_MAX);
	const char *slash = strrchr(path, '/');
	pl_str name = pl_str_from(slash ? slash + 1 : path);
	/* A line that clears something has words between spaces. */
	const struct pl_expertise_file files[] = {{pl_zip_name_ok(name) ? name : PL_OUTGOING_TEXT, pl_str_bytes(text)}, {PL_OUTGOING_SUBJECT, pl_str_bytes(subject)}};
	struct pl_expertise *e = NULL;
	pl_str networks = {0};
	pl_status st;

	*ret_looked = false;
	if (!pl_register_package_is(o->r->decl))
		return PL_OK;
	st = pl_person_desk_open(o->j.inst, &opt, &desk, &o->diag);
	if (!st)
		st = pl_cli_networks(cli, o->j.inst, &nets, &networks, &o->diag);
	if (!st && pl_cli_has(cli, "cleared"))
		st = pl_cli_read_file(pl_cli_get(cli, "cleared"), &lines, &o->diag);
	if (!st)
		st = pl_expertise_look(desk, files, subject.len ? 2 : 1, networks, pl_buf_str(&lines), &e, &o->diag);
	if (!st)
		st = judge(o, e, pl_buf_str(&lines));
	*ret_looked = !st;
	pl_expertise_free(e);
	return st;
}
