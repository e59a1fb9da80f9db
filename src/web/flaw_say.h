/* SPDX-License-Identifier: Apache-2.0 */
/* web/flaw_say: words of the pages for what stands in a report of a flaw; for the desk and for its parties. Pure. */
#ifndef PL_WEB_FLAW_SAY_H
#define PL_WEB_FLAW_SAY_H
#include "register/vuln/history.h"
#include "web/message.h"

enum pl_message_id pl_flaw_say_event(enum pl_vuln_event_kind kind);
enum pl_message_id pl_flaw_say_role(enum pl_vuln_role role);

#endif
