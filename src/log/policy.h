/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/policy: whom a verifier trusts. A C2SP tlog-policy (logs, witnesses, groups, one quorum) and, where the file says
 * so, what Pellucid adds to it: root keys with a threshold, and rebuilders. With the additions it is a *trust file*
 * (docs/formats/trust-file.md); they stand in comment lines, so that every stock tlog-policy parser reads the same file.
 *
 * What always holds:
 *  1. Fail closed: an unknown line, a name used twice, a key used twice, two quorum lines or none refuse the file.
 *  2. A line that is lost can only make the policy stricter or the file invalid, never more trusting.
 *  3. A known key whose signature is bad makes the whole checkpoint invalid, whatever else is on it.
 *  4. `quorum none` must be written out, and shows in every verdict as "not witnessed" (PL_POLICY_NOT_WITNESSED).
 *
 * A policy owns its text and is not changed after parsing: any number of threads may use one.
 */
#ifndef PL_LOG_POLICY_H
#define PL_LOG_POLICY_H
#include "log/checkpoint.h"

#define PL_POLICY_TEXT_MAX (256u * 1024u)
#define PL_POLICY_LOGS_MAX 64u
#define PL_POLICY_WITNESSES_MAX 64u
#define PL_POLICY_GROUPS_MAX 64u
#define PL_POLICY_ROOTS_MAX 16u
#define PL_POLICY_REBUILDERS_MAX 32u

struct pl_policy_log {
	struct pl_vkey key; /* its name is the origin */
	pl_str url;         /* may be empty */
};

struct pl_policy_witness {
	pl_str name; /* in this file; the key has a name of its own */
	struct pl_vkey key;
	pl_str url; /* submission prefix; may be empty */
};

/* A root key or a rebuilder of the trust file. */
struct pl_policy_key {
	pl_str name;
	struct pl_pubkey key;
};

struct pl_policy;

/* Read a policy or trust file; @text is copied. PL_E_SYNTAX with line and words, PL_E_TOOBIG, PL_E_NOMEM. */
pl_status pl_policy_parse(pl_str text, struct pl_policy **ret, struct pl_diag *diag);
void pl_policy_free(struct pl_policy *p);
/* For PL_CLEANUP. */
void pl_policy_freep(struct pl_policy **p);

size_t pl_policy_logs(const struct pl_policy *p, const struct pl_policy_log **ret);
size_t pl_policy_witnesses(const struct pl_policy *p, const struct pl_policy_witness **ret);
/* The first log line with this origin, or NULL. There may be more: keys that follow one another sign together for a
 * while, and a checkpoint counts that any of them signed. */
const struct pl_policy_log *pl_policy_log_find(const struct pl_policy *p, pl_str origin);
/* True: the file says `quorum none`. */
bool pl_policy_unwitnessed(const struct pl_policy *p);
/* What is said of what was judged by such a file, by every verifier. */
#define PL_POLICY_NOT_WITNESSED "NOT WITNESSED: no witness is asked for (quorum none); others may be shown another log"
/* The name on the quorum line ("none" too). */
pl_str pl_policy_quorum_name(const struct pl_policy *p);
/* The smallest number of witnesses whose absence makes the quorum impossible: "n - q + 1" for a q-of-n group. 0 with
 * `quorum none`. If that many witnesses answer, no quorum can exist without one of them. */
size_t pl_policy_blocking(const struct pl_policy *p);
/* Do the witnesses marked in @have (one bool per witness, in file order) make the quorum? False with `quorum none`. */
bool pl_policy_quorum_met(const struct pl_policy *p, const bool *have);
/* Do the witnesses marked in @have meet every possible quorum, so that none can exist without one of them? False with
 * `quorum none`. This is the "n - q + 1 have answered" rule, for nested groups too. */
bool pl_policy_blocks(const struct pl_policy *p, const bool *have);

/* ---- trust file additions ---- */

/* Was there a `#pellucid trust v1` line? */
bool pl_policy_is_trust_file(const struct pl_policy *p);
size_t pl_policy_roots(const struct pl_policy *p, const struct pl_policy_key **ret);
/* Distinct root keys that must sign what roots sign; 0 if the file names no roots. */
unsigned pl_policy_root_threshold(const struct pl_policy *p);
size_t pl_policy_rebuilders(const struct pl_policy *p, const struct pl_policy_key **ret);
/* Distinct rebuilders whose verdict a verifier wants; 0 if the file does not ask for any. */
unsigned pl_policy_rebuild_threshold(const struct pl_policy *p);

/* Write a policy: one log, @n witnesses (names w1.. if a name is empty), a group "quorum" of @k of them; k = 0 writes
 * `quorum none`. Roots and rebuilders make it a trust file. */
struct pl_policy_recipe {
	const struct pl_policy_log *logs;
	size_t n_logs;
	const struct pl_policy_witness *witnesses;
	size_t n_witnesses;
	unsigned quorum;
	const struct pl_policy_key *roots;
	size_t n_roots;
	unsigned root_threshold;
	const struct pl_policy_key *rebuilders;
	size_t n_rebuilders;
	unsigned rebuild_threshold;
};
void pl_policy_write(struct pl_buf *out, const struct pl_policy_recipe *recipe);

/* Append the policy @text with the log line of @fresh where that of @old stands: behind it (@keep_old) or instead of
 * it; everything else stays byte for byte. @fresh takes over @old's address. Repeating it changes nothing.
 * PL_E_NOTFOUND: neither key has a line. */
pl_status pl_policy_replace_log(struct pl_buf *out, pl_str text, const struct pl_vkey *old, const struct pl_vkey *fresh,
	bool keep_old);
/* The text that @p was read from; lives as long as @p. */
pl_str pl_policy_text(const struct pl_policy *p);

/* ---- judging a checkpoint ---- */

struct pl_policy_cosigned {
	bool counts;   /* a valid cosignature of this witness is there */
	uint64_t time; /* its time, ns; the latest if there are several */
};

struct pl_policy_verdict {
	const struct pl_policy_log *log; /* which log signed; never NULL after PL_OK */
	bool quorum_met;                 /* always false with `quorum none` */
	bool unwitnessed;                /* the policy asks for no witness: say PL_POLICY_NOT_WITNESSED */
	size_t n_counted;                /* witnesses whose cosignature counts */
	uint64_t earliest, latest;       /* their times, ns; 0 if none counts */
	struct pl_policy_cosigned witness[PL_POLICY_WITNESSES_MAX]; /* in file order */
};

/* Judge the signed checkpoint @text. PL_OK means: signed by a log of the policy whose name is its origin, no known key
 * signed badly; look at the verdict for the witnesses. PL_E_SYNTAX; PL_E_SIGNATURE (no known log signed, or a known
 * key's signature is bad). @ret_cp borrows from @text. */
pl_status pl_policy_check(const struct pl_policy *p, pl_str text, struct pl_checkpoint *ret_cp,
	struct pl_policy_verdict *ret, struct pl_diag *diag);
/* The same, and PL_E_QUORUM unless the quorum is met or the policy says `quorum none`. */
pl_status pl_policy_accept(const struct pl_policy *p, pl_str text, struct pl_checkpoint *ret_cp,
	struct pl_policy_verdict *ret, struct pl_diag *diag);

#endif
