/* SPDX-License-Identifier: Apache-2.0 */
/* cli/clock: what the files of the noun share. */
#ifndef PL_CLI_CLOCK_H
#define PL_CLI_CLOCK_H
#include "base/json.h"
#include "cli/cli.h"
#include "register/clock.h"

/* clock_due.c: the verb `due`. */
int pl_cli_clock_due(struct pl_cli *cli);

/* The calendar of @code; NULL after words. */
const struct pl_calendar *pl_cli_clock_calendar(const struct pl_cli *cli, const char *code);
/* "Monday". */
const char *pl_cli_clock_weekday(uint64_t day);

#endif
