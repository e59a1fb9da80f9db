/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/policy, reading: C2SP tlog-policy line by line, and the `#pellucid` lines of a trust file.
 *
 * To a stock parser `#pellucid ...` is a comment. To us a comment that starts with that word is a line like any other:
 * misspelt, it refuses the file.
 */
#include "log/policy_impl.h"

struct parser {
	struct pl_policy *p;
	struct pl_diag *diag;
	unsigned line;
	pl_str rest; /* of the line being read */
	bool member_used[PL_POLICY_NAMES_MAX];
};

#define FAIL(ps, ...) (pl_diag_at((ps)->diag, (ps)->line, 0), pl_diag_set((ps)->diag, PL_E_SYNTAX, __VA_ARGS__))

static bool take_word(pl_str *s, pl_str *ret)
{
	size_t n = 0;

	*s = pl_str_trim(*s);
	while (n < s->len && s->ptr[n] != ' ' && s->ptr[n] != '\t')
		n++;
	if (n == 0)
		return false;
	*ret = pl_str_of(s->ptr, n);
	*s = pl_str_sub(*s, n, s->len);
	return true;
}

static pl_status end_of_line(struct parser *ps)
{
	pl_str extra;

	if (!take_word(&ps->rest, &extra))
		return PL_OK;
	return FAIL(ps, "line %u: expected the end of the line, found \"%.*s\"", ps->line, PL_STR_ARG(extra));
}

static bool same_key(const struct pl_vkey *a, const struct pl_vkey *b)
{
	if (a->usable && b->usable)
		return pl_pubkey_eq(&a->key, &b->key);
	return !a->usable && !b->usable && a->type == b->type && pl_str_eq(a->data, b->data);
}

/* One key under two names would count twice; two keys under one (name, id) could not be told apart on a note. */
static pl_status check_new_key(struct parser *ps, const struct pl_vkey *key, bool witness)
{
	const struct pl_policy *p = ps->p;

	for (size_t i = 0; i < p->n_logs + p->n_witnesses; i++) {
		bool other_witness = i >= p->n_logs;
		const struct pl_vkey *k = other_witness ? &p->witness[i - p->n_logs].key : &p->log[i].key;

		if (k->id == key->id && pl_str_eq(k->name, key->name))
			return FAIL(ps, "line %u: the key \"%.*s\" stands in the file twice", ps->line, PL_STR_ARG(key->name));
		if (other_witness == witness && same_key(k, key))
			return FAIL(ps, "line %u: \"%.*s\" has the same public key as \"%.*s\"", ps->line,
				PL_STR_ARG(key->name), PL_STR_ARG(k->name));
	}
	return PL_OK;
}

static pl_status take_vkey(struct parser *ps, bool witness, struct pl_vkey *ret)
{
	struct pl_vkey key;
	pl_str word;
	bool fits;

	if (!take_word(&ps->rest, &word))
		return FAIL(ps, "line %u: expected a key, <name>+<id>+<base64>", ps->line);
	if (pl_vkey_parse(word, &key, ps->diag) != PL_OK) {
		pl_diag_at(ps->diag, ps->line, 0);
		pl_diag_context(ps->diag, "line %u", ps->line);
		return PL_E_SYNTAX;
	}
	if (witness)
		fits = key.type == PL_NOTE_COSIGNATURE || key.type == PL_NOTE_MLDSA44;
	else
		fits = key.type == PL_NOTE_ED25519 || key.type == PL_NOTE_ECDSA || key.type == PL_NOTE_MLDSA44;
	if (!fits)
		return FAIL(ps, "line %u: a key of type %02x cannot be %s key", ps->line, key.type,
			witness ? "a witness's" : "a log's");
	*ret = key;
	return check_new_key(ps, &key, witness);
}

static pl_status take_url(struct parser *ps, pl_str *ret)
{
	if (!take_word(&ps->rest, ret))
		*ret = PL_STR("");
	return end_of_line(ps);
}

static pl_status read_log(struct parser *ps)
{
	struct pl_policy_log log;
	pl_status st;

	if (ps->p->n_logs == PL_POLICY_LOGS_MAX)
		return FAIL(ps, "line %u: more than %u logs", ps->line, PL_POLICY_LOGS_MAX);
	st = take_vkey(ps, false, &log.key);
	if (st == PL_OK)
		st = take_url(ps, &log.url);
	if (st == PL_OK)
		ps->p->log[ps->p->n_logs++] = log;
	return st;
}

/* Find a witness or group by its name. */
static bool find_name(const struct pl_policy *p, pl_str name, pl_policy_member *ret)
{
	for (size_t i = 0; i < p->n_witnesses; i++)
		if (pl_str_eq(p->witness[i].name, name)) {
			*ret = (pl_policy_member)i;
			return true;
		}
	for (size_t i = 0; i < p->n_groups; i++)
		if (pl_str_eq(p->group[i].name, name)) {
			*ret = (pl_policy_member)(PL_POLICY_WITNESSES_MAX + i);
			return true;
		}
	return false;
}

static pl_status take_new_name(struct parser *ps, pl_str *ret)
{
	pl_policy_member used;

	if (!take_word(&ps->rest, ret))
		return FAIL(ps, "line %u: expected a name", ps->line);
	if (pl_str_eq(*ret, PL_STR("none")))
		return FAIL(ps, "line %u: the name \"none\" is reserved", ps->line);
	if (find_name(ps->p, *ret, &used))
		return FAIL(ps, "line %u: the name \"%.*s\" is taken", ps->line, PL_STR_ARG(*ret));
	return PL_OK;
}

static pl_status read_witness(struct parser *ps)
{
	struct pl_policy_witness w;
	pl_status st;

	if (ps->p->n_witnesses == PL_POLICY_WITNESSES_MAX)
		return FAIL(ps, "line %u: more than %u witnesses", ps->line, PL_POLICY_WITNESSES_MAX);
	st = take_new_name(ps, &w.name);
	if (st == PL_OK)
		st = take_vkey(ps, true, &w.key);
	if (st == PL_OK)
		st = take_url(ps, &w.url);
	if (st == PL_OK)
		ps->p->witness[ps->p->n_witnesses++] = w;
	return st;
}

static pl_status read_members(struct parser *ps, struct pl_policy_group *g)
{
	pl_policy_member m;
	pl_str name;

	while (take_word(&ps->rest, &name)) {
		if (!find_name(ps->p, name, &m))
			return FAIL(ps, "line %u: no witness or group \"%.*s\" above this line", ps->line, PL_STR_ARG(name));
		if (ps->member_used[m])
			return FAIL(ps, "line %u: \"%.*s\" is a member of a group already", ps->line, PL_STR_ARG(name));
		ps->member_used[m] = true;
		g->member[g->n++] = m;
	}
	if (g->n == 0)
		return FAIL(ps, "line %u: a group needs at least one member", ps->line);
	return PL_OK;
}

static pl_status read_group(struct parser *ps)
{
	struct pl_policy_group *g = &ps->p->group[ps->p->n_groups];
	uint64_t k = 0;
	pl_str word;
	pl_status st;

	if (ps->p->n_groups == PL_POLICY_GROUPS_MAX)
		return FAIL(ps, "line %u: more than %u groups", ps->line, PL_POLICY_GROUPS_MAX);
	st = take_new_name(ps, &g->name);
	if (st != PL_OK)
		return st;
	if (!take_word(&ps->rest, &word))
		return FAIL(ps, "line %u: expected all, any or a number", ps->line);
	g->n = 0;
	st = read_members(ps, g);
	if (st != PL_OK)
		return st;
	if (pl_str_eq(word, PL_STR("all")))
		k = g->n;
	else if (pl_str_eq(word, PL_STR("any")))
		k = 1;
	else if (pl_str_to_u64(word, g->n, &k) != PL_OK || k == 0)
		return FAIL(ps, "line %u: expected all, any or a number from 1 to %u, found \"%.*s\"", ps->line, g->n,
			PL_STR_ARG(word));
	g->threshold = (unsigned)k;
	ps->p->n_groups++;
	return PL_OK;
}

static pl_status read_quorum(struct parser *ps)
{
	struct pl_policy *p = ps->p;

	if (p->has_quorum)
		return FAIL(ps, "line %u: a second quorum line", ps->line);
	if (!take_word(&ps->rest, &p->quorum_name))
		return FAIL(ps, "line %u: expected the name of a witness or group, or none", ps->line);
	p->quorum_none = pl_str_eq(p->quorum_name, PL_STR("none"));
	if (!p->quorum_none && !find_name(p, p->quorum_name, &p->quorum))
		return FAIL(ps, "line %u: no witness or group \"%.*s\" above this line", ps->line,
			PL_STR_ARG(p->quorum_name));
	p->has_quorum = true;
	return end_of_line(ps);
}

/* ---- the lines of a trust file ---- */

static pl_status read_trust_version(struct parser *ps)
{
	pl_str version;

	if (ps->p->trust_file)
		return FAIL(ps, "line %u: a second \"#pellucid trust\" line", ps->line);
	if (!take_word(&ps->rest, &version) || !pl_str_eq(version, PL_STR("v1")))
		return FAIL(ps, "line %u: expected \"#pellucid trust v1\"; a later version needs a later program", ps->line);
	ps->p->trust_file = true;
	return end_of_line(ps);
}

/* "#pellucid root <name> <key>" or "#pellucid rebuilder <name> <key>" into @list. */
static pl_status read_trust_key(struct parser *ps, struct pl_policy_key *list, size_t *n, size_t max)
{
	struct pl_policy_key k;
	pl_str text;

	if (*n == max)
		return FAIL(ps, "line %u: more than %zu keys of this kind", ps->line, max);
	if (!take_word(&ps->rest, &k.name) || !take_word(&ps->rest, &text))
		return FAIL(ps, "line %u: expected a name and a public key", ps->line);
	if (pl_pubkey_parse(text, &k.key, ps->diag) != PL_OK) {
		pl_diag_at(ps->diag, ps->line, 0);
		pl_diag_context(ps->diag, "line %u", ps->line);
		return PL_E_SYNTAX;
	}
	for (size_t i = 0; i < *n; i++)
		if (pl_str_eq(list[i].name, k.name) || pl_pubkey_eq(&list[i].key, &k.key))
			return FAIL(ps, "line %u: the name or key of \"%.*s\" stands in the file twice", ps->line,
				PL_STR_ARG(k.name));
	list[(*n)++] = k;
	return end_of_line(ps);
}

static pl_status read_threshold(struct parser *ps, bool *have, unsigned *ret)
{
	uint64_t k;
	pl_str word;

	if (*have)
		return FAIL(ps, "line %u: this threshold stands in the file twice", ps->line);
	if (!take_word(&ps->rest, &word) || pl_str_to_u64(word, PL_POLICY_REBUILDERS_MAX, &k) != PL_OK)
		return FAIL(ps, "line %u: expected a number", ps->line);
	*have = true;
	*ret = (unsigned)k;
	return end_of_line(ps);
}

static pl_status read_trust_line(struct parser *ps)
{
	struct pl_policy *p = ps->p;
	pl_str verb = PL_STR("");

	take_word(&ps->rest, &verb);
	if (pl_str_eq(verb, PL_STR("trust")))
		return read_trust_version(ps);
	if (!p->trust_file)
		return FAIL(ps, "line %u: \"#pellucid trust v1\" must come before other #pellucid lines", ps->line);
	if (pl_str_eq(verb, PL_STR("root")))
		return read_trust_key(ps, p->root, &p->n_roots, PL_COUNT(p->root));
	if (pl_str_eq(verb, PL_STR("roots")))
		return read_threshold(ps, &p->has_roots_line, &p->root_threshold);
	if (pl_str_eq(verb, PL_STR("rebuilder")))
		return read_trust_key(ps, p->rebuilder, &p->n_rebuilders, PL_COUNT(p->rebuilder));
	if (pl_str_eq(verb, PL_STR("rebuilders")))
		return read_threshold(ps, &p->has_rebuilders_line, &p->rebuild_threshold);
	return FAIL(ps, "line %u: expected #pellucid trust, root, roots, rebuilder or rebuilders, found \"%.*s\"", ps->line,
		PL_STR_ARG(verb));
}

/* ---- the file ---- */

static pl_status read_line(struct parser *ps, pl_str line)
{
	static const struct {
		pl_str word;
		pl_status (*read)(struct parser *ps);
	} verbs[] = {
		{PL_STR_INIT("log"), read_log}, {PL_STR_INIT("witness"), read_witness},
		{PL_STR_INIT("group"), read_group}, {PL_STR_INIT("quorum"), read_quorum},
		{PL_STR_INIT("#pellucid"), read_trust_line},
	};
	pl_str verb;

	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.ptr[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return FAIL(ps, "line %u: control character %02x", ps->line, c);
	}
	ps->rest = line;
	if (!take_word(&ps->rest, &verb))
		return PL_OK;
	for (size_t i = 0; i < PL_COUNT(verbs); i++)
		if (pl_str_eq(verb, verbs[i].word))
			return verbs[i].read(ps);
	if (verb.ptr[0] == '#' && !pl_str_starts(verb, PL_STR("#pellucid")))
		return PL_OK;
	return FAIL(ps, "line %u: expected log, witness, group, quorum or #, found \"%.*s\"", ps->line, PL_STR_ARG(verb));
}

static pl_status check_whole(struct parser *ps)
{
	const struct pl_policy *p = ps->p;

	if (!p->has_quorum)
		return FAIL(ps, "there is no quorum line; a policy without witnesses must say \"quorum none\"");
	if (!p->trust_file)
		return PL_OK;
	/* Mandatory, so that losing the lines above them cannot pass for "asks for nothing". */
	if (!p->has_roots_line || !p->has_rebuilders_line)
		return FAIL(ps, "a trust file needs one \"#pellucid roots <k>\" and one \"#pellucid rebuilders <k>\" line");
	if (p->root_threshold == 0 || p->root_threshold > p->n_roots)
		return FAIL(ps, "the root threshold is %u, but there are %zu root keys", p->root_threshold, p->n_roots);
	if (p->rebuild_threshold > p->n_rebuilders)
		return FAIL(ps, "%u rebuilders are asked for, but %zu are named", p->rebuild_threshold, p->n_rebuilders);
	return PL_OK;
}

static pl_status read_all(struct parser *ps)
{
	pl_str text = ps->p->text, line;

	while (text.len > 0) {
		pl_status st;

		ps->line++;
		if (!pl_str_take_line(&text, &line))
			return FAIL(ps, "line %u: the last line has no end; was the file cut off?", ps->line);
		st = read_line(ps, line);
		if (st != PL_OK)
			return st;
	}
	return check_whole(ps);
}

pl_status pl_policy_parse(pl_str text, struct pl_policy **ret, struct pl_diag *diag)
{
	struct pl_policy *p PL_CLEANUP(pl_policy_freep) = NULL;
	struct parser ps = {.diag = diag};
	pl_status st;

	if (text.len > PL_POLICY_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a policy has at most %u bytes", PL_POLICY_TEXT_MAX);
	p = PL_NEW(struct pl_policy);
	p->arena.max = PL_POLICY_TEXT_MAX + 4096;
	st = pl_arena_dup(&p->arena, text, &p->text);
	if (st != PL_OK)
		return st;
	ps.p = p;
	st = read_all(&ps);
	if (st != PL_OK)
		return st;
	*ret = p;
	p = NULL;
	return PL_OK;
}
