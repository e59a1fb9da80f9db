/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/rating: how the world calls a flaw, and how severe it is: fields with a check. */
#include "register/advisory/ident.h"
#include "register/vuln/case.h"
#include "register/vuln/internal.h"

#define VECTOR_BYTES 256u

struct rating {
	pl_str cve, cvss;
	const char *severity; /* NULL: left as it is */
};

static void set(struct pl_vuln_sets *s, const void *ctx)
{
	const struct rating *a = ctx;

	if (a->cve.len)
		pl_vuln_set_str(s, "cve", a->cve);
	else
		pl_vuln_set_absent(s, "cve");
	if (a->cvss.len)
		pl_vuln_set_str(s, "cvss", a->cvss);
	else if (pl_register_decl_field(s->decl, PL_STR("cvss")))
		pl_vuln_set_absent(s, "cvss");
	if (a->severity)
		pl_vuln_set_z(s, "severity", a->severity);
}

pl_status pl_vuln_score(pl_str vector, struct pl_vuln_score *ret, struct pl_diag *diag)
{
	static const char *const words[] = {
		[PL_CVSS_NONE] = "none", [PL_CVSS_LOW] = "low", [PL_CVSS_MEDIUM] = "medium", [PL_CVSS_HIGH] = "high",
		[PL_CVSS_CRITICAL] = "critical",
	};
	struct pl_vuln_score made = {0};
	struct pl_cvss_score score;
	pl_status st = pl_cvss_parse(vector, &made.vector, diag);

	if (st)
		return st;
	pl_cvss_score(&made.vector, &score);
	made.tenths = score.overall;
	made.severity = words[pl_cvss_severity(score.overall)];
	*ret = made;
	return PL_OK;
}

pl_status pl_vuln_rate(struct pl_vuln *c, pl_str cve, pl_str cvss, struct pl_register_case *ret, struct pl_diag *diag)
{
	struct pl_buf spelling PL_CLEANUP(pl_buf_done) = PL_BUF(VECTOR_BYTES);
	struct rating a = {.cve = cve};
	struct pl_vuln_score score;
	pl_status st = PL_OK;

	if (cve.len && !pl_ident_cve(cve))
		return pl_diag_set(diag, PL_E_SYNTAX, "an identifier of CVE is like CVE-2026-1234: a year and at least four digits");
	if (cvss.len)
		st = pl_vuln_score(cvss, &score, diag);
	if (st)
		return st;
	if (cvss.len) {
		pl_cvss_write(&spelling, &score.vector);
		st = pl_buf_status(&spelling);
		a.cvss = pl_buf_str(&spelling);
		a.severity = score.severity;
	}
	if (!st && pl_str_eq(a.cve, c->cve) && pl_str_eq(a.cvss, c->cvss) && (!a.severity || pl_str_eq(c->severity, pl_str_from(a.severity))))
		st = pl_diag_set(diag, PL_E_EXISTS, "that is what case %llu says already", (unsigned long long)c->v->at.number);
	return st ? st : pl_vuln_revise(c, set, &a, ret, diag);
}
