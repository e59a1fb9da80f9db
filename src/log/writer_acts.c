/* SPDX-License-Identifier: Apache-2.0 */
/* What an operator does to a held log, and words about a log's state. */
#include "base/time.h"
#include "log/writer_priv.h"
#include <errno.h>

/* Hand @entry to the sequencer as the act that ends @ends, and wait. */
static pl_status act(struct pl_log_writer *w, unsigned ends, pl_bytes entry, void *tag, struct pl_log_answer *ret)
{
	struct pl_writer_waiter waiter = {0};
	struct pl_writer_act a = {.ends = ends, .entry = entry, .tag = tag, .waiter = &waiter};
	pl_status st = PL_OK;

	if (entry.len == 0 || entry.len > PL_TILE_ENTRY_MAX)
		return PL_E_RANGE;
	(void)sem_init(&waiter.ready, 0, 0);
	pthread_mutex_lock(&w->lock);
	if (w->hold & PL_LOG_HOLD_AHEAD)
		st = PL_E_ROLLBACK;
	else if (!(w->hold & ends) || ((ends & PL_LOG_HOLD_WITNESSES) && !w->settled) || w->act || w->closing || w->mode != PL_LOG_RUNNING)
		st = PL_E_STATE;
	if (!st) {
		w->act = &a;
		pthread_cond_signal(&w->to_sequence);
	}
	pthread_mutex_unlock(&w->lock);
	if (!st) {
		while (sem_wait(&waiter.ready) != 0 && errno == EINTR)
			;
		st = waiter.answer.status;
		*ret = waiter.answer;
	}
	(void)sem_destroy(&waiter.ready);
	return st;
}

pl_status pl_log_writer_resume(struct pl_log_writer *w, pl_bytes entry, void *tag, struct pl_log_answer *ret)
{
	/* Whoever answers is heard before anything is done without answers. */
	(void)(pl_log_writer_settle(w, 4 * w->o.witness_ns) == PL_OK);
	return act(w, PL_LOG_HOLD_WITNESSES, entry, tag, ret);
}

pl_status pl_log_writer_time_accept(struct pl_log_writer *w, pl_bytes entry, void *tag, struct pl_log_answer *ret)
{
	pl_status st = act(w, PL_WRITER_TIME_HOLDS, entry, tag, ret);

	if (!st || st == PL_E_HELD)
		(void)pl_system_time_save(w->clock, 0);
	return st;
}

/* "held: " and what holds it, parted by semicolons, and what waits. */
static void hold_words(const struct pl_log_status *s, struct pl_buf *out)
{
	const char *before = "held: ";

	if (s->hold & PL_LOG_HOLD_AHEAD) {
		pl_buf_printf(out, "%sthe witness %s has seen %llu entries and this log has %llu: it is an older copy, the newer one must be restored",
			before, s->ahead_name, (unsigned long long)s->ahead_size, (unsigned long long)s->recorded.size);
		before = "; ";
	}
	if (s->hold & PL_LOG_HOLD_WITNESSES) {
		pl_buf_printf(out, "%s%u of the %u witness%s needed to rule out an older copy %s answered", before, s->answered,
			s->needed, s->needed == 1 ? "" : "es", s->answered == 1 ? "has" : "have");
		before = "; ";
	}
	if (s->hold & PL_LOG_HOLD_TIME_BACK) {
		pl_buf_printf(out, "%sthe system time went back by more than a minute", before);
		before = "; ";
	}
	if (s->hold & PL_LOG_HOLD_TIME_JUMP)
		pl_buf_printf(out, "%sthe system time is more than a day beyond the last witness time", before);
	if (s->stored_held == 1)
		pl_buf_put_z(out, "; 1 entry is stored and not yet published");
	else if (s->stored_held)
		pl_buf_printf(out, "; %llu entries are stored and not yet published", (unsigned long long)s->stored_held);
}

void pl_log_status_words(const struct pl_log_status *s, struct pl_buf *out)
{
	if (s->mode == PL_LOG_LOST)
		pl_buf_put_z(out, "lost: another writer has taken over the record; nobody was answered");
	else if (s->mode == PL_LOG_FAILED)
		pl_buf_printf(out, "failed: %s; nothing more is taken until a restart", pl_status_text(s->error));
	else if (s->hold)
		hold_words(s, out);
	else
		pl_buf_printf(out, "running: %llu entries acknowledged, %llu published", (unsigned long long)s->recorded.size,
			(unsigned long long)s->published);
	if (s->unguarded)
		pl_buf_put_z(out, "; no witnesses, and the record lies on the log's own disk: nothing would show that both were "
						  "replaced by an older copy");
}
