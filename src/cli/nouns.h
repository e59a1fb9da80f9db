/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli/nouns: every noun of the command line, in the order of the help. To add one: write cli/<noun>.c with its table,
 * add a line here and the file to cli/meson.build.
 */
#ifndef PL_CLI_NOUNS_H
#define PL_CLI_NOUNS_H
#include "cli/cli.h"

#define PL_CLI_NOUNS(X) \
	X(account) \
	X(advisory) \
	X(audit) \
	X(book) \
	X(bounty) \
	X(case) \
	X(claim) \
	X(clock) \
	X(cvss) \
	X(doctor) \
	X(duty) \
	X(entity) \
	X(expertise) \
	X(fsck) \
	X(init) \
	X(intake) \
	X(key) \
	X(log) \
	X(person) \
	X(product) \
	X(recover) \
	X(register) \
	X(release) \
	X(report) \
	X(serve) \
	X(signer) \
	X(statement) \
	X(vault) \
	X(verify) \
	X(version) \
	X(vuln) \
	X(web) \
	X(witness) \
	X(worker)

#define PL_CLI_DECLARE(noun) extern const struct pl_cli_noun pl_cli_noun_##noun;
PL_CLI_NOUNS(PL_CLI_DECLARE)
#undef PL_CLI_DECLARE

#endif
