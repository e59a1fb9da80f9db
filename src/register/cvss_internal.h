/* SPDX-License-Identifier: Apache-2.0 */
/* register/cvss_internal: what the files of register/cvss share. Metrics are numbered as in cvss_metrics.c. */
#ifndef PL_REGISTER_CVSS_INTERNAL_H
#define PL_REGISTER_CVSS_INTERNAL_H
#include "register/cvss.h"

enum {
	PL_CVSS_31_AV, PL_CVSS_31_AC, PL_CVSS_31_PR, PL_CVSS_31_UI, PL_CVSS_31_S, PL_CVSS_31_C, PL_CVSS_31_I, PL_CVSS_31_A,
	PL_CVSS_31_E, PL_CVSS_31_RL, PL_CVSS_31_RC, PL_CVSS_31_CR, PL_CVSS_31_IR, PL_CVSS_31_AR,
	PL_CVSS_31_MODIFIED, /* MAV and on, in the order of the base metrics */
	PL_CVSS_31_COUNT = 22,
};

enum {
	PL_CVSS_40_AV, PL_CVSS_40_AC, PL_CVSS_40_AT, PL_CVSS_40_PR, PL_CVSS_40_UI, PL_CVSS_40_VC, PL_CVSS_40_VI, PL_CVSS_40_VA,
	PL_CVSS_40_SC, PL_CVSS_40_SI, PL_CVSS_40_SA, PL_CVSS_40_E, PL_CVSS_40_CR, PL_CVSS_40_IR, PL_CVSS_40_AR,
	PL_CVSS_40_MODIFIED, /* MAV and on, in the order of the base metrics */
	PL_CVSS_40_COUNT = 32,
};

/* How many metrics @version has. */
size_t pl_cvss_count(enum pl_cvss_version version);

/* Scores in tenths. */
void pl_cvss_31_score(const struct pl_cvss *v, struct pl_cvss_score *ret);
unsigned pl_cvss_40_score(const struct pl_cvss *v);

#endif
