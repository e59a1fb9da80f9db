/* SPDX-License-Identifier: Apache-2.0 */
/* log/policy: asking a policy, and judging a checkpoint by it. Reading the file is in policy_parse.c. */
#include "log/policy_impl.h"

void pl_policy_free(struct pl_policy *p)
{
	if (!p)
		return;
	pl_arena_done(&p->arena);
	pl_free(p);
}

void pl_policy_freep(struct pl_policy **p)
{
	pl_policy_free(*p);
	*p = NULL;
}

size_t pl_policy_logs(const struct pl_policy *p, const struct pl_policy_log **ret)
{
	*ret = p->log;
	return p->n_logs;
}

size_t pl_policy_witnesses(const struct pl_policy *p, const struct pl_policy_witness **ret)
{
	*ret = p->witness;
	return p->n_witnesses;
}

size_t pl_policy_roots(const struct pl_policy *p, const struct pl_policy_key **ret)
{
	*ret = p->root;
	return p->n_roots;
}

size_t pl_policy_rebuilders(const struct pl_policy *p, const struct pl_policy_key **ret)
{
	*ret = p->rebuilder;
	return p->n_rebuilders;
}

const struct pl_policy_log *pl_policy_log_find(const struct pl_policy *p, pl_str origin)
{
	for (size_t i = 0; i < p->n_logs; i++)
		if (pl_str_eq(p->log[i].key.name, origin))
			return &p->log[i];
	return NULL;
}

pl_str pl_policy_text(const struct pl_policy *p)
{
	return p->text;
}

bool pl_policy_unwitnessed(const struct pl_policy *p)
{
	return p->quorum_none;
}

pl_str pl_policy_quorum_name(const struct pl_policy *p)
{
	return p->quorum_name;
}

bool pl_policy_is_trust_file(const struct pl_policy *p)
{
	return p->trust_file;
}

unsigned pl_policy_root_threshold(const struct pl_policy *p)
{
	return p->root_threshold;
}

unsigned pl_policy_rebuild_threshold(const struct pl_policy *p)
{
	return p->rebuild_threshold;
}

/* Evaluate all groups: a group holds if `needed(group)` of its members hold. */
static bool evaluate(const struct pl_policy *p, const bool *have, bool blocking)
{
	bool holds[PL_POLICY_NAMES_MAX] = {false};

	if (p->quorum_none)
		return false;
	memcpy(holds, have, p->n_witnesses * sizeof *have);
	for (size_t g = 0; g < p->n_groups; g++) {
		const struct pl_policy_group *grp = &p->group[g];
		unsigned n = 0, needed = blocking ? grp->n - grp->threshold + 1 : grp->threshold;

		for (unsigned m = 0; m < grp->n; m++)
			n += holds[grp->member[m]];
		holds[PL_POLICY_WITNESSES_MAX + g] = n >= needed;
	}
	return holds[p->quorum];
}

bool pl_policy_quorum_met(const struct pl_policy *p, const bool *have)
{
	return evaluate(p, have, false);
}

bool pl_policy_blocks(const struct pl_policy *p, const bool *have)
{
	return evaluate(p, have, true);
}

/* The @k smallest of @n numbers, summed. Sorts @v. */
static size_t sum_smallest(size_t *v, unsigned n, unsigned k)
{
	size_t sum = 0;

	for (unsigned i = 0; i < k; i++) {
		for (unsigned j = i + 1; j < n; j++)
			if (v[j] < v[i]) {
				size_t t = v[i];

				v[i] = v[j];
				v[j] = t;
			}
		sum += v[i];
	}
	return sum;
}

size_t pl_policy_blocking(const struct pl_policy *p)
{
	size_t cost[PL_POLICY_NAMES_MAX];

	if (p->quorum_none)
		return 0;
	for (size_t i = 0; i < PL_POLICY_WITNESSES_MAX; i++)
		cost[i] = 1;
	for (size_t g = 0; g < p->n_groups; g++) {
		const struct pl_policy_group *grp = &p->group[g];
		size_t member[PL_POLICY_NAMES_MAX];

		for (unsigned m = 0; m < grp->n; m++)
			member[m] = cost[grp->member[m]];
		/* Each witness stands in one place only, so the costs add up. */
		cost[PL_POLICY_WITNESSES_MAX + g] = sum_smallest(member, grp->n, grp->n - grp->threshold + 1);
	}
	return cost[p->quorum];
}

/* Count the witnesses that the keys behind the logs' keys in @seen stand for. */
static void count_witnesses(const struct pl_policy *p, const struct pl_note_seen *seen, struct pl_policy_verdict *v)
{
	bool have[PL_POLICY_WITNESSES_MAX] = {false};

	for (size_t i = 0; i < p->n_witnesses; i++) {
		/* Time 0 is what a cosignature of a subtree has: it says nothing about when, and does not count here. */
		if (!seen[i].ok || seen[i].time == 0)
			continue;
		have[i] = v->witness[i].counts = true;
		v->witness[i].time = seen[i].time;
		v->n_counted++;
		if (v->earliest == 0 || seen[i].time < v->earliest)
			v->earliest = seen[i].time;
		if (seen[i].time > v->latest)
			v->latest = seen[i].time;
	}
	v->unwitnessed = p->quorum_none;
	v->quorum_met = pl_policy_quorum_met(p, have);
}

pl_status pl_policy_check(const struct pl_policy *p, pl_str text, struct pl_checkpoint *ret_cp,
	struct pl_policy_verdict *ret, struct pl_diag *diag)
{
	struct pl_vkey keys[PL_POLICY_LOGS_MAX + PL_POLICY_WITNESSES_MAX];
	struct pl_note_seen seen[PL_POLICY_LOGS_MAX + PL_POLICY_WITNESSES_MAX] = {{.ok = false}};
	struct pl_policy_verdict v = {0};
	struct pl_checkpoint cp;
	struct pl_note note;
	size_t n = 0;
	pl_status st = pl_note_parse(text, &note, diag);

	if (st == PL_OK)
		st = pl_checkpoint_parse(note.text, &cp, diag);
	if (st != PL_OK)
		return st;
	for (size_t i = 0; i < p->n_logs; i++)
		keys[n++] = p->log[i].key;
	for (size_t i = 0; i < p->n_witnesses; i++)
		keys[n++] = p->witness[i].key;
	st = n > 0 ? pl_note_verify(&note, keys, n, seen, diag) : PL_E_SIGNATURE;
	if (st != PL_OK)
		return st;
	for (size_t i = 0; i < p->n_logs && !v.log; i++)
		if (seen[i].ok && pl_str_eq(p->log[i].key.name, cp.origin))
			v.log = &p->log[i];
	if (!v.log)
		return pl_diag_set(diag, PL_E_SIGNATURE, "no log of the policy signed this checkpoint of \"%.*s\"",
			PL_STR_ARG(cp.origin));
	count_witnesses(p, seen + p->n_logs, &v);
	*ret_cp = cp;
	*ret = v;
	return PL_OK;
}

pl_status pl_policy_accept(const struct pl_policy *p, pl_str text, struct pl_checkpoint *ret_cp,
	struct pl_policy_verdict *ret, struct pl_diag *diag)
{
	struct pl_policy_verdict v = {.log = NULL};
	struct pl_checkpoint cp = {.size = 0};
	pl_status st = pl_policy_check(p, text, &cp, &v, diag);

	if (st != PL_OK)
		return st;
	if (!v.quorum_met && !v.unwitnessed)
		return pl_diag_set(diag, PL_E_QUORUM, "%zu of the %zu witnesses cosigned, too few for the quorum \"%.*s\"",
			v.n_counted, p->n_witnesses, PL_STR_ARG(p->quorum_name));
	*ret_cp = cp;
	*ret = v;
	return PL_OK;
}
