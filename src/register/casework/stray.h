/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/stray: files in the blob store that no row names: what a database that was restored from an older copy does not know.
 *
 * What always holds:
 *  1. Only a blob that begins as files of cases do (PL_ATTACH_HEAD) is a stray; public bodies, and whatever else the store holds, are left alone.
 *  2. What a row of any room names is none (pl_fact_blob_named), and is asked for again before it is removed. A row is written before its blob is put
 *     (attach.h, fact 2) and the key of a file is new each time, so that no row can come later for a blob that lies there.
 *  3. Nothing is removed that the store got less than the given time ago: until then a newer copy of the database may still be found.
 */
#ifndef PL_REGISTER_CASEWORK_STRAY_H
#define PL_REGISTER_CASEWORK_STRAY_H
#include "register/casework/attach.h"

#define PL_STRAY_DAYS 7u /* until a stray may go, unless somebody says otherwise */

struct pl_stray {
	struct pl_digest blob;
	uint64_t size, since; /* as stored; ns, or PL_BLOB_SINCE_NEVER */
	bool young, removed;
};

struct pl_stray_how {
	uint64_t now, age; /* ns; younger ones stay */
	bool remove;
	pl_status (*found)(void *ctx, const struct pl_stray *s); /* told of each; may be NULL. A status other than PL_OK ends it */
	void (*looked)(void *ctx, uint64_t blobs);               /* for a progress bar; may be NULL */
	void *ctx;
};

struct pl_stray_counts {
	uint64_t blobs, named;  /* in the store; that a row names */
	uint64_t others;        /* that none names and that are no strays: left alone */
	uint64_t strays, young, removed, bytes; /* bytes: of all strays */
};

/* Look at every blob of the store. PL_E_BUSY, PL_E_ACCESS, PL_E_IO of the store with words; or what .found said. */
pl_status pl_stray_sweep(struct pl_instance *inst, const struct pl_stray_how *how, struct pl_stray_counts *ret, struct pl_diag *diag);

#endif
