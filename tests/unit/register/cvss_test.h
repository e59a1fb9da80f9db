/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of CVSS share. */
#ifndef PL_TEST_REGISTER_CVSS_H
#define PL_TEST_REGISTER_CVSS_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "register/cvss.h"

#define BASE_31 "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
#define BASE_40 "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"

static inline struct pl_cvss parsed(pl_str text)
{
	struct pl_diag diag = {0};
	struct pl_cvss v = {0};

	if (pl_cvss_parse(text, &v, &diag))
		fail_msg("%.*s: %s", PL_STR_ARG(text), diag.text);
	return v;
}

static inline unsigned overall(const struct pl_cvss *v)
{
	struct pl_cvss_score s;

	pl_cvss_score(v, &s);
	return s.overall;
}

#endif
