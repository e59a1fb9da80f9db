/* SPDX-License-Identifier: Apache-2.0 */
/* `pellucid log` verbs that read: a directory or a URL, never writing. */
#include "base/file.h"
#include "base/json.h"
#include "base/time.h"
#include "cli/log.h"
#include "cli/witnessed.h"
#include "log/bundle.h"
#include "log/reader.h"
#include <fcntl.h>

struct reading {
	struct pl_log_reader *reader;
	struct pl_policy *policy; /* NULL: nothing to check a signature with */
	struct pl_buf note;
	struct pl_checkpoint cp;
	struct pl_policy_verdict verdict;
};

/* A policy of one log and no witnesses. */
static pl_status policy_of_vkey(pl_str vkey, struct pl_policy **ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_VKEY_MAX);

	pl_buf_put_z(&text, "log ");
	pl_buf_put_str(&text, vkey);
	pl_buf_put_z(&text, "\nquorum none\n");
	return pl_policy_parse(pl_buf_str(&text), ret, diag);
}

pl_status pl_cli_log_policy(const struct pl_cli *cli, struct pl_policy **ret, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_POLICY_TEXT_MAX);
	struct pl_log_dir_keys keys PL_CLEANUP(pl_log_dir_keys_done) = {0};
	const char *file = pl_cli_get(cli, "policy"), *vkey = pl_cli_get(cli, "vkey");
	pl_status st;

	if (file) {
		st = pl_file_read(AT_FDCWD, file, &text);
		if (st)
			return pl_diag_set(diag, st, "the policy %s cannot be read", file);
		st = pl_policy_parse(pl_buf_str(&text), ret, diag);
		if (st)
			pl_diag_context(diag, "%s", file);
		return st;
	}
	if (vkey) {
		struct pl_vkey parsed;

		st = pl_vkey_parse(pl_str_from(vkey), &parsed, diag);
		return st ? st : policy_of_vkey(pl_str_from(vkey), ret, diag);
	}
	/* A log's own directory says whose signatures it wants; of a URL or a copy of public/ nobody does. */
	return pl_log_dir_vkeys(cli->argv[0], &keys, NULL) ? PL_OK : pl_log_dir_reading_policy(cli->argv[0], ret, diag);
}

static void reading_done(struct reading *r)
{
	pl_log_reader_close(r->reader);
	pl_policy_free(r->policy);
	pl_buf_done(&r->note);
}

/* Open LOG and read its checkpoint; its signature is checked if there is a key, its witnesses if there is a policy. Every verb
 * says so if there are none to check. */
static pl_status begin(const struct pl_cli *cli, struct reading *r, struct pl_diag *diag)
{
	pl_status st = pl_cli_log_policy(cli, &r->policy, diag);

	pl_buf_init(&r->note, PL_CHECKPOINT_MAX);
	if (!st)
		st = pl_log_reader_open(pl_str_from(cli->argv[0]), NULL, &r->reader, diag);
	if (st)
		return st;
	st = pl_log_reader_checkpoint(r->reader, &r->note);
	if (st) {
		*diag = *pl_log_reader_diag(r->reader);
		return pl_diag_set(diag, st, "the checkpoint of %s cannot be read", cli->argv[0]);
	}
	st = r->policy ? pl_policy_accept(r->policy, pl_buf_str(&r->note), &r->cp, &r->verdict, diag) :
			 pl_checkpoint_peek(pl_buf_str(&r->note), &r->cp, diag);
	if (!st)
		pl_cli_say_witnessed(stderr, r->verdict.quorum_met);
	return st;
}

static int finish(const struct pl_cli *cli, struct reading *r, pl_status st, const struct pl_diag *diag)
{
	struct pl_diag why = *diag;

	/* Which tile could not be read is known to the reader only. */
	if (st && !why.text[0] && r->reader)
		why = *pl_log_reader_diag(r->reader);
	reading_done(r);
	return st ? pl_cli_fail(cli, st, &why) : PL_EXIT_OK;
}

static struct pl_json *checkpoint_json(const struct reading *r)
{
	struct pl_json *o = pl_json_new_object();
	struct pl_buf root PL_CLEANUP(pl_buf_done) = PL_BUF(64);

	pl_base64_put(&root, pl_digest_bytes(&r->cp.root));
	pl_json_set_str(o, "origin", r->cp.origin);
	pl_json_set_u64(o, "size", r->cp.size);
	pl_json_set_str(o, "root", pl_buf_str(&root));
	pl_json_set_bool(o, "signature_checked", r->policy != NULL);
	pl_cli_set_witnessed(o, r->verdict.quorum_met);
	pl_json_set_u64(o, "witnesses", r->verdict.n_counted);
	return o;
}

static pl_status print_json(struct pl_json *o)
{
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF((size_t)1024 * 1024);
	pl_status st = pl_json_write(o, &out);

	pl_buf_put_c(&out, '\n');
	pl_json_free(o);
	return st ? st : pl_cli_out(pl_buf_str(&out));
}

int pl_cli_log_checkpoint(struct pl_cli *cli)
{
	struct reading r = {0};
	struct pl_diag diag = {0};
	pl_status st = begin(cli, &r, &diag);

	if (!st)
		st = pl_cli_has(cli, "json") ? print_json(checkpoint_json(&r)) : pl_cli_out(pl_buf_str(&r.note));
	return finish(cli, &r, st, &diag);
}

static pl_status number(const char *text, const char *what, uint64_t *ret, struct pl_diag *diag)
{
	pl_status st = pl_str_to_u64(pl_str_from(text), PL_TREE_SIZE_MAX, ret);

	return st ? pl_diag_set(diag, PL_E_SYNTAX, "%s must be a number, not \"%s\"", what, text) : PL_OK;
}

static void set_hash(struct pl_json *o, const char *name, const struct pl_digest *d)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);

	pl_base64_put(&text, pl_digest_bytes(d));
	pl_json_set_str(o, name, pl_buf_str(&text));
}

static void set_path(struct pl_json *o, const struct pl_tree_path *path)
{
	struct pl_json *list = pl_json_set_array(o, "path");

	for (size_t i = 0; i < path->n; i++) {
		struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(64);

		pl_base64_put(&text, pl_digest_bytes(&path->h[i]));
		pl_json_push_str(list, pl_buf_str(&text));
	}
}

static void set_base64(struct pl_json *o, const char *name, pl_bytes data)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(2 * PL_TILE_ENTRY_MAX);

	pl_base64_put(&text, data);
	pl_json_set_str(o, name, pl_buf_str(&text));
}

/* What the text of a proof says, and the leaf's hash. @entry may be left out. */
static struct pl_json *proof_json(const struct reading *r, uint64_t index, const struct pl_tree_path *path, pl_bytes entry,
	bool with_entry)
{
	struct pl_json *o = checkpoint_json(r);
	struct pl_digest leaf;

	pl_tree_leaf(entry, &leaf);
	pl_json_set_u64(o, "index", index);
	set_hash(o, "leaf", &leaf);
	set_path(o, path);
	if (with_entry)
		set_base64(o, "entry", entry);
	pl_json_set_str(o, "checkpoint", pl_buf_str(&r->note));
	return o;
}

int pl_cli_log_prove(struct pl_cli *cli)
{
	struct reading r = {0};
	struct pl_diag diag = {0};
	struct pl_buf entry PL_CLEANUP(pl_buf_done) = PL_BUF(PL_TILE_ENTRY_MAX);
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(PL_PROOF_TEXT_MAX);
	struct pl_tree_path path;
	uint64_t index = 0;
	pl_status st = number(cli->argv[1], "INDEX", &index, &diag);

	if (st)
		return pl_cli_fail(cli, st, &diag);
	st = begin(cli, &r, &diag);
	if (!st && index >= r.cp.size)
		st = pl_diag_set(&diag, PL_E_RANGE, "the checkpoint covers %llu entries; the last index is %llu",
			(unsigned long long)r.cp.size, (unsigned long long)(r.cp.size ? r.cp.size - 1 : 0));
	if (!st)
		st = pl_log_reader_verified_entry(r.reader, index, r.cp.size, &r.cp.root, &entry, &path);
	if (!st && pl_cli_has(cli, "json")) {
		st = print_json(proof_json(&r, index, &path, pl_buf_bytes(&entry), !pl_cli_has(cli, "without-entry")));
	} else if (!st) {
		pl_bytes extra = pl_buf_bytes(&entry);

		pl_proof_write(&out, index, &path, pl_cli_has(cli, "without-entry") ? NULL : &extra, pl_buf_str(&r.note));
		st = pl_buf_status(&out);
	}
	if (!st)
		st = pl_cli_out(pl_buf_str(&out));
	return finish(cli, &r, st, &diag);
}

/* The two trees and the proof between them, beside the checkpoint that they were read under. */
static struct pl_json *consistency_json(const struct reading *r, uint64_t old_size, const struct pl_digest *old_root, uint64_t size,
	const struct pl_digest *root, const struct pl_tree_path *path)
{
	struct pl_json *o = checkpoint_json(r);

	pl_json_set_u64(o, "old_size", old_size);
	set_hash(o, "old_root", old_root);
	pl_json_set_u64(o, "new_size", size);
	set_hash(o, "new_root", root);
	set_path(o, path);
	return o;
}

int pl_cli_log_consistency(struct pl_cli *cli)
{
	struct reading r = {0};
	struct pl_diag diag = {0};
	struct pl_buf out PL_CLEANUP(pl_buf_done) = PL_BUF(8192);
	struct pl_tree_path path;
	struct pl_digest old_root, root;
	uint64_t old_size = 0, size = 0;
	pl_status st = number(cli->argv[1], "OLD", &old_size, &diag);

	if (!st && cli->argc > 2)
		st = number(cli->argv[2], "NEW", &size, &diag);
	if (st)
		return pl_cli_fail(cli, st, &diag);
	st = begin(cli, &r, &diag);
	if (cli->argc <= 2)
		size = r.cp.size;
	if (!st && (old_size > size || size > r.cp.size))
		st = pl_diag_set(&diag, PL_E_RANGE, "sizes must rise: OLD <= NEW <= %llu", (unsigned long long)r.cp.size);
	if (!st)
		st = pl_log_reader_consistency(r.reader, old_size, size, &path);
	if (!st)
		st = pl_log_reader_root(r.reader, old_size, &old_root);
	if (!st)
		st = pl_log_reader_root(r.reader, size, &root);
	if (!st)
		st = pl_tree_verify_consistency(old_size, &old_root, size, &root, path.h, path.n);
	for (size_t i = 0; !st && i < path.n; i++) {
		pl_base64_put(&out, pl_digest_bytes(&path.h[i]));
		pl_buf_put_c(&out, '\n');
	}
	if (!st)
		st = pl_cli_has(cli, "json") ? print_json(consistency_json(&r, old_size, &old_root, size, &root, &path)) :
					       pl_cli_out(pl_buf_str(&out));
	return finish(cli, &r, st, &diag);
}

/* ---- verify ---- */

/* @file is an earlier checkpoint of the same log: the present tree must begin with it. */
static pl_status check_old(struct reading *r, const char *file, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CHECKPOINT_MAX);
	struct pl_policy_verdict verdict;
	struct pl_checkpoint old;
	struct pl_tree_path path;
	pl_status st = pl_file_read(AT_FDCWD, file, &text);

	if (st)
		return pl_diag_set(diag, st, "%s cannot be read", file);
	st = pl_policy_accept(r->policy, pl_buf_str(&text), &old, &verdict, diag);
	if (st)
		return st;
	if (old.size > r->cp.size)
		return pl_diag_set(diag, PL_E_ROLLBACK, "the log showed %llu entries before and shows %llu now",
			(unsigned long long)old.size, (unsigned long long)r->cp.size);
	st = pl_log_reader_consistency(r->reader, old.size, r->cp.size, &path);
	if (!st)
		st = pl_tree_verify_consistency(old.size, &old.root, r->cp.size, &r->cp.root, path.h, path.n);
	return st ? pl_diag_set(diag, st, "the log does not extend the checkpoint in %s", file) : PL_OK;
}

static pl_status check_proof(struct reading *r, const char *file, struct pl_diag *diag)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(PL_BUNDLE_TEXT_MAX);
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(PL_BUNDLE_TEXT_MAX);
	struct pl_policy_verdict verdict;
	struct pl_checkpoint cp;
	struct pl_bundle bundle;
	pl_status st = pl_file_read(AT_FDCWD, file, &text);

	if (st)
		return pl_diag_set(diag, st, "%s cannot be read", file);
	st = pl_bundle_parse(pl_buf_str(&text), &arena, &bundle, diag);
	if (!st)
		st = pl_bundle_verify(&bundle, r->policy, &cp, &verdict, diag);
	for (size_t i = 0; !st && i < bundle.n; i++)
		(void)fprintf(stderr, "Entry %llu is in the log of %llu entries.\n", (unsigned long long)bundle.part[i].proof.index,
			(unsigned long long)cp.size);
	return st;
}

static void say_verdict(const struct reading *r)
{
	const struct pl_policy_witness *w;
	size_t n = pl_policy_witnesses(r->policy, &w);

	(void)fprintf(stderr, "%.*s: %llu entries, signed by the log's key.\n", PL_STR_ARG(r->cp.origin),
		(unsigned long long)r->cp.size);
	for (size_t i = 0; i < n; i++) {
		char t[21];

		pl_time_write(r->verdict.witness[i].time, t);
		if (r->verdict.witness[i].counts)
			(void)fprintf(stderr, "Cosigned by %.*s at %s.\n", PL_STR_ARG(w[i].name), t);
	}
}

int pl_cli_log_verify(struct pl_cli *cli)
{
	struct reading r = {0};
	struct pl_diag diag = {0};
	struct pl_digest root;
	const char *old = pl_cli_get(cli, "old"), *proof = pl_cli_get(cli, "proof");
	pl_status st = begin(cli, &r, &diag);

	if (!st && !r.policy) {
		reading_done(&r);
		return pl_cli_usage(cli, "--vkey or --policy is missing: whose signature is to be checked?");
	}
	if (!st)
		st = pl_log_reader_root(r.reader, r.cp.size, &root);
	if (!st && !pl_digest_eq(&root, &r.cp.root))
		st = pl_diag_set(&diag, PL_E_PROOF, "the tiles do not give the root that is signed");
	if (!st && old)
		st = check_old(&r, old, &diag);
	if (!st && proof)
		st = check_proof(&r, proof, &diag);
	if (!st && pl_cli_has(cli, "json"))
		st = print_json(checkpoint_json(&r));
	else if (!st)
		say_verdict(&r);
	return finish(cli, &r, st, &diag);
}

/* ---- export ---- */

struct exporting {
	struct pl_buf out;
	bool base64, json;
	struct pl_diag *diag;
};

static pl_status export_entry(void *ctx, uint64_t index, pl_bytes entry)
{
	struct exporting *x = ctx;
	pl_status st = PL_OK;

	if (x->json) {
		pl_buf_printf(&x->out, "{\"index\":%llu,\"entry\":\"", (unsigned long long)index);
		pl_base64_put(&x->out, entry);
		pl_buf_put_z(&x->out, "\"}");
	} else if (x->base64) {
		pl_base64_put(&x->out, entry);
	} else if (pl_str_find(pl_bytes_str(entry), '\n') < entry.len) {
		pl_diag_hint(x->diag, "use --base64");
		return pl_diag_set(x->diag, PL_E_STATE, "entry %llu holds a line feed and is not a line", (unsigned long long)index);
	} else {
		pl_buf_put_bytes(&x->out, entry);
	}
	pl_buf_put_c(&x->out, '\n');
	if (x->out.len > x->out.max / 2) {
		st = pl_cli_out(pl_buf_str(&x->out));
		pl_buf_clear(&x->out);
	}
	return st ? st : pl_buf_status(&x->out);
}

int pl_cli_log_export(struct pl_cli *cli)
{
	struct reading r = {0};
	struct pl_diag diag = {0};
	struct exporting x = {.out = PL_BUF((size_t)1024 * 1024), .base64 = pl_cli_has(cli, "base64"),
		.json = pl_cli_has(cli, "json"), .diag = &diag};
	uint64_t from, to = 0;
	pl_status st;

	if (x.json && x.base64)
		return pl_cli_usage(cli, "--json has the entries in base64: leave --base64 out");
	st = begin(cli, &r, &diag);
	if (st)
		return finish(cli, &r, st, &diag);
	if (pl_cli_get_u64(cli, "from", 0, 0, r.cp.size, &from) || pl_cli_get_u64(cli, "to", r.cp.size, from, r.cp.size, &to)) {
		reading_done(&r);
		return PL_EXIT_USAGE;
	}
	st = pl_log_reader_entries(r.reader, from, to, r.cp.size, export_entry, &x);
	if (!st)
		st = pl_cli_out(pl_buf_str(&x.out));
	pl_buf_done(&x.out);
	return finish(cli, &r, st, &diag);
}
