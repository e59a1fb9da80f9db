/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/status: the one error type of the program.
 *
 * A function either succeeds (PL_OK, every ret_ parameter set) or fails (any other value, every ret_ parameter
 * untouched). errno means something only beside PL_E_IO. There is no thread-local error state; words for a person go
 * into an optional struct pl_diag (base/diag.h) where a person supplied the input.
 */
#ifndef PL_BASE_STATUS_H
#define PL_BASE_STATUS_H
#include <errno.h>

typedef enum [[nodiscard]] pl_status {
	PL_OK = 0,
	PL_E_SYNTAX,      /* text or bytes that do not follow their grammar */
	PL_E_RANGE,       /* well formed, but outside what is allowed */
	PL_E_TOOBIG,      /* larger than the stated maximum */
	PL_E_NOMEM,       /* memory was refused */
	PL_E_IO,          /* a system call failed; errno says how */
	PL_E_NOSPACE,     /* disk or quota is full; nothing was half done */
	PL_E_NOTFOUND,    /* the thing asked for is not there */
	PL_E_EXISTS,      /* the thing to be made is there already */
	PL_E_DENIED,      /* refused: not allowed to this caller, or not trusted. An answer, and it is no */
	PL_E_ACCESS,      /* the system or a server does not let us in (permission, credentials): no answer */
	PL_E_BUSY,        /* somebody else holds it; try again later */
	PL_E_TIMEOUT,     /* no answer in time; the outcome is unknown */
	PL_E_NET,         /* the other side could not be reached or broke off; the outcome may be unknown */
	PL_E_CORRUPT,     /* stored bytes contradict their digest or each other */
	PL_E_CONFLICT,    /* compare-and-swap found another value than expected */
	PL_E_MISMATCH,    /* genuine, but not about what it was given for */
	PL_E_SIGNATURE,   /* a signature does not verify, or none of the trusted keys signed */
	PL_E_PROOF,       /* an inclusion or consistency proof does not verify */
	PL_E_QUORUM,      /* too few trusted witnesses or signers */
	PL_E_EXPIRED,     /* past its validity */
	PL_E_ROLLBACK,    /* older than what was seen before */
	PL_E_HELD,        /* stored, not yet published: the log is held, or too few witnesses answer */
	PL_E_STATE,       /* not possible in the present state */
	PL_E_UNSUPPORTED, /* a known thing that this build or machine cannot do */
	PL_E_CANCELLED,   /* stopped on request */
	PL_E_INTERNAL,    /* our own mistake, found by a check */
	PL_STATUS_COUNT
} pl_status;

/* A short English text for @s, for example "not found". Never NULL; lives for ever. */
const char *pl_status_text(pl_status s);

/* The stable word for @s in logs and JSON, for example "notfound". Never NULL; lives for ever. */
const char *pl_status_word(pl_status s);

/* Map errno @err to a status: ENOENT -> NOTFOUND, EEXIST -> EXISTS, ENOSPC/EDQUOT -> NOSPACE, EACCES/EPERM/EROFS -> ACCESS,
 * ENOMEM -> NOMEM, everything else -> IO. Never PL_OK; here, so that the compiler sees it. */
static inline pl_status pl_status_from_errno(int err)
{
	switch (err) {
	case ENOENT:
		return PL_E_NOTFOUND;
	case EEXIST:
		return PL_E_EXISTS;
	case ENOSPC:
	case EDQUOT:
		return PL_E_NOSPACE;
	case EACCES:
	case EPERM:
	case EROFS:
		return PL_E_ACCESS;
	case ENOMEM:
		return PL_E_NOMEM;
	default:
		return PL_E_IO;
	}
}

#endif
