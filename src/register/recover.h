/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/recover: a register whose database was restored from an older copy, or lost, goes on behind the last head that the log
 * knows.
 *
 * What always holds:
 *  1. No number is given a second time: the counter moves past the highest that the log knows; those between are stated as lost, by a leaf each.
 *  2. The tree is not forked: it goes on from the edge that the last head names.
 *  3. What is lost shows: as a gap in every report over it, and in its numbers.
 *
 * The log itself must be in order and its public tables up to date (pellucid recover database).
 */
#ifndef PL_REGISTER_RECOVER_H
#define PL_REGISTER_RECOVER_H
#include "register/register.h"

struct pl_register_recovered {
	uint64_t kept, size;            /* leaves that are here; of the head that the log knows */
	uint64_t lost_from, lost_to;    /* numbers that are stated as lost; from > to: none */
};

/* Recover the register @name at @now. PL_E_EXISTS: nothing is missing. PL_E_NOTFOUND: the log knows no such register.
 * PL_E_STATE: its last head names no edge. */
pl_status pl_register_recover(struct pl_instance *inst, pl_str name, uint64_t now, struct pl_register_recovered *ret,
	struct pl_diag *diag);

/* Are the public tables as new as the checkpoint that the log publishes? Waits for the log process; if there is none, does its
 * work. PL_E_ROLLBACK with words: they stay behind. To be asked before the first case is taken in. */
pl_status pl_register_current(struct pl_instance *inst, struct pl_diag *diag);

#endif
