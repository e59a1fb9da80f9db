/* SPDX-License-Identifier: Apache-2.0 */
/* verify/verify: judging a bundle entry by entry, in the order of the log. */
#include "verify/verify.h"
#include "base/mem.h"
#include <stdio.h>

/* Entries and the statements' own arenas are bounded by the bundle's size; this is for the bundle itself: its text, the entries in it,
 * their parts and what is found of them. */
#define ARENA_MAX (4 * (size_t)PL_BUNDLE_TEXT_MAX)

void pl_verify_free(struct pl_verify *v)
{
	if (!v)
		return;
	for (size_t i = 0; v->entry && i < v->bundle.n; i++)
		pl_statement_close(v->entry[i].statement);
	pl_keys_free(v->keys);
	pl_arena_done(&v->arena);
	pl_free(v);
}

void pl_verify_freep(struct pl_verify **v)
{
	pl_verify_free(*v);
	*v = NULL;
}

pl_str pl_verify_text_of(const struct pl_verify_entry *e, const char *member)
{
	pl_str s = PL_STR("");

	if (pl_json_get_str(e->statement->predicate, member, &s, NULL) != PL_OK)
		return PL_STR("");
	return s;
}

const struct pl_verify_entry *pl_verify_find(const struct pl_verify *v, pl_str id)
{
	struct pl_digest pae;

	if (pl_digest_parse(id, &pae) != PL_OK)
		return NULL;
	for (size_t i = 0; i < v->bundle.n; i++)
		if (v->entry[i].counts && pl_digest_eq(&v->entry[i].statement->pae, &pae))
			return &v->entry[i];
	return NULL;
}

static bool is_type(const struct pl_verify_entry *e, const char *type)
{
	return e->kind && pl_str_eq(pl_str_from(e->kind->row.type), pl_str_from(type));
}

bool pl_verify_same(const struct pl_verify_entry *e)
{
	pl_str verdict = pl_verify_text_of(e, "verdict");

	return pl_str_eq(verdict, PL_STR("identical")) || pl_str_eq(verdict, PL_STR("identical-after-normalisation"));
}

bool pl_verify_not_attempted(const struct pl_verify_entry *e)
{
	return pl_str_eq(pl_verify_text_of(e, "verdict"), PL_STR("not-attempted"));
}

pl_str pl_verify_rebuilder(const struct pl_verify *v, const struct pl_verify_entry *e)
{
	const struct pl_policy_key *list;
	size_t n = pl_policy_rebuilders(v->policy, &list);

	return e->rebuilder >= 0 && (size_t)e->rebuilder < n ? list[e->rebuilder].name : PL_STR("");
}

static void reason(struct pl_verify_entry *e, const char *text)
{
	snprintf(e->why_not, sizeof e->why_not, "%s", text);
}

/* Does a rebuilder of the trust file vouch for this verdict with his own key? He needs no key statement. */
static bool signed_by_rebuilder(const struct pl_verify *v, struct pl_verify_entry *e)
{
	const struct pl_policy_key *list;
	size_t n = pl_policy_rebuilders(v->policy, &list);

	for (size_t i = 0; i < n; i++)
		if (pl_dsse_verify(&e->statement->envelope, &list[i].key, 1, 1, NULL) == PL_OK) {
			e->rebuilder = (int)i;
			return true;
		}
	return false;
}

/* What the key register cannot see: that a key statement is about the key it holds, an inception about this log. */
static bool fits_the_log(const struct pl_verify *v, struct pl_verify_entry *e)
{
	struct pl_digest id;
	struct pl_buf der PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SPKI_MAX);

	if (is_type(e, PL_TYPE_INCEPTION) && !pl_str_eq(pl_verify_text_of(e, "origin"), v->checkpoint.origin)) {
		reason(e, "it is the inception of another log");
		return false;
	}
	if (is_type(e, PL_TYPE_KEY)) {
		if (pl_base64_get(pl_verify_text_of(e, "key"), &der) == PL_OK)
			pl_sha256(pl_buf_bytes(&der), &id);
		if (der.len == 0 || !pl_digest_eq(&id, &e->statement->subjects[0].sha256)) {
			reason(e, "its subject is not the key that it introduces");
			return false;
		}
	}
	return true;
}

static bool signatures_suffice(struct pl_verify *v, struct pl_verify_entry *e)
{
	struct pl_diag why = {0};
	const struct pl_key_fact *key;
	pl_status st = pl_keys_judge(v->keys, &e->kind->row, e->statement, e->index, false, &e->judged, &why);
	bool rebuilt = is_type(e, PL_TYPE_REBUILD_VERDICT) && signed_by_rebuilder(v, e);

	if (st == PL_OK && e->kind->row.approval == PL_APPROVAL_OFFICERS && pl_keys_officers_needed(v->keys) == 0) {
		reason(e, "the log's inception, which says how many officers must approve, is not in the bundle");
		return false;
	}
	if (st != PL_OK && !rebuilt) {
		reason(e, pl_diag_text(&why, st));
		return false;
	}
	key = pl_keys_find(v->keys, &e->judged.signer);
	if (st == PL_OK && key)
		e->signer = key->holder.ptr; /* the register ends its texts with NUL */
	return true;
}

static void judge_entry(struct pl_verify *v, size_t i)
{
	const struct pl_bundle_part *part = &v->bundle.part[i];
	struct pl_verify_entry *e = &v->entry[i];
	struct pl_diag why = {0};
	pl_status st;

	e->index = part->proof.index;
	e->rebuilder = -1;
	st = pl_statement_open(part->entry, &e->statement, &why);
	if (st != PL_OK) {
		snprintf(e->why_not, sizeof e->why_not, "not a statement: %.200s", pl_diag_text(&why, st));
		return;
	}
	for (size_t k = 0; v->of_file && k < e->statement->n_subjects; k++)
		e->about_file |= pl_digest_eq(&e->statement->subjects[k].sha256, &v->file);
	e->kind = pl_verify_kind_find(e->statement->type);
	if (!e->kind) {
		reason(e, "a kind of statement that this program does not know");
		return;
	}
	if (!fits_the_log(v, e) || !signatures_suffice(v, e))
		return;
	st = pl_keys_apply(v->keys, e->statement, e->index, &why);
	if (st != PL_OK) {
		reason(e, pl_diag_text(&why, st));
		return;
	}
	e->counts = true;
}

static bool same_signer(const struct pl_verify_entry *a, const struct pl_verify_entry *b)
{
	if (a->rebuilder >= 0 || b->rebuilder >= 0)
		return a->rebuilder == b->rebuilder;
	return pl_digest_eq(&a->judged.signer, &b->judged.signer);
}

static bool is_verdict(const struct pl_verify_entry *e)
{
	return e->counts && e->about_file && is_type(e, PL_TYPE_REBUILD_VERDICT);
}

/* Does @a give way to @b? An attempt gives way to any comparison, else the older one to the newer. */
static bool gives_way(const struct pl_verify_entry *a, const struct pl_verify_entry *b)
{
	bool tried_a, tried_b;

	if (!is_verdict(b) || !same_signer(a, b) ||
		!pl_str_eq(pl_verify_text_of(a, "site"), pl_verify_text_of(b, "site")) ||
		!pl_str_eq(pl_verify_text_of(a, "build"), pl_verify_text_of(b, "build")))
		return false;
	tried_a = pl_verify_not_attempted(a);
	tried_b = pl_verify_not_attempted(b);
	return tried_a == tried_b ? b->index > a->index : tried_a;
}

static void replace_verdicts(struct pl_verify *v)
{
	for (size_t i = 0; i < v->bundle.n; i++) {
		struct pl_verify_entry *e = &v->entry[i];

		if (!is_verdict(e))
			continue;
		for (size_t k = 0; k < v->bundle.n; k++)
			if (k != i && gives_way(e, &v->entry[k]))
				e->replaced = &v->entry[k];
	}
}

/* Distinct rebuilders of the trust file that found the file the same; and whether anybody found it different. */
static unsigned count_rebuilders(const struct pl_verify *v, bool *ret_different)
{
	bool seen[PL_POLICY_REBUILDERS_MAX] = {false};
	unsigned n = 0;

	*ret_different = false;
	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];

		if (!is_verdict(e) || e->replaced)
			continue;
		if (pl_str_eq(pl_verify_text_of(e, "verdict"), PL_STR("different")))
			*ret_different = true;
		if (e->rebuilder >= 0 && pl_verify_same(e) && !seen[e->rebuilder]) {
			seen[e->rebuilder] = true;
			n++;
		}
	}
	return n;
}

static bool wanted(const struct pl_verify *v, const struct pl_verify_entry *e)
{
	return v->wanted.len == 0 || pl_verify_kind_named(v->wanted) == e->kind;
}

static void find_out(struct pl_verify *v)
{
	unsigned needed = pl_policy_rebuild_threshold(v->policy);
	bool different;

	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];

		if (!e->counts)
			continue;
		if (is_type(e, PL_TYPE_INCEPTION)) {
			v->inception = e;
			v->purpose = pl_verify_text_of(e, "purpose");
		}
		if (e->about_file && is_type(e, PL_TYPE_RELEASE) && !v->release)
			v->release = e;
		if (e->about_file && wanted(v, e) && !v->first)
			v->first = e;
	}
	if (v->release && wanted(v, v->release))
		v->first = v->release;
	replace_verdicts(v);
	v->rebuilders = count_rebuilders(v, &different);
	v->status = PL_OK;
	if (!v->first) {
		v->status = PL_E_NOTFOUND;
		snprintf(v->words, sizeof v->words, "no %sstatement in the bundle that counts names this file",
			v->wanted.len > 0 ? "such " : "");
	} else if (different) {
		v->status = PL_E_CONFLICT;
		snprintf(v->words, sizeof v->words, "built again, it came out different: see the rebuild verdict");
	} else if (v->rebuilders < needed) {
		v->status = PL_E_QUORUM;
		snprintf(v->words, sizeof v->words, "%u of the %u rebuilders that the trust file asks for found it identical",
			v->rebuilders, needed);
	}
}

static pl_status start_keys(struct pl_verify *v)
{
	struct pl_pubkey roots[PL_POLICY_ROOTS_MAX];
	const struct pl_policy_key *list;
	size_t n = pl_policy_roots(v->policy, &list);

	for (size_t i = 0; i < n; i++)
		roots[i] = list[i].key;
	return pl_keys_new(roots, n, pl_policy_root_threshold(v->policy), &v->keys);
}

static pl_status load(struct pl_verify *v, pl_str name, pl_str wanted_kind, pl_str text, struct pl_diag *diag)
{
	pl_status st = pl_arena_dup(&v->arena, name, &v->name);

	if (st == PL_OK)
		st = pl_arena_dup(&v->arena, wanted_kind, &v->wanted);
	if (st == PL_OK)
		st = pl_arena_dup(&v->arena, text, &text); /* the bundle borrows from its text */
	if (st == PL_OK)
		st = pl_bundle_parse_set(text, &v->arena, &v->bundle, diag);
	if (st == PL_OK)
		st = pl_bundle_verify(&v->bundle, v->policy, &v->checkpoint, &v->verdict, diag);
	if (st == PL_OK)
		st = start_keys(v);
	if (st != PL_OK)
		return st;
	v->entry = pl_arena_alloc(&v->arena, v->bundle.n, sizeof *v->entry);
	return v->entry ? PL_OK : PL_E_NOMEM;
}

pl_status pl_verify_bundle(const struct pl_policy *policy, const struct pl_digest *file, pl_str name,
	pl_str wanted_kind, pl_str text, struct pl_verify **ret, struct pl_diag *diag)
{
	struct pl_verify *v PL_CLEANUP(pl_verify_freep) = NULL;
	pl_status st;

	if (!pl_policy_is_trust_file(policy)) {
		pl_diag_hint(diag, "a trust file starts with \"#pellucid trust v1\"; see docs/formats/trust-file.md");
		return pl_diag_set(diag, PL_E_STATE, "a plain log policy without root keys: no statement can be judged by it");
	}
	if (wanted_kind.len > 0 && !pl_verify_kind_named(wanted_kind))
		return pl_diag_set(diag, PL_E_RANGE, "\"%.*s\" is not a kind of statement; try release or source-snapshot",
			PL_STR_ARG(wanted_kind));
	if (text.len > PL_BUNDLE_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a proof bundle has at most %u bytes", PL_BUNDLE_TEXT_MAX);
	v = PL_NEW(struct pl_verify);
	v->arena = (struct pl_arena)PL_ARENA(ARENA_MAX);
	v->policy = policy;
	v->of_file = file != NULL;
	if (file)
		v->file = *file;
	st = load(v, name, wanted_kind, text, diag);
	if (st != PL_OK)
		return st;
	for (size_t i = 0; i < v->bundle.n; i++)
		judge_entry(v, i);
	find_out(v);
	*ret = v;
	v = NULL;
	return PL_OK;
}
