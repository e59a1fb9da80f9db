/* SPDX-License-Identifier: Apache-2.0 */
/* What is to go out: its text, and looking through it. */
#include "register/person/outgoing.h"
#include "base/file.h"
#include "register/casework/talk.h"
#include "register/package.h"
#include "register/person/own_internal.h"
#include <fcntl.h>

#define HEAD "pellucid-outgoing v1\n"
#define NETWORKS_MAX ((size_t)1 << 20)

const char *const pl_outgoing_words[PL_OUTGOING_WHATS + 1] = {"package", "answer", "mail", NULL};

/* ---- the text ---- */

static void put_line(struct pl_buf *out, const char *word, pl_str value)
{
	pl_buf_printf(out, "%s ", word);
	pl_buf_put_str(out, value);
	pl_buf_put_c(out, '\n');
}

void pl_outgoing_write(const struct pl_outgoing *o, pl_str reg, uint64_t number, const struct pl_digest *nonce, struct pl_buf *out)
{
	char hex[2 * PL_DIGEST_LEN + 1], digest[PL_DIGEST_TEXT + 1];

	pl_digest_hex(nonce, hex);
	pl_buf_printf(out, HEAD "register %.*s\nnumber %llu\nnonce %s\nwhat %s\n", PL_STR_ARG(reg), (unsigned long long)number, hex, pl_outgoing_words[o->what]);
	put_line(out, "language", o->language);
	for (size_t i = 0; i < o->n_parts; i++) {
		pl_digest_text(&o->part[i].sha256, digest);
		pl_buf_printf(out, "part %llu %s ", (unsigned long long)o->part[i].seq, digest);
		pl_buf_put_str(out, o->part[i].name);
		pl_buf_put_c(out, '\n');
	}
	pl_buf_put_str(out, o->clear);
	if (o->what == PL_OUTGOING_MAIL)
		put_line(out, "subject", o->subject);
	pl_buf_put_c(out, '\n');
	pl_buf_put_str(out, o->text);
}

static bool take_word(pl_str *line, pl_str *ret)
{
	return pl_str_take_until(line, ' ', ret) && ret->len;
}

static pl_status take_part(struct pl_outgoing *o, pl_str line)
{
	struct pl_outgoing_part *p = &o->part[o->n_parts];
	pl_str seq, digest;

	if (o->n_parts == PL_OUTGOING_PARTS_MAX || !take_word(&line, &seq) || !take_word(&line, &digest) || !line.len || pl_str_to_u64(seq, INT64_MAX, &p->seq) ||
		pl_digest_parse(digest, &p->sha256))
		return PL_E_CORRUPT;
	p->name = line;
	o->n_parts++;
	return PL_OK;
}

static pl_status take_what(pl_str word, enum pl_outgoing_what *ret)
{
	for (unsigned i = 0; i < PL_OUTGOING_WHATS; i++)
		if (pl_str_eq(word, pl_str_from(pl_outgoing_words[i]))) {
			*ret = (enum pl_outgoing_what)i;
			return PL_OK;
		}
	return PL_E_CORRUPT;
}

static bool take_field(pl_str *text, const char *word, pl_str *ret)
{
	return pl_str_take_line(text, ret) && pl_str_eat(ret, pl_str_from(word)) && pl_str_eat(ret, PL_STR(" "));
}

/* Up to the empty line. Those of "clear" stand one behind the other, and are kept as they are. */
static pl_status take_lines(pl_str *text, struct pl_outgoing *o)
{
	pl_str line, before = *text;
	pl_status st = PL_OK;

	for (;;) {
		if (st || !pl_str_take_line(text, &line))
			return PL_E_CORRUPT;
		if (!line.len)
			return PL_OK;
		if (pl_str_eat(&line, PL_STR("part ")))
			st = o->clear.len ? PL_E_CORRUPT : take_part(o, line);
		else if (pl_str_starts(line, PL_STR("clear ")))
			o->clear = pl_str_of(o->clear.len ? o->clear.ptr : before.ptr, (size_t)(text->ptr - (o->clear.len ? o->clear.ptr : before.ptr)));
		else if (pl_str_eat(&line, PL_STR("subject ")))
			o->subject = line;
		else
			st = PL_E_CORRUPT;
		before = *text;
	}
}

pl_status pl_outgoing_parse(pl_str text, pl_str reg, uint64_t number, struct pl_outgoing *ret)
{
	struct pl_outgoing o = {0};
	pl_str name, digits, nonce, what;
	uint64_t n;

	if (!pl_str_eat(&text, PL_STR(HEAD)) || !take_field(&text, "register", &name) || !pl_str_eq(name, reg) || !take_field(&text, "number", &digits) ||
		pl_str_to_u64(digits, INT64_MAX, &n) || n != number || !take_field(&text, "nonce", &nonce) || !take_field(&text, "what", &what) ||
		take_what(what, &o.what) || !take_field(&text, "language", &o.language) || take_lines(&text, &o))
		return PL_E_CORRUPT;
	o.text = text;
	*ret = o;
	return PL_OK;
}

/* ---- looking through it ---- */

pl_status pl_outgoing_networks(struct pl_instance *inst, struct pl_buf *out, bool *ret_has, struct pl_diag *diag)
{
	pl_str path = pl_instance_conf(inst)->answer_networks;
	pl_status st;

	*ret_has = path.len > 0;
	if (!path.len)
		return PL_OK;
	st = pl_file_read(AT_FDCWD, path.ptr, out);
	return st ? pl_diag_set(diag, st, "[answers] networks: %.*s cannot be read", PL_STR_ARG(path)) : PL_OK;
}

static pl_status into_buf(void *ctx, pl_bytes piece)
{
	struct pl_buf *b = ctx;

	pl_buf_put_bytes(b, piece);
	return pl_buf_status(b);
}

struct loading {
	struct pl_instance *inst;
	const struct pl_register *r;
	uint64_t number;
	const struct pl_casework_actor *who;
	struct pl_outgoing_look *l;
	size_t total;
	struct pl_diag *diag;
};

static pl_status load_one(struct loading *g, const struct pl_attach_file *f)
{
	struct pl_outgoing_look *l = g->l;

	if (!pl_zip_name_ok(pl_str_from(f->name)) || strchr(f->name, '/'))
		return pl_diag_set(g->diag, PL_E_SYNTAX, "\"%s\": a file of a package has a name of a-z A-Z 0-9 . _ -; give it one and add it again", f->name);
	for (size_t i = 0; i < l->n; i++)
		if (pl_str_eq(l->files[i].name, pl_str_from(f->name)))
			return pl_diag_set(g->diag, PL_E_SYNTAX, "\"%s\": two files of a package cannot have the same name", f->name);
	if (f->size > PL_OUTGOING_BYTES_MAX - g->total)
		return pl_diag_set(g->diag, PL_E_TOOBIG, "the desk packs at most %zu bytes; larger packages are made at the terminal (pellucid expertise make)",
			PL_OUTGOING_BYTES_MAX);
	g->total += f->size;
	l->files[l->n].name = pl_str_of((const char *)l->names.ptr + l->names.len, strlen(f->name));
	pl_buf_put_z(&l->names, f->name);
	pl_buf_init(&l->data[l->n], PL_OUTGOING_BYTES_MAX);
	l->n++;
	return pl_attach_copy(g->inst, f, into_buf, &l->data[l->n - 1]);
}

static pl_status load_parts(struct loading *g, const struct pl_outgoing *o)
{
	pl_status st = pl_buf_reserve(&g->l->names, PL_OUTGOING_PARTS_MAX * (PL_FILETYPE_NAME_MAX + 1)) ? PL_OK : PL_E_NOMEM;

	for (size_t i = 0; i < o->n_parts && !st; i++) {
		static const struct pl_digest none;
		struct pl_attach_file f = {0};

		st = pl_attach_find(g->inst, g->r, g->number, o->part[i].seq, g->who, &f, g->diag);
		/* Zeros: it is named for the first time. */
		if (!st && !pl_digest_eq(&o->part[i].sha256, &none) && !pl_digest_eq(&o->part[i].sha256, &f.sha256))
			st = pl_diag_set(g->diag, PL_E_CONFLICT, "the file of entry %llu is not the one that was proposed", (unsigned long long)o->part[i].seq);
		if (!st)
			st = load_one(g, &f);
		if (!st)
			g->l->files[g->l->n - 1].data = pl_buf_bytes(&g->l->data[g->l->n - 1]);
		pl_wipe(&f, sizeof f);
	}
	return st;
}

static bool take_clear(pl_str *rest, pl_str *ret)
{
	return rest->len > 0 && pl_str_take_line(rest, ret);
}

/* "clear KIND FILE OFFSET DIGEST REASON", as register/person/expertise takes it. */
static pl_status name_clearer(const struct pl_outgoing *o, pl_str by, struct pl_buf *out)
{
	pl_str rest = o->clear, line;

	while (by.len && take_clear(&rest, &line)) {
		size_t last;

		for (last = line.len; last > 0 && line.ptr[last - 1] != ' '; last--)
			;
		pl_buf_put_str(out, pl_str_sub(line, 0, last));
		pl_buf_put_str(out, by);
		pl_buf_put_c(out, ' ');
		pl_buf_put_str(out, pl_str_sub(line, last, line.len));
		pl_buf_put_c(out, '\n');
	}
	return pl_buf_status(out);
}

static pl_status look(struct pl_person_desk *d, struct loading *g, const struct pl_outgoing *o, pl_str by)
{
	struct pl_outgoing_look *l = g->l;
	bool has = false;
	pl_status st = PL_OK;

	if (o->what == PL_OUTGOING_PACKAGE)
		st = load_parts(g, o);
	else
		l->files[l->n++] = (struct pl_expertise_file){PL_OUTGOING_TEXT, pl_str_bytes(o->text)};
	if (o->what == PL_OUTGOING_MAIL)
		l->files[l->n++] = (struct pl_expertise_file){PL_OUTGOING_SUBJECT, pl_str_bytes(o->subject)};
	if (!st)
		st = pl_outgoing_networks(d->inst, &l->networks, &has, g->diag);
	if (!st)
		st = name_clearer(o, by, &l->cleared);
	return st ? st : pl_expertise_look(d, l->files, l->n, has ? pl_str_of(l->networks.len ? (const char *)l->networks.ptr : "", l->networks.len) : (pl_str){0},
				pl_buf_str(&l->cleared), &l->e, g->diag);
}

pl_status pl_outgoing_look(struct pl_person_desk *d, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who, const struct pl_outgoing *o,
	pl_str by, struct pl_outgoing_look **ret, struct pl_diag *diag)
{
	struct pl_outgoing_look *l = PL_NEW(struct pl_outgoing_look);
	struct loading g = {.inst = d->inst, .r = r, .number = number, .who = who, .l = l, .diag = diag};
	pl_status st;

	pl_buf_init(&l->names, PL_OUTGOING_PARTS_MAX * (PL_FILETYPE_NAME_MAX + 1));
	pl_buf_init(&l->networks, NETWORKS_MAX);
	pl_buf_init(&l->cleared, 2 * PL_CASEWORK_TEXT_MAX);
	st = look(d, &g, o, by);
	if (st)
		pl_outgoing_look_free(l);
	else
		*ret = l;
	return st;
}

void pl_outgoing_look_free(struct pl_outgoing_look *l)
{
	if (!l)
		return;
	pl_expertise_free(l->e);
	for (size_t i = 0; i < PL_OUTGOING_PARTS_MAX; i++)
		pl_buf_done_secret(&l->data[i]);
	pl_buf_done(&l->names);
	pl_buf_done(&l->networks);
	pl_buf_done(&l->cleared);
	pl_free(l);
}

/* ---- files that go with an answer ---- */

static pl_status into_taking(void *ctx, pl_bytes piece)
{
	return pl_attach_take(ctx, piece);
}

static pl_status take_again(struct pl_instance *inst, const struct pl_attach_file *f, uint64_t max, struct pl_attach_taken *ret)
{
	int instance PL_CLEANUP(pl_file_close) = -1, spool PL_CLEANUP(pl_file_close) = -1;
	struct pl_attach_taking *taking = NULL;
	pl_status st = pl_file_open_dir(AT_FDCWD, pl_instance_dir(inst), &instance);

	if (!st)
		st = pl_file_open_dir(instance, "run", &spool);
	if (!st)
		st = pl_attach_begin(spool, pl_str_from(f->name), max, &taking);
	if (!st)
		st = pl_attach_copy(inst, f, into_taking, taking);
	if (!st)
		st = pl_attach_end(taking, ret);
	pl_attach_taking_free(taking);
	return st;
}

pl_status pl_outgoing_enclose(struct pl_instance *inst, const struct pl_register *r, uint64_t number, const struct pl_casework_actor *who,
	const struct pl_outgoing *o, struct pl_attach_taken *t, size_t *ret_n, struct pl_diag *diag)
{
	struct pl_talk_limits limits;
	pl_status st = pl_talk_limits(inst, &limits, diag);

	for (size_t i = 0; i < o->n_parts && !st; i++) {
		struct pl_attach_file f = {0};

		st = pl_attach_find(inst, r, number, o->part[i].seq, who, &f, diag);
		if (!st)
			st = pl_register_package_ask(inst, r, &f.sha256, diag);
		if (!st)
			st = take_again(inst, &f, limits.bytes, &t[*ret_n]);
		if (st == PL_E_TOOBIG)
			st = pl_diag_set(diag, st, "%s is larger than [answers] bytes", f.name);
		*ret_n += !st;
		pl_wipe(&f, sizeof f);
		if (!st)
			st = pl_attach_scan(inst, &t[*ret_n - 1], diag);
		if (!st)
			st = pl_talk_file_check(&limits, &t[*ret_n - 1], diag);
	}
	return st;
}
