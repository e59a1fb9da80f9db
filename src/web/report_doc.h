/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/report_doc: the document of a report in a language of the catalogues: the operator's words where there are some, and sentences made
 * from the declaration where there are none.
 *
 * Pure; callable from any thread.
 */
#ifndef PL_WEB_REPORT_DOC_H
#define PL_WEB_REPORT_DOC_H
#include "register/export/doc.h"
#include "register/query.h"
#include "register/words/words.h"
#include "web/message.h"

struct pl_report_source {
	const struct pl_recount *counted;
	const struct pl_register_decl *decl; /* whose fields are meant where it is an earlier declaration; NULL: that of .counted */
	const struct pl_query_report *stated;
	bool has_replaced;
	uint64_t replaced;                     /* the entry of the edition before */
	size_t n_late;                         /* late heads between the two of the report: the first of .all_late */
	uint64_t all_late;
	const struct pl_query_late *late;
	const struct pl_register_words *words; /* NULL: none were stated in this language */
	enum pl_lang lang;
};

static inline const struct pl_register_decl *pl_report_source_decl(const struct pl_report_source *s)
{
	return s->decl ? s->decl : s->counted->decl;
}

/* Lists and made texts live in @arena, the rest borrows from @s. PL_E_TOOBIG, PL_E_NOMEM. */
pl_status pl_report_doc_make(const struct pl_report_source *s, struct pl_arena *arena, struct pl_report_doc *ret);

/* The headings of a document in @lang; they live for ever. */
void pl_report_headings_of(enum pl_lang lang, struct pl_report_headings *ret);

/* A name of the declaration @d in people's words: of a total, a table or a field; of a value of the derived field @field. */
pl_status pl_report_name_of(const struct pl_report_source *s, enum pl_register_word_kind kind, pl_str name, struct pl_arena *arena,
	struct pl_report_name *ret);
pl_status pl_report_value_name(const struct pl_report_source *s, size_t field, pl_str value, struct pl_arena *arena,
	struct pl_report_name *ret);

#endif
