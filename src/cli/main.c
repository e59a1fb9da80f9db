/* SPDX-License-Identifier: Apache-2.0 */
/* cli/main: reads the command line by the tables of the nouns and runs one verb. */
#include "cli/cli.h"
#include "cli/nouns.h"
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

static const struct pl_cli_noun *const nouns[] = {
#define ENTRY(noun) &pl_cli_noun_##noun,
	PL_CLI_NOUNS(ENTRY)
#undef ENTRY
};

const struct pl_cli_noun *pl_cli_nth_noun(size_t i)
{
	return i < PL_COUNT(nouns) ? nouns[i] : NULL;
}

const struct pl_cli_noun *pl_cli_find_noun(pl_str name)
{
	for (size_t i = 0; i < PL_COUNT(nouns); i++)
		if (pl_str_eq(pl_str_from(nouns[i]->name), name))
			return nouns[i];
	return NULL;
}

static const struct pl_cli_verb *find_verb(const struct pl_cli_noun *noun, const char *name)
{
	for (const struct pl_cli_verb *v = noun->verbs; v->name; v++)
		if (strcmp(v->name, name) == 0)
			return v;
	return NULL;
}

static int option_index(const struct pl_cli_verb *verb, pl_str name)
{
	for (int i = 0; verb->options && verb->options[i].name; i++)
		if (pl_str_eq(pl_str_from(verb->options[i].name), name))
			return i;
	return -1;
}

const char *pl_cli_get(const struct pl_cli *cli, const char *name)
{
	int i = option_index(cli->verb, pl_str_from(name));

	return i < 0 ? NULL : cli->values[i];
}

bool pl_cli_has(const struct pl_cli *cli, const char *name)
{
	return pl_cli_get(cli, name) != NULL;
}

pl_status pl_cli_get_u64(const struct pl_cli *cli, const char *name, uint64_t fallback, uint64_t min, uint64_t max,
	uint64_t *ret)
{
	const char *text = pl_cli_get(cli, name);
	uint64_t v = fallback;
	pl_status st = text ? pl_str_to_u64(pl_str_from(text), max, &v) : PL_OK;

	if (!st && text && v < min)
		st = PL_E_RANGE;
	if (st) {
		(void)pl_cli_usage(cli, "--%s wants a number from %llu to %llu, not \"%s\"", name, (unsigned long long)min,
			(unsigned long long)max, text);
		return st;
	}
	*ret = v;
	return PL_OK;
}

const char *pl_cli_instance(const struct pl_cli *cli)
{
	const char *dir = pl_cli_get(cli, "instance");

	if (!dir)
		dir = getenv("PELLUCID_INSTANCE");
	if (!dir || !*dir) {
		(void)pl_cli_usage(cli, "which instance? Give --instance DIR or set PELLUCID_INSTANCE");
		return NULL;
	}
	return dir;
}

static void print_name(const struct pl_cli *cli)
{
	fprintf(stderr, "pellucid %s%s%s: ", cli->noun->name, *cli->verb->name ? " " : "", cli->verb->name);
}

static int exit_code(pl_status st)
{
	static const unsigned char code[PL_STATUS_COUNT] = {
		[PL_OK] = PL_EXIT_OK,
		[PL_E_SYNTAX] = PL_EXIT_USAGE,
		[PL_E_RANGE] = PL_EXIT_USAGE,
		[PL_E_TOOBIG] = PL_EXIT_USAGE,
		[PL_E_EXISTS] = PL_EXIT_USAGE,
		[PL_E_SIGNATURE] = PL_EXIT_NO,
		[PL_E_PROOF] = PL_EXIT_NO,
		[PL_E_QUORUM] = PL_EXIT_NO,
		[PL_E_CORRUPT] = PL_EXIT_NO,
		[PL_E_EXPIRED] = PL_EXIT_NO,
		[PL_E_ROLLBACK] = PL_EXIT_NO,
		[PL_E_DENIED] = PL_EXIT_NO,
		[PL_E_MISMATCH] = PL_EXIT_NO,
	};
	int c = st < PL_STATUS_COUNT ? code[st] : 0;

	return st && c == 0 ? PL_EXIT_UNKNOWN : c;
}

/* Words that begin with the line say it themselves: they are read in other places, too. */
static bool says_line(const struct pl_diag *diag)
{
	char words[32];

	(void)snprintf(words, sizeof words, "line %u:", diag->line);
	return strstr(diag->text, words) != NULL;
}

int pl_cli_fail(const struct pl_cli *cli, pl_status st, const struct pl_diag *diag)
{
	print_name(cli);
	if (diag && diag->line && !says_line(diag))
		fprintf(stderr, "line %u%s", diag->line, diag->column ? "" : ": ");
	if (diag && diag->line && diag->column && !says_line(diag))
		fprintf(stderr, ", column %u: ", diag->column);
	fprintf(stderr, "%s", pl_diag_text(diag, st));
	if (st && diag && diag->text[0] && !pl_str_ends(pl_str_from(diag->text), pl_str_from(pl_status_text(st))))
		fprintf(stderr, " (%s)", pl_status_text(st));
	fputc('\n', stderr);
	if (diag && diag->hint[0])
		fprintf(stderr, "  what to do: %s\n", diag->hint);
	return exit_code(st);
}

int pl_cli_usage(const struct pl_cli *cli, const char *fmt, ...)
{
	va_list ap;

	print_name(cli);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	pl_cli_print_usage(stderr, cli->noun, cli->verb);
	fprintf(stderr, "       pellucid %s%s%s --help says more\n", cli->noun->name, *cli->verb->name ? " " : "", cli->verb->name);
	return PL_EXIT_USAGE;
}

pl_status pl_cli_out(pl_str s)
{
	return (s.len == 0 || fwrite(s.ptr, 1, s.len, stdout) == s.len) ? PL_OK : PL_E_IO;
}

const char *pl_cli_style(FILE *stream, enum pl_cli_style style)
{
	static const char *const code[] = {"\033[0m", "\033[1m", "\033[32m", "\033[31m", "\033[33m", "\033[2m"};
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if ((no && *no) || !term || strcmp(term, "dumb") == 0 || !isatty(fileno(stream)))
		return "";
	return code[style];
}

/* One "--name", "--name value" or "--name=value" at argv[*at]; moves *at past it. */
static int take_option(struct pl_cli *cli, int argc, char **argv, int *at)
{
	pl_str text = pl_str_from(argv[*at] + 2), name = text;
	const char *value = NULL;
	int i;

	if (pl_str_take_until(&text, '=', &name))
		value = text.ptr;
	i = option_index(cli->verb, name);
	if (i < 0)
		return pl_cli_usage(cli, "no option --%.*s", PL_STR_ARG(name));
	if (cli->values[i])
		return pl_cli_usage(cli, "--%.*s is given twice", PL_STR_ARG(name));
	if (!cli->verb->options[i].arg && value)
		return pl_cli_usage(cli, "--%.*s takes no value", PL_STR_ARG(name));
	if (cli->verb->options[i].arg && !value && ++*at < argc)
		value = argv[*at];
	if (cli->verb->options[i].arg && !value)
		return pl_cli_usage(cli, "--%.*s wants a value: %s", PL_STR_ARG(name), cli->verb->options[i].arg);
	cli->values[i] = value ? value : "";
	++*at;
	return PL_EXIT_OK;
}

/* Options anywhere before "--"; what is left is moved to the front of argv and becomes the arguments. */
static int parse(struct pl_cli *cli, int argc, char **argv)
{
	bool only_args = false;
	int at = 0, kept = 0;

	while (at < argc) {
		if (!only_args && strcmp(argv[at], "--") == 0) {
			only_args = true;
			at++;
		} else if (!only_args && strncmp(argv[at], "--", 2) == 0) {
			int code = take_option(cli, argc, argv, &at);

			if (code)
				return code;
		} else if (!only_args && argv[at][0] == '-' && argv[at][1]) {
			return pl_cli_usage(cli, "no option %s", argv[at]);
		} else {
			argv[kept++] = argv[at++];
		}
	}
	cli->argc = kept;
	cli->argv = argv;
	if (kept < cli->verb->min_args)
		return pl_cli_usage(cli, "something is missing: %s", cli->verb->arguments);
	if (cli->verb->max_args >= 0 && kept > cli->verb->max_args)
		return pl_cli_usage(cli, "too many arguments, from \"%s\" on", argv[cli->verb->max_args]);
	return PL_EXIT_OK;
}

static bool wants_help(int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int run_verb(const struct pl_cli_noun *noun, const struct pl_cli_verb *verb, int argc, char **argv)
{
	struct pl_cli cli = {.noun = noun, .verb = verb};
	int code;

	if (wants_help(argc, argv)) {
		pl_cli_print_verb(stdout, noun, verb);
		return PL_EXIT_OK;
	}
	code = parse(&cli, argc, argv);
	if (code)
		return code;
	code = verb->run(&cli);
	/* A full disk or a closed pipe on standard output must not look like success. */
	if (fflush(stdout) != 0 && code == PL_EXIT_OK)
		code = PL_EXIT_UNKNOWN;
	return code;
}

static int run_noun(const struct pl_cli_noun *noun, int argc, char **argv)
{
	const struct pl_cli_verb *verb = find_verb(noun, "");

	if (verb)
		return run_verb(noun, verb, argc, argv);
	if (argc > 0 && argv[0][0] != '-')
		verb = find_verb(noun, argv[0]);
	if (verb)
		return run_verb(noun, verb, argc - 1, argv + 1);
	if (wants_help(argc, argv)) {
		pl_cli_print_noun(stdout, noun);
		return PL_EXIT_OK;
	}
	if (argc > 0)
		fprintf(stderr, "pellucid %s: no verb \"%s\"\n", noun->name, argv[0]);
	pl_cli_print_noun(stderr, noun);
	return PL_EXIT_USAGE;
}

static int special(const char *word)
{
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
		pl_cli_print_nouns(stdout);
	else if (strcmp(word, "--completion") == 0)
		pl_cli_print_completion(stdout);
	else if (strcmp(word, "--verbs") == 0)
		pl_cli_print_verbs(stdout);
	else
		return -1;
	return fflush(stdout) == 0 ? PL_EXIT_OK : PL_EXIT_UNKNOWN;
}

int main(int argc, char **argv)
{
	const struct pl_cli_noun *noun;
	int code;

	/* A reader that goes away shows as EPIPE where it happens. */
	(void)signal(SIGPIPE, SIG_IGN);
	if (argc < 2) {
		pl_cli_print_nouns(stderr);
		return PL_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--version") == 0)
		argv[1] += 2;
	code = special(argv[1]);
	if (code >= 0)
		return code;
	noun = pl_cli_find_noun(pl_str_from(argv[1]));
	if (noun)
		return run_noun(noun, argc - 2, argv + 2);
	fprintf(stderr, "pellucid: no noun \"%s\"; `pellucid help` lists them\n", argv[1]);
	return PL_EXIT_USAGE;
}
