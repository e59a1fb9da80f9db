/* SPDX-License-Identifier: Apache-2.0 */
/* Following a log; alarms are in monitor_alarm.c. */
#include "log/monitor.h"
#include "base/file.h"
#include "base/time.h"
#include "crypto/sha256x.h"
#include "log/monitor_impl.h"
#include <fcntl.h>
#include <stdio.h>

#define CHUNK 256u
#define SUCCESSORS 4u
#define CHUNK_BYTES ((size_t)CHUNK * 65536)

uint64_t pl_monitor_now(const struct pl_monitor *m)
{
	return m->o.now ? m->o.now(m->o.ctx) : pl_time_now();
}

/* ---- state ---- */

/* "<RFC 3339>\n" */
static pl_status load_changed(struct pl_monitor *m)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);
	pl_status st = pl_file_read(m->dir, "changed", &text);
	pl_str rest = pl_buf_str(&text), line;

	if (st == PL_E_NOTFOUND) {
		m->changed = pl_monitor_now(m);
		return PL_OK;
	}
	if (st)
		return st;
	if (!pl_str_take_line(&rest, &line) || rest.len || pl_time_parse(line, &m->changed))
		return PL_E_CORRUPT;
	return PL_OK;
}

static pl_status save_changed(struct pl_monitor *m)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);

	m->changed = pl_monitor_now(m);
	pl_time_put(&text, m->changed);
	pl_buf_put_c(&text, '\n');
	return pl_file_put(m->dir, "changed", pl_buf_bytes(&text), 0644, PL_FILE_REPLACE);
}

/* Take the verified @note as the one that is remembered. */
static pl_status adopt(struct pl_monitor *m, pl_str note, uint64_t witness_time)
{
	struct pl_buf copy = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_checkpoint cp;
	pl_status st;

	pl_buf_put_str(&copy, note);
	st = pl_buf_status(&copy);
	if (!st)
		st = pl_checkpoint_peek(pl_buf_str(&copy), &cp, NULL);
	if (st) {
		pl_buf_done(&copy);
		return st;
	}
	pl_buf_done(&m->note);
	m->note = copy;
	m->cp = cp;
	m->any = true;
	m->witness_time = witness_time;
	return PL_OK;
}

/* Is @text a checkpoint of a log of the policy, under keys only that the policy has let go of? It was judged when it
 * was remembered; a new trust file does not make us forget what we saw. */
static bool by_keys_that_went(const struct pl_monitor *m, pl_str text)
{
	const struct pl_policy_log *logs;
	size_t n = pl_policy_logs(m->policy, &logs);
	struct pl_checkpoint cp;
	struct pl_note note;

	if (pl_note_parse(text, &note, NULL) || pl_checkpoint_parse(note.text, &cp, NULL) ||
		!pl_policy_log_find(m->policy, cp.origin))
		return false;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < note.n_sigs; k++)
			if (note.sigs[k].id == logs[i].key.id && pl_str_eq(note.sigs[k].name, logs[i].key.name))
				return false;
	return true;
}

static pl_status load_checkpoint(struct pl_monitor *m, struct pl_diag *diag)
{
	struct pl_buf note PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp;
	pl_status st;

	st = pl_file_read(m->dir, "checkpoint", &note);
	if (st == PL_E_NOTFOUND)
		return PL_OK;
	/* The quorum is not asked for again: the policy may have become stricter since. */
	if (!st)
		st = pl_policy_check(m->policy, pl_buf_str(&note), &cp, &verdict, NULL);
	if (st == PL_E_SIGNATURE && by_keys_that_went(m, pl_buf_str(&note)))
		return adopt(m, pl_buf_str(&note), 0);
	if (st)
		return pl_diag_set(diag, PL_E_CORRUPT, "the remembered checkpoint is not one of this policy's logs");
	return adopt(m, pl_buf_str(&note), verdict.latest);
}

static pl_status load(struct pl_monitor *m, const char *state, struct pl_diag *diag)
{
	pl_status st;

	st = pl_file_mkdirs(AT_FDCWD, state, 0755);
	if (!st)
		st = pl_file_open_dir(AT_FDCWD, state, &m->dir);
	if (!st)
		st = pl_file_mkdirs(m->dir, "alarms", 0755);
	if (!st)
		st = pl_file_open(m->dir, "lock", O_RDWR | O_CREAT, 0644, &m->lock_fd);
	if (st)
		return pl_diag_set(diag, st, "cannot use the directory %s: %s", state, pl_status_text(st));
	st = pl_file_lock(m->lock_fd, 0);
	if (st)
		return pl_diag_set(diag, st, "another process follows with the directory %s", state);
	st = load_changed(m);
	if (!st)
		st = pl_monitor_load_keys(m, diag);
	if (!st)
		st = load_checkpoint(m, diag);
	return st ? pl_diag_set(diag, st, "%s/changed is damaged", state) : PL_OK;
}

pl_status pl_monitor_open(const char *state, struct pl_log_reader *reader, const struct pl_monitor_options *options,
	struct pl_monitor **ret, struct pl_diag *diag)
{
	struct pl_monitor *m = PL_NEW(struct pl_monitor);
	pl_status st;

	m->dir = m->lock_fd = -1;
	m->reader = reader;
	m->o = *options;
	pl_buf_init(&m->note, PL_CHECKPOINT_MAX);
	pl_buf_init(&m->offered, PL_CHECKPOINT_MAX);
	st = load(m, state, diag);
	if (st) {
		pl_monitor_close(m);
		return st;
	}
	*ret = m;
	return PL_OK;
}

void pl_monitor_close(struct pl_monitor *m)
{
	if (!m)
		return;
	pl_buf_done(&m->note);
	pl_buf_done(&m->offered);
	pl_policy_free(m->policy);
	pl_file_close(&m->lock_fd);
	pl_file_close(&m->dir);
	pl_free(m);
}

void pl_monitor_closep(struct pl_monitor **m)
{
	pl_monitor_close(*m);
}

/* ---- new entries ---- */

/* Entries are hashed many at a time; the reader's memory is only good until it goes on. */
struct walk {
	struct pl_monitor *m;
	struct pl_tree_edge edge;
	struct pl_buf bytes;
	size_t at[CHUNK], len[CHUNK], n;
	const struct pl_checkpoint *cp;
	struct pl_monitor_successor named[SUCCESSORS];
	size_t n_named;
};

/* Remember a key that the log names. More than a few in one poll are left to the next alarm. */
static pl_status look_for_key(struct walk *w, uint64_t index, pl_bytes entry)
{
	struct pl_monitor_successor *s = &w->named[w->n_named];
	pl_status st;

	if (!w->m->o.successor || w->n_named == SUCCESSORS)
		return PL_OK;
	pl_buf_clear(&s->old);
	pl_buf_clear(&s->fresh);
	s->index = index;
	st = w->m->o.successor(w->m->o.ctx, index, entry, w->cp, &s->old, &s->fresh);
	w->n_named += !st;
	return st == PL_E_NOTFOUND ? PL_OK : st;
}

static pl_status flush(struct walk *w)
{
	struct pl_digest leaves[CHUNK];
	pl_bytes entries[CHUNK];
	pl_status st;

	for (size_t i = 0; i < w->n; i++)
		entries[i] = (pl_bytes){w->bytes.ptr + w->at[i], w->len[i]};
	pl_sha256x_leaves(entries, w->n, leaves);
	st = pl_tree_edge_append(&w->edge, leaves, w->n);
	w->n = 0;
	pl_buf_clear(&w->bytes);
	return st;
}

static pl_status take_entry(void *ctx, uint64_t index, pl_bytes entry)
{
	struct walk *w = ctx;
	pl_status st;

	st = pl_monitor_look(w->m, index, entry);
	if (!st)
		st = look_for_key(w, index, entry);
	if (st)
		return st;
	w->m->result.entries++;
	w->at[w->n] = w->bytes.len;
	w->len[w->n++] = entry.len;
	pl_buf_put_bytes(&w->bytes, entry);
	if (pl_buf_status(&w->bytes))
		return pl_buf_status(&w->bytes);
	return w->n == CHUNK ? flush(w) : PL_OK;
}

/* The edge of the remembered tree, from the tiles as they are now, checked against what we remember. */
static pl_status start_edge(struct pl_monitor *m, struct pl_tree_edge *ret)
{
	struct pl_log_reader_nodes nodes = {m->reader, m->cp.size};
	struct pl_digest root;
	pl_status st;

	pl_tree_edge_init(ret);
	if (!m->any || m->cp.size == 0)
		return PL_OK;
	st = pl_tree_fetch_edge(m->cp.size, pl_log_reader_fetch, &nodes, ret);
	if (st)
		return st;
	pl_tree_edge_root(ret, &root);
	return pl_digest_eq(&root, &m->cp.root) ? PL_OK : PL_E_PROOF;
}

static pl_status ask_keys(struct pl_monitor *m)
{
	return m->o.ours ? m->known_failed = m->o.ours(m->o.ctx, &m->o.keys, &m->o.n_keys) : PL_OK;
}

/* Read what lies between the remembered and the new tree. PL_E_PROOF if it does not lead to the new root. */
static pl_status read_entries(struct pl_monitor *m, const struct pl_checkpoint *cp)
{
	struct walk *w = PL_NEW(struct walk);
	struct pl_digest root;
	pl_status st;

	w->m = m;
	w->cp = cp;
	pl_buf_init(&w->bytes, CHUNK_BYTES);
	for (size_t i = 0; i < SUCCESSORS; i++) {
		pl_buf_init(&w->named[i].old, PL_VKEY_MAX);
		pl_buf_init(&w->named[i].fresh, PL_VKEY_MAX);
	}
	st = ask_keys(m);
	if (!st)
		st = start_edge(m, &w->edge);
	if (!st)
		st = pl_log_reader_entries(m->reader, m->any ? m->cp.size : 0, cp->size, cp->size, take_entry, w);
	if (!st)
		st = flush(w);
	if (!st) {
		pl_tree_edge_root(&w->edge, &root);
		st = pl_digest_eq(&root, &cp->root) ? PL_OK : PL_E_PROOF;
	}
	for (size_t i = 0; !st && i < w->n_named; i++)
		st = pl_monitor_follow_key(m, &w->named[i]);
	for (size_t i = 0; i < SUCCESSORS; i++) {
		pl_buf_done(&w->named[i].old);
		pl_buf_done(&w->named[i].fresh);
	}
	pl_buf_done(&w->bytes);
	pl_free(w);
	return st;
}

/* ---- judging ---- */

static pl_str body_of(const struct pl_monitor *m)
{
	pl_str note = pl_buf_str(&m->offered);

	return pl_str_sub(note, 0, pl_str_find_str(note, PL_STR("\n\n")));
}

static bool unreachable(pl_status st)
{
	return st == PL_E_NET || st == PL_E_TIMEOUT || st == PL_E_ACCESS || st == PL_E_DENIED || st == PL_E_BUSY;
}

/* Do the tiles themselves prove that the new tree continues the one we remember? */
static bool continues(struct pl_monitor *m, const struct pl_checkpoint *cp)
{
	struct pl_tree_path path;

	if (!m->any || m->cp.size == 0)
		return false;
	return !pl_log_reader_consistency(m->reader, m->cp.size, cp->size, &path) &&
		!pl_tree_verify_consistency(m->cp.size, &m->cp.root, cp->size, &cp->root, path.h, path.n);
}

static pl_status judge_growth(struct pl_monitor *m, const struct pl_checkpoint *cp, uint64_t witness_time)
{
	pl_status st = read_entries(m, cp), kept;

	if (unreachable(st) || m->known_failed)
		return st;
	if (st == PL_E_PROOF && m->any && m->cp.size && !continues(m, cp))
		return pl_monitor_raise(m, PL_MONITOR_FORK, 0, body_of(m),
			"the tree of %llu entries does not continue the tree of %llu that we have seen",
			(unsigned long long)cp->size, (unsigned long long)m->cp.size);
	if (st)
		return pl_monitor_raise(m, PL_MONITOR_UNREADABLE, 0, body_of(m),
			"the entries up to %llu are not those that the checkpoint covers, or cannot be read (%s)",
			(unsigned long long)cp->size, pl_status_text(st));
	kept = pl_file_put(m->dir, "checkpoint", pl_buf_bytes(&m->offered), 0644, PL_FILE_REPLACE);
	if (!kept)
		kept = save_changed(m);
	return kept ? kept : adopt(m, pl_buf_str(&m->offered), witness_time);
}

/* The checkpoint is signed, and cosigned as the policy wants. */
static pl_status judge_tree(struct pl_monitor *m, const struct pl_checkpoint *cp, uint64_t witness_time)
{
	pl_status st = PL_OK;

	if (m->any && !pl_str_eq(cp->origin, m->cp.origin))
		return pl_monitor_raise(m, PL_MONITOR_SIGNATURE, 0, body_of(m),
			"this is the checkpoint of another log: %.*s", PL_STR_ARG(cp->origin));
	if (m->any && cp->size < m->cp.size)
		return pl_monitor_raise(m, PL_MONITOR_ROLLBACK, 0, body_of(m), "size %llu, and we have seen %llu",
			(unsigned long long)cp->size, (unsigned long long)m->cp.size);
	if (!m->any || cp->size > m->cp.size)
		return judge_growth(m, cp, witness_time);
	if (!pl_digest_eq(&cp->root, &m->cp.root))
		return pl_monitor_raise(m, PL_MONITOR_FORK, 0, body_of(m), "two trees of size %llu are signed",
			(unsigned long long)cp->size);
	/* Seen by witnesses since, or signed by the key that followed. */
	if (witness_time > m->witness_time ||
		(witness_time == m->witness_time && !pl_str_eq(pl_buf_str(&m->offered), pl_buf_str(&m->note)))) {
		st = pl_file_put(m->dir, "checkpoint", pl_buf_bytes(&m->offered), 0644, PL_FILE_REPLACE);
		if (!st)
			st = adopt(m, pl_buf_str(&m->offered), witness_time);
	}
	return st;
}

static pl_status judge(struct pl_monitor *m)
{
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp;
	struct pl_diag why = {0};
	pl_status st = pl_policy_check(m->policy, pl_buf_str(&m->offered), &cp, &verdict, &why);

	if (st)
		return pl_monitor_raise(m, PL_MONITOR_SIGNATURE, 0, pl_buf_str(&m->offered),
			"the checkpoint is refused: %s", pl_diag_text(&why, st));
	if (!verdict.quorum_met && !verdict.unwitnessed)
		return pl_monitor_raise(m, PL_MONITOR_QUORUM, 0, body_of(m),
			"size %llu is cosigned by %zu of the policy's witnesses, which is no quorum",
			(unsigned long long)cp.size, verdict.n_counted);
	return judge_tree(m, &cp, verdict.latest);
}

/* With witnesses their time counts, without them the last time that we saw something new. */
static pl_status judge_heartbeat(struct pl_monitor *m)
{
	uint64_t last = m->witness_time ? m->witness_time : m->changed, now = pl_monitor_now(m);
	char text[21];

	if (!m->o.heartbeat_ns || now < last || now - last <= m->o.heartbeat_ns)
		return PL_OK;
	pl_time_write(last, text);
	return pl_monitor_raise(m, PL_MONITOR_HEARTBEAT, 0, pl_str_from(text), "nothing new since %s, %llu s ago", text,
		(unsigned long long)((now - last) / PL_SECOND));
}

pl_status pl_monitor_poll(struct pl_monitor *m, struct pl_monitor_result *ret, struct pl_diag *diag)
{
	pl_status st, beat;

	m->result = (struct pl_monitor_result){.size_before = m->any ? m->cp.size : 0};
	m->known_failed = PL_OK;
	pl_buf_clear(&m->offered);
	st = pl_log_reader_checkpoint(m->reader, &m->offered);
	if (st)
		(void)pl_diag_set(diag, st, "%s", pl_diag_text(pl_log_reader_diag(m->reader), st));
	else
		st = judge(m);
	beat = judge_heartbeat(m);
	m->result.size = m->any ? m->cp.size : 0;
	m->result.witness_time = m->witness_time;
	*ret = m->result;
	return st ? st : beat;
}
