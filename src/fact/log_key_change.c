/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changing the log's key: every step leaves a state in which the log can be signed, and is skipped when it was done
 * before.
 *
 *	begin   1 log-next.key
 *	        2 log-next.entry, signed by the service key and officers
 *	        3 the entry is published, the old key signing
 *	        4 the trust file names both
 *	        5 both sign a checkpoint
 *	        After a loss or theft 4 comes before 3: the new key alone signs, held until the witnesses take it.
 *	finish  1 the witnesses take the new key
 *	        2 the trust file names the new key only
 *	        3 the key files move to their places
 *	        4 the new key alone signs a checkpoint
 *	        5 log-next.entry goes
 */
#include "base/file.h"
#include "base/time.h"
#include "fact/log_key_internal.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define STREAM PL_STR("instance")
#define LOOK_AGAIN (100 * PL_MILLISECOND)
#define PUSH_SLICE (5 * PL_SECOND)
#define ASK_PATIENCE (5 * PL_SECOND)

static uint64_t left(uint64_t deadline)
{
	uint64_t now = pl_time_monotonic();

	return now < deadline ? deadline - now : 0;
}

/* ---- the trust file ---- */

/* The trust file with the new key beside the old one, or instead of it. */
static pl_status rewrite_trust(struct pl_instance *inst, const struct pl_log_key_state *s, bool keep_old,
	struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_policy *check PL_CLEANUP(pl_policy_freep) = NULL;
	pl_str before = pl_policy_text(inst->trust.policy);
	pl_status st = pl_policy_replace_log(&text, before, &s->old, &s->fresh, keep_old);

	if (!st)
		st = pl_policy_parse(pl_buf_str(&text), &check, diag);
	if (!st && !pl_str_eq(pl_buf_str(&text), before))
		st = pl_file_put(AT_FDCWD, inst->conf.trust.ptr, pl_buf_bytes(&text), 0644, PL_FILE_REPLACE);
	if (st)
		return pl_diag_set(diag, st, "the trust file %s could not be changed", inst->conf.trust.ptr);
	return pl_instance_follow_trust(inst, diag);
}

/* ---- what is published ---- */

/* Is the published checkpoint signed by exactly @keys and does it cover entry @index? */
static bool is_signed(const struct pl_instance *inst, const struct pl_vkey *keys, size_t n, uint64_t index)
{
	struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;

	return pl_log_reader_open(inst->conf.log_dir, NULL, &reader, NULL) == PL_OK &&
	       pl_log_reader_checkpoint(reader, &note) == PL_OK && pl_checkpoint_signed_by(pl_buf_str(&note), keys, n) &&
	       pl_checkpoint_peek(pl_buf_str(&note), &cp, NULL) == PL_OK && cp.size > index;
}

/* Wait for that, running the log here if nobody else does. */
static pl_status wait_signed(struct pl_instance *inst, const struct pl_vkey *keys, size_t n, uint64_t index,
	uint64_t deadline, struct pl_diag *diag)
{
	struct pl_diag why = {0};
	pl_status st = PL_OK;

	while (!is_signed(inst, keys, n, index)) {
		uint64_t wait = left(deadline);

		if (wait == 0)
			return pl_diag_set(diag, st == PL_OK || st == PL_E_BUSY ? PL_E_TIMEOUT : st,
				"the checkpoint that the keys in force sign is not published yet%s%s", st ? ": " : "",
				st ? pl_diag_text(&why, st) : "");
		why = (struct pl_diag){0};
		st = pl_instance_push(inst, wait < PUSH_SLICE ? wait : PUSH_SLICE, &why);
		if (st)
			pl_time_sleep(LOOK_AGAIN);
	}
	return PL_OK;
}

/* ---- begin: key and statement ---- */

static pl_status make_next(struct pl_instance *inst, struct pl_diag *diag)
{
	struct pl_privkey key PL_CLEANUP(pl_privkey_done);
	struct pl_buf path PL_CLEANUP(pl_buf_done) = PL_BUF(8192);

	pl_privkey_generate(PL_KEY_ED25519, &key);
	pl_buf_put_str(&path, inst->conf.keys_dir);
	pl_buf_put_z(&path, "/" PL_LOG_KEY_NEXT ".key");
	return pl_buf_z(&path) ? pl_instance_seal_key(inst, pl_buf_z(&path), &key, diag) : PL_E_TOOBIG;
}

static const char *word(const char *reason)
{
	return reason ? reason : "scheduled";
}

/* The process that runs the log may have a user of its own, to whom the log's directory belongs. */
static pl_status give_next(struct pl_instance *inst, struct pl_diag *diag)
{
	int dir PL_CLEANUP(pl_file_close) = -1;
	struct stat log, key;
	pl_status st = pl_log_key_dir(inst, &dir, diag);

	if (st)
		return st;
	if (stat(inst->conf.log_dir.ptr, &log) != 0 || fstatat(dir, PL_LOG_KEY_NEXT ".key", &key, AT_SYMLINK_NOFOLLOW) != 0)
		return pl_diag_set(diag, PL_E_IO, "cannot look at the new key's owner");
	if (key.st_uid == log.st_uid)
		return PL_OK;
	if (fchownat(dir, PL_LOG_KEY_NEXT ".key", log.st_uid, log.st_gid, AT_SYMLINK_NOFOLLOW) != 0) {
		pl_diag_hint(diag, "run the command as root, or as the user of pellucid log serve");
		return pl_diag_set(diag, PL_E_ACCESS, "cannot give %s/" PL_LOG_KEY_NEXT ".key to the owner of the log",
			inst->conf.keys_dir.ptr);
	}
	return PL_OK;
}

/* Does the reason fit what lies here? A lost key cannot sign, and any other one is needed until the trust file names
 * two. */
static pl_status check_reason(struct pl_instance *inst, const struct pl_log_key_state *s, const char *reason,
	struct pl_diag *diag)
{
	int dir PL_CLEANUP(pl_file_close) = -1;
	struct pl_pubkey key;
	pl_status st = pl_log_key_dir(inst, &dir, diag);
	bool here, lost = strcmp(word(reason), "lost") == 0;

	if (st)
		return st;
	here = pl_log_key_public(dir, PL_LOG_KEY, &key) == PL_OK && pl_pubkey_eq(&key, &s->old.key);
	if (here && lost)
		return pl_diag_set(diag, PL_E_STATE, "the key that the trust file names is here, so it is not lost");
	if (!here && !lost) {
		pl_diag_hint(diag, "if its file is lost for good: --reason lost");
		return pl_diag_set(diag, PL_E_NOTFOUND, "the key that the trust file names is not in %s/" PL_LOG_KEY ".key",
			inst->conf.keys_dir.ptr);
	}
	return PL_OK;
}

static pl_status have_next(struct pl_instance *inst, const char *reason, struct pl_log_key_state *s,
	struct pl_diag *diag)
{
	pl_status st = pl_log_key_look(inst, s, diag);

	if (!st && s->phase == PL_LOG_KEY_ENDING) {
		pl_diag_hint(diag, "go on with: pellucid log rotate-key --finish");
		return pl_diag_set(diag, PL_E_STATE, "the end of the old key was begun and broken off");
	}
	if (!st && s->stated && reason && strcmp(reason, s->reason) != 0) {
		pl_diag_hint(diag, "end the old key first: pellucid log rotate-key --finish --early; then change the new one, too");
		return pl_diag_set(diag, PL_E_STATE, "a change is under way already, for the reason: %s", s->reason);
	}
	if (!st && !s->stated)
		st = check_reason(inst, s, reason, diag);
	if (!st && s->phase == PL_LOG_KEY_STEADY) {
		st = make_next(inst, diag);
		if (!st)
			st = pl_log_key_look(inst, s, diag);
	}
	return st ? st : give_next(inst, diag);
}

static pl_status build(struct pl_instance *inst, const struct pl_log_key_state *s, const struct pl_log_key_change *c,
	struct pl_buf *payload, struct pl_diag *diag)
{
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_buf old PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_buf fresh PL_CLEANUP(pl_buf_done) = PL_BUF(PL_VKEY_MAX);
	struct pl_subject subject = {.name = inst->conf.origin};
	bool alone = strcmp(word(c->reason), "lost") == 0 || strcmp(word(c->reason), "compromised") == 0;
	char until[21];

	pl_vkey_write(&old, &s->old);
	pl_vkey_write(&fresh, &s->fresh);
	pl_time_write(pl_time_now() + (alone ? 0 : c->overlap_ns), until);
	pl_sha256(pl_buf_bytes(&fresh), &subject.sha256);
	pl_json_set_str(p, "old", pl_buf_str(&old));
	pl_json_set_str(p, "new", pl_buf_str(&fresh));
	pl_json_set_z(p, "overlapUntil", until);
	pl_json_set_z(p, "reason", word(c->reason));
	return pl_statement_build(PL_STR(PL_TYPE_LOG_ROTATION), &subject, 1, p, payload, NULL, diag);
}

pl_status pl_log_key_payload(struct pl_instance *inst, const struct pl_log_key_change *c, struct pl_buf *ret,
	struct pl_diag *diag)
{
	struct pl_log_key_state s;
	pl_status st = have_next(inst, c->reason, &s, diag);

	if (!st && s.stated)
		st = pl_diag_set(diag, PL_E_STATE, "the statement is signed already; run the command without --payload-only");
	return st ? st : build(inst, &s, c, ret, diag);
}

/* The bytes are signed once and kept before they are first submitted: whoever repeats submits the same. */
static pl_status state_it(struct pl_instance *inst, const struct pl_log_key_change *c, struct pl_log_key_state *s,
	struct pl_diag *diag)
{
	struct pl_buf payload PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_PAYLOAD_MAX);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	struct pl_log_key_state after;
	int dir PL_CLEANUP(pl_file_close) = -1;
	pl_status st = PL_OK;

	if (s->stated)
		return PL_OK;
	if (c->payload.len)
		pl_buf_put_bytes(&payload, c->payload);
	else
		st = build(inst, s, c, &payload, diag);
	if (!st)
		st = pl_instance_sign(inst, pl_buf_bytes(&payload), c->approvals, c->n_approvals, &entry, diag);
	if (!st)
		st = pl_log_key_dir(inst, &dir, diag);
	if (!st)
		st = pl_file_put(dir, PL_LOG_KEY_ENTRY, pl_buf_bytes(&entry), 0644, PL_FILE_NEW);
	if (st)
		return pl_diag_set(diag, st, "the statement that names the new key could not be signed and kept");
	st = pl_log_key_look(inst, &after, diag);
	/* A payload that names other keys is of no use to anybody. */
	if (st || !pl_pubkey_eq(&after.fresh.key, &s->fresh.key) || !pl_pubkey_eq(&after.old.key, &s->old.key)) {
		(void)(pl_file_unlink(dir, PL_LOG_KEY_ENTRY) == PL_OK);
		return pl_diag_set(diag, st ? st : PL_E_RANGE, "the payload does not name the keys of this change");
	}
	*s = after;
	return PL_OK;
}

/* ---- begin: publication ---- */

/* Submit log-next.entry and wait until it is published. One that the sequencer refused is of no use: it goes. */
static pl_status publish(struct pl_instance *inst, uint64_t deadline, uint64_t *ret_index, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_STATEMENT_ENTRY_MAX);
	int dir PL_CLEANUP(pl_file_close) = -1;
	struct pl_outbox_ref ref;
	struct pl_outbox_row row;
	pl_status st = pl_log_key_dir(inst, &dir, diag);

	if (!st)
		st = pl_file_read(dir, PL_LOG_KEY_ENTRY, &entry);
	if (!st)
		st = pl_instance_submit(inst, STREAM, pl_buf_bytes(&entry), &ref, diag);
	if (!st)
		st = pl_instance_settle(inst, &ref, 1, PL_OUTBOX_PROJECTED, left(deadline), diag);
	if (st == PL_E_DENIED)
		(void)(pl_file_unlink(dir, PL_LOG_KEY_ENTRY) == PL_OK);
	if (!st)
		st = pl_outbox_find(inst->db, &ref.entry, &arena, &row);
	if (st)
		return pl_diag_set(diag, st, "the statement that names the new key is not published");
	*ret_index = row.index;
	return PL_OK;
}

static pl_status begin(struct pl_instance *inst, const struct pl_log_key_change *c, struct pl_log_key_state *s,
	uint64_t deadline, struct pl_diag *diag)
{
	struct pl_vkey keys[2];
	uint64_t index = 0;
	pl_status st = have_next(inst, c->reason, s, diag);

	if (!st)
		st = state_it(inst, c, s, diag);
	if (!st && s->alone)
		st = rewrite_trust(inst, s, true, diag);
	if (!st)
		st = publish(inst, deadline, &index, diag);
	if (!st && !s->alone)
		st = rewrite_trust(inst, s, true, diag);
	if (st)
		return st;
	keys[0] = s->fresh;
	keys[1] = s->old;
	return wait_signed(inst, keys, s->alone ? 1 : 2, index, deadline, diag);
}

pl_status pl_log_key_begin(struct pl_instance *inst, const struct pl_log_key_change *c, struct pl_log_key_state *ret,
	struct pl_diag *diag)
{
	struct pl_log_key_state s;
	pl_status st = begin(inst, c, &s, pl_time_monotonic() + c->wait_ns, diag);

	return st ? st : pl_log_key_look(inst, ret, diag);
}

/* ---- witnesses ---- */

pl_status pl_log_key_ask(struct pl_instance *inst, const struct pl_log_key_state *s, struct pl_rotation_asked *ret,
	struct pl_diag *diag)
{
	struct pl_log_reader *reader PL_CLEANUP(pl_log_reader_closep) = NULL;
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_signer *signer = NULL;
	pl_status st = pl_instance_borrow_signer(inst, PL_LOG_KEY_NEXT, &signer, diag);

	if (!st && !pl_pubkey_eq(pl_signer_public(signer), &s->fresh.key))
		st = pl_diag_set(diag, PL_E_STATE, "the next key is another one now");
	if (!st)
		st = pl_log_reader_open(inst->conf.log_dir, NULL, &reader, diag);
	if (!st)
		st = pl_log_reader_checkpoint(reader, &note);
	if (!st)
		st = pl_rotation_ask(inst->trust.policy, pl_buf_str(&note), signer, ASK_PATIENCE, ret);
	return st ? pl_diag_set(diag, st, "the witnesses could not be asked") : PL_OK;
}

/* ---- finish ---- */

/* May the old key end? */
static pl_status may_end(struct pl_instance *inst, const struct pl_log_key_state *s, const struct pl_log_key_end *e,
	struct pl_diag *diag)
{
	struct pl_rotation_asked asked;
	struct pl_vkey keys[2] = {s->fresh, s->old};
	char text[21];
	pl_status st;

	/* The old key's file may have been lost meanwhile: then the new one signs alone already. */
	if (s->phase != PL_LOG_KEY_OVERLAP || (!is_signed(inst, keys, 1, 0) && !is_signed(inst, keys, 2, 0))) {
		pl_diag_hint(diag, "run the command without --finish first; it goes on where it stopped");
		return pl_diag_set(diag, PL_E_STATE, s->phase == PL_LOG_KEY_STEADY ? "no change of the log's key is under way" :
										     "no published checkpoint shows the new key yet");
	}
	if (!e->early && !s->alone && pl_time_now() < s->until) {
		pl_time_write(s->until, text);
		pl_diag_hint(diag, "with --early it ends now; whoever has not got the new trust file can then no longer verify");
		return pl_diag_set(diag, PL_E_STATE, "the overlap lasts until %s", text);
	}
	st = e->unasked ? PL_OK : pl_log_key_ask(inst, s, &asked, diag);
	if (st || e->unasked || asked.quorum)
		return st;
	pl_diag_hint(diag, "witnesses first; with --without-witnesses the log may be held until they follow");
	return pl_diag_set(diag, PL_E_QUORUM, "witnesses that the quorum needs do not take the new key yet");
}

/* Each file into its place; whatever is there already was done before. */
static pl_status move_files(struct pl_instance *inst, const struct pl_log_key_state *s, struct pl_diag *diag)
{
	int dir PL_CLEANUP(pl_file_close) = -1;
	struct pl_pubkey key;
	char aside[40];
	pl_status st = pl_log_key_dir(inst, &dir, diag);

	pl_log_key_aside(&s->old, aside);
	if (!st && pl_log_key_public(dir, PL_LOG_KEY, &key) == PL_OK && pl_pubkey_eq(&key, &s->old.key))
		st = pl_file_rename(dir, PL_LOG_KEY ".key", aside, true);
	if (!st && pl_log_key_public(dir, PL_LOG_KEY_NEXT, &key) == PL_OK)
		st = pl_file_rename(dir, PL_LOG_KEY_NEXT ".key", PL_LOG_KEY ".key", true);
	if (st)
		return pl_diag_set(diag, st, "the key files below %s are not in their places", inst->conf.keys_dir.ptr);
	return PL_OK;
}

pl_status pl_log_key_finish(struct pl_instance *inst, const struct pl_log_key_end *e, struct pl_log_key_state *ret,
	struct pl_diag *diag)
{
	uint64_t deadline = pl_time_monotonic() + e->wait_ns;
	int dir PL_CLEANUP(pl_file_close) = -1;
	struct pl_log_key_state s;
	pl_status st = pl_log_key_look(inst, &s, diag);

	if (!st && s.phase != PL_LOG_KEY_ENDING)
		st = may_end(inst, &s, e, diag);
	if (!st && s.phase != PL_LOG_KEY_ENDING)
		st = rewrite_trust(inst, &s, false, diag);
	if (!st)
		st = move_files(inst, &s, diag);
	if (!st)
		st = wait_signed(inst, &s.fresh, 1, 0, deadline, diag);
	if (!st)
		st = pl_log_key_dir(inst, &dir, diag);
	if (!st && s.stated)
		st = pl_file_unlink(dir, PL_LOG_KEY_ENTRY);
	if (st)
		return pl_diag_set(diag, st, "the end of the old key is not complete; run the command again");
	*ret = s;
	return PL_OK;
}
