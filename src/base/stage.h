/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/stage: filling a directory whole or not at all.
 *
 * What is made lies in DIR/.init/new until it is complete; then each of its names moves to DIR. Not a directory beside DIR
 * that takes its place: DIR may be a mount point, or its parent may not be ours to write.
 *
 *	DIR/.init/lock    held by whoever works there
 *	DIR/.init/new/    what is made
 *	DIR/.init/ready   it is complete; only moving is left
 *
 * What always holds:
 *  1. Nothing that stood in DIR before is changed, overwritten or removed.
 *  2. A failure that is seen (pl_stage_abandon) leaves what was there before, a missing DIR included.
 *  3. After a crash the next pl_stage_begin says what was left; the name given as last is in DIR only if all others are.
 */
#ifndef PL_BASE_STAGE_H
#define PL_BASE_STAGE_H
#include "base/diag.h"
#include <limits.h>
#include <sys/types.h>

#define PL_STAGE_NAME ".init"

enum pl_stage_found {
	PL_STAGE_FRESH, /* new/ is empty */
	PL_STAGE_LEFT,  /* new/ holds what one that was broken off had made: clear it, or find it complete */
	PL_STAGE_READY, /* it was complete: commit, and nothing else */
};

struct pl_stage {
	enum pl_stage_found found;
	int dir, own, fd, lock; /* DIR, DIR/.init, DIR/.init/new, its lock */
	char path[PATH_MAX];    /* of DIR/.init/new */
	char root[PATH_MAX];    /* DIR */
	size_t made;            /* length of the first part of DIR that was missing before; 0: nothing was */
};
/* For pl_stage_done before pl_stage_begin. */
#define PL_STAGE_NONE {.dir = -1, .own = -1, .fd = -1, .lock = -1}

/* Make @dir (with @mode) if it is missing, and begin in it. PL_E_BUSY: another process is at it. */
pl_status pl_stage_begin(const char *dir, mode_t mode, struct pl_stage *ret, struct pl_diag *diag);
/* Remove what was left, and begin anew. */
pl_status pl_stage_clear(struct pl_stage *s, struct pl_diag *diag);
/* Is nothing in DIR yet that has a name of new/? PL_E_EXISTS, with words. */
pl_status pl_stage_check(const struct pl_stage *s, struct pl_diag *diag);
/* It is complete: move it to DIR, @last as the last, and remove DIR/.init. After a failure the next begin goes on. */
pl_status pl_stage_commit(struct pl_stage *s, const char *last, struct pl_diag *diag);
/* Remove all that begin and its caller made. */
void pl_stage_abandon(struct pl_stage *s);
/* Let go and leave everything as it is; for PL_CLEANUP. */
void pl_stage_done(struct pl_stage *s);
/* Was something broken off in directory @dir (a descriptor)? */
bool pl_stage_is_left(int dir);

#endif
