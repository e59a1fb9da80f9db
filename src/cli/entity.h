/* SPDX-License-Identifier: Apache-2.0 */
/* cli/entity: what the verbs of `pellucid entity`, `pellucid duty` and `pellucid book` share. */
#ifndef PL_CLI_ENTITY_H
#define PL_CLI_ENTITY_H
#include "cli/state.h"
#include "register/entity/book.h"

/* "2026-07-01", NUL-terminated, of a day in seconds. */
void pl_cli_day_print(uint64_t day, char out[static 11]);
/* State @claim if the projector would take it as things stand; answers an exit code. */
int pl_cli_state_tried(struct pl_cli *cli, struct pl_instance *inst, const struct pl_cli_claim *claim);
/* Say that it is there already, or how many of @n rows were stated. */
int pl_cli_state_there(const struct pl_cli *cli);
int pl_cli_state_imported(const struct pl_cli *cli, const char *what, size_t made, size_t n);

/* book_close.c */
int pl_cli_book_close(struct pl_cli *cli);
int pl_cli_book_export(struct pl_cli *cli);
int pl_cli_book_balance(struct pl_cli *cli);
int pl_cli_book_check(struct pl_cli *cli);
/* book_attest.c */
int pl_cli_book_attest(struct pl_cli *cli);
int pl_cli_book_sign(struct pl_cli *cli);

#endif
