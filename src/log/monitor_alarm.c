/* SPDX-License-Identifier: Apache-2.0 */
/* Alarms of the monitor, and which entries are ours. */
#include "base/file.h"
#include "base/time.h"
#include "crypto/dsse.h"
#include "log/monitor_impl.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

const char *pl_monitor_alarm_word(enum pl_monitor_alarm_kind kind)
{
	switch (kind) {
	case PL_MONITOR_SIGNATURE:
		return "signature";
	case PL_MONITOR_QUORUM:
		return "quorum";
	case PL_MONITOR_ROLLBACK:
		return "rollback";
	case PL_MONITOR_FORK:
		return "fork";
	case PL_MONITOR_HEARTBEAT:
		return "heartbeat";
	case PL_MONITOR_ENTRY:
		return "entry";
	case PL_MONITOR_UNREADABLE:
		return "unreadable";
	}
	return NULL;
}

static size_t count_alarms(int dir)
{
	struct dirent *e;
	size_t n = 0;
	int fd = -1;
	DIR *d;

	if (pl_file_open_dir(dir, "alarms", &fd))
		return 0;
	d = fdopendir(fd);
	if (!d) {
		pl_file_close(&fd);
		return 0;
	}
	while ((e = readdir(d))) // NOLINT(concurrency-mt-unsafe): a stream of our own
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void put_quoted(struct pl_buf *out, const char *what, pl_str text)
{
	pl_str line;

	pl_buf_printf(out, "begin %s\n", what);
	while (pl_str_take_line(&text, &line)) {
		pl_buf_put_c(out, '|');
		pl_buf_put_str(out, line);
		pl_buf_put_c(out, '\n');
	}
	pl_buf_put_z(out, "end\n");
}

static void put_alarm(const struct pl_monitor *m, const struct pl_monitor_alarm *a, struct pl_buf *out)
{
	pl_buf_printf(out, "pellucid-alarm v1\nkind %s\ntime ", pl_monitor_alarm_word(a->kind));
	pl_time_put(out, a->time);
	pl_buf_put_c(out, '\n');
	if (a->kind == PL_MONITOR_ENTRY)
		pl_buf_printf(out, "index %llu\n", (unsigned long long)a->index);
	pl_buf_put_z(out, "words ");
	pl_buf_put_str(out, a->words);
	pl_buf_put_c(out, '\n');
	if (m->any)
		put_quoted(out, "remembered", pl_buf_str(&m->note));
	if (m->offered.len)
		put_quoted(out, "offered", pl_buf_str(&m->offered));
}

/* PL_E_EXISTS if this alarm is kept already. */
static pl_status keep(const struct pl_monitor *m, const struct pl_monitor_alarm *a, pl_str about)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(4 * PL_CHECKPOINT_MAX);
	char path[16 + 2 * PL_DIGEST_LEN + 1] = "alarms/";
	const char *word = pl_monitor_alarm_word(a->kind);
	struct pl_digest d;

	pl_sha256_parts(
		(const pl_bytes[]){pl_str_bytes(pl_str_from(word)), {(const uint8_t *)"\n", 1}, pl_str_bytes(about)}, 3,
		&d);
	pl_digest_hex(&d, path + strlen(path));
	if (faccessat(m->dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return PL_E_EXISTS;
	if (count_alarms(m->dir) >= PL_MONITOR_ALARMS_MAX)
		return PL_E_TOOBIG;
	put_alarm(m, a, &out);
	return pl_buf_status(&out) ? pl_buf_status(&out) :
				     pl_file_put(m->dir, path, pl_buf_bytes(&out), 0644, PL_FILE_NEW);
}

pl_status pl_monitor_raise(struct pl_monitor *m, enum pl_monitor_alarm_kind kind, uint64_t index, pl_str about,
	const char *fmt, ...)
{
	struct pl_monitor_alarm a = {.kind = kind, .time = pl_monitor_now(m), .index = index};
	char words[512];
	va_list ap;
	pl_status st;

	va_start(ap, fmt);
	(void)vsnprintf(words, sizeof words, fmt, ap);
	va_end(ap);
	a.words = pl_str_from(words);
	m->result.alarms++;
	st = keep(m, &a, about);
	if (st == PL_E_EXISTS)
		return PL_OK;
	/* What could not be kept is reported all the same: silence would be worse. */
	if (m->o.alarm)
		m->o.alarm(m->o.ctx, &a);
	return st;
}

/* Signed by one of our keys? Anything that is no envelope is nobody's. */
static bool is_ours(const struct pl_monitor *m, pl_bytes entry)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_dsse env;

	if (!m->o.n_keys || !entry.len || entry.ptr[0] != '{')
		return false;
	if (pl_dsse_parse(pl_bytes_str(entry), &arena, &env, NULL))
		return false;
	return !pl_dsse_verify(&env, m->o.keys, m->o.n_keys, 1, NULL);
}

pl_status pl_monitor_look(struct pl_monitor *m, uint64_t index, pl_bytes entry)
{
	char about[32], text[PL_DIGEST_TEXT + 1];
	struct pl_digest d;
	bool known = false;
	pl_status st;

	if (!is_ours(m, entry))
		return PL_OK;
	m->result.ours++;
	if (m->o.known) {
		st = m->o.known(m->o.ctx, index, entry, &known);
		if (st)
			return m->known_failed = st;
	}
	if (known)
		return PL_OK;
	pl_sha256(entry, &d);
	pl_digest_text(&d, text);
	(void)snprintf(about, sizeof about, "%llu", (unsigned long long)index);
	return pl_monitor_raise(m, PL_MONITOR_ENTRY, index, pl_str_from(about),
		"entry %llu (%s) is signed with one of our keys, and we do not know it", (unsigned long long)index,
		text);
}
