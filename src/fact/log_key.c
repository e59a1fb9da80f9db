/* SPDX-License-Identifier: Apache-2.0 */
/* Looking: how far a change of the log's key is, and which keys sign now. Changing is in log_key_change.c. */
#include "fact/log_key.h"
#include "base/file.h"
#include "base/time.h"
#include "crypto/keyfile.h"
#include "fact/log_key_internal.h"
#include <fcntl.h>
#include <stdio.h>

#define ENTRY_ARENA ((size_t)256 * 1024)

pl_status pl_log_key_dir(const struct pl_instance *inst, int *ret, struct pl_diag *diag)
{
	pl_status st = pl_file_open_dir(AT_FDCWD, inst->conf.keys_dir.ptr, ret);

	return st ? pl_diag_set(diag, st, "cannot open %s", inst->conf.keys_dir.ptr) : PL_OK;
}

pl_status pl_log_key_public(int dir, const char *name, struct pl_pubkey *ret)
{
	char path[64];

	(void)snprintf(path, sizeof path, "%s.key", name);
	return pl_keyfile_read_public(dir, path, ret, NULL);
}

void pl_log_key_aside(const struct pl_vkey *old, char ret[static 40])
{
	(void)snprintf(ret, 40, "log-old-%08x.key", old->id);
}

/* ---- the statement ---- */

static pl_status member(const struct pl_statement *s, const char *name, struct pl_arena *arena, pl_str *ret)
{
	pl_str text = {0};
	pl_status st = pl_json_opt_str(s->predicate, name, &text, NULL);

	return st ? st : pl_arena_dup(arena, text, ret);
}

static bool is_alone(pl_str reason)
{
	return pl_str_eq(reason, PL_STR("lost")) || pl_str_eq(reason, PL_STR("compromised"));
}

/* Everything else about it the vocabulary has checked. */
static pl_status take_entry(const struct pl_statement *s, struct pl_log_key_state *ret, pl_str *ret_old,
	pl_str *ret_new, struct pl_arena *arena)
{
	pl_str until = {0}, reason = {0};
	pl_status st = member(s, "old", arena, ret_old);

	if (!st)
		st = member(s, "new", arena, ret_new);
	if (!st)
		st = member(s, "overlapUntil", arena, &until);
	if (!st)
		st = member(s, "reason", arena, &reason);
	if (!st)
		st = pl_time_parse(until, &ret->until);
	if (!st)
		st = pl_str_z(reason, ret->reason, sizeof ret->reason);
	ret->alone = is_alone(reason);
	return st;
}

/* What the statement @text says, into @ret. PL_E_SYNTAX, PL_E_RANGE when it is none for the log @origin. */
static pl_status read_entry(pl_bytes text, pl_str origin, struct pl_log_key_state *ret, pl_str *ret_old, pl_str *ret_new,
	struct pl_arena *arena, struct pl_diag *diag)
{
	struct pl_statement *s PL_CLEANUP(pl_statement_closep) = NULL;
	struct pl_vocabulary own;
	pl_status st = pl_statement_open(text, &s, diag);

	if (st)
		return st;
	pl_vocabulary_init(&own, NULL, 0);
	if (!pl_str_eq(s->type, PL_STR(PL_TYPE_LOG_ROTATION)) || !pl_str_eq(s->subjects[0].name, origin))
		return pl_diag_set(diag, PL_E_RANGE, "it does not change the key of %.*s", PL_STR_ARG(origin));
	st = pl_predicate_check(pl_vocabulary_find(&own, s->type), s, diag);
	return st ? st : take_entry(s, ret, ret_old, ret_new, arena);
}

/* ---- how far it is ---- */

/* The keys that the trust file names for the log; their text is the trust file's. */
static size_t named_keys(const struct pl_instance *inst, struct pl_vkey ret[static PL_LOG_KEYS_MAX])
{
	const struct pl_policy_log *logs;
	size_t n_logs = pl_policy_logs(inst->trust.policy, &logs), n = 0;

	for (size_t i = 0; i < n_logs && n < PL_LOG_KEYS_MAX; i++)
		if (pl_str_eq(logs[i].key.name, inst->conf.origin) && logs[i].key.usable)
			ret[n++] = logs[i].key;
	return n;
}

static size_t find_key(const struct pl_vkey *list, size_t n, const struct pl_pubkey *key)
{
	size_t i = 0;

	while (i < n && !pl_pubkey_eq(&list[i].key, key))
		i++;
	return i;
}

static pl_status own_vkey(const struct pl_instance *inst, const struct pl_pubkey *key, struct pl_vkey *ret)
{
	return pl_vkey_make(inst->conf.origin, key->alg == PL_KEY_ED25519 ? PL_NOTE_ED25519 : PL_NOTE_ECDSA, key, ret);
}

/* Read log-next.entry, if it is there, and make the two keys that it names this log's own. */
static pl_status read_stated(struct pl_instance *inst, int dir, struct pl_log_key_state *ret,
	struct pl_vkey pair[static 2], struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ENTRY_ARENA);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	pl_str name[2] = {{0}};
	pl_status st = pl_file_read(dir, PL_LOG_KEY_ENTRY, &text);

	if (st == PL_E_NOTFOUND)
		return PL_OK;
	if (!st)
		st = read_entry(pl_buf_bytes(&text), inst->conf.origin, ret, &name[0], &name[1], &arena, diag);
	for (size_t i = 0; !st && i < 2; i++) {
		struct pl_vkey v;

		st = pl_vkey_parse(name[i], &v, diag);
		if (!st)
			st = own_vkey(inst, &v.key, &pair[i]);
	}
	if (st)
		return pl_diag_set(diag, st, "%s/" PL_LOG_KEY_ENTRY " cannot be read", inst->conf.keys_dir.ptr);
	pl_sha256(pl_buf_bytes(&text), &ret->entry);
	ret->stated = true;
	return PL_OK;
}

static pl_status contradiction(const struct pl_instance *inst, struct pl_diag *diag)
{
	pl_diag_hint(diag, "see docs/manual/log-key.md");
	return pl_diag_set(diag, PL_E_STATE, "the trust file and the keys below %s do not belong together",
		inst->conf.keys_dir.ptr);
}

/* The next key is there: does the trust file name it, and beside which one? */
static pl_status look_at_next(const struct pl_instance *inst, const struct pl_pubkey *next, const struct pl_vkey *named,
	size_t n, struct pl_log_key_state *s, struct pl_diag *diag)
{
	size_t at = find_key(named, n, next);

	if (n == 0 || n > 2 || (at == n && n > 1))
		return contradiction(inst, diag);
	s->phase = at == n ? PL_LOG_KEY_BEGUN : n == 2 ? PL_LOG_KEY_OVERLAP : PL_LOG_KEY_ENDING;
	if (s->phase != PL_LOG_KEY_ENDING && own_vkey(inst, &named[n == 2 ? 1 - at : 0].key, &s->old) != PL_OK)
		return contradiction(inst, diag);
	return own_vkey(inst, next, &s->fresh);
}

pl_status pl_log_key_look(struct pl_instance *inst, struct pl_log_key_state *ret, struct pl_diag *diag)
{
	struct pl_log_key_state s = {.phase = PL_LOG_KEY_STEADY};
	struct pl_vkey named[PL_LOG_KEYS_MAX], pair[2] = {{.id = 0}};
	size_t n = named_keys(inst, named);
	int dir PL_CLEANUP(pl_file_close) = -1;
	struct pl_pubkey next;
	pl_status st = pl_log_key_dir(inst, &dir, diag), there;

	if (!st)
		st = read_stated(inst, dir, &s, pair, diag);
	if (st)
		return st;
	there = pl_log_key_public(dir, PL_LOG_KEY_NEXT, &next);
	if (there && there != PL_E_NOTFOUND)
		return pl_diag_set(diag, there, "cannot read the next key of the log");
	if (there == PL_OK)
		st = look_at_next(inst, &next, named, n, &s, diag);
	else if (n != 1)
		return contradiction(inst, diag);
	else if (!s.stated)
		st = own_vkey(inst, &named[0].key, &s.old);
	else
		s.phase = PL_LOG_KEY_ENDING;
	if (!st && s.stated) {
		if (there == PL_OK && !pl_pubkey_eq(&pair[1].key, &next))
			return contradiction(inst, diag);
		s.old = pair[0];
		s.fresh = pair[1];
	}
	if (!st)
		*ret = s;
	return st;
}

/* ---- who signs ---- */

/* The signer of DIR/keys/@name.key, opened anew if the file holds another key than the one opened before. */
static pl_status borrow(struct pl_instance *inst, const char *name, const struct pl_pubkey *key, struct pl_signer **ret,
	struct pl_diag *diag)
{
	pl_status st = pl_instance_borrow_signer(inst, name, ret, diag);

	if (st || pl_pubkey_eq(pl_signer_public(*ret), key))
		return st;
	pl_instance_forget_signer(inst, name);
	st = pl_instance_borrow_signer(inst, name, ret, diag);
	return st ? st : pl_pubkey_eq(pl_signer_public(*ret), key) ? PL_OK : PL_E_BUSY;
}

pl_status pl_log_key_signers(struct pl_instance *inst, struct pl_log_key ret[static PL_LOG_KEYS_MAX], size_t *ret_n,
	struct pl_diag *diag)
{
	static const char *const names[] = {PL_LOG_KEY, PL_LOG_KEY_NEXT};
	struct pl_log_key_state state = {.alone = false};
	struct pl_vkey named[PL_LOG_KEYS_MAX], pair[2];
	size_t n_named = named_keys(inst, named), n = 0;
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_log_key_dir(inst, &dir, diag);

	if (!st)
		st = read_stated(inst, dir, &state, pair, diag);
	for (size_t i = 0; !st && i < PL_COUNT(names); i++) {
		struct pl_pubkey key;
		size_t at;

		/* A key that is not here, or not ours to read, must not stop the log from being signed with the other. */
		if (pl_log_key_public(dir, names[i], &key) != PL_OK)
			continue;
		at = find_key(named, n_named, &key);
		if (at == n_named)
			continue;
		/* A key that is in other hands signs nothing more as soon as the trust file names the next one. */
		if (i == 1 && state.alone)
			n = 0;
		st = borrow(inst, names[i], &key, &ret[n].signer, diag);
		ret[n++].vkey = named[at];
	}
	if (st)
		return pl_diag_set(diag, st, "the log's key cannot be opened");
	if (n == 0)
		return pl_diag_set(diag, PL_E_NOTFOUND, "none of the keys below %s is one that the trust file names for %.*s",
			inst->conf.keys_dir.ptr, PL_STR_ARG(inst->conf.origin));
	*ret_n = n;
	return PL_OK;
}
