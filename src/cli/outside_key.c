/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/outside_key.h"
#include <fcntl.h>

void pl_cli_outside_passphrase(const struct pl_cli *cli, const char *whose, struct pl_passphrase *ret)
{
	const char *file = pl_cli_get(cli, "passphrase-file");

	*ret = file ? (struct pl_passphrase){.from = PL_PASSPHRASE_FILE, .name = file} :
		(struct pl_passphrase){.from = PL_PASSPHRASE_TERMINAL, .name = whose};
}

pl_status pl_cli_outside_key(const struct pl_cli *cli, const char *path, const char *whose, struct pl_signer **ret, struct pl_diag *diag)
{
	struct pl_passphrase pass;
	pl_status st;

	pl_cli_outside_passphrase(cli, whose, &pass);
	st = pl_signer_from_keyfile(AT_FDCWD, path, &pass, ret, diag);
	return st ? pl_diag_set(diag, st, "cannot open the key file %s", path) : PL_OK;
}
