/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/casework/talk: what a sender and those who work on his case tell each other by the secret that he was given, so that somebody
 * who left no address can be asked, and answered.
 *
 * What always holds:
 *  1. An answer is sealed for a key that is made of the sender's secret, and lies beside the case; the secret is nowhere, so that
 *     only he opens it. The case's own file keeps the same words under the case's key.
 *  2. A message of the sender is sealed under a key of its own in the vault: whoever takes it in cannot read it, nor anything else. What is
 *     known of its files lies under the same key.
 *  3. A case takes at most PL_TALK_A_DAY messages a day, and at most PL_TALK_FILES_MAX files of its sender.
 *  4. A message that says which one it is (.once) is there once, however often it is sent within a day.
 *  5. Of a register that gives packages (register/package.h) no words go out that were not looked through for data of users.
 *  6. The key of a file that an answer brings lies in the case's file and, sealed for the sender's key, beside the answer; both go when the
 *     case is erased, and the file itself with them.
 */
#ifndef PL_REGISTER_CASEWORK_TALK_H
#define PL_REGISTER_CASEWORK_TALK_H
#include "register/promise.h"
#include "register/casework/attach.h"
#include "register/casework/casefile.h"

#define PL_TALK_A_DAY 20u
#define PL_TALK_ANSWERS_MAX 200u
#define PL_TALK_FILES_MAX 200u /* of the sender of one case, those of the form included */
#define PL_TALK_TEXT_MAX 16384u

/* What is said: a text, files, or both. */
struct pl_talk_said {
	pl_str text;
	const struct pl_attach_file *files; /* that pl_attach_keep has put into the blob store; they stay nobody's if this fails */
	size_t n_files;
	const struct pl_ulid *once;         /* of a message: chosen by its sender's page; NULL: it counts whenever it comes. With it the same text and
	                                     * the same files are there once */
	bool looked;                        /* of an answer: the text was looked through for data of users, and nothing is left that was not cleared
	                                     * (register/person/outgoing.h); asked of registers that give packages alone */
};

/* What an answer may bring ([answers] in pellucid.conf). PL_E_SYNTAX with words: a kind that is not known. PL_E_RANGE: more than
 * PL_ATTACH_TOTAL_MAX together. */
struct pl_talk_limits {
	unsigned files, types; /* types: enum pl_filetype, or-ed */
	uint64_t bytes;        /* of each */
};
pl_status pl_talk_limits(struct pl_instance *inst, struct pl_talk_limits *ret, struct pl_diag *diag);
/* May it go out to a person? Scanned already. PL_E_RANGE: its kind is none of them; PL_E_DENIED: the scanner found something; words
 * name the file. */
pl_status pl_talk_file_check(const struct pl_talk_limits *limits, const struct pl_attach_taken *t, struct pl_diag *diag);

/* Answer the sender of a case. PL_E_NOTFOUND: it was entered without a secret; PL_E_RANGE: neither text nor file; PL_E_DENIED: what
 * register/package.h says; otherwise as pl_casework_write and pl_attach_claim. */
pl_status pl_talk_answer(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	const struct pl_talk_said *said, struct pl_diag *diag);
/* The same inside of the caller's transaction; @e is its entry: time, account, and the case's key, which the caller has read. *@ret_file (may be NULL): the entry of its first file. */
pl_status pl_talk_answer_tx(struct pl_db_tx *tx, const struct pl_register *r, uint64_t number, const struct pl_casework_new *e,
	const struct pl_talk_said *said, uint64_t *ret_file);
/* A message of whoever has the secret of case @number. PL_E_EXISTS: it is there already; PL_E_DENIED: that were too many today; PL_E_NOSPACE: too
 * many files; PL_E_RANGE: neither text nor file; PL_E_STATE: erased; PL_E_CONFLICT as pl_attach_claim. */
pl_status pl_talk_message(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_talk_said *said,
	struct pl_diag *diag);

/* What a sender sees of a file that an answer brought. */
struct pl_talk_file {
	uint64_t seq, size;
	pl_str name;
	struct pl_digest sha256;
};
struct pl_talk_line {
	uint64_t seq, at; /* at: seconds */
	pl_str text;
	size_t n_files;
	struct pl_talk_file *files;
};
/* The answers, in order, opened with @secret, which must be the case's. PL_E_CORRUPT: it is not. */
pl_status pl_talk_read(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_secret *secret,
	struct pl_arena *arena, struct pl_talk_line **ret, size_t *ret_n);
/* What is known of file @seq of an answer. Wipe it. PL_E_NOTFOUND: no answer of this case brought it, or it was erased. PL_E_CORRUPT as above. */
pl_status pl_talk_file_find(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_register_secret *secret,
	uint64_t seq, struct pl_attach_file *ret);

#endif
