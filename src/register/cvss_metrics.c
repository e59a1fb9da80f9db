/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The metrics and values of CVSS 3.1 (section 6, table 15) and 4.0 (section 7, table 23) with the standard's names.
 *
 * Values are sorted from the most severe to the least (4.0 section 2 gives that order for its base metrics): an index
 * is a severity level; those that may be left out have X before them. A modified metric has the values of its base
 * metric behind X; MSI and MSA of 4.0 have Safety as one more, last.
 */
#include "register/cvss_internal.h"

#define X {"X", "Not Defined"}
#define VALUES(name, ...) static const struct pl_cvss_value name[] = {__VA_ARGS__}
#define METRIC(abbr, name, group, values) {abbr, name, PL_CVSS_##group, PL_COUNT(values), values}

/* Both versions. */
VALUES(av, {"N", "Network"}, {"A", "Adjacent"}, {"L", "Local"}, {"P", "Physical"});
VALUES(mav, X, {"N", "Network"}, {"A", "Adjacent"}, {"L", "Local"}, {"P", "Physical"});
VALUES(ac, {"L", "Low"}, {"H", "High"});
VALUES(mac, X, {"L", "Low"}, {"H", "High"});
VALUES(pr, {"N", "None"}, {"L", "Low"}, {"H", "High"});
VALUES(mpr, X, {"N", "None"}, {"L", "Low"}, {"H", "High"});
VALUES(impact, {"H", "High"}, {"L", "Low"}, {"N", "None"});
VALUES(modified_impact, X, {"H", "High"}, {"L", "Low"}, {"N", "None"});
VALUES(requirement, X, {"H", "High"}, {"M", "Medium"}, {"L", "Low"});

VALUES(ui_31, {"N", "None"}, {"R", "Required"});
VALUES(mui_31, X, {"N", "None"}, {"R", "Required"});
VALUES(scope, {"C", "Changed"}, {"U", "Unchanged"});
VALUES(modified_scope, X, {"C", "Changed"}, {"U", "Unchanged"});
VALUES(e_31, X, {"H", "High"}, {"F", "Functional"}, {"P", "Proof-of-Concept"}, {"U", "Unproven"});
VALUES(rl, X, {"U", "Unavailable"}, {"W", "Workaround"}, {"T", "Temporary Fix"}, {"O", "Official Fix"});
VALUES(rc, X, {"C", "Confirmed"}, {"R", "Reasonable"}, {"U", "Unknown"});

static const struct pl_cvss_metric metrics_31[] = {
	METRIC("AV", "Attack Vector", BASE, av),
	METRIC("AC", "Attack Complexity", BASE, ac),
	METRIC("PR", "Privileges Required", BASE, pr),
	METRIC("UI", "User Interaction", BASE, ui_31),
	METRIC("S", "Scope", BASE, scope),
	METRIC("C", "Confidentiality", BASE, impact),
	METRIC("I", "Integrity", BASE, impact),
	METRIC("A", "Availability", BASE, impact),
	METRIC("E", "Exploit Code Maturity", THREAT, e_31),
	METRIC("RL", "Remediation Level", THREAT, rl),
	METRIC("RC", "Report Confidence", THREAT, rc),
	METRIC("CR", "Confidentiality Requirement", ENVIRONMENTAL, requirement),
	METRIC("IR", "Integrity Requirement", ENVIRONMENTAL, requirement),
	METRIC("AR", "Availability Requirement", ENVIRONMENTAL, requirement),
	METRIC("MAV", "Modified Attack Vector", ENVIRONMENTAL, mav),
	METRIC("MAC", "Modified Attack Complexity", ENVIRONMENTAL, mac),
	METRIC("MPR", "Modified Privileges Required", ENVIRONMENTAL, mpr),
	METRIC("MUI", "Modified User Interaction", ENVIRONMENTAL, mui_31),
	METRIC("MS", "Modified Scope", ENVIRONMENTAL, modified_scope),
	METRIC("MC", "Modified Confidentiality", ENVIRONMENTAL, modified_impact),
	METRIC("MI", "Modified Integrity", ENVIRONMENTAL, modified_impact),
	METRIC("MA", "Modified Availability", ENVIRONMENTAL, modified_impact),
};
_Static_assert(PL_COUNT(metrics_31) == PL_CVSS_31_COUNT, "every metric has its number");

VALUES(at, {"N", "None"}, {"P", "Present"});
VALUES(mat, X, {"N", "None"}, {"P", "Present"});
VALUES(ui_40, {"N", "None"}, {"P", "Passive"}, {"A", "Active"});
VALUES(mui_40, X, {"N", "None"}, {"P", "Passive"}, {"A", "Active"});
VALUES(impact_or_safety, X, {"H", "High"}, {"L", "Low"}, {"N", "Negligible"}, {"S", "Safety"});
VALUES(modified_sc, X, {"H", "High"}, {"L", "Low"}, {"N", "Negligible"});
VALUES(e_40, X, {"A", "Attacked"}, {"P", "Proof-of-Concept"}, {"U", "Unreported"});
VALUES(safety, X, {"N", "Negligible"}, {"P", "Present"});
VALUES(automatable, X, {"N", "No"}, {"Y", "Yes"});
VALUES(recovery, X, {"A", "Automatic"}, {"U", "User"}, {"I", "Irrecoverable"});
VALUES(density, X, {"D", "Diffuse"}, {"C", "Concentrated"});
VALUES(effort, X, {"L", "Low"}, {"M", "Moderate"}, {"H", "High"});
VALUES(urgency, X, {"Clear", "Clear"}, {"Green", "Green"}, {"Amber", "Amber"}, {"Red", "Red"});

static const struct pl_cvss_metric metrics_40[] = {
	METRIC("AV", "Attack Vector", BASE, av),
	METRIC("AC", "Attack Complexity", BASE, ac),
	METRIC("AT", "Attack Requirements", BASE, at),
	METRIC("PR", "Privileges Required", BASE, pr),
	METRIC("UI", "User Interaction", BASE, ui_40),
	METRIC("VC", "Vulnerable System Confidentiality", BASE, impact),
	METRIC("VI", "Vulnerable System Integrity", BASE, impact),
	METRIC("VA", "Vulnerable System Availability", BASE, impact),
	METRIC("SC", "Subsequent System Confidentiality", BASE, impact),
	METRIC("SI", "Subsequent System Integrity", BASE, impact),
	METRIC("SA", "Subsequent System Availability", BASE, impact),
	METRIC("E", "Exploit Maturity", THREAT, e_40),
	METRIC("CR", "Confidentiality Requirement", ENVIRONMENTAL, requirement),
	METRIC("IR", "Integrity Requirement", ENVIRONMENTAL, requirement),
	METRIC("AR", "Availability Requirement", ENVIRONMENTAL, requirement),
	METRIC("MAV", "Modified Attack Vector", ENVIRONMENTAL, mav),
	METRIC("MAC", "Modified Attack Complexity", ENVIRONMENTAL, mac),
	METRIC("MAT", "Modified Attack Requirements", ENVIRONMENTAL, mat),
	METRIC("MPR", "Modified Privileges Required", ENVIRONMENTAL, mpr),
	METRIC("MUI", "Modified User Interaction", ENVIRONMENTAL, mui_40),
	METRIC("MVC", "Modified Vulnerable System Confidentiality", ENVIRONMENTAL, modified_impact),
	METRIC("MVI", "Modified Vulnerable System Integrity", ENVIRONMENTAL, modified_impact),
	METRIC("MVA", "Modified Vulnerable System Availability", ENVIRONMENTAL, modified_impact),
	METRIC("MSC", "Modified Subsequent System Confidentiality", ENVIRONMENTAL, modified_sc),
	METRIC("MSI", "Modified Subsequent System Integrity", ENVIRONMENTAL, impact_or_safety),
	METRIC("MSA", "Modified Subsequent System Availability", ENVIRONMENTAL, impact_or_safety),
	METRIC("S", "Safety", SUPPLEMENTAL, safety),
	METRIC("AU", "Automatable", SUPPLEMENTAL, automatable),
	METRIC("R", "Recovery", SUPPLEMENTAL, recovery),
	METRIC("V", "Value Density", SUPPLEMENTAL, density),
	METRIC("RE", "Vulnerability Response Effort", SUPPLEMENTAL, effort),
	METRIC("U", "Provider Urgency", SUPPLEMENTAL, urgency),
};
_Static_assert(PL_COUNT(metrics_40) == PL_CVSS_40_COUNT, "every metric has its number");
_Static_assert(PL_CVSS_40_COUNT <= PL_CVSS_METRICS, "a vector has room for them");

size_t pl_cvss_count(enum pl_cvss_version version)
{
	return version == PL_CVSS_31 ? PL_CVSS_31_COUNT : PL_CVSS_40_COUNT;
}

const struct pl_cvss_metric *pl_cvss_metric(enum pl_cvss_version version, size_t i)
{
	if (i >= pl_cvss_count(version))
		return NULL;
	return version == PL_CVSS_31 ? &metrics_31[i] : &metrics_40[i];
}

const char *pl_cvss_version_text(enum pl_cvss_version version)
{
	return version == PL_CVSS_31 ? "3.1" : "4.0";
}

const char *pl_cvss_group_text(enum pl_cvss_version version, enum pl_cvss_group group)
{
	switch (group) {
	case PL_CVSS_BASE:
		return "Base";
	case PL_CVSS_THREAT:
		return version == PL_CVSS_31 ? "Temporal" : "Threat";
	case PL_CVSS_ENVIRONMENTAL:
		return "Environmental";
	case PL_CVSS_SUPPLEMENTAL:
		return "Supplemental";
	}
	return "";
}
