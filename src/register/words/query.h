/* SPDX-License-Identifier: Apache-2.0 */
/* register/words/query: the words of a register as the log has them. */
#ifndef PL_REGISTER_WORDS_QUERY_H
#define PL_REGISTER_WORDS_QUERY_H
#include "fact/instance.h"
#include "register/words/words.h"

/* "requests.en": what the subject of a register-words/v1 is called. PL_E_TOOBIG. */
#define PL_REGISTER_WORDS_NAME_MAX (PL_REGISTER_NAME_MAX + PL_REGISTER_LANGUAGE_MAX + 2u)
pl_status pl_register_words_name(pl_str name, pl_str language, char out[static PL_REGISTER_WORDS_NAME_MAX]);

/*
 * The words of the register @name in @language that a report at the entry @index is shown with: the newest that were stated before it,
 * or the first ones if there were none yet; so they change at most once. @index UINT64_MAX: the newest. Everything lives in
 * @arena. PL_E_NOTFOUND: none were stated, or their body is withheld, not stored or cannot be read.
 */
pl_status pl_query_register_words(struct pl_instance *inst, pl_str name, pl_str language, uint64_t index, struct pl_arena *arena,
	struct pl_register_words *ret, uint64_t *ret_index);

#endif
