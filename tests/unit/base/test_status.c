/* SPDX-License-Identifier: Apache-2.0 */
#include "testing.h"
#include <errno.h>

static void every_status_has_its_own_word(void **state)
{
	for (int i = 0; i < PL_STATUS_COUNT; i++) {
		assert_non_null(pl_status_text((pl_status)i));
		assert_true(strlen(pl_status_word((pl_status)i)) > 0);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(pl_status_word((pl_status)i), pl_status_word((pl_status)k));
	}
	assert_string_equal(pl_status_word(PL_STATUS_COUNT), "unknown");
	assert_string_equal(pl_status_text((pl_status)-1), "unknown status");
}

static void maps_errno(void **state)
{
	static const struct {
		int err;
		pl_status st;
	} cases[] = {
		{ENOENT, PL_E_NOTFOUND}, {EEXIST, PL_E_EXISTS}, {ENOSPC, PL_E_NOSPACE}, {EDQUOT, PL_E_NOSPACE},
		{EACCES, PL_E_ACCESS}, {EPERM, PL_E_ACCESS}, {EROFS, PL_E_ACCESS}, {ENOMEM, PL_E_NOMEM}, {EIO, PL_E_IO}, {EBADF, PL_E_IO},
	};

	for (size_t i = 0; i < PL_COUNT(cases); i++)
		assert_int_equal(pl_status_from_errno(cases[i].err), cases[i].st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_its_own_word), cmocka_unit_test(maps_errno),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
