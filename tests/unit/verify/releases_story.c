/* SPDX-License-Identifier: Apache-2.0 */
#include "releases_story.h"
#include "fact/predicates.h"
#include "fact/release_root.h"
#include "log/bundle.h"
#include <stdio.h>

#define SAY(story, type, digest, predicate) story_say(story, type, "lantern", digest, predicate, (const int[]){STORY_SERVICE, 0})
#define PICK(...) \
	(const size_t[]){__VA_ARGS__}, sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t)

/* The log of most cases. */
enum { R1 = STORY_KEY_REBUILDER + 1, H1, R2, H2, R3, H3, TORCH, R4, TOLD };
#define KEYS STORY_INCEPTION, STORY_KEY_SERVICE, STORY_KEY_OFFICER_1, STORY_KEY_OFFICER_2

static void release(struct story *s, const char *product, uint64_t number, const char *version)
{
	struct pl_digest file;
	char text[64];

	snprintf(text, sizeof text, "%s %llu", product, (unsigned long long)number);
	pl_sha256(pl_str_bytes(pl_str_from(text)), &file);
	story_release(s, product, version, number, &file);
}

static void tell(struct story *s)
{
	story_init(s);
	story_tell_keys(s);
	release(s, "lantern", 1, "1.0");
	story_head(s, "lantern", 1, (const size_t[]){R1});
	release(s, "lantern", 2, "1.1");
	story_head(s, "lantern", 2, (const size_t[]){R1, R2});
	release(s, "lantern", 3, "2.0");
	story_head(s, "lantern", 3, (const size_t[]){R1, R2, R3});
	release(s, "torch", 3, "0.3");
	release(s, "lantern", 4, "2.1");
}

static void picked(struct pl_buf *out, const size_t *which, size_t n)
{
	struct story s;

	tell(&s);
	story_bundle(&s, which, n, 2, out);
	story_done(&s);
}

static void complete(struct pl_buf *out) { picked(out, PICK(KEYS, R1, R2, R3, H3)); }
static void with_older_heads(struct pl_buf *out) { picked(out, PICK(KEYS, R1, H1, R2, H2, R3, H3)); }
static void without_the_second(struct pl_buf *out) { picked(out, PICK(KEYS, R1, R3, H3)); }
static void without_the_last(struct pl_buf *out) { picked(out, PICK(KEYS, R1, R2, H3)); }
static void without_any(struct pl_buf *out) { picked(out, PICK(KEYS, H3)); }
static void another_product(struct pl_buf *out) { picked(out, PICK(KEYS, R1, R2, H3, TORCH)); }
static void one_later(struct pl_buf *out) { picked(out, PICK(KEYS, R1, R2, R3, H3, TORCH, R4)); }
static void an_older_head(struct pl_buf *out) { picked(out, PICK(KEYS, R1, R2, H2, R3)); }
static void no_head(struct pl_buf *out) { picked(out, PICK(KEYS, R1, R2, R3)); }
/* Two officers must approve, and one of them is nobody here. */
static void not_approved(struct pl_buf *out)
{
	picked(out, PICK(STORY_INCEPTION, STORY_KEY_SERVICE, STORY_KEY_OFFICER_1, R1, R2, R3, H3));
}
static void no_inception(struct pl_buf *out)
{
	picked(out, PICK(STORY_KEY_SERVICE, STORY_KEY_OFFICER_1, STORY_KEY_OFFICER_2, R1, R2, R3, H3));
}

static void two_bundles(struct pl_buf *out, unsigned witnesses)
{
	struct story s;

	tell(&s);
	story_bundle(&s, PICK(KEYS, R2, H3), 2, out);
	story_bundle(&s, PICK(KEYS, R1, R3), witnesses, out);
	story_done(&s);
}

static void a_set(struct pl_buf *out) { two_bundles(out, 2); }
static void two_checkpoints(struct pl_buf *out) { two_bundles(out, 3); }

/* The second bundle of a set, and with it the end of a key, hides nothing from the first: judged is what all of them hold. */
static void key_ended(struct pl_buf *out)
{
	struct pl_digest id = story_key_id(STORY_SERVICE);
	struct pl_json *p = pl_json_new_object();
	struct story s;
	size_t at;

	story_init(&s);
	story_tell_keys(&s);
	release(&s, "lantern", 1, "1.0");
	at = s.n;
	pl_json_set_z(p, "reason", "lost");
	story_say(&s, PL_TYPE_KEY_END, "service", &id, p, (const int[]){STORY_ROOT_A, STORY_ROOT_B, 0});
	release(&s, "lantern", 2, "1.1");
	story_head(&s, "lantern", 2, (const size_t[]){R1, at + 1});
	story_bundle(&s, PICK(KEYS, R1, at + 1, at + 2), 2, out);
	story_bundle(&s, PICK(KEYS, at), 2, out);
	story_done(&s);
}

/* ---- what an operator should not do ---- */

static void begin(struct story *s)
{
	story_init(s);
	story_tell_keys(s);
	release(s, "lantern", 1, "1.0");
}

static void finish(struct story *s, struct pl_buf *out)
{
	story_bundle_all(s, 2, out);
	story_done(s);
}

static void number_twice(struct pl_buf *out)
{
	struct story s;

	begin(&s);
	release(&s, "lantern", 2, "1.1");
	release(&s, "lantern", 2, "1.1-other");
	story_head(&s, "lantern", 2, (const size_t[]){R1, R1 + 1});
	finish(&s, out);
}

static void number_twice_later(struct pl_buf *out)
{
	struct story s;

	begin(&s);
	story_head(&s, "lantern", 1, (const size_t[]){R1});
	release(&s, "lantern", 1, "1.0-other");
	finish(&s, out);
}

static void left_out(struct pl_buf *out)
{
	struct story s;

	begin(&s);
	release(&s, "lantern", 2, "1.1");
	release(&s, "lantern", 3, "1.2");
	story_head(&s, "lantern", 1, (const size_t[]){R1});
	finish(&s, out);
}

static void other_root(struct pl_buf *out)
{
	struct story s;

	begin(&s);
	release(&s, "lantern", 2, "1.1");
	story_head(&s, "lantern", 2, (const size_t[]){R1 + 1, R1});
	finish(&s, out);
}

static void heads_differ(struct pl_buf *out)
{
	struct story s;

	begin(&s);
	story_head(&s, "lantern", 1, (const size_t[]){0});
	release(&s, "lantern", 2, "1.1");
	story_head(&s, "lantern", 2, (const size_t[]){R1, R1 + 2});
	finish(&s, out);
}

static void older_counts_more(struct pl_buf *out)
{
	struct story s;

	begin(&s);
	story_head(&s, "lantern", 2, (const size_t[]){R1, 0});
	story_head(&s, "lantern", 1, (const size_t[]){R1});
	finish(&s, out);
}

/* A head whose subject is not its root, or that has no count, is none. */
static void malformed(struct pl_buf *out)
{
	struct pl_json *p = pl_json_new_object();
	struct pl_digest d;
	struct story s;

	begin(&s);
	pl_release_root_of(&s.pae[R1], 1, &d);
	pl_json_set_z(p, "product", "lantern");
	pl_json_set_z(p, "root", "sha256:0000000000000000000000000000000000000000000000000000000000000000");
	pl_json_set_u64(p, "count", 1);
	SAY(&s, PL_TYPE_PRODUCT_HEAD, &d, p);
	p = pl_json_new_object();
	pl_json_set_z(p, "product", "lantern");
	SAY(&s, PL_TYPE_PRODUCT_HEAD, &d, p);
	finish(&s, out);
}

static void number_zero(struct pl_buf *out)
{
	struct story s;

	begin(&s);
	release(&s, "lantern", 0, "0.0");
	story_head(&s, "lantern", 1, (const size_t[]){R1});
	finish(&s, out);
}

/* One statement in two envelopes is one release. */
static void one_statement_twice(struct pl_buf *out)
{
	struct pl_statement *st = NULL;
	struct story s;

	begin(&s);
	if (pl_statement_open(pl_buf_bytes(&s.entry[R1]), &st, NULL) == PL_OK)
		story_say_payload(&s, pl_bytes_str(st->envelope.payload),
			(const int[]){STORY_SERVICE, STORY_OFFICER_1, STORY_OFFICER_2, STORY_STRANGER, 0});
	pl_statement_close(st);
	story_head(&s, "lantern", 1, (const size_t[]){R1});
	finish(&s, out);
}

static void nothing_released(struct pl_buf *out)
{
	struct story s;

	story_init(&s);
	story_tell_keys(&s);
	story_head(&s, "lantern", 0, NULL);
	finish(&s, out);
}

static void by_a_stranger(struct pl_buf *out)
{
	struct story s;
	struct pl_digest root;
	struct pl_json *p = pl_json_new_object();
	char text[PL_DIGEST_TEXT + 1];

	begin(&s);
	pl_release_root_of(&s.pae[R1], 1, &root);
	pl_digest_text(&root, text);
	pl_json_set_z(p, "product", "lantern");
	pl_json_set_u64(p, "count", 1);
	pl_json_set_z(p, "root", text);
	story_say(&s, PL_TYPE_PRODUCT_HEAD, "lantern", &root, p, (const int[]){STORY_STRANGER, 0});
	finish(&s, out);
}

const struct releases_case releases_cases[] = {
	{"complete", "complete", "these are all its releases, 3 of 3, as of entry 10, 2023-11-14T", complete},
	{"older-heads", "complete", "3 of 3, as of entry 10", with_older_heads},
	{"set", "complete", "3 of 3, as of entry 10", a_set},
	{"later", "complete", "3 of 3, as of entry 10, 2023-11-14T19:36:40Z; 1 release after this head", one_later},
	{"older-head", "complete", "2 of 2, as of entry 8, 2023-11-14T19:34:40Z; 1 release after this head", an_older_head},
	{"nothing-released", "complete", "0 of 0", nothing_released},
	{"one-statement-twice", "complete", "1 of 1", one_statement_twice},
	{"number-zero", "complete", "1 of 1", number_zero},
	{"without-2", "incomplete", "2 of 3 releases: number 2 is missing", without_the_second},
	{"without-3", "incomplete", "2 of 3 releases: number 3 is missing", without_the_last},
	{"without-any", "incomplete", "0 of 3 releases: numbers 1 to 3 are missing", without_any},
	{"another-product", "incomplete", "2 of 3 releases: number 3 is missing", another_product},
	{"not-approved", "incomplete", "0 of 3", not_approved},
	{"no-inception", "incomplete", "0 of 3", no_inception},
	{"no-head", "no-head", "no list of its releases", no_head},
	{"malformed", "no-head", "no list of its releases", malformed},
	{"by-a-stranger", "no-head", "no list of its releases", by_a_stranger},
	{"key-ended", "no-head", "no list of its releases", key_ended},
	{"twice", "twice", "two statements have release number 2: entries 6 and 7", number_twice},
	{"twice-later", "twice", "two statements have release number 1: entries 5 and 7", number_twice_later},
	{"left-out", "left-out", "release number 2 (entry 6) stands before the head (entry 8), which counts 1", left_out},
	{"root-differs", "root-differs", "2 of 2 numbers, but the head (entry 7) is over other statements", other_root},
	{"heads-differ", "heads-differ", "an older head", heads_differ},
	{"older-counts-more", "heads-differ", "an older head", older_counts_more},
	{"two-checkpoints", "refused", "its checkpoint is not that of the bundles before it", two_checkpoints},
};
const size_t releases_cases_n = sizeof releases_cases / sizeof releases_cases[0];
