/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/clamd: asking a scanner for malware on this machine, by the protocol of clamd (clamd(8), INSTREAM).
 *
 *	clamd:/run/clamav/clamd.ctl     a Unix socket
 *	clamd:127.0.0.1:3310            or [::1]:PORT: loopback, because the protocol has neither encryption nor a login
 *
 *	pl_clamd_begin(address, 0, &c, diag) -> pl_clamd_write(c, piece)... -> pl_clamd_end(c, &answer, diag)
 *
 * What always holds:
 *  1. "Clean" is said only if the scanner said "stream: OK" of all bytes; whatever else happens is a failure, and no answer.
 *  2. Every question ends in time.
 *
 * One object belongs to one thread at a time.
 */
#ifndef PL_BASE_CLAMD_H
#define PL_BASE_CLAMD_H
#include "base/base.h"

#define PL_CLAMD_NAME_MAX 128u

struct pl_clamd_answer {
	bool found;
	char name[PL_CLAMD_NAME_MAX]; /* of what was found: printable ASCII */
};

/* May @address be used? PL_E_SYNTAX with words. */
pl_status pl_clamd_address_check(pl_str address, struct pl_diag *diag);

struct pl_clamd;
/* Connect; all of the question takes at most @total_ns (0: 60 s). PL_E_NET: nobody is there. PL_E_SYNTAX. */
pl_status pl_clamd_begin(pl_str address, uint64_t total_ns, struct pl_clamd **ret, struct pl_diag *diag);
/* PL_E_TOOBIG: longer than the scanner takes (StreamMaxLength). PL_E_NET, PL_E_TIMEOUT; PL_E_BUSY: it says that it failed. */
pl_status pl_clamd_write(struct pl_clamd *c, pl_bytes piece);
/* The answer about what was written. Failures as pl_clamd_write. */
pl_status pl_clamd_end(struct pl_clamd *c, struct pl_clamd_answer *ret);
/* NULL allowed. */
void pl_clamd_free(struct pl_clamd *c);
/* For PL_CLEANUP. */
static inline void pl_clamd_freep(struct pl_clamd **c) { pl_clamd_free(*c); }

/* Does it answer? As pl_clamd_begin and pl_clamd_write. */
pl_status pl_clamd_ping(pl_str address, struct pl_diag *diag);

/* Read an answer to INSTREAM, without its final NUL. PL_E_TOOBIG, PL_E_BUSY as above; PL_E_NET: not such an answer. Pure. */
pl_status pl_clamd_answer_read(pl_str text, struct pl_clamd_answer *ret);

#endif
