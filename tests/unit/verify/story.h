/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small log as a release leaves it, in memory: inception, keys, source, build, rebuild verdict, release. The tests spoil
 * one thing at a time. Key i is the Ed25519 key whose seed is i in every byte.
 */
#ifndef PL_TEST_VERIFY_STORY_H
#define PL_TEST_VERIFY_STORY_H
#include "base/base.h"
#include "base/json.h"
#include "crypto/signer.h"
#include "fact/statement.h"

#define STORY_ORIGIN "log.example/releases"
#define STORY_ENTRIES 32u

enum story_key {
	STORY_ROOT_A = 1, STORY_ROOT_B, STORY_ROOT_C, STORY_SERVICE, STORY_OFFICER_1, STORY_OFFICER_2, STORY_REBUILDER,
	STORY_LOG, STORY_WITNESS_1, STORY_WITNESS_2, STORY_WITNESS_3, STORY_STRANGER,
};

struct story {
	struct pl_arena arena;
	size_t n;
	struct pl_buf entry[STORY_ENTRIES];
	struct pl_digest pae[STORY_ENTRIES];
	uint64_t clock_ms; /* time of the next statement */
};

/* Which entries the told story has. */
enum story_entry {
	STORY_INCEPTION, STORY_KEY_SERVICE, STORY_KEY_OFFICER_1, STORY_KEY_OFFICER_2, STORY_KEY_REBUILDER, STORY_PRODUCT,
	STORY_SNAPSHOT, STORY_RECIPE, STORY_BUILD, STORY_VERDICT, STORY_RELEASE, STORY_HEAD, STORY_TOLD,
};

void story_init(struct story *s);
void story_done(struct story *s);
/* All of it, about the artefact @file named @name; @verdict is the rebuilder's. */
void story_tell(struct story *s, const char *name, const struct pl_digest *file, const char *verdict);
/* The inception and the keys alone: entries 0 to STORY_KEY_REBUILDER. */
void story_tell_keys(struct story *s);
/* Append a release of @product, approved, about one file; a head over the releases that are the entries @releases. */
void story_release(struct story *s, const char *product, const char *version, uint64_t number, const struct pl_digest *file);
void story_head(struct story *s, const char *product, size_t n, const size_t *releases);
/* Append another verdict of the rebuilder about it. */
void story_verdict(struct story *s, const char *name, const struct pl_digest *file, const char *site, const char *verdict);
/* Append one statement signed by @keys (ends with 0). */
void story_say(struct story *s, const char *type, const char *subject, const struct pl_digest *digest,
	struct pl_json *predicate, const int *keys);
/* Append any payload signed by @keys; nothing is appended if the entry would be too large. */
void story_say_payload(struct story *s, pl_str payload, const int *keys);
/* Append bytes that are no statement. */
void story_say_raw(struct story *s, pl_str bytes);
/* Predicates that the tests use by themselves; owned by the caller. */
struct pl_json *story_key_predicate(const char *holder, const char *role, int key, const char *const *types);
struct pl_digest story_key_id(int key);
struct pl_json *story_release_predicate(const struct story *s, const char *version, uint64_t number);

/* Append a bundle of the @n entries @which (rising), cosigned by witnesses 1..@witnesses at 1700000000 and on. */
void story_bundle(const struct story *s, const size_t *which, size_t n, unsigned witnesses, struct pl_buf *out);
/* The same of all entries. */
void story_bundle_all(const struct story *s, unsigned witnesses, struct pl_buf *out);
/* A trust file: 2 of 3 roots, the log, quorum 2 of 3 witnesses (or "none"), the rebuilder, @rebuilders asked for. */
void story_trust(struct pl_buf *out, const char *quorum, unsigned rebuilders);

#endif
