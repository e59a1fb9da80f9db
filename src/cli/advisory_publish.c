/* SPDX-License-Identifier: Apache-2.0 */
/* cli/advisory_publish: the verbs of `pellucid advisory` that state something. */
#include "base/file.h"
#include "base/time.h"
#include "cli/advisory.h"
#include "cli/release.h"
#include "cli/state.h"
#include "fact/statement.h"
#include "register/advisory/publish.h"
#include "register/advisory/vocabulary.h"
#include "register/vuln/embargo.h"
#include <fcntl.h>
#include <unistd.h>

#define ARENA ((size_t)8 << 20)

/* ---- what officers approved ---- */

static bool is_only(const struct pl_cli *cli)
{
	return pl_cli_has(cli, "payload-only");
}

/* Do the bytes of --payload say what @predicate says? */
static pl_status check_payload(const struct pl_cli *cli, const struct pl_json *predicate, struct pl_diag *diag)
{
	struct pl_cli_approvals approvals PL_CLEANUP(pl_cli_approvals_done);
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_json *said PL_CLEANUP(pl_json_done) = NULL;
	pl_status st = pl_cli_approvals_read(cli, &approvals, diag);

	if (st || !approvals.payload.len)
		return st;
	st = pl_statement_open_payload(pl_buf_bytes(&approvals.payload), &s, diag);
	if (st)
		return st;
	said = pl_json_copy(s->predicate);
	pl_json_remove(said, "id");
	return pl_json_equal(said, predicate) ? PL_OK : pl_diag_set(diag, PL_E_MISMATCH,
		"the payload is that of something else");
}

/* ---- publish ---- */

static int refuse_findings(const struct pl_cli *cli, const struct pl_advisory *a)
{
	struct pl_findings *f = PL_NEW(struct pl_findings);
	bool refused;

	pl_advisory_check(a, f);
	refused = f->errors || (f->n && !pl_cli_has(cli, "accept-advice"));
	if (refused)
		pl_cli_findings_print(stderr, f);
	pl_free(f);
	return refused ? PL_EXIT_NO : PL_EXIT_OK;
}

/* From the draft to its papers; @ret is pl_advisory_papers_done by the caller. */
static pl_status prepare(struct pl_instance *inst, const struct pl_advisory *a, struct pl_arena *arena,
	struct pl_advisory_papers *ret, struct pl_diag *diag)
{
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_query_provider q;
	struct pl_openpgp key;
	pl_status st = pl_query_provider(inst, arena, &q);

	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(diag, "pellucid advisory provider SETTINGS");
		return pl_diag_set(diag, PL_E_STATE, "no provider was stated yet");
	}
	if (!st)
		st = pl_provider_fits(&q.provider, a, diag);
	if (!st)
		st = pl_advisory_key(inst, &q.provider, q.fingerprint, &signer, &key, diag);
	if (!st)
		st = pl_advisory_prepare(a, &key, ret, diag);
	return st ? st : pl_published_may_follow(inst, &ret->stated, diag);
}

static int publish(struct pl_cli *cli, struct pl_instance *inst, const struct pl_advisory *a)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	struct pl_advisory_papers papers PL_CLEANUP(pl_advisory_papers_done) = {0};
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_ADVISORY, .predicate = predicate, .stream = PL_ADVISORY_STREAM};
	struct pl_diag diag = {0};
	pl_status st = prepare(inst, a, &arena, &papers, &diag);

	if (!st) {
		pl_published_to_json(&papers.stated, predicate);
		st = check_payload(cli, predicate, &diag);
	}
	if (!st && !is_only(cli))
		st = pl_advisory_keep(inst, &papers, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	claim.subject = (struct pl_subject){a->id, papers.stated.digest};
	return pl_cli_state(cli, inst, &claim);
}

/* Which case it names: in the draft, with --case, or with both, and then the same one. */
static pl_status named_case(const struct pl_cli *cli, const struct pl_advisory *a, struct pl_vuln_advisory *ret, struct pl_diag *diag)
{
	const char *number = pl_cli_get(cli, "case"), *name = pl_cli_get(cli, "register");

	ret->from = a->from.name;
	ret->number = a->from.number;
	if (!number)
		return PL_OK;
	ret->from = pl_str_from(name ? name : PL_VULN_REGISTER);
	if (pl_str_to_u64(pl_str_from(number), INT64_MAX, &ret->number) || !ret->number)
		return pl_diag_set(diag, PL_E_RANGE, "--case wants the number of a case, from 1");
	if (a->from.number && (a->from.number != ret->number || !pl_str_eq(a->from.name, ret->from)))
		return pl_diag_set(diag, PL_E_MISMATCH, "the draft names another case than --case %llu of %.*s", (unsigned long long)ret->number,
			PL_STR_ARG(ret->from));
	return PL_OK;
}

static void add_name(pl_str *names, size_t *n, pl_str name)
{
	if (name.len)
		names[(*n)++] = name;
}

/* Whatever a flaw is called in it, wherever that stands. */
static pl_str *names_of(const struct pl_advisory *a, size_t *ret_n)
{
	size_t room = 1 + a->aliases.n + a->vulnerabilities.n * (1 + PL_ADVISORY_FEW_MAX), n = 0;
	pl_str *names = pl_alloc(room, sizeof *names);

	for (size_t i = 0; i < a->aliases.n; i++)
		add_name(names, &n, a->aliases.v[i]);
	for (size_t i = 0; i < a->vulnerabilities.n; i++) {
		const struct pl_vulnerability *v = &a->vulnerabilities.v[i];

		add_name(names, &n, v->cve);
		for (size_t j = 0; j < v->ids.n; j++)
			add_name(names, &n, v->ids.v[j].text);
	}
	*ret_n = n;
	return names;
}

/* What the cases of our registers say of their embargo holds, whatever stands in the draft, and whether it names them or not. */
static pl_status fits_cases(const struct pl_cli *cli, struct pl_instance *inst, const struct pl_advisory *a, struct pl_diag *diag)
{
	const struct pl_register_reader reader = {.role = PL_VAULT_OPERATOR};
	struct pl_vuln_advisory about = {.id = a->id};
	pl_str *names = names_of(a, &about.n);
	pl_status st = named_case(cli, a, &about, diag);

	about.names = names;
	if (!st)
		st = pl_vuln_advisory_may_leave(inst, &about, &reader, is_only(cli) ? UINT64_MAX : pl_time_now() / PL_SECOND, diag);
	pl_free(names);
	return st;
}

int pl_cli_advisory_publish(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_cli_draft draft PL_CLEANUP(pl_cli_draft_done) = {0};
	struct pl_diag diag = {0};
	pl_status st = PL_OK;
	int code;

	if (!pl_cli_draft_read(cli, &draft, &code))
		return code;
	/* Officers may approve before the embargo ends; what they are shown is stored nowhere. */
	if (!is_only(cli))
		st = pl_advisory_may_publish(&draft.advisory, pl_time_now(), &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	code = refuse_findings(cli, &draft.advisory);
	if (code)
		return code;
	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = fits_cases(cli, inst, &draft.advisory, &diag);
	return st ? pl_cli_fail(cli, st, &diag) : publish(cli, inst, &draft.advisory);
}

/* ---- provider ---- */

/* Make the key file if it is not there. */
static pl_status make_key(struct pl_instance *inst, struct pl_diag *diag)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done);
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);

	pl_privkey_generate(PL_KEY_ED25519, &key);
	pl_buf_put_str(&path, pl_instance_conf(inst)->keys_dir);
	pl_buf_put_z(&path, "/" PL_PROVIDER_KEY ".key");
	if (!pl_buf_z(&path))
		return PL_E_TOOBIG;
	return access(pl_buf_z(&path), F_OK) == 0 ? PL_OK : pl_instance_seal_key(inst, pl_buf_z(&path), &key, diag);
}

static pl_status prepare_provider(struct pl_instance *inst, pl_str text, struct pl_provider *p, struct pl_arena *arena,
	struct pl_provider_papers *ret, struct pl_diag *diag)
{
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_openpgp key;
	pl_status st = pl_provider_parse(text, arena, p, diag);

	if (!st)
		st = make_key(inst, diag);
	if (!st)
		st = pl_advisory_key(inst, p, (pl_str){0}, &signer, &key, diag);
	return st ? st : pl_provider_prepare(p, text, &key, pl_time_now(), ret, diag);
}

static int state_provider(struct pl_cli *cli, struct pl_instance *inst, pl_str text)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA);
	struct pl_provider_papers papers PL_CLEANUP(pl_provider_papers_done) = {0};
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_cli_claim claim = {.type = PL_TYPE_ADVISORY_PROVIDER, .predicate = predicate, .stream = PL_ADVISORY_STREAM};
	struct pl_provider p;
	struct pl_diag diag = {0};
	pl_status st = prepare_provider(inst, text, &p, &arena, &papers, &diag);

	/* Nothing of a provider is secret, and security.txt bears the time at which it was signed: what officers
	 * elsewhere approve is kept. */
	if (!st)
		st = pl_provider_keep(inst, text, &papers, &diag);
	if (st)
		return pl_cli_fail(cli, st == PL_E_NOTFOUND ? PL_E_SYNTAX : st, &diag);
	pl_provider_to_json(&p, &papers, predicate);
	claim.subject = (struct pl_subject){PL_STR("provider"), papers.settings.digest};
	return pl_cli_state(cli, inst, &claim);
}

int pl_cli_advisory_provider(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROVIDER_SETTINGS_MAX);
	struct pl_diag diag = {0};
	pl_status st = pl_cli_read_file(cli->argv[0], &text, &diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_instance_open(cli, &inst, &code) ? state_provider(cli, inst, pl_buf_str(&text)) : code;
}
