/* SPDX-License-Identifier: Apache-2.0 */
#include "register/vuln/state.h"

static pl_status find_word(pl_str word, const char *const *words, unsigned *ret)
{
	for (unsigned i = 0; words[i]; i++)
		if (pl_str_eq(word, pl_str_from(words[i]))) {
			*ret = i;
			return PL_OK;
		}
	return PL_E_NOTFOUND;
}

pl_status pl_vuln_state_parse(pl_str word, enum pl_vuln_state *ret)
{
	for (unsigned i = 0; i < PL_VULN_STATES; i++)
		if (pl_str_eq(word, pl_str_from(pl_vuln_states[i].word))) {
			*ret = (enum pl_vuln_state)i;
			return PL_OK;
		}
	return PL_E_NOTFOUND;
}

pl_status pl_vuln_reason_parse(pl_str word, enum pl_vuln_reason *ret)
{
	unsigned at;
	pl_status st = find_word(word, pl_vuln_reasons, &at);

	if (!st)
		*ret = (enum pl_vuln_reason)at;
	return st;
}

pl_status pl_vuln_direction_parse(pl_str word, enum pl_vuln_direction *ret)
{
	unsigned at;
	pl_status st = find_word(word, pl_vuln_directions, &at);

	if (!st)
		*ret = (enum pl_vuln_direction)at;
	return st;
}

/* ---- steps ---- */

static bool goes(const struct pl_vuln_step *s, enum pl_vuln_direction direction)
{
	return !s->directions || (s->directions & 1u << (unsigned)direction);
}

static void put_followers(struct pl_buf *out, enum pl_vuln_direction direction, enum pl_vuln_state from)
{
	size_t n;
	const struct pl_vuln_step *steps = pl_vuln_steps(&n);

	for (size_t i = 0; i < n; i++)
		if (steps[i].from == from && goes(&steps[i], direction))
			pl_buf_printf(out, "%s%s", out->len ? ", " : "", pl_vuln_states[steps[i].to].word);
}

static void put_reasons(struct pl_buf *out, unsigned reasons)
{
	for (unsigned i = 0; i < PL_VULN_REASONS; i++)
		if (reasons & 1u << i)
			pl_buf_printf(out, "%s%s", out->len ? ", " : "", pl_vuln_reasons[i]);
}

pl_status pl_vuln_step_check(enum pl_vuln_direction direction, enum pl_vuln_state from, enum pl_vuln_state to,
	enum pl_vuln_reason reason, struct pl_diag *diag)
{
	struct pl_buf list PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	size_t n;
	const struct pl_vuln_step *steps = pl_vuln_steps(&n);

	for (size_t i = 0; i < n; i++) {
		if (steps[i].from != from || steps[i].to != to || !goes(&steps[i], direction))
			continue;
		if (steps[i].reasons & 1u << (unsigned)reason)
			return PL_OK;
		put_reasons(&list, steps[i].reasons);
		return pl_diag_set(diag, PL_E_RANGE, "from %s to %s the reason is one of: %s", pl_vuln_states[from].word,
			pl_vuln_states[to].word, pl_buf_z(&list));
	}
	put_followers(&list, direction, from);
	return pl_diag_set(diag, PL_E_STATE, "a case that is %s does not become %s; what follows is one of: %s",
		pl_vuln_states[from].word, pl_vuln_states[to].word, pl_buf_z(&list));
}
