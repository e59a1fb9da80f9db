/* SPDX-License-Identifier: Apache-2.0 */
#include "fact/keys.h"
#include "fact/member.h"
#include "fact/statement_internal.h"

#define ARENA_MAX ((size_t)32 << 20)
#define PAE_MAX (PL_STATEMENT_PAYLOAD_MAX + 128u)

struct pl_keys {
	struct pl_arena arena; /* text of the facts */
	struct pl_key_fact *facts;
	size_t n, cap, n_roots;
	unsigned threshold;
	unsigned officers; /* 0 before the inception */
	bool inception;
	struct pl_verified *verified;
};

/* ---- the register ---- */

static pl_status grow(struct pl_keys *k)
{
	size_t cap = k->cap ? k->cap * 2 : 16;
	struct pl_key_fact *p;

	if (k->n < k->cap)
		return PL_OK;
	if (k->n >= PL_KEYS_MAX)
		return PL_E_TOOBIG;
	p = pl_try_realloc(k->facts, cap, sizeof *p);
	if (!p)
		return PL_E_NOMEM;
	k->facts = p;
	k->cap = cap;
	return PL_OK;
}

static pl_status add_root(struct pl_keys *k, const struct pl_pubkey *key)
{
	struct pl_key_fact f = {.key = *key, .role = PL_ROLE_ROOT, .holder = PL_STR("root"), .until = UINT64_MAX};
	pl_status st = grow(k);

	if (st)
		return st;
	pl_pubkey_id(key, &f.id);
	if (pl_keys_find(k, &f.id))
		return PL_E_RANGE;
	k->facts[k->n++] = f;
	k->n_roots++;
	return PL_OK;
}

pl_status pl_keys_new(const struct pl_pubkey *roots, size_t n_roots, unsigned threshold, struct pl_keys **ret)
{
	struct pl_keys *k;
	pl_status st = PL_OK;

	if (threshold == 0 || threshold > n_roots)
		return PL_E_RANGE;
	k = PL_NEW(struct pl_keys);
	k->arena = (struct pl_arena)PL_ARENA(ARENA_MAX);
	k->threshold = threshold;
	for (size_t i = 0; i < n_roots && st == PL_OK; i++)
		st = add_root(k, &roots[i]);
	if (st) {
		pl_keys_free(k);
		return st;
	}
	*ret = k;
	return PL_OK;
}

void pl_keys_free(struct pl_keys *k)
{
	if (!k)
		return;
	pl_arena_done(&k->arena);
	pl_free(k->facts);
	pl_free(k);
}

void pl_keys_share(struct pl_keys *k, struct pl_verified *verified)
{
	k->verified = verified;
}

unsigned pl_keys_officers_needed(const struct pl_keys *k)
{
	return k->officers;
}

static struct pl_key_fact *find(const struct pl_keys *k, const struct pl_digest *id)
{
	for (size_t i = 0; i < k->n; i++)
		if (pl_digest_eq(&k->facts[i].id, id))
			return &k->facts[i];
	return NULL;
}

const struct pl_key_fact *pl_keys_find(const struct pl_keys *k, const struct pl_digest *id)
{
	return find(k, id);
}

size_t pl_keys_count(const struct pl_keys *k)
{
	return k->n;
}

const struct pl_key_fact *pl_keys_at(const struct pl_keys *k, size_t i)
{
	return i < k->n ? &k->facts[i] : NULL;
}

/* ---- taking statements in ---- */

static bool is_type(const struct pl_statement *s, const char *type)
{
	return pl_str_eq(s->type, pl_str_from(type));
}

pl_status pl_keys_can_apply(const struct pl_keys *k, const struct pl_statement *s, uint64_t index,
	struct pl_diag *diag)
{
	const struct pl_key_fact *fact = pl_keys_find(k, &s->subjects[0].sha256);
	bool ends = is_type(s, PL_TYPE_KEY_END);

	if (is_type(s, PL_TYPE_INCEPTION) && (k->inception || index != 0))
		return pl_diag_set(diag, PL_E_STATE, "an inception statement stands at index 0 and nowhere else");
	if (is_type(s, PL_TYPE_KEY) && fact)
		return pl_diag_set(diag, PL_E_EXISTS, "this key was introduced before; a key is introduced once");
	if (is_type(s, PL_TYPE_KEY) && k->n >= PL_KEYS_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "the register is full: %u keys", PL_KEYS_MAX);
	if (ends && (!fact || fact->role == PL_ROLE_ROOT))
		return pl_diag_set(diag, PL_E_NOTFOUND, "this key was never introduced");
	if (ends && fact->until != UINT64_MAX)
		return pl_diag_set(diag, PL_E_EXISTS, "this key was ended at entry %llu", (unsigned long long)fact->until);
	return PL_OK;
}

static pl_status read_types(struct pl_keys *k, const struct pl_json *list, struct pl_key_fact *f)
{
	pl_status st = PL_OK;

	f->n_types = pl_json_count(list);
	if (f->n_types > PL_KEYS_TYPES_MAX)
		return PL_E_RANGE;
	for (size_t i = 0; i < f->n_types && st == PL_OK; i++) {
		pl_str type;

		st = pl_json_str(pl_json_at(list, i), &type);
		if (st == PL_OK)
			st = pl_arena_dup(&k->arena, type, &f->types[i]);
	}
	return st;
}

static pl_status read_key(struct pl_keys *k, const struct pl_statement *s, struct pl_key_fact *f,
	struct pl_diag *diag)
{
	struct pl_buf der PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SPKI_MAX);
	pl_str holder, role, spki;
	pl_status st = pl_json_get_str(s->predicate, "holder", &holder, diag);

	if (st == PL_OK)
		st = pl_json_get_str(s->predicate, "role", &role, diag);
	if (st == PL_OK)
		st = pl_json_get_str(s->predicate, "key", &spki, diag);
	if (st == PL_OK)
		st = pl_role_parse(role, &f->role);
	/* Roots stand in the trust file and nowhere else. */
	if (st == PL_OK && f->role == PL_ROLE_ROOT)
		st = pl_diag_set(diag, PL_E_RANGE, "no key statement makes a root key");
	if (st == PL_OK)
		st = pl_base64_get(spki, &der);
	if (st == PL_OK)
		st = pl_pubkey_from_spki(pl_buf_bytes(&der), &f->key);
	if (st == PL_OK)
		st = pl_arena_dup(&k->arena, holder, &f->holder);
	return st ? st : read_types(k, pl_json_get(s->predicate, "predicates"), f);
}

static pl_status apply_key(struct pl_keys *k, const struct pl_statement *s, uint64_t index, struct pl_diag *diag)
{
	struct pl_key_fact f = {.id = s->subjects[0].sha256, .from = index, .until = UINT64_MAX};
	pl_status st = grow(k);

	if (st == PL_OK)
		st = read_key(k, s, &f, diag);
	if (st == PL_OK)
		k->facts[k->n++] = f;
	return st;
}

pl_status pl_keys_apply(struct pl_keys *k, const struct pl_statement *s, uint64_t index, struct pl_diag *diag)
{
	uint64_t officers;
	pl_status st = pl_keys_can_apply(k, s, index, diag);

	if (st)
		return st;
	if (is_type(s, PL_TYPE_KEY))
		return apply_key(k, s, index, diag);
	if (is_type(s, PL_TYPE_KEY_END))
		find(k, &s->subjects[0].sha256)->until = index;
	if (is_type(s, PL_TYPE_INCEPTION)) {
		st = pl_json_get_u64(s->predicate, "officers", PL_DSSE_SIGS_MAX, &officers, diag);
		if (st)
			return st;
		k->officers = (unsigned)officers;
		k->inception = true;
	}
	return PL_OK;
}

/* ---- judging ---- */

static bool may_sign(const struct pl_key_fact *f, pl_str type)
{
	for (size_t i = 0; i < f->n_types; i++)
		if (pl_str_eq(f->types[i], type))
			return true;
	return false;
}

/* What a signature of @f at @index would count as. */
enum weight { IDLE, CARRIER, APPROVAL, ROOT };

static enum weight weigh(const struct pl_key_fact *f, const struct pl_predicate *row, const struct pl_statement *s,
	uint64_t index)
{
	pl_str type = pl_str_from(row->type);

	if (f->role == PL_ROLE_ROOT)
		return row->approval == PL_APPROVAL_ROOTS ? ROOT : IDLE;
	if (row->approval == PL_APPROVAL_ROOTS || index <= f->from || index >= f->until || !may_sign(f, type))
		return IDLE;
	if (f->role == PL_ROLE_OFFICER)
		return row->approval == PL_APPROVAL_OFFICERS ? APPROVAL : IDLE;
	if (row->holder && !pl_str_eq(pl_member_text(s->predicate, row->holder), f->holder))
		return IDLE;
	return row->signers & PL_ROLE_BIT(f->role) ? CARRIER : IDLE;
}

static void count(struct pl_judgement *j, enum weight w, const struct pl_digest *key)
{
	if ((w == CARRIER && j->carriers == 0) || (w == ROOT && j->roots == 0))
		j->signer = *key;
	j->carriers += w == CARRIER;
	j->approvals += w == APPROVAL;
	j->roots += w == ROOT;
	j->idle += w == IDLE;
}

/* Signatures are sorted by keyid, so those of one key stand side by side; one counts, the others are idle. */
static bool same_key_before(const struct pl_dsse *env, size_t i)
{
	return i > 0 && pl_str_eq(env->sigs[i].keyid, env->sigs[i - 1].keyid);
}

static bool verifies(const struct pl_keys *k, const struct pl_key_fact *f, pl_bytes pae, pl_bytes sig)
{
	struct pl_digest name;

	if (!k->verified)
		return pl_pubkey_verify(&f->key, pae, sig) == PL_OK;
	pl_verified_name(&f->id, pae, sig, &name);
	if (pl_verified_has(k->verified, &name))
		return true;
	if (pl_pubkey_verify(&f->key, pae, sig) != PL_OK)
		return false;
	pl_verified_put(k->verified, &name);
	return true;
}

static pl_status judge_one(const struct pl_keys *k, const struct pl_predicate *row, const struct pl_statement *s,
	size_t i, uint64_t index, pl_bytes pae, struct pl_judgement *j, struct pl_diag *diag)
{
	const struct pl_dsse *env = &s->envelope;
	const struct pl_key_fact *f = NULL;
	struct pl_digest id;
	enum weight w = IDLE;

	if (pl_digest_parse(env->sigs[i].keyid, &id) == PL_OK)
		f = pl_keys_find(k, &id);
	if (f && !same_key_before(env, i))
		w = weigh(f, row, s, index);
	if (w != IDLE && !verifies(k, f, pae, env->sigs[i].sig))
		return pl_diag_set(diag, PL_E_SIGNATURE, "the signature of %.*s does not verify", PL_STR_ARG(f->holder));
	count(j, w, &id);
	return PL_OK;
}

static pl_status enough(const struct pl_keys *k, const struct pl_predicate *row, const struct pl_judgement *j,
	struct pl_diag *diag)
{
	unsigned need = k->officers ? k->officers : 1;

	if (row->approval == PL_APPROVAL_ROOTS) {
		if (j->roots == 0)
			return pl_diag_set(diag, PL_E_SIGNATURE, "no root key signed");
		if (j->roots < k->threshold)
			return pl_diag_set(diag, PL_E_QUORUM, "%u of %u root keys signed", j->roots, k->threshold);
		return PL_OK;
	}
	if (j->carriers == 0)
		return pl_diag_set(diag, PL_E_SIGNATURE, "no key that may sign %s at this index signed", row->type);
	if (row->approval == PL_APPROVAL_OFFICERS && j->approvals < need)
		return pl_diag_set(diag, PL_E_QUORUM, "%u of %u officers approved", j->approvals, need);
	return PL_OK;
}

bool pl_keys_entitled(const struct pl_key_fact *f, const struct pl_predicate *row, const struct pl_statement *s,
	uint64_t index, bool approval)
{
	return weigh(f, row, s, index) == (approval ? APPROVAL : CARRIER);
}

pl_status pl_keys_tally(const struct pl_keys *k, const struct pl_predicate *row, const struct pl_statement *s,
	uint64_t index, struct pl_judgement *ret, struct pl_diag *diag)
{
	struct pl_buf pae PL_CLEANUP(pl_buf_done) = PL_BUF(PAE_MAX);
	struct pl_judgement j = {0};
	pl_status st = PL_OK;

	pl_dsse_pae(&pae, s->envelope.type, s->envelope.payload);
	st = pl_buf_status(&pae);
	for (size_t i = 0; i < s->envelope.n_sigs && st == PL_OK; i++)
		st = judge_one(k, row, s, i, index, pl_buf_bytes(&pae), &j, diag);
	*ret = j;
	return st;
}

pl_status pl_keys_judge(const struct pl_keys *k, const struct pl_predicate *row, const struct pl_statement *s,
	uint64_t index, bool strict, struct pl_judgement *ret, struct pl_diag *diag)
{
	pl_status st = pl_keys_tally(k, row, s, index, ret, diag);

	if (st == PL_OK)
		st = enough(k, row, ret, diag);
	if (st == PL_OK && strict && ret->idle)
		st = pl_diag_set(diag, PL_E_SIGNATURE, "%u signatures count for nothing; leave them out", ret->idle);
	return st;
}
