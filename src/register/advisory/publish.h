/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/advisory/publish: from a draft to what is stated of it.
 *
 * What always holds:
 *  1. Nothing of a draft is stored, logged or printed before its embargo has ended; pl_advisory_may_publish is asked
 *     before anything is.
 *  2. The same draft and key give the same document and signature, so that officers may approve today what is
 *     published on a later day.
 */
#ifndef PL_REGISTER_ADVISORY_PUBLISH_H
#define PL_REGISTER_ADVISORY_PUBLISH_H
#include "crypto/openpgp.h"
#include "register/advisory/formats.h"
#include "register/advisory/query.h"

#define PL_ADVISORY_STREAM "advisories"

/* Is @a out of its embargo at @now, and not dated ahead? PL_E_DENIED, PL_E_RANGE; words give the time and nothing
 * else. */
pl_status pl_advisory_may_publish(const struct pl_advisory *a, uint64_t now, struct pl_diag *diag);

/* The provider's OpenPGP key: the key file "openpgp" of the instance, as the settings date it. The caller frees
 * *@ret_signer. PL_E_MISMATCH if @fingerprint (may be empty) is another one's. */
pl_status pl_advisory_key(struct pl_instance *inst, const struct pl_provider *p, pl_str fingerprint,
	struct pl_signer **ret_signer, struct pl_openpgp *ret, struct pl_diag *diag);

/* What there is to store and to state. */
struct pl_advisory_papers {
	struct pl_buf document, signature;
	struct pl_published stated; /* borrows from the draft */
};
void pl_advisory_papers_done(struct pl_advisory_papers *p);
/* Write document and signature of @a. pl_advisory_papers_done in any case. */
pl_status pl_advisory_prepare(const struct pl_advisory *a, const struct pl_openpgp *key, struct pl_advisory_papers *ret,
	struct pl_diag *diag);
/* Store the bodies of what is TLP:WHITE; nothing of anything else. */
pl_status pl_advisory_keep(struct pl_instance *inst, const struct pl_advisory_papers *p, struct pl_diag *diag);

/* What a provider's settings become. */
struct pl_provider_papers {
	struct pl_buf certificate, security_txt;
	struct pl_body settings, certificate_body, security_txt_body;
	char fingerprint[PL_OPENPGP_FINGERPRINT_TEXT + 1];
};
void pl_provider_papers_done(struct pl_provider_papers *p);
/* Write certificate and signed security.txt, dated @now. @text are the settings as they were read into @p.
 * PL_E_RANGE: security.txt would be faulty; words say how. */
pl_status pl_provider_prepare(const struct pl_provider *p, pl_str text, const struct pl_openpgp *key, uint64_t now,
	struct pl_provider_papers *ret, struct pl_diag *diag);
pl_status pl_provider_keep(struct pl_instance *inst, pl_str text, const struct pl_provider_papers *p,
	struct pl_diag *diag);
/* The predicate of an advisory-provider/v1. */
void pl_provider_to_json(const struct pl_provider *p, const struct pl_provider_papers *papers,
	struct pl_json *predicate);

#endif
