/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `pellucid book attest` and `sign`: an entity attests a closed half-year of its books with its own key. Where that
 * key lies elsewhere, the payload goes there with balance file and journal, is signed by `book sign`, and comes back
 * through `pellucid statement import`.
 */
#include "base/file.h"
#include "base/time.h"
#include "cli/entity.h"
#include "cli/outside_key.h"
#include "cli/release.h"
#include "fact/import.h"
#include "register/entity/attestation.h"
#include "register/entity/book_query.h"
#include "register/period.h"
#include <fcntl.h>

#define FILE_BYTES ((size_t)256 << 20)

/* ---- the payload ---- */

struct attesting {
	struct pl_attestation a;
	struct pl_diag diag;
};

static pl_status find_tx(void *ctx, struct pl_db_tx *tx)
{
	struct attesting *t = ctx;
	struct pl_book_state state;
	struct pl_book_bounties bounties[PL_BOOK_BOUNTIES_MAX];
	struct pl_book_closing c;
	pl_status st;

	t->a.n_bounties = 0;
	t->diag = (struct pl_diag){0};
	st = pl_book_state(tx, t->a.entity, &state, &t->diag);
	if (!st)
		st = pl_book_closing(tx, t->a.entity, t->a.from, &c);
	if (st == PL_E_NOTFOUND) {
		pl_diag_hint(&t->diag, "pellucid book close ENTITY PERIOD");
		return pl_diag_set(&t->diag, st, "that half-year is not closed");
	}
	if (st)
		return st;
	t->a.transactions = c.transactions;
	t->a.balance = c.balance;
	t->a.says_bounties = true;
	st = pl_book_bounties(tx, t->a.entity, c.from, c.to, bounties, &t->a.n_bounties);
	for (size_t i = 0; i < t->a.n_bounties && !st; i++)
		pl_attested_bounties_of(&bounties[i], &t->a.bounties[i]);
	return st;
}

/* ---- the signature ---- */

static pl_status open_key(struct pl_cli_job *j, struct pl_signer **ret, struct pl_diag *diag)
{
	const char *path = pl_cli_get(j->cli, "key");

	return path ? pl_cli_outside_key(j->cli, path, "the entity's key", ret, diag) : pl_instance_signer(j->inst, j->cli->argv[0], ret, diag);
}

static pl_status take_in(struct pl_cli_job *j, pl_bytes payload, struct pl_import *import, struct pl_diag *diag)
{
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_buf envelope PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	pl_status st = open_key(j, &signer, diag);

	if (!st)
		st = pl_statement_sign_alone(payload, signer, &envelope, diag);
	if (!st)
		st = pl_import_judge(j->inst, pl_buf_bytes(&envelope), import, diag);
	if (st)
		return st;
	st = pl_import_submit(j->inst, import, diag);
	if (!st && !import->logged)
		st = pl_instance_settle(j->inst, &import->ref, 1, PL_OUTBOX_PROJECTED, j->job.wait_ns, diag);
	return st;
}

static int tell(struct pl_cli_job *j, const struct pl_import *import)
{
	struct pl_outbox_row row = {.index = import->index};
	pl_status st = import->logged ? PL_OK : pl_outbox_find(pl_instance_db(j->inst), &import->ref.entry, &j->arena, &row);
	struct pl_json *o;

	if (st)
		return pl_cli_job_fail(j, st, NULL);
	if (!pl_cli_has(j->cli, "json")) {
		(void)printf("attested by %s: entry %llu\n", j->cli->argv[0], (unsigned long long)row.index);
		return PL_EXIT_OK;
	}
	o = pl_json_new_object();
	pl_json_set_u64(o, "index", row.index);
	pl_cli_set_digest(o, "pae", &import->statement->pae);
	return pl_cli_json_line(j->cli, o);
}

static int attest(struct pl_cli_job *j, struct attesting *t)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_import import = {0};
	pl_status st = pl_db_read(pl_instance_db(j->inst), find_tx, t);
	int code;

	if (!st)
		st = pl_attestation_payload(&t->a, &payload, &t->diag);
	if (!st && pl_cli_has(j->cli, "payload-only"))
		return pl_cli_out(pl_buf_str(&payload)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
	if (!st)
		st = take_in(j, pl_buf_bytes(&payload), &import, &t->diag);
	code = st ? pl_cli_job_fail(j, st, &t->diag) : tell(j, &import);
	pl_import_done(&import);
	return code;
}

int pl_cli_book_attest(struct pl_cli *cli)
{
	struct attesting t = {.a.entity = pl_str_from(cli->argv[0])};
	struct pl_cli_job j;
	pl_status st = pl_period_parse(pl_str_from(cli->argv[1]), &t.a.from, &t.a.to, &t.diag);
	int code;

	if (st)
		return pl_cli_fail(cli, st, &t.diag);
	if (!pl_cli_job_open(&j, cli, &code))
		return code;
	code = attest(&j, &t);
	pl_cli_job_close(&j);
	return code;
}

/* ---- where the entity's key is ---- */

/* The value behind "@word " at the beginning of a line of the balance file. */
static bool line_says(pl_str text, const char *word, pl_str value)
{
	struct pl_buf line PL_CLEANUP(pl_buf_done) = PL_BUF(512);

	pl_buf_printf(&line, "\n%s %.*s\n", word, PL_STR_ARG(value));
	return pl_str_find_str(text, pl_buf_str(&line)) < text.len;
}

static pl_status check_balance(const char *path, const struct pl_attestation *a, const char *journal,
	struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_BYTES), lines PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_BYTES);
	char period[PL_PERIOD_TEXT], digest[PL_DIGEST_TEXT + 1];
	struct pl_digest found;
	pl_status st = pl_cli_read_file(path, &text, diag);

	if (st)
		return st;
	pl_sha256(pl_buf_bytes(&text), &found);
	pl_period_write(a->from, a->to, period);
	if (!pl_digest_eq(&found, &a->balance) || !line_says(pl_buf_str(&text), "entity", a->entity) ||
		!line_says(pl_buf_str(&text), "period", pl_str_from(period)))
		return pl_diag_set(diag, PL_E_MISMATCH, "%s is not the balance that the payload names", path);
	if (!journal)
		return PL_OK;
	st = pl_cli_read_file(journal, &lines, diag);
	if (st)
		return st;
	pl_sha256(pl_buf_bytes(&lines), &found);
	pl_digest_text(&found, digest);
	if (!line_says(pl_buf_str(&text), "journal", pl_str_from(digest)))
		return pl_diag_set(diag, PL_E_MISMATCH, "%s is not the journal that the balance names", journal);
	return PL_OK;
}

static pl_status check_payload(const struct pl_cli *cli, pl_bytes payload, struct pl_diag *diag)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	const char *balance = pl_cli_get(cli, "balance"), *journal = pl_cli_get(cli, "journal");
	struct pl_attestation a;
	pl_status st = pl_statement_open_payload(payload, &s, diag);

	if (st)
		return st;
	if (!pl_str_eq(s->type, PL_STR(PL_TYPE_ENTITY_ATTESTATION)))
		return pl_diag_set(diag, PL_E_DENIED, "%s is no attestation, and an entity's key signs nothing else", cli->argv[1]);
	pl_attestation_from_json(s->predicate, &a);
	return balance ? check_balance(balance, &a, journal, diag) : PL_OK;
}

int pl_cli_book_sign(struct pl_cli *cli)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf envelope PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_diag diag = {0};
	pl_status st;

	if (!pl_cli_get(cli, "balance"))
		return pl_cli_usage(cli, "--balance is missing: look at what you sign");
	st = pl_cli_read_file(cli->argv[1], &payload, &diag);
	if (!st)
		st = check_payload(cli, pl_buf_bytes(&payload), &diag);
	if (!st)
		st = pl_cli_outside_key(cli, cli->argv[0], "the entity's key", &signer, &diag);
	if (!st)
		st = pl_statement_sign_alone(pl_buf_bytes(&payload), signer, &envelope, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_out(pl_buf_str(&envelope)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}
