/* SPDX-License-Identifier: Apache-2.0 */
/* verify/say: what the reports of this room share: rows of words (text.c) and members of JSON (json.c). */
#ifndef PL_VERIFY_SAY_H
#define PL_VERIFY_SAY_H
#include "base/json.h"
#include "verify/verify.h"

/* "  label      " in dim. */
void pl_verify_put_row(struct pl_buf *out, const struct pl_verify_style *style, const char *label);
/* " (entry 10)" and the line's end. */
void pl_verify_put_place(struct pl_buf *out, const struct pl_verify_style *style, const struct pl_verify_entry *e);
/* "signed by service, approved by 2 officers", of one that counts. */
void pl_verify_put_signers(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_entry *e);
/* Which log, and by whom it was seen; or that nobody witnesses it. */
void pl_verify_put_log(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_style *style);
void pl_verify_put_witnesses(struct pl_buf *out, const struct pl_verify *v, const struct pl_verify_style *style);

/* Text of others, with everything that could play tricks as '?'. */
void pl_verify_set_safe(struct pl_json *o, const char *key, pl_str s);
void pl_verify_set_time(struct pl_json *o, const char *key, uint64_t t);
void pl_verify_set_digest(struct pl_json *o, const char *key, const struct pl_digest *d);
/* The members log, witnessed, quorumNone and witnesses. */
void pl_verify_set_log(struct pl_json *top, const struct pl_verify *v);
/* Append @top as one line with its line feed, and free it. */
pl_status pl_verify_finish(struct pl_json *top, struct pl_buf *out);

#endif
