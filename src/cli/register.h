/* SPDX-License-Identifier: Apache-2.0 */
/* cli/register: the verbs of `pellucid register` that work on one case (register_case.c, register_receipt.c, register_words.c). */
#ifndef PL_CLI_REGISTER_H
#define PL_CLI_REGISTER_H
#include "cli/release.h"
#include "register/cases.h"

/* The register and the case that the first two arguments name. */
struct pl_cli_opened {
	struct pl_cli_job j;
	struct pl_register *r;
	struct pl_register_view *v;
	uint64_t number;
	struct pl_diag diag;
};
/* False: answer *ret_exit; nothing is open. */
bool pl_cli_opened_open(struct pl_cli_opened *o, struct pl_cli *cli, int *ret_exit);
/* The register that the first argument names, without a case. */
bool pl_cli_opened_register(struct pl_cli_opened *o, struct pl_cli *cli, int *ret_exit);
void pl_cli_opened_close(struct pl_cli_opened *o);
/* The exit code of a failure, said with .diag. */
int pl_cli_opened_fail(struct pl_cli_opened *o, pl_status st);

extern const struct pl_cli_option pl_cli_case_options[], pl_cli_case_show_options[], pl_cli_case_seal_options[];
int pl_cli_case_show(struct pl_cli *cli);
int pl_cli_case_change(struct pl_cli *cli);
int pl_cli_case_open(struct pl_cli *cli);
int pl_cli_case_erase(struct pl_cli *cli);
int pl_cli_case_seal(struct pl_cli *cli);
int pl_cli_case_unseal(struct pl_cli *cli);
/* Positions in the derived declaration of the fields that the arguments from the third on name, ascending. */
pl_status pl_cli_case_fields(const struct pl_register *r, const struct pl_cli *cli, size_t fields[static PL_COMMIT_FIELDS_MAX],
	size_t *ret_n, struct pl_diag *diag);
/* Write a file that only we may read. */
pl_status pl_cli_write_secret(const char *path, pl_bytes data, struct pl_diag *diag);

/* register_receipt.c */
extern const struct pl_cli_option pl_cli_receipt_options[], pl_cli_check_options[];
int pl_cli_register_receipt(struct pl_cli *cli);
int pl_cli_register_check(struct pl_cli *cli);

/* "FIELD=VALUE" of a declared field; an empty value is an absent one. The bytes go to @room, which must not move. */
pl_status pl_cli_case_set(const struct pl_register *r, const char *arg, struct pl_buf *room, struct pl_register_set *ret, struct pl_diag *diag);
/* case.c: a text from a file, or "-" for standard input, without line feeds at its end. */
pl_status pl_cli_case_text(const char *path, struct pl_buf *out, struct pl_diag *diag);

/* case_decide.c */
int pl_cli_case_propose(struct pl_cli *cli);
int pl_cli_case_approve(struct pl_cli *cli);
int pl_cli_case_decline(struct pl_cli *cli);
/* case_files.c */
int pl_cli_case_files(struct pl_cli *cli);
int pl_cli_case_file(struct pl_cli *cli);
int pl_cli_case_attach(struct pl_cli *cli);
/* Answer the sender with @words (a text alone) and the files at @paths. Words in o->diag. */
struct pl_talk_said;
pl_status pl_cli_case_answer(struct pl_cli_opened *o, const struct pl_talk_said *words, char *const *paths, size_t n);
/* case_words.c: the @text of the file @path, and @subject (may be empty), looked through for data of users where the case's register gives packages; findings that are not
 * cleared are printed, those that are noted with the case. *@ret_looked: they were, and may go. PL_E_DENIED with words; otherwise as pl_expertise_look. */
pl_status pl_cli_case_words(struct pl_cli_opened *o, const char *path, pl_str text, pl_str subject, bool *ret_looked);
/* case_lookup.c */
extern const struct pl_cli_option pl_cli_lookup_options[];
int pl_cli_case_lookup(struct pl_cli *cli);
/* case_strays.c */
int pl_cli_case_strays(struct pl_cli *cli);

/* register_words.c */
int pl_cli_register_words(struct pl_cli *cli);

/* intake_product.c */
int pl_cli_intake_enrol(struct pl_cli *cli);
int pl_cli_intake_prove(struct pl_cli *cli);

/* `pellucid case find`. */
int pl_cli_case_find(struct pl_cli *cli);

#endif
