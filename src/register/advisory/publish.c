/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/publish.h"
#include "base/time.h"
#include "fact/member.h"
#include "register/advisory/securitytxt.h"

pl_status pl_advisory_may_publish(const struct pl_advisory *a, uint64_t now, struct pl_diag *diag)
{
	char text[21];

	if (a->embargo > now) {
		pl_time_write(a->embargo, text);
		return pl_diag_set(diag, PL_E_DENIED, "under embargo until %s: nothing was stored or published", text);
	}
	if (pl_advisory_current(a) > now) {
		pl_time_write(pl_advisory_current(a), text);
		return pl_diag_set(diag, PL_E_RANGE, "the last revision is dated %s, which is not yet", text);
	}
	return PL_OK;
}

pl_status pl_advisory_key(struct pl_instance *inst, const struct pl_provider *p, pl_str fingerprint,
	struct pl_signer **ret_signer, struct pl_openpgp *ret, struct pl_diag *diag)
{
	char text[PL_OPENPGP_FINGERPRINT_TEXT + 1];
	struct pl_signer *signer = NULL;
	pl_status st = pl_instance_signer(inst, PL_PROVIDER_KEY, &signer, diag);

	if (st)
		return st;
	st = pl_openpgp_init(ret, signer, p->created / PL_SECOND);
	if (!st) {
		pl_openpgp_fingerprint(ret, text);
		if (fingerprint.len && !pl_str_eq(fingerprint, pl_str_from(text)))
			st = pl_diag_set(diag, PL_E_MISMATCH, "the OpenPGP key here is not the one that the provider stated");
	}
	if (st) {
		pl_signer_free(signer);
		return st;
	}
	*ret_signer = signer;
	return PL_OK;
}

static void describe(const struct pl_buf *data, const char *media, struct pl_body *ret)
{
	pl_sha256(pl_buf_bytes(data), &ret->digest);
	ret->size = data->len;
	ret->media_type = pl_str_from(media);
}

/* ---- one advisory ---- */

void pl_advisory_papers_done(struct pl_advisory_papers *p)
{
	pl_buf_done(&p->document);
	pl_buf_done(&p->signature);
}

pl_status pl_advisory_prepare(const struct pl_advisory *a, const struct pl_openpgp *key, struct pl_advisory_papers *ret,
	struct pl_diag *diag)
{
	uint64_t dated = pl_advisory_current(a) / PL_SECOND;
	struct pl_published *p = &ret->stated;
	pl_status st;

	*ret = (struct pl_advisory_papers){.document = PL_BUF(PL_ADVISORY_DOCUMENT_MAX),
		.signature = PL_BUF(PL_OPENPGP_ARMOR_MAX)};
	st = pl_csaf_write(a, &ret->document);
	if (st)
		return pl_diag_set(diag, st, "the document cannot be written: %s", pl_status_text(st));
	*p = (struct pl_published){.id = a->id, .version = pl_advisory_version(a), .category = a->category, .tlp = a->tlp,
		.state = a->state,
		.first = pl_advisory_first(a), .current = pl_advisory_current(a)};
	describe(&ret->document, PL_ADVISORY_MEDIA, &p->document);
	p->digest = p->document.digest;
	/* An advisory may be older than the key, a signature may not. */
	if (dated < key->created)
		dated = key->created;
	st = pl_openpgp_detached(key, pl_buf_bytes(&ret->document), dated, &ret->signature);
	if (st)
		return pl_diag_set(diag, st, "the document cannot be signed");
	describe(&ret->signature, PL_ADVISORY_SIGNATURE_MEDIA, &p->signature);
	return PL_OK;
}

static pl_status keep(struct pl_instance *inst, pl_bytes data, struct pl_diag *diag)
{
	struct pl_digest digest;
	pl_status st = pl_blob_put_bytes(pl_instance_blobs(inst), data, &digest);

	return st ? pl_diag_set(diag, st, "cannot store a body: %s", pl_status_text(st)) : PL_OK;
}

pl_status pl_advisory_keep(struct pl_instance *inst, const struct pl_advisory_papers *p, struct pl_diag *diag)
{
	pl_status st;

	if (p->stated.tlp != PL_TLP_WHITE)
		return PL_OK;
	st = keep(inst, pl_buf_bytes(&p->document), diag);
	return st ? st : keep(inst, pl_buf_bytes(&p->signature), diag);
}

/* ---- the provider ---- */

void pl_provider_papers_done(struct pl_provider_papers *p)
{
	pl_buf_done(&p->certificate);
	pl_buf_done(&p->security_txt);
}

/* What we tell others to do with our own text first. */
static pl_status examine(const struct pl_provider *p, const struct pl_buf *text, uint64_t now, struct pl_diag *diag)
{
	struct pl_securitytxt_report report;
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(512);

	pl_buf_put_str(&url, p->site);
	pl_buf_put_z(&url, "/.well-known/security.txt");
	pl_securitytxt_check(pl_buf_str(text), pl_buf_str(&url), now, &report);
	for (size_t i = 0; i < report.n; i++)
		if (pl_securitytxt_is_error(report.v[i].code) || report.v[i].code == PL_SECTXT_LONG_EXPIRY)
			return pl_diag_set(diag, PL_E_RANGE, "security.txt: %s", pl_securitytxt_words(report.v[i].code));
	return PL_OK;
}

pl_status pl_provider_prepare(const struct pl_provider *p, pl_str text, const struct pl_openpgp *key, uint64_t now,
	struct pl_provider_papers *ret, struct pl_diag *diag)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done) = PL_BUF(PL_SECURITYTXT_MAX);
	pl_status st;

	*ret = (struct pl_provider_papers){.certificate = PL_BUF(PL_OPENPGP_ARMOR_MAX),
		.security_txt = PL_BUF(PL_SECURITYTXT_MAX)};
	ret->settings = (struct pl_body){.size = text.len, .media_type = PL_STR(PL_PROVIDER_SETTINGS_MEDIA)};
	pl_sha256(pl_str_bytes(text), &ret->settings.digest);
	pl_openpgp_fingerprint(key, ret->fingerprint);
	st = pl_openpgp_certificate(key, p->user, &ret->certificate);
	pl_provider_securitytxt(p, &plain);
	if (!st)
		st = pl_buf_status(&plain);
	if (!st)
		st = pl_openpgp_clear(key, pl_buf_str(&plain), now / PL_SECOND, &ret->security_txt);
	if (st)
		return pl_diag_set(diag, st, "certificate and security.txt cannot be signed: is the key dated ahead?");
	describe(&ret->certificate, PL_PROVIDER_KEY_MEDIA, &ret->certificate_body);
	describe(&ret->security_txt, PL_PROVIDER_TEXT_MEDIA, &ret->security_txt_body);
	return examine(p, &ret->security_txt, now, diag);
}

pl_status pl_provider_keep(struct pl_instance *inst, pl_str text, const struct pl_provider_papers *p,
	struct pl_diag *diag)
{
	pl_status st = keep(inst, pl_str_bytes(text), diag);

	if (!st)
		st = keep(inst, pl_buf_bytes(&p->certificate), diag);
	return st ? st : keep(inst, pl_buf_bytes(&p->security_txt), diag);
}

void pl_provider_to_json(const struct pl_provider *p, const struct pl_provider_papers *papers,
	struct pl_json *predicate)
{
	char expires[21];

	pl_time_write(p->expires, expires);
	pl_json_set(predicate, "settings", pl_body_to_json(&papers->settings));
	pl_json_set(predicate, "certificate", pl_body_to_json(&papers->certificate_body));
	pl_json_set_z(predicate, "fingerprint", papers->fingerprint);
	pl_json_set(predicate, "securityTxt", pl_body_to_json(&papers->security_txt_body));
	pl_json_set_z(predicate, "expires", expires);
}
