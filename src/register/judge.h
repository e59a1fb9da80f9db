/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/judge: does the log that a proof bundle shows say what was counted from an openings file?
 *
 * Pure; callable from any thread.
 */
#ifndef PL_REGISTER_JUDGE_H
#define PL_REGISTER_JUDGE_H
#include "register/recount.h"
#include "verify/verify.h"

/* The entry of the bundle that counts and states a report about the file, or NULL. */
const struct pl_verify_entry *pl_register_report_stated(const struct pl_verify *v);

/* Told every register-sample/v1 of the bundle about the report that counts. @why is NULL if its cases are those that its words draw, else
 * why they are not: then it says nothing about the report. */
typedef void (*pl_register_sample_told)(void *ctx, const struct pl_verify_entry *e, const char *why);

/* Do that entry, and heads of the bundle that stand before it and count, say what was counted from the file with the digest @file? If
 * they do, @told (may be NULL) hears of samples.
 * PL_E_PROOF with words that name the total or head that does not fit. */
pl_status pl_register_report_judge(const struct pl_verify *v, const struct pl_digest *file, const struct pl_recount *counted,
	pl_register_sample_told told, void *ctx, struct pl_diag *diag);

#endif
