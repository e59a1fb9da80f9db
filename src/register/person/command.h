/* SPDX-License-Identifier: Apache-2.0 */
/*
 * register/person/command: a store behind a program of the operator's (docs/formats/holdings.md): it gets one line of JSON on its standard
 * input and answers with lines of JSON.
 *
 *	in:  {"act":"find"|"copy"|"correct"|"erase"|"object","identities":[{"type":"email","value":".."}],"correction":{..},
 *	     "objection":{"purpose":"..","ends":false}}
 *	out: {"found":{"class":"..","rows":1}}
 *	     {"table":"..","columns":[{"name":"..","type":"text"}]}   {"row":["..",null]}
 *	     {"corrected":true}
 *	     {"erased":{"class":"..","rows":1,"keys":["..."],"kept":1,"reason":"legal-duty","until":"..","backups":".."}}
 *	     {"objected":{"outcome":"stopped"|"not-used"|"goes-on","reason":".."}}
 *	     {"end":true}                                              always the last line
 *
 * What always holds:
 *  1. An answer without its last line, or with an exit code, is no answer.
 *  2. Lines are read as they come; a copy of any length passes with the memory of one line.
 *  3. What a line says is judged as if it came from outside: classes that are described, columns that were announced, known reasons.
 */
#ifndef PL_REGISTER_PERSON_COMMAND_H
#define PL_REGISTER_PERSON_COMMAND_H
#include "register/person/holdings.h"

#define PL_COMMAND_LINE_MAX ((size_t)2 << 20)
#define PL_COMMAND_SECONDS 600u

struct pl_command_store {
	pl_str path; /* absolute */
	const struct pl_holding *classes;
	size_t n_classes;
};

/* A row that asks the program of @s, which it borrows. */
void pl_command_store(struct pl_command_store *s, pl_str name, struct pl_holdings *ret);

/* One line of an answer, in turn; pure. */
struct pl_command_answer {
	const struct pl_command_store *store;
	pl_holdings_found_fn found;
	pl_holdings_erased_fn erased;
	void *ctx;
	const struct pl_holdings_sink *sink;
	struct pl_holding_table *table;         /* the one whose rows come; .n 0: none yet */
	struct pl_buf names;                    /* what it borrows from */
	struct pl_holdings_objected *objected;  /* NULL: nobody objects */
	bool corrected, took, ended;            /* took: .objected was answered */
};
/* PL_E_SYNTAX, PL_E_RANGE with words, or what a function of the caller says. */
pl_status pl_command_line(struct pl_command_answer *a, pl_str line, struct pl_diag *diag);

#endif
