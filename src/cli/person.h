/* SPDX-License-Identifier: Apache-2.0 */
/* cli/person: what the verbs of `pellucid person` and `pellucid expertise` share. */
#ifndef PL_CLI_PERSON_H
#define PL_CLI_PERSON_H
#include "cli/release.h"
#include "crypto/age.h"
#include "register/person/answer.h"
#include "register/person/own.h"

/* An opened instance with its stores, and the person whom the arguments name. */
struct pl_cli_person {
	struct pl_cli_job j;
	struct pl_person_desk *desk;
	struct pl_person who;
	struct pl_buf lines; /* of "-", which the identities borrow from */
	struct pl_diag diag;
};
/* Arguments from number @from on are identities, "-" lines of standard input. False: nothing is open; answer *ret_exit. */
bool pl_cli_person_open(struct pl_cli_person *p, struct pl_cli *cli, int from, int *ret_exit);
void pl_cli_person_close(struct pl_cli_person *p);
int pl_cli_person_fail(struct pl_cli_person *p, pl_status st);

/* For whom an archive is encrypted. */
#define PL_CLI_TO {"to", "RECIPIENT", "encrypt to this age recipient (age1...)"}
#define PL_CLI_SECRET_FILE {"secret-file", "FILE", "encrypt with the passphrase in this file, which the asker knows"}
/* A file that is written as it comes, and whole or not at all; encrypted if the options say so. */
struct pl_cli_out_file {
	const char *path; /* NULL: standard output */
	char temp[4096];
	int fd;
	struct pl_age_recipient recipient;
	struct pl_buf secret;
	struct pl_age_to to;
	bool encrypted;
	struct pl_age_writer *age;
	struct pl_sha256 *hash; /* of what was written */
};
/* Read the options. PL_E_SYNTAX and the like with words; PL_E_STATE: both ways at once. */
pl_status pl_cli_out_open(struct pl_cli_out_file *o, const struct pl_cli *cli, struct pl_diag *diag);
/* Is a pl_zip_sink. Encrypts nothing by itself. */
pl_status pl_cli_out_put(void *out_file, pl_bytes piece);
/* Begin encrypting, if the options say so: then pl_cli_out_sealed is the sink, and this the end of it. */
pl_status pl_cli_out_begin(struct pl_cli_out_file *o);
pl_status pl_cli_out_sealed(void *out_file, pl_bytes piece);
pl_status pl_cli_out_end(struct pl_cli_out_file *o);
/* Behind the end, once: of the bytes of the file. */
void pl_cli_out_digest(struct pl_cli_out_file *o, struct pl_digest *ret);
/* Give the file its name. */
pl_status pl_cli_out_keep(struct pl_cli_out_file *o, struct pl_diag *diag);
void pl_cli_out_close(struct pl_cli_out_file *o);

/* An archive that is read: plain, or encrypted to --identity or --secret-file. */
struct pl_cli_archive {
	int fd;
	struct pl_age_reader *age;
	struct pl_zip zip;
};
#define PL_CLI_IDENTITY {"identity", "FILE", "the age identity that opens the archive"}
#define PL_CLI_SECRET_OPEN {"secret-file", "FILE", "the passphrase that opens the archive, in a file"}
pl_status pl_cli_archive_open(struct pl_cli_archive *a, const struct pl_cli *cli, const char *path, struct pl_diag *diag);
void pl_cli_archive_close(struct pl_cli_archive *a);

/* Write @digest into the field that --field names of the case that --case names (REGISTER/NUMBER); nothing without --case. */
#define PL_CLI_CASE {"case", "REGISTER/NUMBER", "note the archive's digest in this case"}
#define PL_CLI_FIELD {"field", "NAME", "in this field of it, a digest (default: answer)"}
pl_status pl_cli_commit_case(struct pl_cli_job *j, const struct pl_digest *digest, struct pl_diag *diag);

/* expertise.c: a finding as a line that clears it, but for who and why. */
struct pl_expertise;
struct pl_expertise_finding;
void pl_cli_finding_print(const struct pl_expertise *e, const struct pl_expertise_finding *f);
/* case_words.c: the networks of private persons that --networks or [answers] names; .ptr NULL: none. */
#define PL_CLI_NETWORKS {"networks", "FILE", "networks of private persons, one a line: their addresses are findings (default: [answers] networks)"}
#define PL_CLI_CLEARED {"cleared", "FILE", "findings that somebody cleared, one a line"}
pl_status pl_cli_networks(const struct pl_cli *cli, struct pl_instance *inst, struct pl_buf *out, pl_str *ret, struct pl_diag *diag);

/* person_answer.c */
extern const struct pl_cli_option pl_cli_package_options[], pl_cli_erase_options[], pl_cli_certificate_options[];
int pl_cli_person_package(struct pl_cli *cli);
int pl_cli_person_erase(struct pl_cli *cli);
int pl_cli_person_certificate(struct pl_cli *cli);
/* person_check.c */
extern const struct pl_cli_option pl_cli_answer_check_options[];
int pl_cli_person_check(struct pl_cli *cli);
/* person_send.c */
extern const struct pl_cli_option pl_cli_send_options[], pl_cli_receipts_options[], pl_cli_work_options[], pl_cli_callback_options[];
int pl_cli_person_send(struct pl_cli *cli);
int pl_cli_person_work(struct pl_cli *cli);
int pl_cli_person_receipts(struct pl_cli *cli);
/* person_keep.c */
extern const struct pl_cli_option pl_cli_person_keep_options[];
int pl_cli_person_keep(struct pl_cli *cli);
int pl_cli_person_callback(struct pl_cli *cli);

/* person_object.c */
int pl_cli_person_object(struct pl_cli *cli);

#endif
