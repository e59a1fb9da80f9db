/* SPDX-License-Identifier: Apache-2.0 */
/* log/monitor_impl: what the files of the monitor share. Inside the room only. */
#ifndef PL_LOG_MONITOR_IMPL_H
#define PL_LOG_MONITOR_IMPL_H
#include "log/monitor.h"

#define PL_MONITOR_ALARMS_MAX 10000u

struct pl_monitor {
	int dir, lock_fd;
	struct pl_log_reader *reader;
	struct pl_monitor_options o;
	struct pl_policy *policy;  /* of the options, with the keys that followed */
	bool any;                  /* a checkpoint is remembered */
	struct pl_buf note;        /* STATE/checkpoint; cp borrows from it */
	struct pl_checkpoint cp;
	uint64_t witness_time;     /* latest counted on it */
	uint64_t changed;          /* when we last saw something new, ns */
	struct pl_monitor_result result; /* of the poll that is running */
	pl_status known_failed;          /* what the caller's ours() or known() failed with in this poll */
	struct pl_buf offered;     /* the checkpoint of this poll */
};

uint64_t pl_monitor_now(const struct pl_monitor *m);
/* Keep an alarm and report it unless it was kept before. @about tells alarms of one kind apart. PL_E_IO and the like
 * when it could not be kept. */
pl_status pl_monitor_raise(struct pl_monitor *m, enum pl_monitor_alarm_kind kind, uint64_t index, pl_str about,
	const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* A key that the log names while we read on: it counts once the tree it stands in is verified. */
struct pl_monitor_successor {
	uint64_t index;
	struct pl_buf old, fresh;
};
/* Read STATE/keys, "<index> <old vkey> <new vkey>" a line, and make the policy that counts. */
pl_status pl_monitor_load_keys(struct pl_monitor *m, struct pl_diag *diag);
/* Take up the key of @s if it follows one of the log's: durable first, then told. */
pl_status pl_monitor_follow_key(struct pl_monitor *m, const struct pl_monitor_successor *s);

/* Is @entry ours, and if so, do we know it? Raises the alarm. */
pl_status pl_monitor_look(struct pl_monitor *m, uint64_t index, pl_bytes entry);

#endif
