/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/words: what the names of a declaration mean, in one language, for whoever reads a report
 * (docs/formats/register-words.md).
 *
 *	pellucid-register-words v1
 *	register requests
 *	language en
 *	title Requests of authorities
 *	about What authorities asked of us, and what they got.
 *	principle Nobody gets access to our systems.
 *	prohibited An order that may not be published is counted, and not opened, until it may.
 *	total user-data Requests for data of users | Requests that ask for what users gave when they used a product.
 *	table by-country By country | Where the authority sits.
 *	field country Country | Where the authority sits.
 *	value country not-stated not stated | The source does not say.
 *
 * What always holds:
 *  1. Words say nothing about numbers: whoever changes them changes no report.
 *  2. One text has one meaning; what is not understood is refused with its line.
 *
 * Pure; callable from any thread. Texts live in the arena that was handed in.
 */
#ifndef PL_REGISTER_WORDS_WORDS_H
#define PL_REGISTER_WORDS_WORDS_H
#include "register/declaration.h"

#define PL_REGISTER_WORDS_MAX 65536u /* bytes */
#define PL_REGISTER_WORDS_LINES_MAX 1024u
#define PL_REGISTER_WORDS_TEXTS_MAX 24u /* principles; and as many lines of what is prohibited */
#define PL_REGISTER_LANGUAGE_MAX 8u

enum pl_register_word_kind { PL_REGISTER_WORD_TOTAL, PL_REGISTER_WORD_TABLE, PL_REGISTER_WORD_FIELD, PL_REGISTER_WORD_VALUE };

struct pl_register_word {
	enum pl_register_word_kind kind;
	pl_str name, value; /* value: of PL_REGISTER_WORD_VALUE, whose name is the field */
	pl_str label, definition;
	unsigned line;
};

struct pl_register_words {
	pl_str name, language, title, about; /* about may be empty */
	size_t n_principles, n_prohibited, n;
	pl_str principles[PL_REGISTER_WORDS_TEXTS_MAX], prohibited[PL_REGISTER_WORDS_TEXTS_MAX];
	struct pl_register_word *words;
};

/* Read @text, which is copied into @arena. PL_E_SYNTAX, PL_E_EXISTS (a name twice), PL_E_TOOBIG, PL_E_NOMEM; words name the line. */
pl_status pl_register_words_parse(pl_str text, struct pl_arena *arena, struct pl_register_words *ret, struct pl_diag *diag);

/* What is said of a name, or NULL. @value is empty but for PL_REGISTER_WORD_VALUE. */
const struct pl_register_word *pl_register_words_find(const struct pl_register_words *w, enum pl_register_word_kind kind, pl_str name,
	pl_str value);

/* Do they speak of @decl and of what it declares only? PL_E_NOTFOUND with the line. */
pl_status pl_register_words_fit(const struct pl_register_words *w, const struct pl_register_decl *decl, struct pl_diag *diag);

/* The names of totals, tables and open fields of @decl that they leave unexplained, each with a line feed, appended to @out. */
void pl_register_words_missing(const struct pl_register_words *w, const struct pl_register_decl *decl, struct pl_buf *out);

#endif
