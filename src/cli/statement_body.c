/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid statement document|body`: bytes that statements name, in and out. */
#include "base/file.h"
#include "cli/body.h"
#include "cli/state.h"
#include "cli/statement.h"
#include "fact/query.h"
#include <fcntl.h>

#define DOCUMENT_MAX ((uint64_t)1 << 40)

/* ---- document ---- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static pl_status put_document(struct pl_cli *cli, struct pl_instance *inst, struct pl_body *ret, struct pl_diag *diag)
{
	const char *media = pl_cli_get(cli, "media-type");
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st = pl_file_open(AT_FDCWD, cli->argv[0], O_RDONLY, 0, &fd);

	if (st)
		return pl_diag_set(diag, st, "cannot open %s", cli->argv[0]);
	*ret = (struct pl_body){.media_type = pl_str_from(media ? media : "application/octet-stream")};
	st = pl_blob_put_fd(pl_instance_blobs(inst), fd, DOCUMENT_MAX, &ret->digest, &ret->size);
	return st ? pl_diag_set(diag, st, "cannot store %s", cli->argv[0]) : PL_OK;
}

int pl_cli_statement_document(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_json *p PL_CLEANUP(pl_json_done) = pl_json_new_object();
	const char *kind = pl_cli_get(cli, "kind"), *name = pl_cli_get(cli, "name");
	struct pl_cli_claim claim = {.type = PL_TYPE_BODY, .predicate = p, .stream = "documents"};
	struct pl_body body = {0};
	struct pl_diag diag = {0};
	int code;
	pl_status st;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = put_document(cli, inst, &body, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	claim.subject = (struct pl_subject){pl_str_from(name ? name : base_name(cli->argv[0])), body.digest};
	pl_json_set(p, "body", pl_body_to_json(&body));
	pl_json_set_z(p, "kind", kind ? kind : "document");
	return pl_cli_state(cli, inst, &claim);
}

/* ---- body ---- */

/* What is withheld is not handed out here either, although the bytes may still be there. */
static pl_status find_body(struct pl_instance *inst, const char *which, struct pl_digest *ret, struct pl_diag *diag)
{
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(1u << 20);
	struct pl_query_body body;
	pl_status st = pl_digest_parse(pl_str_from(which), ret);

	if (st)
		return pl_diag_set(diag, st, "expected the body's digest, sha256:<hex>");
	st = pl_query_body(inst, ret, &arena, &body);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(diag, st, "no published statement names this body");
	if (st == PL_OK && body.state == PL_BODY_WITHHELD)
		return pl_diag_set(diag, PL_E_DENIED, "withheld by entry %llu: %.*s", (unsigned long long)body.withheld_index,
			PL_STR_ARG(body.withheld_reason));
	return st;
}

int pl_cli_statement_body(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	const char *out = pl_cli_get(cli, "out");
	struct pl_diag diag = {0};
	struct pl_digest digest;
	int code;
	pl_status st;

	if (!pl_cli_instance_open(cli, &inst, &code))
		return code;
	st = find_body(inst, cli->argv[0], &digest, &diag);
	if (st == PL_OK)
		st = pl_cli_body_save(inst, &digest, out ? out : "-", 0644, &diag);
	return st ? pl_cli_fail(cli, st, &diag) : PL_EXIT_OK;
}
