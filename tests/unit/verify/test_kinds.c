/* SPDX-License-Identifier: Apache-2.0 */
/* What the verifier knows about kinds of statements is what the programs that make them know: same types, same rights. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "cli/rooms.h"
#include "fact/predicates.h"
#include "verify/verify.h"

static void every_kind_has_the_rights_of_its_room(void **state)
{
	struct pl_vocabulary v;
	const struct pl_verify_kind *kind;
	size_t n = 0;

	(void)state;
	pl_vocabulary_init(&v, pl_rooms, pl_rooms_count);
	for (; (kind = pl_verify_kind_at(n)); n++) {
		const struct pl_predicate *row = pl_vocabulary_find(&v, pl_str_from(kind->row.type));

		if (!row) {
			fail_msg("no room makes statements of type %s", kind->row.type);
			return;
		}
		assert_int_equal(kind->row.signers, row->signers);
		assert_int_equal(kind->row.approval, row->approval);
		assert_true(kind->row.holder == row->holder ||
			(kind->row.holder && row->holder && strcmp(kind->row.holder, row->holder) == 0));
	}
	for (size_t r = 0; r < v.n_rooms; r++)
		n -= v.rooms[r]->n_predicates;
	assert_int_equal(n, 0); /* and none is missing */
}

static void words_find_their_kind(void **state)
{
	const struct pl_verify_kind *kind;

	(void)state;
	for (size_t i = 0; (kind = pl_verify_kind_at(i)); i++) {
		assert_ptr_equal(pl_verify_kind_named(pl_str_from(kind->word)), kind);
		assert_ptr_equal(pl_verify_kind_named(pl_str_from(kind->row.type)), kind);
	}
	assert_null(pl_verify_kind_named(PL_STR("nonsense")));
	assert_null(pl_verify_kind_named(PL_STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_the_rights_of_its_room),
		cmocka_unit_test(words_find_their_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
