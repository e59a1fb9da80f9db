/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `pellucid intake enrol` and `prove`: what a vendor's installer and an installed product do, so that cases can be sent in with the product's key. No
 * instance is needed; products do the same with their own code (docs/formats/product-proof.md).
 */
#include "base/time.h"
#include "cli/outside_key.h"
#include "cli/register.h"
#include "register/casework/product.h"

static int print(const struct pl_cli *cli, pl_status st, struct pl_buf *out, const struct pl_diag *diag)
{
	if (st)
		return pl_cli_fail(cli, st, diag);
	pl_buf_put_c(out, '\n');
	return pl_cli_out(pl_buf_str(out)) ? PL_EXIT_UNKNOWN : PL_EXIT_OK;
}

int pl_cli_intake_enrol(struct pl_cli *cli)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_PRODUCT_ENROLMENT_MAX);
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	struct pl_diag diag = {0};
	struct pl_pubkey product;
	pl_status st;

	if (pl_pubkey_parse(pl_str_from(cli->argv[1]), &product, NULL) || product.alg != PL_KEY_ED25519)
		return pl_cli_usage(cli, "PRODUCT is a public key as key make prints it: ed25519:...");
	st = pl_cli_outside_key(cli, cli->argv[0], "the key", &signer, &diag);
	if (!st)
		st = pl_product_enrol(signer, &product, &out);
	return print(cli, st, &out, &diag);
}

int pl_cli_intake_prove(struct pl_cli *cli)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_PRODUCT_PROOF_MAX);
	struct pl_signer *signer PL_CLEANUP(pl_signer_freep) = NULL;
	pl_str name = pl_str_from(cli->argv[3]), origin = pl_str_from(cli->argv[2]);
	struct pl_diag diag = {0};
	pl_status st;

	if (!name.len || name.len > PL_REGISTER_NAME_MAX)
		return pl_cli_usage(cli, "REGISTER is the name of a register");
	st = pl_cli_outside_key(cli, cli->argv[0], "the key", &signer, &diag);
	if (!st)
		st = pl_product_proof_make(signer, pl_str_from(cli->argv[1]), origin, name, pl_time_now() / PL_SECOND, &out);
	return print(cli, st, &out, &diag);
}
