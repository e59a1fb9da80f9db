/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate in words. */
#include "base/time.h"
#include "register/person/certificate.h"

struct words {
	const char *title, *at, *destroyed, *keys, *kept, *until, *for_good, *backups, *no_backups, *later, *nothing, *interrupted;
};

static const struct words english = {
	.title = "Certificate of erasure", .at = "Erased at", .destroyed = "destroyed", .keys = "keys destroyed", .kept = "kept",
	.until = "until", .for_good = "for good",
	.backups = "The last backup that holds any of what was destroyed expires at",
	.no_backups = "There is no backup that holds any of what was destroyed.",
	.later = "These processors answer for themselves, with signed receipts:",
	.nothing = "Nothing was held: every store was asked.",
	.interrupted = "was held before the erasure was interrupted and is held no more; the store did not say until when its backups are kept",
};
static const struct words german = {
	.title = "Bescheinigung einer Löschung", .at = "Gelöscht am", .destroyed = "vernichtet", .keys = "Schlüssel vernichtet", .kept = "behalten",
	.until = "bis", .for_good = "auf Dauer",
	.backups = "Die letzte Sicherung, die etwas vom Vernichteten enthält, läuft ab am",
	.no_backups = "Es gibt keine Sicherung, die etwas vom Vernichteten enthält.",
	.later = "Diese Auftragsverarbeiter antworten selbst, mit unterschriebenen Quittungen:",
	.nothing = "Es war nichts gespeichert: Jeder Speicher wurde gefragt.",
	.interrupted = "war gespeichert, bevor die Löschung unterbrochen wurde, und ist es nicht mehr; bis wann es Sicherungen gibt, sagte der Speicher nicht",
};

static const struct {
	const char *reason, *english, *german;
} reasons[] = {
	{"counted-in-public", "what is open in a counted register: the case goes on counting",
		"was in einem gezählten Register offen ist: Der Fall zählt weiter"},
	{"event-chain", "a number in the chain of events that shows tampering", "eine Nummer in der Kette der Ereignisse, die Fälschungen zeigt"},
	{"in-use", "an account that somebody works with", "ein Konto, mit dem jemand arbeitet"},
	{"legal-claim", "needed for a claim in law", "für einen Rechtsanspruch nötig"},
	{"legal-duty", "a law wants it kept", "ein Gesetz verlangt die Aufbewahrung"},
	{"name-not-reused", "a keyed mark, so that the name is not given again", "eine verschlüsselte Marke, damit der Name nicht wieder vergeben wird"},
	{"not-erasable", "the store cannot erase it", "der Speicher kann es nicht löschen"},
};

static const char *reason_words(pl_str reason, bool de)
{
	for (size_t i = 0; i < PL_COUNT(reasons); i++)
		if (pl_str_eq(reason, pl_str_from(reasons[i].reason)))
			return de ? reasons[i].german : reasons[i].english;
	return NULL;
}

struct saying {
	const struct words *w;
	bool de;
	struct pl_buf *out;
	struct pl_diag *diag;
};

static pl_status say_kept(const struct saying *s, const struct pl_json *k)
{
	static const char *const members[] = {"reason", "rows", "until"};
	pl_str reason, until = {0};
	const char *words = NULL;
	uint64_t rows, ns;
	pl_status st = pl_json_only(k, members, PL_COUNT(members), s->diag);

	if (!st)
		st = pl_json_get_u64(k, "rows", INT64_MAX, &rows, s->diag);
	if (!st)
		st = pl_json_get_str(k, "reason", &reason, s->diag);
	if (!st)
		st = pl_json_opt_str(k, "until", &until, s->diag);
	if (st)
		return st;
	words = reason_words(reason, s->de);
	if (!words || (until.len && pl_time_parse(until, &ns)))
		return pl_diag_set(s->diag, PL_E_SYNTAX, "the certificate keeps something for an unknown reason or until no time");
	pl_buf_printf(s->out, "    %s: %llu, %s (%s)\n", s->w->kept, (unsigned long long)rows, words, until.len ? s->w->until : s->w->for_good);
	if (until.len)
		pl_buf_printf(s->out, "      %s %.*s\n", s->w->until, PL_STR_ARG(until));
	return PL_OK;
}

static pl_status say_keys(const struct saying *s, const struct pl_json *keys)
{
	if (pl_json_count(keys))
		pl_buf_printf(s->out, "    %s:", s->w->keys);
	for (size_t i = 0; i < pl_json_count(keys); i++) {
		pl_str key;

		if (pl_json_str(pl_json_at(keys, i), &key) || !key.len || pl_str_find(key, '\n') != key.len)
			return pl_diag_set(s->diag, PL_E_SYNTAX, "the name of a key is a line of text");
		pl_buf_printf(s->out, " %.*s", PL_STR_ARG(key));
	}
	if (pl_json_count(keys))
		pl_buf_put_c(s->out, '\n');
	return PL_OK;
}

static pl_status say_class(const struct saying *s, const struct pl_json *o)
{
	static const char *const members[] = {"backups", "class", "destroyed", "interrupted", "keys", "kept", "store"};
	const struct pl_json *keys = NULL, *kept = NULL;
	pl_str store, class;
	bool interrupted = false;
	uint64_t destroyed;
	pl_status st = pl_json_only(o, members, PL_COUNT(members), s->diag);

	if (!st)
		st = pl_json_get_str(o, "store", &store, s->diag);
	if (!st)
		st = pl_json_get_str(o, "class", &class, s->diag);
	if (!st)
		st = pl_json_get_u64(o, "destroyed", INT64_MAX, &destroyed, s->diag);
	if (!st)
		st = pl_json_opt_bool(o, "interrupted", &interrupted, s->diag);
	if (!st)
		st = pl_json_get_array(o, "keys", &keys, s->diag);
	if (!st)
		st = pl_json_get_array(o, "kept", &kept, s->diag);
	if (!st && (!pl_predicate_token_ok(store) || !pl_predicate_token_ok(class)))
		st = pl_diag_set(s->diag, PL_E_SYNTAX, "the certificate names a store or a class that cannot be one");
	if (st)
		return st;
	pl_buf_printf(s->out, "\n  %.*s / %.*s\n    %s: %llu\n", PL_STR_ARG(store), PL_STR_ARG(class), s->w->destroyed,
		(unsigned long long)destroyed);
	if (interrupted)
		pl_buf_printf(s->out, "    %s\n", s->w->interrupted);
	st = say_keys(s, keys);
	for (size_t i = 0; i < pl_json_count(kept) && !st; i++)
		st = say_kept(s, pl_json_at(kept, i));
	return st;
}

static pl_status say_later(const struct saying *s, const struct pl_json *later)
{
	if (pl_json_count(later))
		pl_buf_printf(s->out, "\n%s\n", s->w->later);
	for (size_t i = 0; i < pl_json_count(later); i++) {
		pl_str name;

		if (pl_json_str(pl_json_at(later, i), &name) || !pl_predicate_token_ok(name))
			return pl_diag_set(s->diag, PL_E_SYNTAX, "the certificate names a processor that cannot be one");
		pl_buf_printf(s->out, "  %.*s\n", PL_STR_ARG(name));
	}
	return PL_OK;
}

static pl_status say_all(const struct saying *s, const struct pl_json *o)
{
	static const char *const members[] = {"at", "backups", "classes", "format", "later", "nonce", "origin"};
	const struct pl_json *classes = NULL, *later = NULL;
	pl_str format, at, origin, backups = {0};
	uint64_t ns;
	pl_status st = pl_json_only(o, members, PL_COUNT(members), s->diag);

	if (!st)
		st = pl_json_get_str(o, "format", &format, s->diag);
	if (!st)
		st = pl_json_get_str(o, "at", &at, s->diag);
	if (!st)
		st = pl_json_get_str(o, "origin", &origin, s->diag);
	if (!st)
		st = pl_json_opt_str(o, "backups", &backups, s->diag);
	if (!st)
		st = pl_json_get_array(o, "classes", &classes, s->diag);
	if (!st)
		st = pl_json_get_array(o, "later", &later, s->diag);
	if (!st && (!pl_str_eq(format, PL_STR("pellucid-erasure v1")) || pl_time_parse(at, &ns) || (backups.len && pl_time_parse(backups, &ns))))
		st = pl_diag_set(s->diag, PL_E_SYNTAX, "this is no certificate of \"pellucid-erasure v1\"");
	if (st)
		return st;
	pl_buf_printf(s->out, "%s\n%.*s\n\n%s %.*s\n", s->w->title, PL_STR_ARG(origin), s->w->at, PL_STR_ARG(at));
	if (!pl_json_count(classes))
		pl_buf_printf(s->out, "\n%s\n", s->w->nothing);
	for (size_t i = 0; i < pl_json_count(classes) && !st; i++)
		st = say_class(s, pl_json_at(classes, i));
	if (!st)
		st = say_later(s, later);
	if (!st && backups.len)
		pl_buf_printf(s->out, "\n%s %.*s.\n", s->w->backups, PL_STR_ARG(backups));
	else if (!st)
		pl_buf_printf(s->out, "\n%s\n", s->w->no_backups);
	return st;
}

pl_status pl_certificate_text(pl_str certificate, pl_str language, struct pl_buf *out, struct pl_diag *diag)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = NULL;
	struct saying s = {.de = pl_str_eq(language, PL_STR("de")), .out = out, .diag = diag};
	pl_status st = pl_json_parse(certificate, PL_CERTIFICATE_MAX, 8, &o, diag);

	s.w = s.de ? &german : &english;
	if (!st)
		st = say_all(&s, o);
	return st ? st : pl_buf_status(out);
}
