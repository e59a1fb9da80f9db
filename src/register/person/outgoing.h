/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/outgoing: what is to go out to an authority from the desk, and what was found in it: a package of expertise made of files of the case, the words of
 * an answer, a mail. One person says of each finding why it may go, another one with the role legal or officer agrees, and with that it goes.
 *
 *	pellucid-outgoing v1
 *	register authority-requests
 *	number 3
 *	nonce 5f0a... (64 hexadecimal digits)
 *	what package                                             package, answer or mail
 *	language en
 *	part 7 sha256:... indicators.txt                         a file of the case, by its entry: packed, or enclosed with an answer
 *	clear email indicators.txt 35 sha256:... indicator       a finding, and why it may go
 *	subject Your request                                     of a mail
 *
 *	The words, to the end.
 *
 * What always holds:
 *  1. The text is an entry of the case's file, sealed as all words there. What is decided (a decision of people/decision) names its SHA-256; the nonce follows from the
 *     content by a key that is not in the database, so that the digest confirms no guess, and the same is proposed once.
 *  2. Who agrees saw what goes, byte for byte: files are named by their digests and looked through again before the voice counts. A finding that nobody cleared
 *     stands against it.
 *  3. Words go out in the transaction of the voice. A package is ordered in it (register/person/errand), because the process of the pages signs nothing.
 */
#ifndef PL_REGISTER_PERSON_OUTGOING_H
#define PL_REGISTER_PERSON_OUTGOING_H
#include "register/casework/decide.h"
#include "register/person/expertise.h"

#define PL_OUTGOING_KIND "outgoing"
#define PL_OUTGOING_ROLES ((unsigned)PL_STAFF_LEGAL | PL_STAFF_OFFICER) /* who agrees */
#define PL_OUTGOING_LIFE_NS (14 * 24 * 3600 * PL_SECOND)
#define PL_OUTGOING_PARTS_MAX 20u
#define PL_OUTGOING_FINDINGS_MAX 100u           /* that a page takes reasons for */
#define PL_OUTGOING_BYTES_MAX ((size_t)8 << 20) /* of all parts of a package that is made by the desk */
/* Names of the words among the files of a look. */
#define PL_OUTGOING_TEXT PL_STR("text")
#define PL_OUTGOING_SUBJECT PL_STR("subject")

enum pl_outgoing_what { PL_OUTGOING_PACKAGE, PL_OUTGOING_ANSWER, PL_OUTGOING_MAIL, PL_OUTGOING_WHATS };
extern const char *const pl_outgoing_words[PL_OUTGOING_WHATS + 1];

struct pl_outgoing_part {
	uint64_t seq; /* the entry of the file */
	struct pl_digest sha256;
	pl_str name;
};
struct pl_outgoing {
	enum pl_outgoing_what what;
	pl_str language; /* "en", "de": of what a package says in words */
	size_t n_parts;
	struct pl_outgoing_part part[PL_OUTGOING_PARTS_MAX];
	pl_str clear;    /* lines "clear KIND FILE OFFSET DIGEST REASON", each with its line feed */
	pl_str subject, text;
};

/* ---- the text; pure ---- */

/* Append it, with @nonce. */
void pl_outgoing_write(const struct pl_outgoing *o, pl_str reg, uint64_t number, const struct pl_digest *nonce, struct pl_buf *out);
/* The way back, for the case that is named. @ret borrows. PL_E_CORRUPT for any other spelling. */
pl_status pl_outgoing_parse(pl_str text, pl_str reg, uint64_t number, struct pl_outgoing *ret);

/* ---- looking through it ---- */

struct pl_outgoing_look {
	size_t n;
	struct pl_buf data[PL_OUTGOING_PARTS_MAX], names, networks, cleared;
	struct pl_expertise_file files[PL_OUTGOING_PARTS_MAX];
	struct pl_expertise *e;
};
/* The file of [answers] networks: private persons' networks. *@ret_has false: there is none. PL_E_* with words. */
pl_status pl_outgoing_networks(struct pl_instance *inst, struct pl_buf *out, bool *ret_has, struct pl_diag *diag);
/* Look through the words, or the files of the case that a package is made of (asks the vault for each as @who). @by: the name of the account that clears what
 * o->clear names; empty: nobody does. PL_E_TOOBIG with words: more than PL_OUTGOING_BYTES_MAX, or findings; PL_E_CONFLICT: a file is not the one that was named;
 * PL_E_SYNTAX: a name that a package cannot have; otherwise as pl_attach_find, pl_expertise_look. */
pl_status pl_outgoing_look(struct pl_person_desk *d, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, const struct pl_outgoing *o,
	pl_str by, struct pl_outgoing_look **ret, struct pl_diag *diag);
void pl_outgoing_look_free(struct pl_outgoing_look *l);
/* For PL_CLEANUP. */
static inline void pl_outgoing_look_freep(struct pl_outgoing_look **l) { pl_outgoing_look_free(*l); }

/* ---- two persons (outgoing_act.c) ---- */

/* Propose it, with an entry in the case's file. PL_E_EXISTS with the decision in *@ret: the same waits already. PL_E_UNSUPPORTED: the register gives no packages;
 * PL_E_TOOBIG, PL_E_STATE as pl_casework_put; otherwise as pl_instance_vault_read, pl_decision_propose. */
pl_status pl_outgoing_propose(const struct pl_case_deciding *by, const struct pl_person_desk *d, const struct pl_register *r, uint64_t number,
	const struct pl_outgoing *o, struct pl_ulid *ret, struct pl_diag *diag);
bool pl_outgoing_is(const struct pl_decision *x);
/* Which case decision @x is about, and what goes out. PL_E_NOTFOUND: about none. */
pl_status pl_outgoing_about(const struct pl_decision *x, pl_str *ret_name, uint64_t *ret_number, enum pl_outgoing_what *ret_what);
/* The decision that the "about" of a PL_CASEWORK_OUTGOING entry names. PL_E_CORRUPT. */
pl_status pl_outgoing_named(pl_str about, struct pl_ulid *ret_id, enum pl_outgoing_what *ret_what);
/* What @x is about, opened as @by, which is noted in the vault; text in @arena. *@ret_seq: its entry. PL_E_STATE with words: it was erased; PL_E_CORRUPT: the entry is
 * not what was proposed. */
pl_status pl_outgoing_read(const struct pl_case_deciding *by, const struct pl_register *r, const struct pl_decision *x, struct pl_arena *arena,
	struct pl_outgoing *ret, uint64_t *ret_seq, struct pl_diag *diag);
/* Agree with @x, whose bytes were shown, and let it go. PL_E_DENIED (who proposed it, another role), PL_E_CONFLICT with words (findings stand there that nobody
 * cleared; a file may not leave), PL_E_EXPIRED, PL_E_STATE; otherwise as pl_talk_answer, pl_casework_mail. */
pl_status pl_outgoing_approve(const struct pl_case_deciding *by, struct pl_person_desk *d, const struct pl_decision *x, struct pl_diag *diag);

/* ---- files of the case that go with an answer ---- */

/* Take the files @parts of the case again, for pl_attach_keep: each is a new one under a key of its own. Those of @t are ended by the caller, whatever comes back;
 * *@ret_n of them are there. PL_E_RANGE, PL_E_DENIED as pl_talk_file_check and pl_register_package_ask. */
struct pl_attach_taken;
pl_status pl_outgoing_enclose(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	const struct pl_outgoing *o, struct pl_attach_taken *t, size_t *ret_n, struct pl_diag *diag);

#endif
