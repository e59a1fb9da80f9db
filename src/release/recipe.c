/* SPDX-License-Identifier: Apache-2.0 */
#include "release/recipe.h"
#include "release/archive.h"

/* What a section's lines are read into; @text is the value, trimmed. */
struct reader {
	struct pl_arena *arena;
	struct pl_recipe *r;
	struct pl_diag *diag;
	unsigned line, seen; /* @seen: bits of enum key that were given */
};

enum key { KEY_FORMAT, KEY_NAME, KEY_INNER, KEY_EPOCH, KEY_NORMALISE, KEY_TIME, KEY_MEMORY, KEY_FILE, KEY_PROCESSES };

static const struct {
	const char *section, *name;
	enum key key;
} keys[] = {
	{"recipe", "format", KEY_FORMAT},   {"recipe", "name", KEY_NAME},     {"recipe", "inner", KEY_INNER},
	{"recipe", "epoch", KEY_EPOCH},     {"compare", "normalise", KEY_NORMALISE},
	{"limits", "time", KEY_TIME},       {"limits", "memory", KEY_MEMORY}, {"limits", "file", KEY_FILE},
	{"limits", "processes", KEY_PROCESSES},
};

static bool in_set(pl_str s, const char *set)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] == '\0' || !strchr(set, s.ptr[i]))
			return false;
	return s.len > 0;
}

#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define DIGIT "0123456789"

static bool name_ok(pl_str s)
{
	return in_set(s, LOWER DIGIT "._+-") && s.len <= 64 && s.ptr[0] != '.' && s.ptr[0] != '-' && s.ptr[0] != '+';
}

static bool variable_ok(pl_str s)
{
	/* Pellucid decides these; a recipe that set them would defeat the rebuild's variations. */
	static const char *const own[] = {"SOURCE_DATE_EPOCH", "LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH", "LOCPATH"};

	if (!in_set(s, LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ_" DIGIT) || s.len > 64 || (s.ptr[0] >= '0' && s.ptr[0] <= '9'))
		return false;
	for (size_t i = 0; i < PL_COUNT(own); i++)
		if (pl_str_eq(s, pl_str_from(own[i])))
			return false;
	return !pl_str_starts(s, PL_STR("FAKETIME"));
}

static pl_status read_number(struct reader *rd, pl_str text, uint64_t min, uint64_t max, uint64_t *ret)
{
	uint64_t v;

	if (pl_str_to_u64(text, max, &v) != PL_OK || v < min)
		return pl_diag_set(rd->diag, PL_E_RANGE, "expected a whole number from %llu to %llu, found \"%.*s\"",
			(unsigned long long)min, (unsigned long long)max, PL_STR_ARG(text));
	*ret = v;
	return PL_OK;
}

static pl_status read_inner(struct reader *rd, pl_str text)
{
	pl_str rest = text;

	if (!pl_str_eat(&rest, PL_STR("/build/")) || rest.len > 200 || !pl_archive_path_ok(rest) ||
		!in_set(rest, LOWER DIGIT "ABCDEFGHIJKLMNOPQRSTUVWXYZ._+-/"))
		return pl_diag_set(rd->diag, PL_E_SYNTAX,
			"inner: expected a path like /build/hello, found \"%.*s\"", PL_STR_ARG(text));
	rd->r->inner = text;
	return PL_OK;
}

static pl_status read_epoch(struct reader *rd, pl_str text)
{
	if (pl_str_eq(text, PL_STR("commit")))
		return PL_OK;
	rd->r->epoch_fixed = true;
	return read_number(rd, text, 0, UINT64_C(17179869183), &rd->r->epoch);
}

static pl_status read_normalise(struct reader *rd, pl_str text)
{
	if (pl_str_eq(text, PL_STR("elf-build-id")))
		rd->r->normalise |= PL_NORMALISE_ELF_BUILD_ID;
	else if (pl_str_eq(text, PL_STR("ar-header")))
		rd->r->normalise |= PL_NORMALISE_AR_HEADER;
	else
		return pl_diag_set(rd->diag, PL_E_SYNTAX, "normalise: expected elf-build-id or ar-header, found \"%.*s\"",
			PL_STR_ARG(text));
	return PL_OK;
}

static pl_status read_key(struct reader *rd, enum key key, pl_str text)
{
	struct pl_recipe *r = rd->r;

	if ((rd->seen & 1u << key) && key != KEY_NORMALISE)
		return pl_diag_set(rd->diag, PL_E_SYNTAX, "this key was given before");
	rd->seen |= 1u << key;
	switch (key) {
	case KEY_FORMAT:
		return pl_str_eq(text, PL_STR("pellucid-recipe-v1")) ? PL_OK :
			pl_diag_set(rd->diag, PL_E_SYNTAX, "format: expected pellucid-recipe-v1, found \"%.*s\"", PL_STR_ARG(text));
	case KEY_NAME:
		r->name = text;
		return name_ok(text) ? PL_OK : pl_diag_set(rd->diag, PL_E_SYNTAX,
			"name: expected 1 to 64 of a-z 0-9 . _ + -, found \"%.*s\"", PL_STR_ARG(text));
	case KEY_INNER:
		return read_inner(rd, text);
	case KEY_EPOCH:
		return read_epoch(rd, text);
	case KEY_NORMALISE:
		return read_normalise(rd, text);
	case KEY_TIME:
		return read_number(rd, text, 1, 86400, &r->time_limit);
	case KEY_MEMORY:
		return read_number(rd, text, UINT64_C(1) << 26, UINT64_C(1) << 40, &r->memory_limit);
	case KEY_FILE:
		return read_number(rd, text, 4096, UINT64_C(1) << 40, &r->file_limit);
	case KEY_PROCESSES:
		return read_number(rd, text, 8, 65536, &r->process_limit);
	}
	return PL_E_INTERNAL;
}

/* One argument from the front of *@text: up to a space, or between double quotes. */
static pl_status take_argument(struct reader *rd, pl_str *text, pl_str *ret)
{
	if (text->ptr[0] == '"') {
		pl_str rest = pl_str_sub(*text, 1, text->len);

		if (!pl_str_take_until(&rest, '"', ret) || (rest.len && rest.ptr[0] != ' '))
			return pl_diag_set(rd->diag, PL_E_SYNTAX, "run: a quote is not closed, or text follows it without a space");
		*text = rest;
		return PL_OK;
	}
	*ret = pl_str_sub(*text, 0, pl_str_find(*text, ' '));
	*text = pl_str_sub(*text, ret->len, text->len);
	if (pl_str_find(*ret, '"') != ret->len)
		return pl_diag_set(rd->diag, PL_E_SYNTAX, "run: a quote may only stand at the start of an argument");
	return PL_OK;
}

static pl_status read_step(struct reader *rd, pl_str text)
{
	struct pl_recipe *r = rd->r;
	struct pl_recipe_step *step;

	if (r->nsteps == PL_RECIPE_STEPS_MAX)
		return pl_diag_set(rd->diag, PL_E_TOOBIG, "more than %u steps", PL_RECIPE_STEPS_MAX);
	step = &r->steps[r->nsteps];
	step->line = rd->line;
	step->args = pl_arena_alloc(rd->arena, PL_RECIPE_ARGS_MAX, sizeof *step->args);
	if (!step->args)
		return PL_E_TOOBIG;
	while ((text = pl_str_trim(text)).len) {
		pl_status st;

		if (step->nargs == PL_RECIPE_ARGS_MAX)
			return pl_diag_set(rd->diag, PL_E_TOOBIG, "run: more than %u arguments", PL_RECIPE_ARGS_MAX);
		st = take_argument(rd, &text, &step->args[step->nargs++]);
		if (st != PL_OK)
			return st;
	}
	if (!step->nargs || !step->args[0].len)
		return pl_diag_set(rd->diag, PL_E_SYNTAX, "run: expected a command");
	r->nsteps++;
	return PL_OK;
}

static pl_status add_pair(struct reader *rd, struct pl_recipe_pair *list, size_t *n, pl_str name, pl_str value)
{
	for (size_t i = 0; i < *n; i++)
		if (pl_str_eq(list[i].name, name))
			return pl_diag_set(rd->diag, PL_E_SYNTAX, "\"%.*s\" was given before", PL_STR_ARG(name));
	if (*n == PL_RECIPE_ITEMS_MAX)
		return pl_diag_set(rd->diag, PL_E_TOOBIG, "more than %u lines in this section", PL_RECIPE_ITEMS_MAX);
	list[(*n)++] = (struct pl_recipe_pair){name, value};
	return PL_OK;
}

static pl_status read_package(struct reader *rd, pl_str text)
{
	if (!in_set(text, LOWER DIGIT ".+-:") || text.len > 128)
		return pl_diag_set(rd->diag, PL_E_SYNTAX, "package: expected the name of a Debian package, found \"%.*s\"",
			PL_STR_ARG(text));
	if (rd->r->npackages == PL_RECIPE_ITEMS_MAX)
		return pl_diag_set(rd->diag, PL_E_TOOBIG, "more than %u packages", PL_RECIPE_ITEMS_MAX);
	rd->r->packages[rd->r->npackages++] = text;
	return PL_OK;
}

static pl_status read_pair(struct reader *rd, pl_str section, pl_str name, pl_str value)
{
	struct pl_recipe *r = rd->r;

	if (pl_str_eq(section, PL_STR("environment"))) {
		if (!variable_ok(name))
			return pl_diag_set(rd->diag, PL_E_SYNTAX, "\"%.*s\" is not a variable that a recipe may set", PL_STR_ARG(name));
		return add_pair(rd, r->environment, &r->nenvironment, name, value);
	}
	if (pl_str_eq(section, PL_STR("outputs"))) {
		if (!name_ok(name) || !pl_archive_path_ok(value))
			return pl_diag_set(rd->diag, PL_E_SYNTAX, "expected NAME = PATH-BELOW-INNER with NAME of a-z 0-9 . _ + -");
		return add_pair(rd, r->outputs, &r->noutputs, name, value);
	}
	if (pl_str_eq(section, PL_STR("steps")) && pl_str_eq(name, PL_STR("run")))
		return read_step(rd, value);
	if (pl_str_eq(section, PL_STR("inputs")) && pl_str_eq(name, PL_STR("package")))
		return read_package(rd, value);
	for (size_t i = 0; i < PL_COUNT(keys); i++)
		if (pl_str_eq(section, pl_str_from(keys[i].section)) && pl_str_eq(name, pl_str_from(keys[i].name)))
			return read_key(rd, keys[i].key, value);
	return pl_diag_set(rd->diag, PL_E_SYNTAX, "section [%.*s] has no key \"%.*s\"", PL_STR_ARG(section),
		PL_STR_ARG(name));
}

static pl_status read_line(struct reader *rd, pl_str line, pl_str *section)
{
	static const char *const sections[] = {"recipe", "inputs", "environment", "steps", "outputs", "limits", "compare"};
	pl_str name;

	line = pl_str_trim(line);
	if (!line.len || line.ptr[0] == '#')
		return PL_OK;
	if (line.ptr[0] == '[' && line.ptr[line.len - 1] == ']') {
		*section = pl_str_sub(line, 1, line.len - 2);
		for (size_t i = 0; i < PL_COUNT(sections); i++)
			if (pl_str_eq(*section, pl_str_from(sections[i])))
				return PL_OK;
		return pl_diag_set(rd->diag, PL_E_SYNTAX, "unknown section [%.*s]", PL_STR_ARG(*section));
	}
	if (!section->len)
		return pl_diag_set(rd->diag, PL_E_SYNTAX, "expected [recipe] before the first key");
	if (!pl_str_take_until(&line, '=', &name))
		return pl_diag_set(rd->diag, PL_E_SYNTAX, "expected KEY = VALUE");
	return read_pair(rd, *section, pl_str_trim(name), pl_str_trim(line));
}

static pl_status check_complete(const struct reader *rd)
{
	static const enum key wanted[] = {KEY_FORMAT, KEY_NAME, KEY_INNER, KEY_EPOCH};

	for (size_t i = 0; i < PL_COUNT(wanted); i++)
		if (!(rd->seen & 1u << wanted[i]))
			return pl_diag_set(rd->diag, PL_E_SYNTAX, "[recipe] lacks the key \"%s\"", keys[wanted[i]].name);
	if (!rd->r->nsteps)
		return pl_diag_set(rd->diag, PL_E_SYNTAX, "[steps] has no run line");
	if (!rd->r->noutputs)
		return pl_diag_set(rd->diag, PL_E_SYNTAX, "[outputs] names no file");
	return PL_OK;
}

static pl_status prepare(pl_str text, struct pl_arena *arena, struct pl_recipe *r, struct pl_diag *diag)
{
	if (text.len > PL_RECIPE_SIZE_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a recipe has at most %u bytes", PL_RECIPE_SIZE_MAX);
	if (!pl_str_is_utf8(text) || pl_str_find(text, '\0') != text.len || pl_str_find(text, '\r') != text.len)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected UTF-8 text with lines ending in \\n");
	*r = (struct pl_recipe){.time_limit = 3600, .memory_limit = UINT64_C(8) << 30, .file_limit = UINT64_C(4) << 30,
		.process_limit = 1024};
	r->steps = pl_arena_alloc(arena, PL_RECIPE_STEPS_MAX, sizeof *r->steps);
	r->packages = pl_arena_alloc(arena, PL_RECIPE_ITEMS_MAX, sizeof *r->packages);
	r->environment = pl_arena_alloc(arena, PL_RECIPE_ITEMS_MAX, sizeof *r->environment);
	r->outputs = pl_arena_alloc(arena, PL_RECIPE_ITEMS_MAX, sizeof *r->outputs);
	return r->steps && r->packages && r->environment && r->outputs ? PL_OK : PL_E_TOOBIG;
}

pl_status pl_recipe_parse(pl_str text, struct pl_arena *arena, struct pl_recipe *ret, struct pl_diag *diag)
{
	struct pl_recipe r;
	struct reader rd = {.arena = arena, .r = &r, .diag = diag};
	pl_str section = {0}, line;
	pl_status st = prepare(text, arena, &r, diag);

	while (st == PL_OK && text.len) {
		rd.line++;
		if (!pl_str_take_line(&text, &line)) {
			line = text;
			text.len = 0;
		}
		st = read_line(&rd, line, &section);
		if (st != PL_OK)
			pl_diag_at(diag, rd.line, 0);
	}
	if (st == PL_OK)
		st = check_complete(&rd);
	if (st == PL_OK)
		*ret = r;
	return st;
}

void pl_recipe_expand(const struct pl_recipe *r, pl_str arg, unsigned jobs, uint64_t epoch, struct pl_buf *out)
{
	while (arg.len) {
		if (pl_str_eat(&arg, PL_STR("{jobs}"))) {
			pl_buf_put_u64(out, jobs);
		} else if (pl_str_eat(&arg, PL_STR("{epoch}"))) {
			pl_buf_put_u64(out, epoch);
		} else if (pl_str_eat(&arg, PL_STR("{inner}"))) {
			pl_buf_put_str(out, r->inner);
		} else {
			pl_buf_put_c(out, arg.ptr[0]);
			arg = pl_str_sub(arg, 1, arg.len);
		}
	}
}
