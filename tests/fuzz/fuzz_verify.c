/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A proof bundle judged by a fixed trust file. Behind a first byte 'b' the input is the bundle. Otherwise it is what
 * somebody made the log say: two bytes choose witnesses and which entries of the told story are there, then each line is
 * a letter for who signs it and the payload of one more statement. Signatures and proofs are made here, so that the search
 * is among statements and not among signatures.
 */
#include "base/mem.h"
#include "fuzz.h"
#include "../unit/verify/story.h"
#include "verify/releases.h"

#define MORE_MAX 4u

static struct story story;
static struct pl_policy *policy[2]; /* two of three witnesses; and none, but one rebuilder */
static struct pl_digest file;

static const int signers[][5] = {
	{STORY_SERVICE}, {STORY_REBUILDER}, {STORY_STRANGER}, {STORY_SERVICE, STORY_OFFICER_1},
	{STORY_SERVICE, STORY_OFFICER_1, STORY_OFFICER_2}, {STORY_OFFICER_1, STORY_OFFICER_2}, {STORY_ROOT_A},
	{STORY_ROOT_A, STORY_ROOT_B}, {STORY_ROOT_B, STORY_ROOT_C, STORY_SERVICE},
};

static void set_up(void)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);

	if (policy[0])
		return;
	pl_sha256(pl_str_bytes(PL_STR("lantern 1.2.0")), &file);
	story_init(&story);
	story_tell(&story, "lantern", &file, "identical");
	story_trust(&text, "2", 0);
	FUZZ_HOLDS(pl_policy_parse(pl_buf_str(&text), &policy[0], NULL) == PL_OK);
	pl_buf_clear(&text);
	story_trust(&text, "none", 1);
	FUZZ_HOLDS(pl_policy_parse(pl_buf_str(&text), &policy[1], NULL) == PL_OK);
}

/* ---- what a report must be ---- */

static void check_entries(const struct pl_verify *v)
{
	for (size_t i = 0; i < v->bundle.n; i++) {
		const struct pl_verify_entry *e = &v->entry[i];

		FUZZ_HOLDS(i == 0 || e->index > v->entry[i - 1].index);
		FUZZ_HOLDS(e->index < v->checkpoint.size);
		FUZZ_HOLDS(e->counts == (e->why_not[0] == '\0'));
		FUZZ_HOLDS(!e->counts || (e->statement && e->kind));
		/* Nothing counts for an officer's approval that is not there. */
		if (e->counts && e->kind->row.approval == PL_APPROVAL_OFFICERS)
			FUZZ_HOLDS(e->judged.approvals >= 1 && e->judged.approvals >= pl_keys_officers_needed(v->keys));
		if (e->counts && e->kind->row.approval == PL_APPROVAL_ROOTS)
			FUZZ_HOLDS(e->judged.roots >= pl_policy_root_threshold(v->policy));
	}
}

static void check_outcome(const struct pl_verify *v)
{
	FUZZ_HOLDS(v->verdict.quorum_met || pl_policy_unwitnessed(v->policy));
	if (v->status) {
		FUZZ_HOLDS(v->words[0]);
		return;
	}
	FUZZ_HOLDS(v->first && v->first->counts && v->first->about_file);
	FUZZ_HOLDS(v->rebuilders >= pl_policy_rebuild_threshold(v->policy));
	FUZZ_HOLDS(!v->release || (v->release->counts && v->release->about_file));
}

/* Whatever the bundle says: nothing that a terminal would obey, and JSON that reads back. */
static void check_terminal(const struct pl_buf *text)
{
	FUZZ_HOLDS(pl_buf_status(text) == PL_OK && pl_str_is_utf8(pl_buf_str(text)));
	for (size_t i = 0; i < text->len; i++) {
		FUZZ_HOLDS(text->ptr[i] >= 0x20 || text->ptr[i] == '\n');
		FUZZ_HOLDS(text->ptr[i] != 0x7f && (text->ptr[i] != 0xc2 || text->ptr[i + 1] >= 0xa0));
	}
}

static void check_json(pl_status st, pl_str line)
{
	struct pl_json *json = NULL;

	FUZZ_HOLDS(st == PL_OK && pl_str_find(line, '\n') == line.len - 1);
	FUZZ_HOLDS(pl_json_parse(line, line.len, PL_JSON_DEPTH, &json, NULL) == PL_OK);
	pl_json_free(json);
}

static const struct pl_verify_style plain = {"", "", "", "", "", ""};

static void check_words(const struct pl_verify *v, struct pl_buf *ret)
{
	size_t start;
	pl_status st;

	pl_verify_write_text(v, &plain, ret);
	check_terminal(ret);
	start = ret->len;
	st = pl_verify_write_json(v, NULL, ret);
	check_json(st, pl_str_sub(pl_buf_str(ret), start, ret->len));
}

static void check_refusal(pl_status why, const struct pl_diag *words)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536), json PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_status st;

	FUZZ_HOLDS(words->text[0]);
	pl_verify_write_refusal(PL_STR("lantern"), why, words, &plain, &text);
	check_terminal(&text);
	st = pl_verify_write_refusal_json(PL_STR("lantern"), &file, why, words, &json);
	check_json(st, pl_buf_str(&json));
}

/* Whatever is found: it follows from statements that count, and is said in words and in JSON. */
static void check_found(const struct pl_verify_releases *r)
{
	size_t all = r->n + r->n_later;

	FUZZ_HOLDS(r->words[0] && (r->status == PL_OK) == (r->finding == PL_FOUND_COMPLETE));
	FUZZ_HOLDS((r->finding == PL_FOUND_NO_HEAD) == !r->head);
	for (size_t i = 0; i < all; i++) {
		const struct pl_verify_entry *e = r->list[i].entry;

		FUZZ_HOLDS(e->counts && r->list[i].number > 0 && pl_str_eq(pl_verify_text_of(e, "product"), r->product));
		FUZZ_HOLDS(!r->head || (e->index > r->head->entry->index) == (i >= r->n));
	}
	for (size_t i = 0; i < r->n_heads; i++)
		FUZZ_HOLDS(r->heads[i].entry->counts && r->heads[i].entry->index <= r->head->entry->index);
	if (r->finding != PL_FOUND_COMPLETE)
		return;
	FUZZ_HOLDS(r->n == r->head->count && r->missing == 0 && pl_digest_eq(&r->root, &r->head->root));
	for (size_t i = 0; i < r->n; i++)
		FUZZ_HOLDS(r->list[i].number == i + 1);
}

static void say_found(const struct pl_verify_releases *r, struct pl_buf *ret)
{
	struct pl_verify_asked one = {.name = PL_STR("lantern"), .digest = file, .belongs = pl_verify_releases_of(r, &file)};
	size_t start;
	pl_status st;

	pl_verify_releases_text(r, &one, 1, &plain, ret);
	check_terminal(ret);
	start = ret->len;
	st = pl_verify_releases_json(r, &one, 1, ret);
	check_json(st, pl_str_sub(pl_buf_str(ret), start, ret->len));
}

static void recount(const struct pl_policy *p, pl_str text)
{
	struct pl_buf said PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 26);
	struct pl_verify_releases *r = NULL;
	struct pl_diag why = {0};

	if (pl_verify_releases(p, PL_STR("lantern"), text, &r, &why) != PL_OK) {
		FUZZ_HOLDS(!r && why.text[0]); /* memory suffices for what libFuzzer gives */
		return;
	}
	check_found(r);
	say_found(r, &said);
	pl_verify_releases_free(r);
}

static void judge(const struct pl_policy *p, pl_str wanted, pl_str text)
{
	struct pl_buf once PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 26), again PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1 << 26);
	struct pl_verify *v = NULL;
	struct pl_diag why = {0};
	pl_status st;

	recount(p, text);
	st = pl_verify_bundle(p, &file, PL_STR("lantern"), wanted, text, &v, &why);

	if (st) {
		FUZZ_HOLDS(!v);
		check_refusal(st, &why);
		return;
	}
	check_entries(v);
	check_outcome(v);
	check_words(v, &once);
	pl_verify_free(v);
	v = NULL;
	FUZZ_HOLDS(pl_verify_bundle(p, &file, PL_STR("lantern"), wanted, text, &v, NULL) == PL_OK);
	check_words(v, &again);
	FUZZ_HOLDS(pl_str_eq(pl_buf_str(&once), pl_buf_str(&again)));
	pl_verify_free(v);
}

/* ---- a log made to order ---- */

static void say_lines(struct story *s, pl_str rest)
{
	for (unsigned i = 0; i < MORE_MAX && rest.len > 1; i++) {
		size_t n = pl_str_find(rest, '\n');
		pl_str line = pl_str_sub(rest, 0, n);

		rest = pl_str_sub(rest, n + 1, rest.len);
		if (line.len > 1)
			story_say_payload(s, pl_str_sub(line, 1, line.len), signers[(unsigned char)line.ptr[0] % PL_COUNT(signers)]);
	}
}

static void made_to_order(const uint8_t *data, size_t size)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct story s = story; /* the told entries are shared, further ones are this input's */
	size_t which[STORY_ENTRIES], n = 0;
	unsigned left_out = data[0] >> 4 | (data[1] & 0xffu) << 4;

	s.arena = (struct pl_arena)PL_ARENA((size_t)1 << 24);
	say_lines(&s, pl_bytes_str(pl_bytes_of(data + 2, size - 2)));
	for (size_t i = 0; i < s.n; i++)
		if (i >= STORY_TOLD || !(left_out >> i & 1))
			which[n++] = i;
	if (n) {
		story_bundle(&s, which, n, data[0] & 3, &text);
		judge(policy[data[0] >> 2 & 1], data[0] & 8 ? PL_STR("release") : PL_STR(""), pl_buf_str(&text));
	}
	for (size_t i = story.n; i < s.n; i++)
		pl_buf_done(&s.entry[i]);
	pl_arena_done(&s.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	set_up();
	if (size > 0 && data[0] == 'b')
		judge(policy[0], PL_STR(""), pl_bytes_str(pl_bytes_of(data + 1, size - 1)));
	else if (size >= 2)
		made_to_order(data, size);
	return 0;
}
