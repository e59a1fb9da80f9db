/* SPDX-License-Identifier: Apache-2.0 */
#include "web/flaw_say.h"

enum pl_message_id pl_flaw_say_event(enum pl_vuln_event_kind kind)
{
	static const enum pl_message_id ids[PL_VULN_EV_KINDS] = {
		[PL_VULN_EV_STATE] = PL_MSG_flaw_event_state, [PL_VULN_EV_HAPPENED] = PL_MSG_case_kind_happened, [PL_VULN_EV_PAUSE] = PL_MSG_case_kind_pause,
		[PL_VULN_EV_RESUME] = PL_MSG_case_kind_resume, [PL_VULN_EV_EXTEND] = PL_MSG_case_kind_extend, [PL_VULN_EV_MEET] = PL_MSG_case_kind_meet,
		[PL_VULN_EV_RELEASE] = PL_MSG_flaw_event_release, [PL_VULN_EV_NOTICE] = PL_MSG_case_kind_notice,
	};

	return ids[kind];
}

enum pl_message_id pl_flaw_say_role(enum pl_vuln_role role)
{
	static const enum pl_message_id ids[PL_VULN_ROLES] = {
		[PL_VULN_REPORTER] = PL_MSG_flaw_role_reporter, [PL_VULN_SUPPLIER] = PL_MSG_flaw_role_supplier,
		[PL_VULN_COORDINATOR] = PL_MSG_flaw_role_coordinator, [PL_VULN_CSIRT] = PL_MSG_flaw_role_csirt,
	};

	return ids[role];
}
