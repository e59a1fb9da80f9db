/* SPDX-License-Identifier: Apache-2.0 */
/* Seals with an end: who is told when, once; what opens before, and what an unfinished transaction leaves. */
#include "../base/testing.h"
#include "../release/instance.h"
#include "base/time.h"
#include "register/casework/sealing.h"

#define DAY UINT64_C(86400)
#define NOON (UINT64_C(20800) * DAY + DAY / 2) /* of some day */

static const char text[] = "pellucid-register v1\nname tips\nsource intake\nexistence exact\nopens rows\nlate-after 7\nopen-after 0\n"
			   "retain 24\nfield received time open\nfield kind enum open good,bad\ntotal cases count\n";
static const struct pl_ulid nobody;

struct world {
	struct pl_instance *inst;
	struct pl_register *r;
};

static pl_status enter(void *ctx, struct pl_db_tx *tx)
{
	struct world *w = ctx;
	struct pl_register_values v = {0};
	struct pl_register_case made;
	uint8_t received[8];

	pl_be64_write(received, NOON - 3600);
	v.v[0] = (struct pl_commit_value){true, pl_bytes_of(received, 8)};
	v.v[1] = (struct pl_commit_value){true, pl_str_bytes(PL_STR("good"))};
	return pl_register_enter(tx, w->r, &v, NULL, NOON, &made, NULL);
}

/* An instance that tells, and a register with two cases. */
static void open_world(struct world *w, void *state, const char *name)
{
	struct pl_instance_options opt = release_options();
	struct pl_diag diag = {0};
	char path[256];

	*w = (struct world){.inst = release_instance(state, name)};
	pl_instance_close(w->inst);
	RUN(state, name, "sed", "-i", "s/^smtp = .*/smtp = smtp:\\/\\/127.0.0.1:25/; s/^from = .*/from = a@b.example/; s/^alarms = .*/alarms = d@b.example/",
		"pellucid.conf");
	scratch_path(state, name, path);
	if (pl_instance_open(path, &opt, &w->inst, &diag) || pl_register_add(w->inst, pl_str_from(text), 0, &w->r, &diag) ||
		pl_db_tx(pl_instance_db(w->inst), enter, w) || pl_db_tx(pl_instance_db(w->inst), enter, w))
		fail_msg("%s", diag.text);
}

static void close_world(struct world *w)
{
	pl_register_close(w->r);
	pl_instance_close(w->inst);
}

struct act {
	const struct world *w;
	uint64_t number, ends, now;
	bool open, give_up;
};

static pl_status do_act(void *ctx, struct pl_db_tx *tx)
{
	const struct act *a = ctx;
	pl_status st = a->open ? pl_sealing_open(tx, a->w->r, a->number, &nobody, a->now, NULL) :
				 pl_sealing_seal(tx, a->w->r, a->number, &nobody, a->ends, a->now, NULL);

	return !st && a->give_up ? PL_E_CANCELLED : st;
}

static pl_status seal(const struct world *w, uint64_t number, uint64_t ends, uint64_t now)
{
	return pl_db_tx(pl_instance_db(w->inst), do_act, &(struct act){.w = w, .number = number, .ends = ends, .now = now});
}

static pl_status open_case(const struct world *w, uint64_t number, uint64_t now)
{
	return pl_db_tx(pl_instance_db(w->inst), do_act, &(struct act){.w = w, .number = number, .now = now, .open = true});
}

static void told_are(const struct world *w, uint64_t now, uint64_t cases)
{
	struct pl_diag diag = {0};
	uint64_t n = 99;

	if (pl_sealing_tell(w->inst, now * PL_SECOND, &n, &diag))
		fail_msg("%s", diag.text);
	assert_int_equal(n, cases);
}

static void an_end_is_told_before_and_when_it_comes(void **state)
{
	const uint64_t end = (NOON / DAY + 30) * DAY;
	struct world w;

	open_world(&w, *state, "told");
	assert_int_equal(seal(&w, 1, end, NOON), PL_OK);
	told_are(&w, NOON, 0);
	told_are(&w, end - PL_SEALING_LEAD - 1, 0);
	told_are(&w, end - PL_SEALING_LEAD, 1);
	told_are(&w, end - PL_SEALING_LEAD, 0); /* once */
	told_are(&w, end - 1, 0);
	told_are(&w, end, 1);
	told_are(&w, end + 400 * DAY, 0);
	/* Another end is another warning. */
	assert_int_equal(seal(&w, 1, end + 60 * DAY, end), PL_OK);
	told_are(&w, end + 60 * DAY, 1);
	assert_int_equal(open_case(&w, 1, end + 60 * DAY), PL_OK);
	assert_int_equal(seal(&w, 1, end + 90 * DAY, end + 60 * DAY), PL_OK);
	assert_int_equal(open_case(&w, 1, end + 90 * DAY), PL_OK);
	told_are(&w, end + 100 * DAY, 0); /* what is open has no end that comes */
	close_world(&w);
}

static void without_an_end_somebody_is_asked_every_half_year(void **state)
{
	struct world w;

	open_world(&w, *state, "asked");
	assert_int_equal(seal(&w, 2, 0, NOON), PL_OK);
	told_are(&w, NOON + PL_SEALING_REVIEW - 1, 0);
	told_are(&w, NOON + PL_SEALING_REVIEW, 1);
	told_are(&w, NOON + PL_SEALING_REVIEW, 0);
	told_are(&w, NOON + 2 * PL_SEALING_REVIEW, 1);
	assert_int_equal(open_case(&w, 2, NOON + 1), PL_OK); /* nobody named a day before which it may not */
	close_world(&w);
}

static void nothing_opens_before_its_end(void **state)
{
	const uint64_t end = (NOON / DAY + 1) * DAY;
	struct pl_sealing s;
	struct world w;

	open_world(&w, *state, "before");
	assert_int_equal(open_case(&w, 1, NOON), PL_E_STATE); /* is open */
	assert_int_equal(seal(&w, 1, NOON / DAY * DAY - 1, NOON), PL_E_RANGE);
	assert_int_equal(seal(&w, 3, end, NOON), PL_E_STATE); /* there is no such case */
	assert_int_equal(seal(&w, 1, end, NOON), PL_OK);
	assert_int_equal(seal(&w, 1, 0, NOON), PL_E_STATE); /* its end does not go by the way */
	assert_int_equal(open_case(&w, 1, end - 1), PL_E_DENIED);
	assert_int_equal(pl_db_tx(pl_instance_db(w.inst), do_act, &(struct act){.w = &w, .number = 1, .now = end, .open = true, .give_up = true}),
		PL_E_CANCELLED);
	assert_int_equal(pl_sealing_get(w.inst, w.r, 1, &s), PL_OK);
	assert_int_equal(s.ends, end);
	assert_int_equal(s.opened, 0); /* what was not finished opened nothing */
	assert_int_equal(open_case(&w, 1, end), PL_OK);
	assert_int_equal(open_case(&w, 1, end), PL_E_STATE);
	assert_int_equal(pl_sealing_get(w.inst, w.r, 1, &s), PL_OK);
	assert_int_equal(s.opened, end);
	assert_int_equal(pl_sealing_get(w.inst, w.r, 2, &s), PL_E_NOTFOUND);
	close_world(&w);
}

static void those_that_end_soonest_stand_first(void **state)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA((size_t)1 << 20);
	struct pl_sealing *list;
	struct world w;
	size_t n = 0;

	open_world(&w, *state, "order");
	assert_int_equal(seal(&w, 1, 0, NOON), PL_OK);
	assert_int_equal(seal(&w, 2, NOON + 9 * DAY, NOON), PL_OK);
	assert_int_equal(pl_sealing_list(w.inst, 10, &arena, &list, &n), PL_OK);
	assert_int_equal(n, 2);
	assert_int_equal(list[0].number, 2);
	assert_int_equal(list[1].number, 1);
	assert_int_equal(list[1].ends, 0);
	assert_int_equal(pl_sealing_list(w.inst, 1, &arena, &list, &n), PL_OK);
	assert_int_equal(n, 1);
	close_world(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_end_is_told_before_and_when_it_comes, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(without_an_end_somebody_is_asked_every_half_year, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(nothing_opens_before_its_end, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(those_that_end_soonest_stand_first, scratch_setup, scratch_teardown),
	};

	return cmocka_run_group_tests_name("register/sealing", tests, NULL, NULL);
}
