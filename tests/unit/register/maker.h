/* SPDX-License-Identifier: Apache-2.0 */
/* maker: openings files made in memory, case by case, for tests, fuzzing seeds and benchmarks. Same calls, same bytes. */
#ifndef PL_TEST_REGISTER_MAKER_H
#define PL_TEST_REGISTER_MAKER_H
#include "log/tree.h"
#include "register/openings.h"

#define MAKER_CASES 1000000u

struct maker_case {
	uint32_t revisions; /* made so far */
	struct pl_digest leaf;
	bool in_file;
};

struct maker {
	struct pl_register_decl *decl;
	struct pl_digest reg, chain;
	struct pl_tree_edge edge;
	struct pl_openings_head head;
	struct pl_buf rows;
	uint64_t highest, days, time;
	struct maker_case *cases; /* by number - 1 */
	unsigned under;           /* what open rows name: see maker_declare */
	size_t n_before;
	struct pl_register_decl *before[PL_OPENINGS_EARLIER_MAX];
};

extern const char maker_declaration[];

/* A register with nothing in it. */
void maker_init(struct maker *m, const char *declaration, const char *from, const char *to);
void maker_done(struct maker *m);
/* Declare the register anew. @under: the number that rows have from now on (0: the file's own declaration, the last one). Whoever calls this sets
 * m->under to 1 first. */
void maker_declare(struct maker *m, const char *declaration, unsigned under);
/* What was made so far lies before the file: the first head is here. */
void maker_first(struct maker *m);
/* The next revision of case @number (the next new one for highest + 1); @values is one text a field of the register's
 * declaration, NULL for absent ones, "entered" (a date and time) last. */
void maker_open(struct maker *m, uint64_t number, const char *const *values);
void maker_other(struct maker *m, uint64_t number, enum pl_row_kind kind, unsigned classes);
/* A heartbeat that closes the UTC day beginning at @day, a second after its end. */
void maker_day(struct maker *m, const char *day);
/* The same, so many seconds after its end. */
void maker_day_late(struct maker *m, const char *day, uint64_t late);
/* The whole file; m->time becomes that of the last head. */
void maker_file(struct maker *m, struct pl_buf *out);

#endif
