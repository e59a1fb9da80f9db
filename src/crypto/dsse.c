/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/dsse.h"
#include "base/json.h"
#include <stdlib.h>

void pl_dsse_pae(struct pl_buf *out, pl_str type, pl_bytes payload)
{
	pl_buf_put_z(out, "DSSEv1 ");
	pl_buf_put_u64(out, type.len);
	pl_buf_put_c(out, ' ');
	pl_buf_put_str(out, type);
	pl_buf_put_c(out, ' ');
	pl_buf_put_u64(out, payload.len);
	pl_buf_put_c(out, ' ');
	pl_buf_put_bytes(out, payload);
}

void pl_dsse_digest(pl_str type, pl_bytes payload, struct pl_digest *ret)
{
	struct pl_buf head PL_CLEANUP(pl_buf_done) = PL_BUF(SIZE_MAX - 1);

	/* All of the PAE but the payload, whose length alone is needed. */
	pl_dsse_pae(&head, type, (pl_bytes){NULL, 0});
	pl_buf_truncate(&head, head.len - 2);
	pl_buf_put_u64(&head, payload.len);
	pl_buf_put_c(&head, ' ');
	pl_sha256_parts((const pl_bytes[]){pl_buf_bytes(&head), payload}, 2, ret);
}

/* ---- reading ---- */

/* Printable ASCII without the two characters that JSON would escape, so that there is one spelling. */
static bool word_ok(pl_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < 0x20 || s.ptr[i] > 0x7e || s.ptr[i] == '"' || s.ptr[i] == '\\')
			return false;
	return s.len <= PL_DSSE_TYPE_MAX;
}

static pl_status decode(pl_str text, struct pl_arena *arena, pl_bytes *ret)
{
	struct pl_buf raw PL_CLEANUP(pl_buf_done) = PL_BUF(PL_DSSE_MAX);
	pl_status st = pl_base64_get_lenient(text, &raw);
	pl_str copy;

	if (!st)
		st = pl_arena_dup(arena, pl_buf_str(&raw), &copy);
	if (!st)
		*ret = pl_str_bytes(copy);
	return st;
}

static pl_status read_sig(const struct pl_json *v, struct pl_arena *arena, struct pl_dsse_sig *ret,
	struct pl_diag *diag)
{
	struct pl_dsse_sig s = {0};
	pl_str keyid = {0}, sig;
	pl_status st;

	st = pl_json_opt_str(v, "keyid", &keyid, diag);
	if (!st)
		st = pl_json_get_str(v, "sig", &sig, diag);
	if (st)
		return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
	if (!word_ok(keyid))
		return pl_diag_set(
			diag, PL_E_SYNTAX, "a keyid is at most %u printable ASCII characters", PL_DSSE_TYPE_MAX);
	st = decode(sig, arena, &s.sig);
	if (!st && s.sig.len == 0)
		st = PL_E_SYNTAX;
	if (st)
		return pl_diag_set(diag, st, "expected a signature in base64");
	st = pl_arena_dup(arena, keyid, &s.keyid);
	if (!st)
		*ret = s;
	return st;
}

static pl_status read_body(const struct pl_json *v, struct pl_arena *arena, struct pl_dsse *env, struct pl_diag *diag)
{
	pl_str type, payload;
	pl_status st;

	st = pl_json_get_str(v, "payloadType", &type, diag);
	if (!st)
		st = pl_json_get_str(v, "payload", &payload, diag);
	if (st)
		return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
	if (type.len == 0 || !word_ok(type))
		return pl_diag_set(
			diag, PL_E_SYNTAX, "payloadType is 1 to %u printable ASCII characters", PL_DSSE_TYPE_MAX);
	st = pl_arena_dup(arena, type, &env->type);
	if (!st)
		st = decode(payload, arena, &env->payload);
	return st ? pl_diag_set(diag, st, "expected the payload in base64") : PL_OK;
}

pl_status pl_dsse_parse(pl_str json, struct pl_arena *arena, struct pl_dsse *ret, struct pl_diag *diag)
{
	struct pl_json *v PL_CLEANUP(pl_json_done) = NULL;
	const struct pl_json *sigs;
	struct pl_dsse env = {0};
	pl_status st;

	st = pl_json_parse(json, PL_DSSE_MAX, PL_JSON_DEPTH, &v, diag);
	if (st)
		return st == PL_E_RANGE ? PL_E_SYNTAX : st;
	if (pl_json_kind(v) != PL_JSON_OBJECT)
		return pl_diag_set(
			diag, PL_E_SYNTAX, "expected an envelope, found %s", pl_json_kind_text(pl_json_kind(v)));
	st = read_body(v, arena, &env, diag);
	if (!st)
		st = pl_json_get_array(v, "signatures", &sigs, diag);
	if (st)
		return st == PL_E_NOTFOUND ? PL_E_SYNTAX : st;
	env.n_sigs = pl_json_count(sigs);
	if (env.n_sigs == 0 || env.n_sigs > PL_DSSE_SIGS_MAX)
		return pl_diag_set(diag, env.n_sigs ? PL_E_TOOBIG : PL_E_SYNTAX,
			"expected 1 to %u signatures, found %zu", PL_DSSE_SIGS_MAX, env.n_sigs);
	for (size_t i = 0; i < env.n_sigs; i++) {
		st = read_sig(pl_json_at(sigs, i), arena, &env.sigs[i], diag);
		if (st)
			return st;
	}
	*ret = env;
	return PL_OK;
}

/* ---- writing ---- */

static int by_keyid(const void *a, const void *b)
{
	const struct pl_dsse_sig *x = a, *y = b;
	int c = pl_str_cmp(x->keyid, y->keyid);

	return c ? c : pl_str_cmp(pl_bytes_str(x->sig), pl_bytes_str(y->sig));
}

void pl_dsse_write(struct pl_buf *out, const struct pl_dsse *env)
{
	struct pl_dsse_sig sigs[PL_DSSE_SIGS_MAX];

	memcpy(sigs, env->sigs, env->n_sigs * sizeof sigs[0]);
	qsort(sigs, env->n_sigs, sizeof sigs[0], by_keyid);
	pl_buf_put_z(out, "{\"payload\":\"");
	pl_base64_put(out, env->payload);
	pl_buf_put_z(out, "\",\"payloadType\":\"");
	pl_buf_put_str(out, env->type);
	pl_buf_put_z(out, "\",\"signatures\":[");
	for (size_t i = 0; i < env->n_sigs; i++) {
		if (i && by_keyid(&sigs[i - 1], &sigs[i]) == 0)
			continue;
		pl_buf_put_z(out, i ? ",{\"keyid\":\"" : "{\"keyid\":\"");
		pl_buf_put_str(out, sigs[i].keyid);
		pl_buf_put_z(out, "\",\"sig\":\"");
		pl_base64_put(out, sigs[i].sig);
		pl_buf_put_z(out, "\"}");
	}
	pl_buf_put_z(out, "]}");
}

/* ---- verifying and signing ---- */

static bool repeated(const struct pl_pubkey *keys, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (pl_pubkey_eq(&keys[k], &keys[i]))
			return true;
	return false;
}

/* Did @key make one of the signatures? Those that name it are tried first; a hint must not be able to hide one. */
static bool key_signed(const struct pl_dsse *env, pl_bytes pae, const struct pl_pubkey *key)
{
	char id[PL_DIGEST_TEXT + 1];
	struct pl_digest d;

	pl_pubkey_id(key, &d);
	pl_digest_text(&d, id);
	for (int named = 1; named >= 0; named--) {
		for (size_t i = 0; i < env->n_sigs; i++) {
			bool names_it = pl_str_eq(env->sigs[i].keyid, pl_str_from(id));

			if (names_it == (named == 1) && !pl_pubkey_verify(key, pae, env->sigs[i].sig))
				return true;
		}
	}
	return false;
}

pl_status pl_dsse_verify(const struct pl_dsse *env, const struct pl_pubkey *keys, size_t n_keys, size_t threshold,
	bool *signed_by)
{
	struct pl_buf pae PL_CLEANUP(pl_buf_done) = PL_BUF(PL_DSSE_MAX + 1024);
	bool did[PL_DSSE_KEYS_MAX] = {false};
	size_t count = 0;

	if (threshold == 0 || n_keys > PL_DSSE_KEYS_MAX)
		return PL_E_RANGE;
	pl_dsse_pae(&pae, env->type, env->payload);
	if (pl_buf_status(&pae))
		return pl_buf_status(&pae);
	for (size_t i = 0; i < n_keys; i++) {
		did[i] = !repeated(keys, i) && key_signed(env, pl_buf_bytes(&pae), &keys[i]);
		count += did[i];
	}
	if (count < threshold)
		return PL_E_QUORUM;
	if (signed_by)
		memcpy(signed_by, did, n_keys * sizeof did[0]);
	return PL_OK;
}

pl_status pl_dsse_sign(struct pl_dsse *env, struct pl_signer *signer, struct pl_arena *arena)
{
	struct pl_buf pae PL_CLEANUP(pl_buf_done) = PL_BUF(PL_DSSE_MAX + 1024);
	char id[PL_DIGEST_TEXT + 1];
	struct pl_dsse_sig made;
	struct pl_signature sig;
	struct pl_digest d;
	pl_str copy;
	pl_status st;

	if (env->n_sigs == PL_DSSE_SIGS_MAX)
		return PL_E_TOOBIG;
	if (env->type.len == 0 || !word_ok(env->type))
		return PL_E_SYNTAX;
	pl_dsse_pae(&pae, env->type, env->payload);
	st = pl_buf_status(&pae);
	if (!st)
		st = pl_signer_sign(signer, pl_buf_bytes(&pae), &sig);
	if (st)
		return st;
	pl_pubkey_id(pl_signer_public(signer), &d);
	pl_digest_text(&d, id);
	st = pl_arena_dup(arena, pl_str_from(id), &made.keyid);
	if (!st)
		st = pl_arena_dup(arena, pl_str_of((const char *)sig.b, sig.len), &copy);
	if (st)
		return st;
	made.sig = pl_str_bytes(copy);
	env->sigs[env->n_sigs++] = made;
	return PL_OK;
}
