/* SPDX-License-Identifier: Apache-2.0 */
/* verify/pellucid: the public calls of include/pellucid/pellucid.h over the rooms of the house. */
#include "pellucid/pellucid.h"
#include "base/mem.h"
#include "base/time.h"
#include "verify/releases.h"
#include "verify/verify.h"
#include <stdio.h>

static const struct pl_verify_style no_style = {"", "", "", "", "", ""};

struct pellucid_hash {
	struct pl_sha256 *sha;
};

struct pellucid_trust {
	struct pl_policy *policy;
};

struct pellucid_report {
	struct pl_verify *verify;
	struct pl_buf text, json;
};

struct pellucid_releases {
	struct pl_verify_releases *r;
	struct pl_buf text, json;
};

static pellucid_result result_of(pl_status st)
{
	if (st == PL_OK)
		return PELLUCID_YES;
	if (st == PL_E_STATE || st == PL_E_RANGE)
		return PELLUCID_INPUT;
	return st == PL_E_NOMEM ? PELLUCID_UNKNOWN : PELLUCID_NO;
}

static pellucid_result explain(pl_status st, const struct pl_diag *diag, pellucid_error *why)
{
	if (why && st != PL_OK) {
		why->line = diag->line;
		snprintf(why->text, sizeof why->text, "%s", pl_diag_text(diag, st));
		snprintf(why->hint, sizeof why->hint, "%s", diag->hint);
	}
	return result_of(st);
}

pellucid_hash *pellucid_hash_new(void)
{
	pellucid_hash *h = PL_NEW(pellucid_hash);

	h->sha = pl_sha256_new();
	return h;
}

void pellucid_hash_update(pellucid_hash *hash, const void *data, size_t len)
{
	pl_sha256_update(hash->sha, pl_bytes_of(data, len));
}

void pellucid_hash_final(pellucid_hash *hash, uint8_t digest[32])
{
	struct pl_digest d;

	pl_sha256_final(hash->sha, &d);
	memcpy(digest, d.b, sizeof d.b);
}

void pellucid_hash_free(pellucid_hash *hash)
{
	if (!hash)
		return;
	pl_sha256_free(hash->sha);
	pl_free(hash);
}

pellucid_result pellucid_trust_parse(const char *text, size_t len, pellucid_trust **ret, pellucid_error *why)
{
	struct pl_policy *policy = NULL;
	struct pl_diag diag = {0};
	pl_status st = pl_policy_parse(pl_str_of(text, len), &policy, &diag);

	if (st != PL_OK) {
		explain(st, &diag, why);
		return st == PL_E_NOMEM ? PELLUCID_UNKNOWN : PELLUCID_INPUT;
	}
	*ret = PL_NEW(pellucid_trust);
	(*ret)->policy = policy;
	return PELLUCID_YES;
}

void pellucid_trust_free(pellucid_trust *trust)
{
	if (!trust)
		return;
	pl_policy_free(trust->policy);
	pl_free(trust);
}

pellucid_result pellucid_verify(const pellucid_trust *trust, const uint8_t digest[32], const void *bundle,
	size_t bundle_len, const pellucid_wish *wish, pellucid_report **ret, pellucid_error *why)
{
	static const pellucid_wish nothing;
	struct pl_verify *v = NULL;
	struct pl_diag diag = {0};
	struct pl_digest file;
	pl_status st;

	*ret = NULL;
	if (!wish)
		wish = &nothing;
	memcpy(file.b, digest, sizeof file.b);
	st = pl_verify_bundle(trust->policy, &file, wish->name ? pl_str_from(wish->name) : PL_STR("the file"),
		pl_str_from(wish->statement), pl_str_of(bundle, bundle_len), &v, &diag);
	if (st != PL_OK)
		return explain(st, &diag, why);
	*ret = PL_NEW(pellucid_report);
	(*ret)->verify = v;
	pl_buf_init(&(*ret)->text, PL_BUNDLE_TEXT_MAX);
	pl_buf_init(&(*ret)->json, 2 * (size_t)PL_BUNDLE_TEXT_MAX);
	if (v->status != PL_OK && why)
		*why = (pellucid_error){0};
	if (v->status != PL_OK && why)
		snprintf(why->text, sizeof why->text, "%s", v->words);
	return v->status == PL_OK ? PELLUCID_YES : PELLUCID_NO;
}

void pellucid_report_free(pellucid_report *report)
{
	if (!report)
		return;
	pl_verify_free(report->verify);
	pl_buf_done(&report->text);
	pl_buf_done(&report->json);
	pl_free(report);
}

const char *pellucid_report_text(pellucid_report *report)
{
	if (report->text.len == 0)
		pl_verify_write_text(report->verify, &no_style, &report->text);
	return pl_buf_z(&report->text);
}

const char *pellucid_report_json(pellucid_report *report)
{
	if (report->json.len == 0 && pl_verify_write_json(report->verify, NULL, &report->json) != PL_OK)
		return NULL;
	return pl_buf_z(&report->json);
}

/* ---- all releases of a product ---- */

pellucid_result pellucid_all_releases(const pellucid_trust *trust, const char *product, const void *bundle, size_t bundle_len,
	pellucid_releases **ret, pellucid_error *why)
{
	struct pl_verify_releases *r = NULL;
	struct pl_diag diag = {0};
	pl_status st;

	*ret = NULL;
	st = pl_verify_releases(trust->policy, pl_str_from(product), pl_str_of(bundle, bundle_len), &r, &diag);
	if (st != PL_OK)
		return explain(st, &diag, why);
	*ret = PL_NEW(pellucid_releases);
	(*ret)->r = r;
	pl_buf_init(&(*ret)->text, 2 * (size_t)PL_BUNDLE_TEXT_MAX);
	pl_buf_init(&(*ret)->json, 2 * (size_t)PL_BUNDLE_TEXT_MAX);
	if (r->status != PL_OK && why) {
		*why = (pellucid_error){0};
		snprintf(why->text, sizeof why->text, "%s", r->words);
	}
	return r->status == PL_OK ? PELLUCID_YES : PELLUCID_NO;
}

void pellucid_releases_free(pellucid_releases *releases)
{
	if (!releases)
		return;
	pl_verify_releases_free(releases->r);
	pl_buf_done(&releases->text);
	pl_buf_done(&releases->json);
	pl_free(releases);
}

const char *pellucid_releases_text(pellucid_releases *releases)
{
	if (releases->text.len == 0)
		pl_verify_releases_text(releases->r, NULL, 0, &no_style, &releases->text);
	return pl_buf_z(&releases->text);
}

const char *pellucid_releases_json(pellucid_releases *releases)
{
	if (releases->json.len == 0 && pl_verify_releases_json(releases->r, NULL, 0, &releases->json) != PL_OK)
		return NULL;
	return pl_buf_z(&releases->json);
}

uint64_t pellucid_releases_of(const pellucid_releases *releases, const uint8_t digest[32], int *ret_later)
{
	const struct pl_verify_listed *l;
	struct pl_digest d;

	memcpy(d.b, digest, sizeof d.b);
	l = pl_verify_releases_of(releases->r, &d);
	if (ret_later)
		*ret_later = l && pl_verify_releases_later(releases->r, l);
	return l ? l->number : 0;
}

static void tell_seen(const struct pl_checkpoint *cp, const struct pl_policy_verdict *v, pellucid_seen *ret)
{
	*ret = (pellucid_seen){
		.size = cp->size, .quorum_met = v->quorum_met, .unwitnessed = v->unwitnessed,
		.witnesses = (unsigned)v->n_counted, .earliest = v->earliest / PL_SECOND, .latest = v->latest / PL_SECOND,
	};
	snprintf(ret->origin, sizeof ret->origin, "%.*s", PL_STR_ARG(cp->origin));
	memcpy(ret->root, cp->root.b, sizeof ret->root);
}

pellucid_result pellucid_check_checkpoint(const pellucid_trust *trust, const char *note, size_t len,
	pellucid_seen *ret, pellucid_error *why)
{
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	struct pl_diag diag = {0};
	pl_status st = pl_policy_accept(trust->policy, pl_str_of(note, len), &cp, &v, &diag);

	if (st == PL_OK)
		tell_seen(&cp, &v, ret);
	return explain(st, &diag, why);
}

pellucid_result pellucid_check_proof(const pellucid_trust *trust, const char *proof, size_t proof_len,
	const void *entry, size_t entry_len, uint64_t *ret_index, pellucid_seen *ret, pellucid_error *why)
{
	struct pl_policy_verdict v;
	struct pl_checkpoint cp;
	struct pl_digest leaf;
	struct pl_proof p;
	struct pl_diag diag = {0};
	pl_status st = pl_proof_parse(pl_str_of(proof, proof_len), &p, &diag);

	if (st == PL_OK) {
		pl_tree_leaf(pl_bytes_of(entry, entry_len), &leaf);
		st = pl_proof_verify(&p, &leaf, trust->policy, &cp, &v, &diag);
	}
	if (st == PL_OK) {
		*ret_index = p.index;
		tell_seen(&cp, &v, ret);
	}
	return explain(st, &diag, why);
}

pellucid_result pellucid_check_consistency(uint64_t old_size, const uint8_t old_root[32], uint64_t size,
	const uint8_t root[32], const uint8_t *path, size_t n)
{
	struct pl_digest old, fresh, h[PL_TREE_PATH_MAX];

	if (n > PL_COUNT(h))
		return PELLUCID_NO;
	memcpy(old.b, old_root, sizeof old.b);
	memcpy(fresh.b, root, sizeof fresh.b);
	if (n > 0)
		memcpy(h, path, n * sizeof *h);
	return result_of(pl_tree_verify_consistency(old_size, &old, size, &fresh, h, n));
}

const char *pellucid_version(void)
{
	return PL_VERSION;
}
