/* SPDX-License-Identifier: Apache-2.0 */
/* The path of a statement through a whole instance, on the engine set under test. */
#include "fact_test.h"
#include "base/file.h"
#include "base/time.h"
#include "fact_world.h"
#include "fact/instance.h"
#include "fact/projector.h"
#include "fact/sequencer.h"

static void init_states_the_beginning(void **state)
{
	struct pl_instance *inst = world_init("begin", 2, 1);
	struct pl_projector *p = NULL;
	const struct pl_keys *keys;
	struct pl_outbox_counts counts;
	uint64_t index;

	assert_ok(pl_outbox_count(pl_instance_db(inst), &counts));
	assert_int_equal(counts.projected, 4); /* inception, service, two officers */
	assert_int_equal(counts.waiting + counts.logged + counts.refused, 0);
	assert_ok(pl_projector_open(inst, &p, NULL));
	assert_int_equal(pl_projector_position(p), 4);
	pl_projector_close(p);
	assert_ok(pl_instance_keys(inst, &keys, &index, NULL));
	assert_int_equal(index, 4);
	assert_int_equal(pl_keys_count(keys), 4); /* the root, too */
	assert_int_equal(pl_keys_officers_needed(keys), 1);
	world_close(inst);
}

static void a_statement_goes_all_the_way(void **state)
{
	struct pl_instance *inst = world_init("path", 1, 1);
	struct pl_outbox_ref refs[20];
	struct pl_diag diag = {0};

	for (size_t i = 0; i < PL_COUNT(refs); i++)
		world_state_document(inst, i, &refs[i]);
	world_settle(inst, refs, PL_COUNT(refs));
	for (size_t i = 0; i < PL_COUNT(refs); i++) {
		struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
		struct pl_outbox_row row;

		assert_ok(pl_outbox_find(pl_instance_db(inst), &refs[i].entry, &arena, &row));
		assert_int_equal(row.state, PL_OUTBOX_PROJECTED);
		assert_int_equal(row.index, 3 + i); /* in the order of their numbers */
		assert_int_equal(row.number, 1 + i);
	}
	/* Once more: nothing is left to do. */
	assert_ok(pl_instance_settle(inst, refs, PL_COUNT(refs), PL_OUTBOX_PROJECTED, PL_SECOND, &diag));
	world_close(inst);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(init_states_the_beginning),
		cmocka_unit_test(a_statement_goes_all_the_way),
	};

	return cmocka_run_group_tests(tests, world_begin, world_end);
}
