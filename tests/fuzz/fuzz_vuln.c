/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a desk of flaws: events and parties of a case, a matrix of rewards, a policy, an award. What is read of the first two and of
 * the last is written again byte for byte; what is read of the others is plain text that a page may show. */
#include "fuzz.h"
#include "register/vuln/award.h"

static void plain(pl_str s)
{
	FUZZ_HOLDS(pl_str_is_utf8(s));
	for (size_t i = 0; i < s.len; i++)
		FUZZ_HOLDS((unsigned char)s.ptr[i] >= 0x20 && s.ptr[i] != 0x7f);
}

static void same(struct pl_buf *out, pl_str text)
{
	FUZZ_HOLDS(!pl_buf_status(out) && pl_str_eq(pl_buf_str(out), text));
	pl_buf_done(out);
}

static void history(pl_str text, struct pl_arena *arena)
{
	struct pl_vuln_history *h = PL_NEW(struct pl_vuln_history);
	struct pl_clock_event *events = pl_alloc(PL_VULN_EVENTS_MAX + 1, sizeof *events);
	struct pl_buf out = PL_BUF(2 * PL_VULN_TEXT_MAX);

	if (!pl_vuln_history_parse(text, arena, h, NULL)) {
		pl_vuln_history_write(&out, h);
		same(&out, text);
		FUZZ_HOLDS(pl_vuln_clock_events(h, PL_VULN_INBOUND, 0, events) <= PL_VULN_EVENTS_MAX + 1);
	}
	pl_free(events);
	pl_free(h);
}

static void parties(pl_str text, struct pl_arena *arena)
{
	struct pl_vuln_parties *p = PL_NEW(struct pl_vuln_parties);
	struct pl_buf out = PL_BUF(2 * PL_VULN_TEXT_MAX);

	if (!pl_vuln_parties_parse(text, arena, p, NULL)) {
		pl_vuln_parties_write(&out, p);
		same(&out, text);
		for (size_t i = 0; i < p->n; i++)
			FUZZ_HOLDS(pl_vuln_parties_find(p, p->p[i].id) == &p->p[i]);
	}
	pl_free(p);
}

static void matrix(pl_str text, struct pl_arena *arena)
{
	struct pl_reward_matrix *m = PL_NEW(struct pl_reward_matrix);

	if (!pl_reward_matrix_parse(text, arena, m, NULL))
		for (size_t i = 0; i < m->n; i++)
			FUZZ_HOLDS(m->rows[i].low <= m->rows[i].high && m->rows[i].high <= pl_reward_matrix_top(m) &&
				pl_reward_matrix_find(m, m->rows[i].product, m->rows[i].impact, m->rows[i].position) == &m->rows[i]);
	pl_free(m);
}

static void policy(pl_str text, struct pl_arena *arena)
{
	struct pl_disclosure_policy p;

	if (pl_disclosure_policy_parse(text, arena, &p, NULL))
		return;
	plain(p.title);
	plain(p.about);
	for (size_t i = 0; i < p.n_principles; i++) {
		plain(p.principles[i].name);
		plain(p.principles[i].text);
	}
}

static void award(pl_str text, struct pl_arena *arena)
{
	struct pl_buf out = PL_BUF(2 * PL_AWARD_TEXT_MAX);
	struct pl_award a;

	if (pl_award_parse(text, arena, &a, NULL))
		return;
	pl_award_write(&out, &a);
	same(&out, text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)4 << 20);
	pl_str text = pl_str_of((const char *)data, size);

	history(text, &arena);
	parties(text, &arena);
	matrix(text, &arena);
	policy(text, &arena);
	award(text, &arena);
	return 0;
}
