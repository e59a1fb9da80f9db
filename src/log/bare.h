/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/bare: the few entries that a log without an instance makes about itself (docs/formats/bare-entries.md): an
 * operator's acts and the rotation of its key. An instance says the same with signed statements.
 *
 *	pellucid-log resume v1
 *	origin log.example/releases
 *	size 8
 *	root tpcyzlyRQWLKmsz69OldP5h01ogFQ3CIqv8YSk25Z3M=
 *	time 2026-11-21T23:30:00Z
 *	reason ...
 *
 * Pure.
 */
#ifndef PL_LOG_BARE_H
#define PL_LOG_BARE_H
#include "base/diag.h"
#include "log/record.h"

#define PL_BARE_REASON_MAX 200u

enum pl_bare_act { PL_BARE_RESUME, PL_BARE_TIME_ACCEPT };

/* Append the entry of an act on the log whose record says @state. @reason becomes public: PL_E_SYNTAX unless it is 1 to
 * 200 bytes of UTF-8 without control characters. */
pl_status pl_bare_act_write(struct pl_buf *out, enum pl_bare_act act, pl_str origin, const struct pl_log_state *state,
	uint64_t time, pl_str reason, struct pl_diag *diag);

/* Append the entry in which one key names another: @from is signed by the old key alone and names the new one
 * ("old names new"), or the other way round. Both vkeys as text. @until: end of the overlap. */
void pl_bare_rotation_write(struct pl_buf *out, bool old_names_new, pl_str origin, pl_str old_vkey, pl_str new_vkey,
	uint64_t time, uint64_t until);
/* Is @entry one in which the old key names the new one? Then the two, borrowed from it. */
bool pl_bare_follows_read(pl_str entry, pl_str *ret_old, pl_str *ret_new);

#endif
