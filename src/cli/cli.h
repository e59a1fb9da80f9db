/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cli/cli: the shape of every command, `pellucid <noun> <verb> [options] [arguments]`.
 *
 * A noun is one file that exports one table `const struct pl_cli_noun pl_cli_noun_<noun>` and is listed in
 * cli/nouns.h. A noun that is its own verb (`pellucid verify FILE`) has one verb with an empty name. The table is the
 * only source: parsing, --help, the shell completion and the test of the manual pages read it.
 *
 * Data goes to standard output, words to standard error, "-" names standard input. Exit codes: enum pl_exit.
 */
#ifndef PL_CLI_CLI_H
#define PL_CLI_CLI_H
#include "base/base.h"
#include <stdio.h>

enum pl_exit {
	PL_EXIT_OK = 0,      /* yes, done */
	PL_EXIT_NO = 1,      /* no: a proof failed, builds differ */
	PL_EXIT_USAGE = 2,   /* the command line makes no sense */
	PL_EXIT_UNKNOWN = 3, /* could not find out */
};

struct pl_cli_option {
	const char *name; /* without the dashes */
	const char *arg;  /* name of its value in the help, NULL for a switch */
	const char *help; /* one line, no full stop */
};

struct pl_cli;

struct pl_cli_verb {
	const char *name;      /* "" when the noun is the command */
	const char *arguments; /* for the usage line, for example "DIR [FILE...]" */
	const char *help;      /* one line, no full stop */
	const struct pl_cli_option *options; /* ends with a NULL name; may be NULL */
	int min_args, max_args;              /* max_args -1: any number */
	int (*run)(struct pl_cli *cli);      /* answers an enum pl_exit */
};

struct pl_cli_noun {
	const char *name;
	const char *help;
	const struct pl_cli_verb *verbs; /* ends with a NULL name */
};

#define PL_CLI_MAX_OPTIONS 32

/* One parsed command line; borrowed from argv. */
struct pl_cli {
	const struct pl_cli_noun *noun;
	const struct pl_cli_verb *verb;
	int argc;
	char **argv; /* the arguments after the options */
	const char *values[PL_CLI_MAX_OPTIONS]; /* by index in verb->options; "" for a switch that is set */
};

/* The value of option @name, "" for a set switch, NULL if it was not given. @name must be in the verb's table. */
const char *pl_cli_get(const struct pl_cli *cli, const char *name);
bool pl_cli_has(const struct pl_cli *cli, const char *name);
/* The value of option @name as a number within [@min, @max]; @fallback if it was not given. On PL_E_SYNTAX or
 * PL_E_RANGE the words are printed already: return PL_EXIT_USAGE. */
pl_status pl_cli_get_u64(const struct pl_cli *cli, const char *name, uint64_t fallback, uint64_t min, uint64_t max,
	uint64_t *ret);

/* Print "pellucid <noun> <verb>: <words>", the place and the hint of @diag (may be NULL), and answer the exit code for
 * @st: 1 for refused proofs, signatures and quorums, 2 for bad input, else 3. */
int pl_cli_fail(const struct pl_cli *cli, pl_status st, const struct pl_diag *diag);
/* Print words and the usage line; answers PL_EXIT_USAGE. */
int pl_cli_usage(const struct pl_cli *cli, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The directory of the instance: --instance, else $PELLUCID_INSTANCE; NULL (words printed) if neither is set. For verbs
 * that list PL_CLI_INSTANCE among their options. */
const char *pl_cli_instance(const struct pl_cli *cli);
#define PL_CLI_INSTANCE {"instance", "DIR", "the instance's directory (default: $PELLUCID_INSTANCE)"}
#define PL_CLI_JSON {"json", NULL, "answer in JSON, one object on standard output"}

/* Write all of @s to standard output. PL_E_IO if it does not take it. */
pl_status pl_cli_out(pl_str s);

/* Colour for a terminal: "" when standard output is not one, NO_COLOR is set or TERM is dumb. */
enum pl_cli_style { PL_STYLE_PLAIN, PL_STYLE_BOLD, PL_STYLE_GOOD, PL_STYLE_BAD, PL_STYLE_WARN, PL_STYLE_DIM };
const char *pl_cli_style(FILE *stream, enum pl_cli_style style);

/* help.c */
void pl_cli_print_nouns(FILE *out);
void pl_cli_print_noun(FILE *out, const struct pl_cli_noun *noun);
/* The line "usage: ...". */
void pl_cli_print_usage(FILE *out, const struct pl_cli_noun *noun, const struct pl_cli_verb *verb);
void pl_cli_print_verb(FILE *out, const struct pl_cli_noun *noun, const struct pl_cli_verb *verb);
/* All verbs, one per line "noun verb", for tests and completion. */
void pl_cli_print_verbs(FILE *out);
/* A completion script for bash. */
void pl_cli_print_completion(FILE *out);
const struct pl_cli_noun *pl_cli_find_noun(pl_str name);
/* The @i-th noun, NULL after the last. */
const struct pl_cli_noun *pl_cli_nth_noun(size_t i);

#endif
