/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/serve: the loops of the two processes of an instance that hold keys: `pellucid log serve` (sequencer, projector,
 * caretaker, checkpoints of the database) and `pellucid signer`. They write events and end when a descriptor becomes readable.
 */
#ifndef PL_FACT_SERVE_H
#define PL_FACT_SERVE_H
#include "fact/instance.h"

/* Rhythms of what the log process does beside its work (fact/caretaker.h); 0: as said. */
struct pl_serve_options {
	uint64_t report_ns;      /* between signs of life: 5 s */
	uint64_t sweep_first_ns; /* from the start to the first sweep of unfinished uploads: a minute */
	uint64_t sweep_ns;       /* between sweeps: a day */
	uint64_t sweep_age_ns;   /* what is older is a leftover: a day */
};

/* Take statements from the outbox into the log and project them, until @stop_fd is readable. A trust file that was
 * replaced is read within a second, with the keys and witnesses that it names. A trouble that may pass (database, disk,
 * witnesses) is waited for; a log whose writer has given up is opened anew. @options NULL: the usual rhythms.
 * PL_E_CONFLICT: somebody else runs the log now; end without another word. PL_E_BUSY and the like: it could not be opened. */
pl_status pl_serve_log(struct pl_instance *inst, const struct pl_serve_options *options, int stop_fd,
	struct pl_diag *diag);

/* Serve the desk on the sockets signer-<peer>.sock in the configured directory until @stop_fd is readable. @inst may have
 * been opened with keys_only. PL_E_STATE: no directory is configured. */
pl_status pl_serve_signer(struct pl_instance *inst, int stop_fd, struct pl_diag *diag);

#endif
