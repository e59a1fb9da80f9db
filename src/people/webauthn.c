/* SPDX-License-Identifier: Apache-2.0 */
#include "people/webauthn.h"
#include "base/json.h"
#include "people/cbor.h"
#include "people/fido2_lazy.h"

void pl_webauthn_put(struct pl_buf *out, pl_bytes data)
{
	size_t unpadded = out->len + (data.len * 4 + 2) / 3;

	pl_base64url_put(out, data);
	pl_buf_truncate(out, unpadded);
}

/* ---- client data ---- */

static pl_status judge_client(const struct pl_webauthn_site *site, const struct pl_json *o, const char *type,
	struct pl_diag *diag)
{
	pl_str given_type, origin;
	bool cross = false;
	pl_status st = pl_json_get_str(o, "type", &given_type, diag);

	if (st == PL_OK)
		st = pl_json_get_str(o, "origin", &origin, diag);
	if (st == PL_OK)
		st = pl_json_opt_bool(o, "crossOrigin", &cross, diag);
	if (st != PL_OK)
		return PL_E_SYNTAX;
	if (!pl_str_eq(given_type, pl_str_from(type)))
		return pl_diag_set(diag, PL_E_DENIED, "type: expected \"%s\"", type);
	if (!pl_str_eq(origin, site->origin))
		return pl_diag_set(diag, PL_E_DENIED, "origin: expected \"%.*s\"", PL_STR_ARG(site->origin));
	if (cross || pl_json_get(o, "topOrigin"))
		return pl_diag_set(diag, PL_E_DENIED, "the page was inside another site's frame");
	return PL_OK;
}

pl_status pl_webauthn_client_data(const struct pl_webauthn_site *site, pl_str json, const char *type,
	struct pl_buf *ret_challenge, struct pl_diag *diag)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	pl_str challenge;
	pl_status st = pl_json_parse(json, PL_WEBAUTHN_ANSWER_MAX, 8, &o, diag);

	if (st != PL_OK)
		return st;
	if (pl_json_kind(o) != PL_JSON_OBJECT)
		return pl_diag_set(diag, PL_E_SYNTAX, "client data: expected an object");
	st = judge_client(site, o, type, diag);
	if (st != PL_OK)
		return st;
	if (pl_json_get_str(o, "challenge", &challenge, diag) != PL_OK ||
		pl_base64_get_lenient(challenge, ret_challenge) != PL_OK)
		return pl_diag_set(diag, PL_E_SYNTAX, "challenge: expected base64url");
	return PL_OK;
}

/* ---- keys ---- */

/* The members of a COSE key that the three kinds have; each label once, nothing else. */
struct cose {
	int32_t kty, alg, crv;
	pl_bytes minus1, minus2, minus3;
	unsigned seen; /* bits: kty 1, alg 2, -1 4, -2 8, -3 16 */
};

static pl_status read_label(pl_bytes *b, struct cose *c)
{
	pl_bytes probe;
	unsigned bit;
	int32_t label;
	pl_status st = pl_cbor_int(b, &label);

	if (st != PL_OK || label > 3 || label < -3 || label == 0 || label == 2)
		return PL_E_SYNTAX;
	bit = label == 1 ? 1u : label == 3 ? 2u : 4u << (unsigned)(-label - 1);
	if (c->seen & bit)
		return PL_E_SYNTAX;
	c->seen |= bit;
	switch (label) {
	case 1:
		return pl_cbor_int(b, &c->kty);
	case 3:
		return pl_cbor_int(b, &c->alg);
	case -1:
		probe = *b;
		/* A curve's number, or the modulus of RSA. */
		return pl_cbor_int(&probe, &c->crv) == PL_OK ? pl_cbor_int(b, &c->crv) : pl_cbor_bytes(b, &c->minus1);
	case -2:
		return pl_cbor_bytes(b, &c->minus2);
	default:
		return pl_cbor_bytes(b, &c->minus3);
	}
}

static void take(struct pl_webauthn_key *key, pl_bytes part)
{
	memcpy(key->b + key->len, part.ptr, part.len);
	key->len = (uint16_t)(key->len + part.len);
}

pl_status pl_webauthn_key_parse(pl_bytes *b, struct pl_webauthn_key *ret, struct pl_diag *diag)
{
	struct pl_webauthn_key key = {0};
	struct cose c = {0};
	pl_bytes at = *b;
	uint32_t pairs;
	pl_status st = pl_cbor_map(&at, &pairs);

	if (st != PL_OK || pairs > 5)
		return pl_diag_set(diag, PL_E_SYNTAX, "key: expected a COSE key");
	for (uint32_t i = 0; i < pairs; i++)
		if (read_label(&at, &c) != PL_OK)
			return pl_diag_set(diag, PL_E_SYNTAX, "key: expected a COSE key");
	if (c.seen == 31 && c.kty == 2 && c.alg == PL_WEBAUTHN_ES256 && c.crv == 1 && c.minus2.len == 32 &&
		c.minus3.len == 32) {
		key.alg = PL_WEBAUTHN_ES256;
		take(&key, c.minus2);
		take(&key, c.minus3);
	} else if (c.seen == 15 && c.kty == 1 && c.alg == PL_WEBAUTHN_EDDSA && c.crv == 6 && c.minus2.len == 32) {
		key.alg = PL_WEBAUTHN_EDDSA;
		take(&key, c.minus2);
	} else if (c.seen == 15 && c.kty == 3 && c.alg == PL_WEBAUTHN_RS256 && c.minus1.len == 256 && c.minus2.len == 3) {
		key.alg = PL_WEBAUTHN_RS256;
		take(&key, c.minus1);
		take(&key, c.minus2);
	} else {
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "key: expected ES256, EdDSA or RS256 (2,048 bits)");
	}
	*ret = key;
	*b = at;
	return PL_OK;
}

/* ---- authenticator data ---- */

static pl_status read_credential(pl_bytes *at, struct pl_webauthn_authdata *d, struct pl_diag *diag)
{
	pl_bytes aaguid;
	uint16_t len;

	if (pl_get_bytes(at, sizeof d->aaguid, &aaguid) != PL_OK || pl_get_be16(at, &len) != PL_OK || len == 0 ||
		len > PL_WEBAUTHN_ID_MAX || pl_get_bytes(at, len, &d->id) != PL_OK)
		return pl_diag_set(diag, PL_E_SYNTAX, "authenticator data: expected a credential");
	memcpy(d->aaguid, aaguid.ptr, aaguid.len);
	d->has_credential = true;
	return pl_webauthn_key_parse(at, &d->key, diag);
}

pl_status pl_webauthn_authdata_parse(pl_bytes data, struct pl_webauthn_authdata *ret, struct pl_diag *diag)
{
	struct pl_webauthn_authdata d = {.raw = data};
	pl_bytes at = data, hash, extensions;
	uint32_t pairs;
	pl_status st;

	if (pl_get_bytes(&at, sizeof d.rp_id_hash, &hash) != PL_OK || pl_get_u8(&at, &d.flags) != PL_OK ||
		pl_get_be32(&at, &d.sign_count) != PL_OK)
		return pl_diag_set(diag, PL_E_SYNTAX, "authenticator data: too short");
	memcpy(d.rp_id_hash, hash.ptr, hash.len);
	if (d.flags & PL_WEBAUTHN_AT) {
		st = read_credential(&at, &d, diag);
		if (st != PL_OK)
			return st;
	}
	if (d.flags & PL_WEBAUTHN_ED) {
		extensions = at;
		if (pl_cbor_map(&extensions, &pairs) != PL_OK || pl_cbor_skip(&at) != PL_OK)
			return pl_diag_set(diag, PL_E_SYNTAX, "authenticator data: expected a map of extensions");
	}
	if (at.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "authenticator data: %zu bytes too many", at.len);
	*ret = d;
	return PL_OK;
}

pl_status pl_webauthn_attestation_parse(pl_bytes data, struct pl_webauthn_authdata *ret, struct pl_diag *diag)
{
	pl_bytes at = data, authdata = {0};
	pl_str key, format = {0};
	unsigned seen = 0;
	uint32_t pairs, inner = 1;

	if (pl_cbor_map(&at, &pairs) != PL_OK || pairs != 3)
		return pl_diag_set(diag, PL_E_SYNTAX, "attestation object: expected a map of three");
	for (uint32_t i = 0; i < pairs; i++) {
		pl_status st = pl_cbor_text(&at, &key);

		if (st == PL_OK && pl_str_eq(key, PL_STR("fmt"))) {
			st = pl_cbor_text(&at, &format);
			seen |= 1;
		} else if (st == PL_OK && pl_str_eq(key, PL_STR("attStmt"))) {
			pl_bytes statement = at;

			st = pl_cbor_map(&statement, &inner);
			st = st == PL_OK ? pl_cbor_skip(&at) : st;
			seen |= 2;
		} else if (st == PL_OK && pl_str_eq(key, PL_STR("authData"))) {
			st = pl_cbor_bytes(&at, &authdata);
			seen |= 4;
		} else {
			st = PL_E_SYNTAX;
		}
		if (st != PL_OK)
			return pl_diag_set(diag, PL_E_SYNTAX, "attestation object: expected fmt, attStmt and authData");
	}
	if (seen != 7 || at.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "attestation object: expected fmt, attStmt and authData");
	if (!pl_str_eq(format, PL_STR("none")) || inner != 0)
		return pl_diag_set(diag, PL_E_UNSUPPORTED, "attestation: only \"none\" is taken");
	return pl_webauthn_authdata_parse(authdata, ret, diag);
}

pl_status pl_webauthn_authdata_judge(const struct pl_webauthn_site *site, const struct pl_webauthn_authdata *data,
	struct pl_diag *diag)
{
	struct pl_digest hash;

	pl_sha256(pl_str_bytes(site->rp_id), &hash);
	if (memcmp(hash.b, data->rp_id_hash, sizeof hash.b) != 0)
		return pl_diag_set(diag, PL_E_DENIED, "the answer is for another site than %.*s", PL_STR_ARG(site->rp_id));
	if (!(data->flags & PL_WEBAUTHN_UP))
		return pl_diag_set(diag, PL_E_DENIED, "nobody was present at the authenticator");
	if (!(data->flags & PL_WEBAUTHN_UV))
		return pl_diag_set(diag, PL_E_DENIED, "the authenticator did not verify its user (PIN, finger, face)");
	if ((data->flags & PL_WEBAUTHN_BS) && !(data->flags & PL_WEBAUTHN_BE))
		return pl_diag_set(diag, PL_E_DENIED, "the authenticator contradicts itself about copies");
	return PL_OK;
}

/* ---- answers ---- */

/* Member @name in base64url, decoded into @arena. */
static pl_status member(const struct pl_json *o, const char *name, struct pl_arena *arena, pl_bytes *ret,
	struct pl_diag *diag)
{
	struct pl_buf b PL_CLEANUP(pl_buf_done) = PL_BUF(PL_WEBAUTHN_ANSWER_MAX);
	pl_str text, kept;
	pl_status st = pl_json_get_str(o, name, &text, diag);

	if (st == PL_OK)
		st = pl_base64_get_lenient(text, &b);
	if (st != PL_OK)
		return pl_diag_set(diag, PL_E_SYNTAX, "%s: expected base64url", name);
	st = pl_arena_dup(arena, pl_buf_str(&b), &kept);
	if (st == PL_OK)
		*ret = pl_str_bytes(kept);
	return st;
}

static pl_status read_answer(const struct pl_json *o, bool create, struct pl_arena *arena, struct pl_webauthn_answer *a,
	struct pl_diag *diag)
{
	const struct pl_json *response;
	pl_bytes raw;
	pl_str type;
	pl_status st = pl_json_get_str(o, "type", &type, diag);

	if (st == PL_OK && !pl_str_eq(type, PL_STR("public-key")))
		st = pl_diag_set(diag, PL_E_SYNTAX, "type: expected \"public-key\"");
	if (st == PL_OK)
		st = pl_json_get_object(o, "response", &response, diag);
	if (st == PL_OK)
		st = member(o, "id", arena, &a->id, diag);
	if (st == PL_OK)
		st = member(o, "rawId", arena, &raw, diag);
	if (st == PL_OK && (!pl_bytes_eq(raw, a->id) || raw.len == 0 || raw.len > PL_WEBAUTHN_ID_MAX))
		st = pl_diag_set(diag, PL_E_SYNTAX, "id and rawId: expected the same 1 to %u bytes", PL_WEBAUTHN_ID_MAX);
	if (st == PL_OK)
		st = member(response, "clientDataJSON", arena, &a->client_data, diag);
	if (st == PL_OK && create)
		return member(response, "attestationObject", arena, &a->attestation, diag);
	if (st == PL_OK)
		st = member(response, "authenticatorData", arena, &a->authdata, diag);
	if (st == PL_OK)
		st = member(response, "signature", arena, &a->signature, diag);
	if (st == PL_OK && pl_json_kind(pl_json_get(response, "userHandle")) == PL_JSON_STRING)
		st = member(response, "userHandle", arena, &a->user_handle, diag);
	return st;
}

pl_status pl_webauthn_answer_parse(pl_str json, bool create, struct pl_arena *arena, struct pl_webauthn_answer *ret,
	struct pl_diag *diag)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	struct pl_webauthn_answer a = {0};
	pl_status st = pl_json_parse(json, PL_WEBAUTHN_ANSWER_MAX, 8, &o, diag);

	if (st == PL_OK)
		st = read_answer(o, create, arena, &a, diag);
	if (st == PL_E_NOTFOUND)
		st = PL_E_SYNTAX;
	if (st == PL_OK)
		*ret = a;
	return st;
}

/* ---- signatures ---- */

/* A key of libfido2; free with es256_pk_free() and friends by @alg. */
union fido_key {
	void *any;
	es256_pk_t *es256;
	eddsa_pk_t *eddsa;
	rs256_pk_t *rs256;
};

/* FIDO_ERR_INVALID_ARGUMENT for a point that is not on its curve. */
static int load_key(const struct pl_webauthn_key *key, union fido_key *k)
{
	switch (key->alg) {
	case PL_WEBAUTHN_ES256:
		k->es256 = es256_pk_new();
		return k->es256 ? es256_pk_from_ptr(k->es256, key->b, key->len) : FIDO_ERR_INTERNAL;
	case PL_WEBAUTHN_EDDSA:
		k->eddsa = eddsa_pk_new();
		return k->eddsa ? eddsa_pk_from_ptr(k->eddsa, key->b, key->len) : FIDO_ERR_INTERNAL;
	case PL_WEBAUTHN_RS256:
		k->rs256 = rs256_pk_new();
		return k->rs256 ? rs256_pk_from_ptr(k->rs256, key->b, key->len) : FIDO_ERR_INTERNAL;
	}
	return FIDO_ERR_UNSUPPORTED_ALGORITHM;
}

static void free_key(enum pl_webauthn_alg alg, union fido_key *k)
{
	if (alg == PL_WEBAUTHN_ES256)
		es256_pk_free(&k->es256);
	else if (alg == PL_WEBAUTHN_EDDSA)
		eddsa_pk_free(&k->eddsa);
	else if (alg == PL_WEBAUTHN_RS256)
		rs256_pk_free(&k->rs256);
}

pl_status pl_webauthn_ready(struct pl_diag *diag)
{
	return pl_lazy_load(&pl_fido2_library, diag);
}

pl_status pl_webauthn_key_check(const struct pl_webauthn_key *key, struct pl_diag *diag)
{
	union fido_key k = {0};
	pl_status st = pl_lazy_load(&pl_fido2_library, diag);
	int r;

	if (st)
		return st;
	r = load_key(key, &k);
	free_key(key->alg, &k);
	return r == FIDO_OK ? PL_OK : pl_diag_set(diag, PL_E_RANGE, "key: not a valid one of its kind");
}

static pl_status verify(fido_assert_t *assertion, const char *rp_id, enum pl_webauthn_alg alg, const void *key,
	const struct pl_webauthn_answer *a)
{
	struct pl_digest hash;

	pl_sha256(a->client_data, &hash);
	if (fido_assert_set_clientdata_hash(assertion, hash.b, sizeof hash.b) != FIDO_OK ||
		fido_assert_set_rp(assertion, rp_id) != FIDO_OK || fido_assert_set_count(assertion, 1) != FIDO_OK ||
		fido_assert_set_authdata_raw(assertion, 0, a->authdata.ptr, a->authdata.len) != FIDO_OK ||
		fido_assert_set_up(assertion, FIDO_OPT_TRUE) != FIDO_OK || fido_assert_set_uv(assertion, FIDO_OPT_TRUE) != FIDO_OK ||
		fido_assert_set_sig(assertion, 0, a->signature.ptr, a->signature.len) != FIDO_OK)
		return PL_E_SIGNATURE;
	return fido_assert_verify(assertion, 0, (int)alg, key) == FIDO_OK ? PL_OK : PL_E_SIGNATURE;
}

pl_status pl_webauthn_verify(const struct pl_webauthn_site *site, const struct pl_webauthn_key *key,
	const struct pl_webauthn_answer *answer)
{
	fido_assert_t *assertion;
	union fido_key k = {0};
	char rp_id[256];
	pl_status st = pl_str_z(site->rp_id, rp_id, sizeof rp_id);

	if (!st)
		st = pl_lazy_load(&pl_fido2_library, NULL);
	if (st)
		return st;
	if (load_key(key, &k) != FIDO_OK) {
		free_key(key->alg, &k);
		return PL_E_RANGE;
	}
	assertion = fido_assert_new();
	st = assertion ? verify(assertion, rp_id, key->alg, k.any, answer) : PL_E_NOMEM;
	fido_assert_free(&assertion);
	free_key(key->alg, &k);
	return st;
}
