/* SPDX-License-Identifier: Apache-2.0 */
#include "story.h"
#include "base/time.h"
#include "fact/predicates.h"
#include "fact/release_root.h"
#include "log/bundle.h"
#include <stdio.h>
#include <stdlib.h>

/* Used by unit tests and by a small program: a failure ends either. */
#define MUST(x) \
	do { \
		if (!(x)) { \
			fprintf(stderr, "story.c:%d: %s\n", __LINE__, #x); \
			abort(); \
		} \
	} while (0)

static struct pl_signer *signer(int key)
{
	struct pl_signer *s = NULL;
	uint8_t seed[32];

	memset(seed, key, sizeof seed);
	MUST(pl_signer_from_seed(seed, &s) == PL_OK);
	return s;
}

void story_init(struct story *s)
{
	*s = (struct story){.arena = PL_ARENA(64u << 20), .clock_ms = UINT64_C(1699990000000)};
}

void story_done(struct story *s)
{
	for (size_t i = 0; i < s->n; i++)
		pl_buf_done(&s->entry[i]);
	pl_arena_done(&s->arena);
}

void story_say_raw(struct story *s, pl_str bytes)
{
	MUST(s->n < STORY_ENTRIES);
	pl_buf_init(&s->entry[s->n], PL_STATEMENT_ENTRY_MAX);
	pl_buf_put_str(&s->entry[s->n], bytes);
	s->n++;
}

static struct pl_ulid next_id(struct story *s)
{
	struct pl_ulid id = {{0}};

	for (unsigned i = 0; i < 6; i++)
		id.b[i] = (uint8_t)(s->clock_ms >> (40 - 8 * i));
	id.b[15] = (uint8_t)s->n;
	s->clock_ms += 60000;
	return id;
}

void story_say_payload(struct story *s, pl_str payload, const int *keys)
{
	struct pl_buf sorted PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_STATEMENT_ENTRY_MAX);
	struct pl_dsse env = {.type = PL_STR(PL_STATEMENT_MEDIA)};
	pl_str copy;

	if (payload.len > PL_STATEMENT_PAYLOAD_MAX)
		return;
	MUST(s->n < STORY_ENTRIES && pl_arena_dup(&s->arena, payload, &copy) == PL_OK);
	env.payload = pl_str_bytes(copy);
	for (; *keys; keys++) {
		struct pl_signer *key PL_CLEANUP(pl_signer_freep) = signer(*keys);

		MUST(pl_dsse_sign(&env, key, &s->arena) == PL_OK);
	}
	pl_dsse_write(&sorted, &env);
	if (sorted.len > PL_STATEMENT_ENTRY_MAX)
		return;
	MUST(pl_statement_pae(env.payload, &s->pae[s->n]) == PL_OK);
	story_say_raw(s, pl_buf_str(&sorted));
}

void story_say(struct story *s, const char *type, const char *subject, const struct pl_digest *digest,
	struct pl_json *predicate, const int *keys)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_subject about = {.name = pl_str_from(subject), .sha256 = *digest};
	struct pl_ulid id = next_id(s);

	MUST(pl_statement_build_as(pl_str_from(type), &id, &about, 1, predicate, &payload, NULL) == PL_OK);
	pl_json_free(predicate);
	story_say_payload(s, pl_buf_str(&payload), keys);
}

struct pl_digest story_key_id(int key)
{
	struct pl_signer *k PL_CLEANUP(pl_signer_freep) = signer(key);
	struct pl_digest id;

	pl_pubkey_id(pl_signer_public(k), &id);
	return id;
}

struct pl_json *story_key_predicate(const char *holder, const char *role, int key, const char *const *types)
{
	struct pl_signer *k PL_CLEANUP(pl_signer_freep) = signer(key);
	struct pl_buf b64 PL_CLEANUP(pl_buf_done) = PL_BUF(1000);
	struct pl_json *p = pl_json_new_object(), *list;
	uint8_t der[PL_SPKI_MAX];

	pl_base64_put(&b64, pl_bytes_of(der, pl_pubkey_spki(pl_signer_public(k), der)));
	pl_json_set_z(p, "holder", holder);
	pl_json_set_z(p, "role", role);
	pl_json_set_str(p, "key", pl_buf_str(&b64));
	list = pl_json_set_array(p, "predicates");
	for (; *types; types++)
		pl_json_push_z(list, *types);
	return p;
}

static void introduce(struct story *s, const char *holder, const char *role, int key, const char *const *types)
{
	struct pl_digest id = story_key_id(key);

	story_say(s, PL_TYPE_KEY, holder, &id, story_key_predicate(holder, role, key, types),
		(const int[]){STORY_ROOT_A, STORY_ROOT_B, 0});
}

static void set_digest(struct pl_json *p, const char *key, const struct pl_digest *d)
{
	char text[PL_DIGEST_TEXT + 1];

	pl_digest_text(d, text);
	pl_json_set_z(p, key, text);
}

static struct pl_json *inception(void)
{
	struct pl_json *p = pl_json_new_object();

	pl_json_set_z(p, "origin", STORY_ORIGIN);
	pl_json_set_z(p, "purpose", "test");
	pl_json_set_u64(p, "officers", 2);
	pl_json_set_u64(p, "rootThreshold", 2);
	return p;
}

static struct pl_json *of_product(void)
{
	struct pl_json *p = pl_json_new_object();

	pl_json_set_z(p, "product", "lantern");
	return p;
}

struct pl_json *story_release_predicate(const struct story *s, const char *version, uint64_t number)
{
	struct pl_json *p = of_product();

	pl_json_set_z(p, "version", version);
	pl_json_set_u64(p, "number", number);
	set_digest(p, "snapshot", &s->pae[STORY_SNAPSHOT]);
	set_digest(p, "recipe", &s->pae[STORY_RECIPE]);
	set_digest(p, "build", &s->pae[STORY_BUILD]);
	return p;
}

static const int by_service[] = {STORY_SERVICE, 0}, by_rebuilder[] = {STORY_REBUILDER, 0};
static const int with_officers[] = {STORY_SERVICE, STORY_OFFICER_1, STORY_OFFICER_2, 0};

void story_tell_keys(struct story *s)
{
	static const char *const service[] = {"https://slsa.dev/provenance/v1", PL_TYPE_BODY, PL_TYPE_PRODUCT,
		PL_TYPE_PRODUCT_HEAD, PL_TYPE_RECIPE, PL_TYPE_RELEASE, PL_TYPE_SOURCE_SNAPSHOT, NULL};
	static const char *const officer[] = {PL_TYPE_PRODUCT, PL_TYPE_RELEASE, NULL};
	static const char *const rebuilder[] = {PL_TYPE_REBUILD_VERDICT, NULL};
	struct pl_digest d;

	pl_sha256(pl_str_bytes(PL_STR("the log's key line")), &d);
	story_say(s, PL_TYPE_INCEPTION, STORY_ORIGIN, &d, inception(), (const int[]){STORY_ROOT_A, STORY_ROOT_C, 0});
	introduce(s, "service", "service", STORY_SERVICE, service);
	introduce(s, "officer-1", "officer", STORY_OFFICER_1, officer);
	introduce(s, "officer-2", "officer", STORY_OFFICER_2, officer);
	introduce(s, "uni", "rebuilder", STORY_REBUILDER, rebuilder);
}

void story_verdict(struct story *s, const char *name, const struct pl_digest *file, const char *site, const char *verdict)
{
	struct pl_json *p = of_product();

	pl_json_set_z(p, "site", site);
	pl_json_set_z(p, "verdict", verdict);
	if (strcmp(verdict, "not-attempted") == 0)
		pl_json_set_z(p, "reason", "build-failed");
	set_digest(p, "build", &s->pae[STORY_BUILD]);
	story_say(s, PL_TYPE_REBUILD_VERDICT, name, file, p, by_rebuilder);
}

void story_tell(struct story *s, const char *name, const struct pl_digest *file, const char *verdict)
{
	struct pl_json *p;
	struct pl_digest d;

	story_tell_keys(s);
	pl_sha256(pl_str_bytes(PL_STR("lantern")), &d);
	story_say(s, PL_TYPE_PRODUCT, "lantern", &d, of_product(), with_officers);
	p = of_product();
	pl_json_set_z(p, "commit", "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
	pl_sha256(pl_str_bytes(PL_STR("the archive")), &d);
	story_say(s, PL_TYPE_SOURCE_SNAPSHOT, "lantern-source.tar", &d, p, by_service);
	pl_sha256(pl_str_bytes(PL_STR("the recipe")), &d);
	story_say(s, PL_TYPE_RECIPE, "lantern.recipe", &d, of_product(), by_service);
	story_say(s, "https://slsa.dev/provenance/v1", name, file, pl_json_new_object(), by_service);
	story_verdict(s, name, file, "uni", verdict);
	story_say(s, PL_TYPE_RELEASE, name, file, story_release_predicate(s, "1.2.0", 3), with_officers);
	story_head(s, "lantern", 3, (const size_t[]){STORY_RELEASE, STORY_RELEASE, STORY_RELEASE});
}

void story_release(struct story *s, const char *product, const char *version, uint64_t number, const struct pl_digest *file)
{
	struct pl_json *p = pl_json_new_object();

	pl_json_set_z(p, "product", product);
	pl_json_set_z(p, "version", version);
	pl_json_set_u64(p, "number", number);
	story_say(s, PL_TYPE_RELEASE, product, file, p, with_officers);
}

void story_head(struct story *s, const char *product, size_t n, const size_t *releases)
{
	struct pl_json *p = pl_json_new_object();
	struct pl_release_root sum;
	struct pl_digest root;

	pl_release_root_init(&sum);
	for (size_t i = 0; i < n; i++)
		pl_release_root_add(&sum, &s->pae[releases[i]]);
	pl_release_root_get(&sum, &root);
	pl_json_set_z(p, "product", product);
	pl_json_set_u64(p, "count", n);
	set_digest(p, "root", &root);
	story_say(s, PL_TYPE_PRODUCT_HEAD, product, &root, p, by_service);
}

/* ---- the log around it ---- */

struct leaves {
	struct pl_digest leaf[STORY_ENTRIES];
};

static pl_status fetch(void *ctx, const struct pl_tree_node_id *ids, size_t n, struct pl_digest *ret)
{
	const struct leaves *l = ctx;

	for (size_t i = 0; i < n; i++)
		pl_tree_root(&l->leaf[ids[i].index << ids[i].level], (size_t)1 << ids[i].level, &ret[i]);
	return PL_OK;
}

static void cosigned_checkpoint(const struct leaves *l, size_t size, unsigned witnesses, struct pl_buf *out)
{
	struct pl_signer *log PL_CLEANUP(pl_signer_freep) = signer(STORY_LOG);
	struct pl_checkpoint cp = {.origin = PL_STR(STORY_ORIGIN), .size = size};
	struct pl_buf body PL_CLEANUP(pl_buf_done) = PL_BUF(10000);

	pl_tree_root(l->leaf, size, &cp.root);
	pl_checkpoint_write(&body, &cp);
	MUST(pl_checkpoint_sign(out, &cp, &log, 1) == PL_OK);
	for (unsigned i = 0; i < witnesses; i++) {
		struct pl_signer *w PL_CLEANUP(pl_signer_freep) = signer(STORY_WITNESS_1 + (int)i);
		char name[32];

		snprintf(name, sizeof name, "w%u.example", i + 1);
		MUST(pl_note_cosign_line(w, pl_str_from(name), pl_buf_str(&body), (1700000000 + i) * PL_SECOND, out) == PL_OK);
	}
}

void story_bundle(const struct story *s, const size_t *which, size_t n, unsigned witnesses, struct pl_buf *out)
{
	struct pl_buf checkpoint PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_bundle_writer w = {.out = out};
	struct leaves l;

	for (size_t i = 0; i < s->n; i++)
		pl_tree_leaf(pl_buf_bytes(&s->entry[i]), &l.leaf[i]);
	cosigned_checkpoint(&l, s->n, witnesses, &checkpoint);
	for (size_t i = 0; i < n; i++) {
		struct pl_tree_path path;

		MUST(pl_tree_prove_inclusion(which[i], s->n, fetch, &l, &path) == PL_OK);
		MUST(pl_bundle_put(&w, which[i], &path, pl_buf_bytes(&s->entry[which[i]])) == PL_OK);
	}
	MUST(pl_bundle_finish(&w, pl_buf_str(&checkpoint)) == PL_OK);
}

void story_bundle_all(const struct story *s, unsigned witnesses, struct pl_buf *out)
{
	size_t which[STORY_ENTRIES];

	for (size_t i = 0; i < s->n; i++)
		which[i] = i;
	story_bundle(s, which, s->n, witnesses, out);
}

static struct pl_vkey vkey(const char *name, int key, enum pl_note_type type)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = signer(key);
	struct pl_vkey v;

	MUST(pl_vkey_make(pl_str_from(name), type, pl_signer_public(s), &v) == PL_OK);
	return v;
}

static struct pl_policy_key named_key(const char *name, int key)
{
	struct pl_signer *s PL_CLEANUP(pl_signer_freep) = signer(key);

	return (struct pl_policy_key){.name = pl_str_from(name), .key = *pl_signer_public(s)};
}

void story_trust(struct pl_buf *out, const char *quorum, unsigned rebuilders)
{
	struct pl_policy_log log = {.key = vkey(STORY_ORIGIN, STORY_LOG, PL_NOTE_ED25519)};
	struct pl_policy_witness w[3] = {
		{.key = vkey("w1.example", STORY_WITNESS_1, PL_NOTE_COSIGNATURE)},
		{.key = vkey("w2.example", STORY_WITNESS_2, PL_NOTE_COSIGNATURE)},
		{.key = vkey("w3.example", STORY_WITNESS_3, PL_NOTE_COSIGNATURE)},
	};
	struct pl_policy_key roots[3] = {
		named_key("a", STORY_ROOT_A), named_key("b", STORY_ROOT_B), named_key("c", STORY_ROOT_C),
	};
	struct pl_policy_key uni = named_key("uni", STORY_REBUILDER);
	struct pl_policy_recipe r = {
		.logs = &log, .n_logs = 1, .witnesses = w, .n_witnesses = 3, .quorum = strcmp(quorum, "none") == 0 ? 0 : 2,
		.roots = roots, .n_roots = 3, .root_threshold = 2,
		.rebuilders = &uni, .n_rebuilders = 1, .rebuild_threshold = rebuilders,
	};

	pl_policy_write(out, &r);
}
