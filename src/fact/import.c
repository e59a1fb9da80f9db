/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/import.h"
#include "fact/member.h"
#include "fact/projector.h"
#include "fact/sql.h"

#define STREAM PL_STR("import")
#define ARENA_MAX (4u * PL_DSSE_MAX)
#define OUTSIDERS (PL_ROLE_BIT(PL_ROLE_BUILDER) | PL_ROLE_BIT(PL_ROLE_REBUILDER) | PL_ROLE_BIT(PL_ROLE_ENTITY) | \
	PL_ROLE_BIT(PL_ROLE_REVIEWER))

static bool is_outsider(enum pl_role role)
{
	return (PL_ROLE_BIT(role) & OUTSIDERS) != 0;
}

/* ---- spelling ---- */

/* Which outsider's key made this signature? A keyid is a hint that nobody signed: others choose their own. */
static const struct pl_key_fact *who_signed(const struct pl_keys *keys, pl_bytes pae, const struct pl_dsse_sig *sig)
{
	struct pl_digest id;

	if (pl_digest_parse(sig->keyid, &id) == PL_OK && pl_keys_find(keys, &id))
		return pl_keys_find(keys, &id);
	for (size_t i = 0; i < pl_keys_count(keys); i++) {
		const struct pl_key_fact *f = pl_keys_at(keys, i);

		if (is_outsider(f->role) && pl_pubkey_verify(&f->key, pae, sig->sig) == PL_OK)
			return f;
	}
	return NULL;
}

static pl_status name_keys(const struct pl_keys *keys, struct pl_dsse *env, struct pl_arena *arena)
{
	struct pl_buf pae PL_CLEANUP(pl_buf_done) = PL_BUF(PL_DSSE_MAX);
	pl_status st;

	pl_dsse_pae(&pae, env->type, env->payload);
	st = pl_buf_status(&pae);
	for (size_t i = 0; i < env->n_sigs && st == PL_OK; i++) {
		const struct pl_key_fact *f = who_signed(keys, pl_buf_bytes(&pae), &env->sigs[i]);
		char id[PL_DIGEST_TEXT + 1];

		if (!f)
			continue;
		pl_digest_text(&f->id, id);
		st = pl_arena_dup(arena, pl_str_from(id), &env->sigs[i].keyid);
	}
	return st;
}

static pl_status rewrite(const struct pl_keys *keys, pl_bytes text, struct pl_import *i, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_MAX);
	struct pl_dsse env;
	pl_status st = pl_dsse_parse(pl_bytes_str(text), &arena, &env, diag);

	if (st == PL_OK)
		st = name_keys(keys, &env, &arena);
	if (st != PL_OK)
		return st;
	pl_dsse_write(&i->entry, &env);
	st = pl_buf_status(&i->entry);
	if (st == PL_E_TOOBIG) {
		pl_diag_hint(diag, "store it as a body: pellucid statement document FILE --kind attestation");
		return pl_diag_set(diag, st, "the envelope would be larger than %u bytes", PL_STATEMENT_ENTRY_MAX);
	}
	return st ? st : pl_statement_open(pl_buf_bytes(&i->entry), &i->statement, diag);
}

/* ---- judging ---- */

static pl_status find_row(struct pl_instance *inst, struct pl_import *i, struct pl_diag *diag)
{
	i->row = pl_vocabulary_find(pl_instance_vocabulary(inst), i->statement->type);
	if (!i->row)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "this version does not know the type %.*s",
			PL_STR_ARG(i->statement->type));
	if (i->row->approval != PL_APPROVAL_NONE || !(i->row->signers & OUTSIDERS))
		return pl_diag_set(diag, PL_E_DENIED, "%s does not come from outside: no builder, rebuilder or entity may sign it",
			i->row->type);
	return pl_predicate_check(i->row, i->statement, diag);
}

/* Every signature must count: what is wrong with one is said by name. */
static pl_status look_at_key(const struct pl_keys *keys, const struct pl_import *i, pl_str keyid, uint64_t index,
	struct pl_diag *diag)
{
	const struct pl_predicate *row = i->row;
	struct pl_digest id;
	const struct pl_key_fact *f = pl_digest_parse(keyid, &id) == PL_OK ? pl_keys_find(keys, &id) : NULL;

	if (!f) {
		pl_diag_hint(diag, "the holder's public key is introduced by: pellucid key add HOLDER FILE --role rebuilder");
		return pl_diag_set(diag, PL_E_SIGNATURE, "no key of this log made the signature with key id \"%.*s\"",
			PL_STR_ARG(pl_str_sub(keyid, 0, 80)));
	}
	if (f->until != UINT64_MAX)
		return pl_diag_set(diag, PL_E_SIGNATURE, "the key of %.*s was ended at entry %llu", PL_STR_ARG(f->holder),
			(unsigned long long)f->until);
	if (!is_outsider(f->role))
		return pl_diag_set(diag, PL_E_SIGNATURE, "the key of %.*s has the role %s, not builder, rebuilder or entity",
			PL_STR_ARG(f->holder), pl_role_word(f->role));
	if (row->holder && !pl_str_eq(pl_member_text(i->statement->predicate, row->holder), f->holder))
		return pl_diag_set(diag, PL_E_SIGNATURE, "the key of %.*s signs nothing in the name of %.*s", PL_STR_ARG(f->holder),
			PL_STR_ARG(pl_member_text(i->statement->predicate, row->holder)));
	if (!pl_keys_entitled(f, row, i->statement, index, false))
		return pl_diag_set(diag, PL_E_SIGNATURE, "the key of %.*s, a %s, may not sign %s", PL_STR_ARG(f->holder),
			pl_role_word(f->role), row->type);
	return PL_OK;
}

static pl_status judge_signatures(const struct pl_keys *keys, struct pl_import *i, uint64_t index, struct pl_judgement *j,
	struct pl_diag *diag)
{
	const struct pl_dsse *env = &i->statement->envelope;
	const struct pl_key_fact *f;
	pl_status st = PL_OK;

	for (size_t k = 0; k < env->n_sigs && st == PL_OK; k++)
		st = look_at_key(keys, i, env->sigs[k].keyid, index, diag);
	if (st == PL_OK)
		st = pl_keys_judge(keys, i->row, i->statement, index, true, j, diag);
	if (st != PL_OK)
		return st;
	f = pl_keys_find(keys, &j->signer);
	i->role = pl_str_from(pl_role_word(f->role));
	return pl_arena_dup(&i->arena, f->holder, &i->signer);
}

/* ---- what the projector would say ---- */

struct trial {
	struct pl_import *import;
	const struct pl_judgement *judgement;
	uint64_t index;
	pl_status outcome;
	struct pl_diag diag;
};

static pl_status find_logged(struct pl_db_tx *tx, struct pl_import *i)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_statement_seen, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&i->statement->pae))), &rows);

	i->logged = st == PL_OK;
	if (st != PL_OK)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	i->index = pl_db_col_u64(rows, 0);
	return pl_db_rows_status(rows);
}

static pl_status find_waiting(struct pl_db_tx *tx, struct pl_import *i)
{
	struct pl_db_rows *rows PL_CLEANUP(pl_db_rows_done) = NULL;
	pl_status st = pl_db_one(tx, &pl_sql_imported_get, PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&i->statement->pae))), &rows);

	i->there = st == PL_OK;
	if (st != PL_OK)
		return st == PL_E_NOTFOUND ? PL_OK : st;
	pl_db_col_fixed(rows, 0, i->ref.entry.b, sizeof i->ref.entry.b);
	i->ref.number = pl_db_col_u64(rows, 1);
	return pl_db_rows_status(rows);
}

static pl_status find_there(struct pl_db_tx *tx, struct pl_import *i)
{
	pl_status st = find_logged(tx, i);

	return st == PL_OK ? find_waiting(tx, i) : st;
}

static pl_status note_body(void *ctx, const struct pl_body *body)
{
	struct pl_import *i = ctx;

	if (i->n_bodies == PL_IMPORT_BODIES_MAX)
		return PL_E_TOOBIG;
	i->bodies[i->n_bodies++] = *body;
	return PL_OK;
}

static pl_status run_handler(struct trial *t, struct pl_db_tx *tx)
{
	struct pl_import *i = t->import;
	struct pl_projection p = {.tx = tx, .index = t->index, .judgement = t->judgement, .body = note_body, .ctx = i};
	pl_status st = pl_predicate_bodies(i->row, i->statement, note_body, i);

	return st == PL_OK && i->row->apply ? i->row->apply(&p, i->statement, &t->diag) : st;
}

static pl_status find_tx(void *ctx, struct pl_db_tx *tx)
{
	return find_there(tx, ctx);
}

/* Let the room decide as the projector would; nothing of it stays, for the transaction never ends well. */
static pl_status try_tx(void *ctx, struct pl_db_tx *tx)
{
	struct trial *t = ctx;

	t->diag = (struct pl_diag){0};
	t->import->n_bodies = 0;
	t->outcome = run_handler(t, tx);
	return PL_E_CANCELLED;
}

static pl_status try_it(struct pl_instance *inst, struct trial *t, struct pl_diag *diag)
{
	pl_status st = pl_db_tx(pl_instance_db(inst), try_tx, t);

	if (st != PL_E_CANCELLED)
		return pl_diag_set(diag, st, "cannot read the public tables");
	if (t->outcome == PL_OK)
		return PL_OK;
	/* Words are the room's refusal; without them the database failed. */
	if (!t->diag.text[0])
		return pl_diag_set(diag, t->outcome, "cannot read the public tables");
	return pl_diag_set(diag, PL_E_DENIED, "%s", t->diag.text);
}

pl_status pl_import_judge(struct pl_instance *inst, pl_bytes text, struct pl_import *ret, struct pl_diag *diag)
{
	struct pl_import i = {.entry = PL_BUF(PL_STATEMENT_ENTRY_MAX), .arena = PL_ARENA(4096)};
	struct pl_judgement judgement = {0};
	const struct pl_keys *keys = NULL;
	struct trial t = {.import = &i, .judgement = &judgement};
	pl_status st = pl_instance_keys(inst, &keys, &t.index, diag);

	if (st == PL_OK)
		st = rewrite(keys, text, &i, diag);
	if (st == PL_OK)
		st = find_row(inst, &i, diag);
	if (st == PL_OK && (st = pl_db_read(pl_instance_db(inst), find_tx, &i)) != PL_OK)
		st = pl_diag_set(diag, st, "cannot read the public tables");
	/* What is there is found, also when its key has ended since. */
	if (st == PL_OK && !i.logged && !i.there) {
		st = judge_signatures(keys, &i, t.index, &judgement, diag);
		if (st == PL_OK)
			st = try_it(inst, &t, diag);
	}
	if (st != PL_OK) {
		pl_import_done(&i);
		return st;
	}
	*ret = i;
	return PL_OK;
}

void pl_import_done(struct pl_import *i)
{
	pl_statement_close(i->statement);
	i->statement = NULL;
	pl_buf_done(&i->entry);
	pl_arena_done(&i->arena);
}

/* ---- taking it in ---- */

struct submit {
	struct pl_import *import;
	struct pl_diag *diag;
};

static pl_status submit_tx(void *ctx, struct pl_db_tx *tx)
{
	struct submit *s = ctx;
	struct pl_import *i = s->import;
	struct pl_digest entry;
	uint64_t changed = 0;
	pl_status st;

	pl_sha256(pl_buf_bytes(&i->entry), &entry);
	/* First, so that of two who come at once the second waits for the first and then finds it. */
	st = pl_db_exec(tx, &pl_sql_imported_put,
		PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&i->statement->pae)), PL_DB_BLOB(pl_digest_bytes(&entry))), &changed);
	if (st == PL_OK && changed == 0)
		st = find_there(tx, i);
	if (st != PL_OK || (changed == 0 && (i->there || i->logged)))
		return st;
	if (changed == 0)
		st = pl_db_exec(tx, &pl_sql_imported_again,
			PL_DB_ARGS(PL_DB_BLOB(pl_digest_bytes(&i->statement->pae)), PL_DB_BLOB(pl_digest_bytes(&entry))), NULL);
	return st == PL_OK ? pl_outbox_put(tx, STREAM, pl_buf_bytes(&i->entry), &i->ref, s->diag) : st;
}

pl_status pl_import_submit(struct pl_instance *inst, struct pl_import *i, struct pl_diag *diag)
{
	struct submit s = {i, diag};
	pl_status st = PL_OK;

	if (!i->logged && !i->there)
		st = pl_db_tx(pl_instance_db(inst), submit_tx, &s);

	return st == PL_OK ? PL_OK : pl_diag_set(diag, st, "cannot put the statement into the outbox");
}
