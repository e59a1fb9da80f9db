/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid register words`: what the names of a declaration mean. */
#include "cli/register.h"
#include "cli/release.h"
#include "cli/state.h"
#include "register/register.h"
#include "register/words/query.h"

#define MEDIA PL_STR("text/plain")
#define ARENA_MAX ((size_t)1 << 20)

/* What readers will not find explained; no reason to refuse. */
static void tell_missing(const struct pl_register_words *w, const struct pl_register_decl *decl)
{
	struct pl_buf list PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_DECLARATION_MAX);
	pl_str rest, line;

	pl_register_words_missing(w, decl, &list);
	rest = pl_buf_str(&list);
	while (pl_str_take_line(&rest, &line))
		(void)fprintf(stderr, "not explained: %.*s\n", PL_STR_ARG(line));
}

static pl_status check(struct pl_instance *inst, const struct pl_register_words *w, struct pl_diag *diag)
{
	struct pl_register *r PL_CLEANUP(pl_register_closep) = NULL;
	pl_status st = pl_register_open(inst, w->name, &r, diag);

	if (!st)
		st = pl_register_words_fit(w, r->decl, diag);
	if (!st)
		tell_missing(w, r->decl);
	return st;
}

static int state_words(struct pl_cli *cli, struct pl_instance *inst, pl_str text, const struct pl_register_words *w)
{
	struct pl_json *predicate PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_body body = {.size = text.len, .media_type = MEDIA};
	char name[PL_REGISTER_WORDS_NAME_MAX];
	struct pl_cli_claim claim = {.type = PL_TYPE_REGISTER_WORDS, .predicate = predicate, .stream = "register"};
	struct pl_diag diag = {0};
	pl_status st = check(inst, w, &diag);

	if (!st)
		st = pl_register_words_name(w->name, w->language, name);
	if (!st)
		st = pl_blob_put_bytes(pl_instance_blobs(inst), pl_str_bytes(text), &body.digest);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	claim.subject = (struct pl_subject){pl_str_from(name), body.digest};
	pl_json_set_str(predicate, "register", w->name);
	pl_json_set_str(predicate, "language", w->language);
	pl_json_set(predicate, "words", pl_body_to_json(&body));
	return pl_cli_state(cli, inst, &claim);
}

int pl_cli_register_words(struct pl_cli *cli)
{
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(ARENA_MAX);
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_REGISTER_WORDS_MAX);
	struct pl_register_words w;
	struct pl_diag diag = {0};
	pl_status st = pl_cli_read_file(cli->argv[0], &text, &diag);
	int code;

	if (!st)
		st = pl_register_words_parse(pl_buf_str(&text), &arena, &w, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	return pl_cli_instance_open(cli, &inst, &code) ? state_words(cli, inst, pl_buf_str(&text), &w) : code;
}
