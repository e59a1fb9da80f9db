/* SPDX-License-Identifier: Apache-2.0 */
/* base/child_internal: what the files of base/child share; included by them only. */
#ifndef PL_BASE_CHILD_INTERNAL_H
#define PL_BASE_CHILD_INTERNAL_H
#include "base/child.h"

/* A sanitizer maps terabytes of address space and reports on standard error. */
#if defined(__SANITIZE_ADDRESS__)
#define PL_CHILD_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PL_CHILD_SANITIZED 1
#endif
#endif
#ifndef PL_CHILD_SANITIZED
#define PL_CHILD_SANITIZED 0
#endif

/* ---- child_setup: in the child, between fork and exec; system calls only. 0 or an errno. ---- */

void pl_child_default_signals(void);
/* Dies with its parent's thread, alone in its group (or session). */
int pl_child_detach(pid_t parent, bool own_session);
int pl_child_set_limits(const struct pl_child_limits *l);

/* ---- child_talk: in the parent, while it runs ---- */

/* The three pipes of a running child, and its end. */
struct pl_child_talk {
	const struct pl_child_spec *spec;
	int in, out, err, pidfd; /* our ends; -1 when closed */
	size_t sent;
	pl_status status;
};

/* A pipe whose @our_end (0 or 1) does not block; both close at exec. */
bool pl_child_pipe(int pair[2], int our_end);
int pl_child_pidfd(pid_t pid);
/* Kill what is left of the group, take the exit status. @ret may be NULL. */
pl_status pl_child_reap(pid_t pid, struct pl_child_result *ret);
/* Feed and drain the pipes until the end of the child or of its time, then reap it; wall time in @ret, too. */
pl_status pl_child_see_through(struct pl_child_talk *t, pid_t pid, struct pl_child_result *ret);
void pl_child_close_talk(struct pl_child_talk *t);

#endif
