/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/event: one logfmt line per event on standard error, for programs and daemon loops only; a room never logs.
 *
 *	pl_event("log.held", PL_EV_U64("answered", 1), PL_EV_U64("needed", 2));   is written as
 *	evt=log.held answered=1 needed=2
 *
 * Event names are stable and listed in docs/manual/events.md. Never a secret, a token, a sample's bytes or a person's
 * data. One write(2) per line, so lines of several threads do not mix.
 */
#ifndef PL_BASE_EVENT_H
#define PL_BASE_EVENT_H
#include "base/str.h"

enum pl_event_kind { PL_EVENT_Z, PL_EVENT_STR, PL_EVENT_U64, PL_EVENT_STATUS };

struct pl_event_field {
	const char *key;
	enum pl_event_kind kind;
	const char *z;
	pl_str str;
	uint64_t u64;
	pl_status status;
};

#define PL_EV_Z(k, v) {.key = (k), .kind = PL_EVENT_Z, .z = (v)}
#define PL_EV_STR(k, v) {.key = (k), .kind = PL_EVENT_STR, .str = (v)}
#define PL_EV_U64(k, v) {.key = (k), .kind = PL_EVENT_U64, .u64 = (v)}
#define PL_EV_STATUS(k, v) {.key = (k), .kind = PL_EVENT_STATUS, .status = (v)}

void pl_event_write(const char *name, const struct pl_event_field *fields, size_t count);
/* pl_event("web.serving", PL_EV_U64("port", 8080)) */
#define pl_event(name, ...) \
	pl_event_write((name), (const struct pl_event_field[]){__VA_ARGS__}, \
		sizeof((const struct pl_event_field[]){__VA_ARGS__}) / sizeof(struct pl_event_field))

#endif
