/* SPDX-License-Identifier: Apache-2.0 */
#include "register/look.h"
#include "base/file.h"
#include "register/judge.h"
#include "register/report_file.h"
#include "register/report_says.h"
#include <fcntl.h>

/* The digest was taken when the file was read the first time; what is counted must be the same bytes. */
static pl_status same_file(const struct pl_register_report_file *file, const struct pl_digest *expected, struct pl_diag *diag)
{
	struct pl_digest now;

	pl_sha256(file->bytes, &now);
	return pl_digest_eq(&now, expected) ? PL_OK : pl_diag_set(diag, PL_E_PROOF, "the file changed while it was read");
}

static void show(const struct pl_recount *counted, struct pl_json *json, struct pl_buf *words)
{
	if (json) {
		pl_recount_to_json(pl_json_set_object(json, "recount"), counted);
		return;
	}
	pl_buf_put_z(words, "Every row was counted again:\n");
	pl_recount_put_text(counted, words);
	pl_buf_put_z(words, "  Not shown: a case that was never entered, or entered as something else.\n");
}

pl_status pl_register_look(const char *path, const struct pl_verify *v, struct pl_json *json, struct pl_buf *words,
	struct pl_diag *diag)
{
	struct pl_register_report_file file = {0};
	struct pl_recount counted = {0};
	int fd PL_CLEANUP(pl_file_close) = -1;
	pl_status st;

	if (!pl_register_report_stated(v))
		return PL_E_NOTFOUND;
	if (strcmp(path, "-") == 0)
		return pl_diag_set(diag, PL_E_STATE, "the openings of a report are counted from a file, not from standard input");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	st = fd < 0 ? PL_E_IO : pl_register_report_file_map(fd, &file, diag);
	if (!st)
		st = same_file(&file, &v->file, diag);
	if (!st)
		st = pl_recount_file(file.bytes, 0, NULL, NULL, &counted, diag);
	if (!st) {
		st = pl_register_report_judge(v, &v->file, &counted, NULL, NULL, diag);
		if (!st)
			show(&counted, json, words);
		pl_recount_done(&counted);
	}
	pl_register_report_file_done(&file);
	/* Evidence, not input: one that cannot be read is refused, too. */
	return st == PL_E_STATE || st == PL_E_NOTFOUND ? PL_E_PROOF : st;
}
