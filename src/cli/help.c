/* SPDX-License-Identifier: Apache-2.0 */
/* cli/help: help texts and the shell completion, all made from the tables of the nouns. */
#include "cli/cli.h"

#define WIDTH 99 /* and a full stop */

/* Spaces from column @at up to @column, one at least; the column reached. */
static int pad(FILE *out, int at, int column)
{
	int n = at < column ? column - at : 1;

	fprintf(out, "%*s", n, "");
	return at + n;
}

/* @text from column @at on, in lines of at most WIDTH columns of which the further ones begin at @indent. */
static void put_text(FILE *out, int at, int indent, const char *text)
{
	pl_str rest = pl_str_from(text), word;

	for (bool first = true; rest.len; first = false) {
		if (!pl_str_take_until(&rest, ' ', &word)) {
			word = rest;
			rest = (pl_str){0};
		}
		if (!first && at + 1 + (int)word.len > WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			at = indent;
		} else if (!first) {
			fputc(' ', out);
			at++;
		}
		fprintf(out, "%.*s", PL_STR_ARG(word));
		at += (int)word.len;
	}
}

void pl_cli_print_usage(FILE *out, const struct pl_cli_noun *noun, const struct pl_cli_verb *verb)
{
	fprintf(out, "usage: pellucid %s%s%s%s%s%s\n", noun->name, *verb->name ? " " : "", verb->name,
		verb->options ? " [options]" : "", *verb->arguments ? " " : "", verb->arguments);
}

void pl_cli_print_verb(FILE *out, const struct pl_cli_noun *noun, const struct pl_cli_verb *verb)
{
	pl_cli_print_usage(out, noun, verb);
	fputc('\n', out);
	put_text(out, 0, 0, verb->help);
	fputs(".\n", out);
	if (!verb->options)
		return;
	fputs("\noptions:\n", out);
	for (const struct pl_cli_option *o = verb->options; o->name; o++) {
		int n = fprintf(out, "  --%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");

		put_text(out, pad(out, n, 28), 28, o->help);
		fputc('\n', out);
	}
}

void pl_cli_print_noun(FILE *out, const struct pl_cli_noun *noun)
{
	fprintf(out, "%s.\n\n", noun->help);
	for (const struct pl_cli_verb *v = noun->verbs; v->name; v++) {
		int n = fprintf(out, "  pellucid %s %s %s", noun->name, v->name, v->arguments);

		put_text(out, pad(out, n, 48), 48, v->help);
		fputc('\n', out);
	}
	fprintf(out, "\n`pellucid %s VERB --help` says more.\n", noun->name);
}

void pl_cli_print_nouns(FILE *out)
{
	const struct pl_cli_noun *noun;

	fputs("Pellucid: a transparency initiative that outsiders can check without trusting it.\n\n"
	      "usage: pellucid <noun> <verb> [options] [arguments]\n\n", out);
	for (size_t i = 0; (noun = pl_cli_nth_noun(i)); i++)
		fprintf(out, "  %-12s %s\n", noun->name, noun->help);
	fputs("\n`pellucid NOUN --help` lists its verbs.\n"
	      "Exit codes: 0 yes or done, 1 no, 2 wrong usage, 3 could not find out.\n", out);
}

void pl_cli_print_verbs(FILE *out)
{
	const struct pl_cli_noun *noun;

	for (size_t i = 0; (noun = pl_cli_nth_noun(i)); i++)
		for (const struct pl_cli_verb *v = noun->verbs; v->name; v++)
			fprintf(out, "%s%s%s\n", noun->name, *v->name ? " " : "", v->name);
}

static void print_options_of(FILE *out, const struct pl_cli_verb *verb)
{
	for (const struct pl_cli_option *o = verb->options; o && o->name; o++)
		fprintf(out, " --%s", o->name);
}

void pl_cli_print_completion(FILE *out)
{
	const struct pl_cli_noun *noun;

	fputs("# bash completion for pellucid; load it with: source <(pellucid --completion)\n"
	      "_pellucid() {\n"
	      "  local cur=${COMP_WORDS[COMP_CWORD]} words=\n"
	      "  case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n", out);
	for (size_t i = 0; (noun = pl_cli_nth_noun(i)); i++)
		for (const struct pl_cli_verb *v = noun->verbs; v->name; v++) {
			fprintf(out, "    \"%s %s\"%s) words=\"--help", noun->name, v->name, *v->name ? "" : "*");
			print_options_of(out, v);
			fputs("\" ;;\n", out);
		}
	fputs("  esac\n  if [ \"$COMP_CWORD\" = 1 ]; then\n    words=\"help", out);
	for (size_t i = 0; (noun = pl_cli_nth_noun(i)); i++)
		fprintf(out, " %s", noun->name);
	fputs("\"\n  elif [ \"$COMP_CWORD\" = 2 ]; then\n    case ${COMP_WORDS[1]} in\n", out);
	for (size_t i = 0; (noun = pl_cli_nth_noun(i)); i++) {
		if (!*noun->verbs->name)
			continue;
		fprintf(out, "      %s) words=\"", noun->name);
		for (const struct pl_cli_verb *v = noun->verbs; v->name; v++)
			fprintf(out, "%s%s", v == noun->verbs ? "" : " ", v->name);
		fputs("\" ;;\n", out);
	}
	fputs("    esac\n  fi\n"
	      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
	      "  if [ ${#COMPREPLY[@]} = 0 ]; then mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); fi\n"
	      "}\ncomplete -F _pellucid pellucid\n", out);
}
