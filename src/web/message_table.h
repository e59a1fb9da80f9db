/* SPDX-License-Identifier: Apache-2.0 */
/* web/message_table: the shape of what tools/pogen.py makes from po. For web/message.c and the tests. */
#ifndef PL_WEB_MESSAGE_TABLE_H
#define PL_WEB_MESSAGE_TABLE_H
#include "messages.h"
#include <stdint.h>

struct pl_catalogue {
	const char *tag, *own_name, *direction;
	unsigned plural_rule; /* 0: one form; 1: other unless 1; 2: other above 1 */
	const char *text;
	const uint32_t (*at)[3]; /* by message and form; 0: missing */
};

extern const struct pl_catalogue pl_catalogues[PL_LANG_COUNT];
extern const char *const pl_message_keys[PL_MSG_COUNT];
#endif
