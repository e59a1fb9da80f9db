/* SPDX-License-Identifier: Apache-2.0 */
#include "register/casework/product.h"
#include "base/codec.h"
#include "base/random.h"

static const char enrolment_label[] = "pl-product-enrolment/v1", proof_label[] = "pl-product-proof/v1";

/* Labels are signed with their zero byte. */
static void put_enrolled(const struct pl_pubkey *product, struct pl_buf *out)
{
	pl_buf_put(out, enrolment_label, sizeof enrolment_label);
	pl_buf_put_bytes(out, pl_pubkey_raw(product));
}

static void put_signed(pl_str origin, pl_str text, struct pl_buf *out)
{
	pl_buf_put(out, proof_label, sizeof proof_label);
	pl_buf_put_str(out, origin);
	pl_buf_put_c(out, '\0');
	pl_buf_put_str(out, text);
}

/* ---- the vendor's keys ---- */

pl_status pl_product_enrollers_parse(pl_str text, struct pl_product_enrollers *ret, struct pl_diag *diag)
{
	unsigned number = 0;

	ret->n = 0;
	while (text.len) {
		pl_str line;
		struct pl_diag why = {0};

		if (!pl_str_take_until(&text, '\n', &line)) {
			line = text;
			text = (pl_str){0};
		}
		number++;
		if (line.len && line.ptr[line.len - 1] == '\r')
			line.len--;
		line = pl_str_trim(line);
		if (!line.len || line.ptr[0] == '#')
			continue;
		if (ret->n == PL_PRODUCT_ENROLLERS_MAX)
			return pl_diag_set(diag, PL_E_TOOBIG, "line %u: at most %u keys", number, PL_PRODUCT_ENROLLERS_MAX);
		if (pl_pubkey_parse(line, &ret->key[ret->n], &why) || ret->key[ret->n].alg != PL_KEY_ED25519)
			return pl_diag_set(diag, PL_E_SYNTAX, "line %u: expected ed25519:<base64 of a public key>", number);
		ret->n++;
	}
	return PL_OK;
}

/* ---- reading ---- */

pl_status pl_product_proof_read(pl_str text, struct pl_product_proof *ret)
{
	struct pl_product_proof p = {.enrolment.len = 64, .signature.len = 64};
	uint8_t raw[PL_PRIVKEY_LEN]; /* as long as the public half */
	struct pl_ulid random;
	pl_str rest = text, word;

	if (text.len > PL_PRODUCT_PROOF_MAX || !pl_str_eat(&rest, PL_STR("v1:")))
		return PL_E_SYNTAX;
	if (!pl_str_take_until(&rest, ':', &p.name) || !p.name.len)
		return PL_E_SYNTAX;
	if (!pl_str_take_until(&rest, ':', &word) || pl_str_to_u64(word, INT64_MAX, &p.time))
		return PL_E_SYNTAX;
	if (!pl_str_take_until(&rest, ':', &word) || pl_ulid_parse(word, &random))
		return PL_E_SYNTAX;
	if (!pl_str_take_until(&rest, ':', &word) || pl_base64_read(word, raw, sizeof raw) ||
		pl_pubkey_from_raw(PL_KEY_ED25519, pl_bytes_of(raw, sizeof raw), &p.key))
		return PL_E_SYNTAX;
	if (!pl_str_take_until(&rest, ':', &word) || pl_base64_read(word, p.enrolment.b, p.enrolment.len))
		return PL_E_SYNTAX;
	if (pl_base64_read(rest, p.signature.b, p.signature.len))
		return PL_E_SYNTAX;
	p.signed_text = pl_str_of(text.ptr, text.len - rest.len - 1);
	pl_sha256(pl_str_bytes(text), &p.digest);
	*ret = p;
	return PL_OK;
}

/* ---- judging ---- */

static bool is_enrolled(const struct pl_product_proof *p, const struct pl_product_enrollers *e)
{
	struct pl_buf msg PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	put_enrolled(&p->key, &msg);
	for (size_t i = 0; i < e->n; i++)
		if (pl_pubkey_verify(&e->key[i], pl_buf_bytes(&msg), pl_bytes_of(p->enrolment.b, p->enrolment.len)) == PL_OK)
			return true;
	return false;
}

pl_status pl_product_proof_check(const struct pl_product_proof *p, pl_str origin, pl_str name, const struct pl_product_enrollers *e, uint64_t now,
	struct pl_diag *diag)
{
	struct pl_buf msg PL_CLEANUP(pl_buf_done) = PL_BUF(2048);

	if (!pl_str_eq(p->name, name))
		return pl_diag_set(diag, PL_E_RANGE, "the proof is for register %.*s", PL_STR_ARG(p->name));
	if (p->time + PL_TICKET_PAST < now)
		return pl_diag_set(diag, PL_E_RANGE, "the proof is more than an hour old");
	if (p->time > now + PL_TICKET_FUTURE)
		return pl_diag_set(diag, PL_E_RANGE, "the proof lies in the future: is the clock of your machine right?");
	if (!is_enrolled(p, e))
		return pl_diag_set(diag, PL_E_DENIED, "the key of the proof is that of no product of ours");
	put_signed(origin, p->signed_text, &msg);
	if (pl_buf_status(&msg) || pl_pubkey_verify(&p->key, pl_buf_bytes(&msg), pl_bytes_of(p->signature.b, p->signature.len)))
		return pl_diag_set(diag, PL_E_SIGNATURE, "the key did not sign this proof for this log");
	return PL_OK;
}

/* ---- making ---- */

static pl_status sign_into(struct pl_signer *signer, const struct pl_buf *msg, struct pl_buf *out)
{
	struct pl_signature sig;
	pl_status st = pl_buf_status(msg);

	if (!st)
		st = pl_signer_sign(signer, pl_bytes_of(msg->ptr, msg->len), &sig);
	if (st)
		return st;
	pl_base64_put(out, pl_bytes_of(sig.b, sig.len));
	return pl_buf_status(out);
}

pl_status pl_product_enrol(struct pl_signer *enroller, const struct pl_pubkey *product, struct pl_buf *out)
{
	struct pl_buf msg PL_CLEANUP(pl_buf_done) = PL_BUF(128);

	if (pl_signer_public(enroller)->alg != PL_KEY_ED25519 || product->alg != PL_KEY_ED25519)
		return PL_E_UNSUPPORTED;
	put_enrolled(product, &msg);
	return sign_into(enroller, &msg, out);
}

pl_status pl_product_proof_make(struct pl_signer *product, pl_str enrolment, pl_str origin, pl_str name, uint64_t now, struct pl_buf *out)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PRODUCT_PROOF_MAX), msg PL_CLEANUP(pl_buf_done) = PL_BUF(2048);
	struct pl_ulid random;

	if (pl_signer_public(product)->alg != PL_KEY_ED25519)
		return PL_E_UNSUPPORTED;
	pl_random(random.b, sizeof random.b);
	pl_buf_put_z(&text, "v1:");
	pl_buf_put_str(&text, name);
	pl_buf_put_c(&text, ':');
	pl_buf_put_u64(&text, now);
	pl_buf_put_c(&text, ':');
	pl_ulid_put(&text, &random);
	pl_buf_put_c(&text, ':');
	pl_base64_put(&text, pl_pubkey_raw(pl_signer_public(product)));
	pl_buf_put_c(&text, ':');
	pl_buf_put_str(&text, enrolment);
	if (pl_buf_status(&text))
		return pl_buf_status(&text);
	put_signed(origin, pl_buf_str(&text), &msg);
	pl_buf_put_str(out, pl_buf_str(&text));
	pl_buf_put_c(out, ':');
	return sign_into(product, &msg, out);
}
