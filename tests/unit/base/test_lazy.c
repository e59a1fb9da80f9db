/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"
#include "base/lazy.h"

static struct {
	double (*cos)(double);
	double (*sin)(double);
} table;
static const char *const good[] = {"cos", "sin"}, *const bad[] = {"cos", "no_such_function"};

static void a_table_is_filled_once(void **state)
{
	struct pl_lazy lib = {.file = "libm.so.6", .names = good, .n = 2, .table = &table};

	(void)state;
	assert_int_equal(pl_lazy_load(&lib, NULL), PL_OK);
	assert_true(table.cos(0) > 0.9 && table.sin(0) < 0.1);
	table.sin = table.cos;
	assert_int_equal(pl_lazy_load(&lib, NULL), PL_OK);
	assert_true(table.sin == table.cos);
	memset(&table, 0, sizeof table);
}

static void what_is_missing_is_named(void **state)
{
	struct pl_lazy none = {.file = "libpellucid-none.so.9", .names = good, .n = 2, .table = &table};
	struct pl_lazy half = {.file = "libm.so.6", .names = bad, .n = 2, .table = &table};
	struct pl_diag diag = {0};

	(void)state;
	assert_int_equal(pl_lazy_load(&none, &diag), PL_E_UNSUPPORTED);
	assert_non_null(strstr(diag.text, "libpellucid-none.so.9"));
	assert_non_null(strstr(diag.hint, "libpellucid-none.so.9"));
	diag = (struct pl_diag){0};
	assert_int_equal(pl_lazy_load(&half, &diag), PL_E_UNSUPPORTED);
	assert_non_null(strstr(diag.text, "libm.so.6 has no function no_such_function"));
	assert_null(table.cos); /* whole or not at all */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_is_filled_once),
		cmocka_unit_test(what_is_missing_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
