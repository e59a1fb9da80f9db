/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openings_tool make CASES     an openings file of so many cases, with revisions, heartbeats and sealed ones, on standard output
 * openings_tool shut CASES     the same of a register that opens totals only, as it is published
 * openings_tool anew CASES     an openings file of a register that was declared anew twice meanwhile
 * openings_tool anew-shut CASES   the same where it opens totals only
 * openings_tool steps SEED     a small file of a register that declares steps, whose cases wander at random: most by steps, some not
 * openings_tool draw FILE WORDS COUNT   which cases the words draw from that file, in one line
 * openings_tool count          for each file named in a line of standard input one line: "ok <numbers and totals>" or "no <words>"
 */
#include "../../unit/register/maker.h"
#include "base/file.h"
#include "register/recount.h"
#include "register/sample.h"
#include "register/stated.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_MAX ((size_t)1 << 30)
#define FROM "2021-07-01T00:00:00Z"
#define TO "2022-01-01T00:00:00Z"
#define DAYS 184u

static const char *const countries[] = {"at", "ch", "de", "not-stated"};
static const char *const decisions[] = {"none", "granted", "rejected"};

static void date_of(unsigned day, unsigned hour, char out[static 21])
{
	static const unsigned starts[] = {0, 31, 62, 92, 123, 153, 184};
	unsigned m = 0;

	while (m < 5 && day >= starts[m + 1])
		m++;
	(void)snprintf(out, 21, "2021-%02u-%02uT%02u:00:00Z", (m + 7) % 100, (day - starts[m] + 1) % 100, hour % 24);
}

static void enter(struct maker *m, uint64_t number, unsigned day)
{
	char received[21], entered[21], accounts[21], days[21];
	unsigned before = day > 9 && number % 13 == 0 ? 9 : 0;

	date_of(day - before, 8, received);
	date_of(day, 9, entered);
	(void)snprintf(accounts, sizeof accounts, "%llu", (unsigned long long)(number % 300));
	(void)snprintf(days, sizeof days, "%llu", (unsigned long long)(number * 7 % 31));
	maker_open(m, number, (const char *const[]){received, countries[number % 4], number % 5 ? accounts : NULL,
				number % 3 ? days : NULL, decisions[number % 3], number % 7 ? NULL : "", entered});
}

static void make_day(struct maker *m, unsigned day, uint64_t cases)
{
	uint64_t upto = cases * (day + 1) / DAYS;
	char text[21];

	while (m->highest < upto) {
		uint64_t n = m->highest + 1;

		if (n % 41 == 0)
			maker_other(m, n, PL_ROW_SEALED, 0);
		else
			enter(m, n, day);
		if (n % 11 == 0 && n % 41)
			maker_other(m, n, n % 2 ? PL_ROW_ERASED : PL_ROW_SEALED, PL_REGISTER_ERASED_ALL);
	}
	date_of(day, 0, text);
	/* Now and then one is missing, or signed hours after its day. */
	if (day % 17 != 3 && day + 1 < DAYS)
		maker_day_late(m, text, day % 17 == 5 ? 3600 + day * 60 : 1);
}

static void make_file(const char *declaration, uint64_t cases, struct pl_buf *file)
{
	struct maker m;

	maker_init(&m, declaration, FROM, TO);
	for (unsigned day = 0; day < DAYS; day++)
		make_day(&m, day, cases);
	maker_file(&m, file);
	maker_done(&m);
}

static int make(uint64_t cases)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);

	make_file(maker_declaration, cases, &file);
	return pl_file_write(STDOUT_FILENO, file.ptr, file.len) ? 1 : 0;
}

/* The same register as it was declared later: without the days, with sizes, one more country and totals of its own. */
static const char declared_second[] = "pellucid-register v1\nname requests\nsource intake\nexistence exact\nopens rows\nlate-after 9\nopen-after 0\nretain 24\n"
	"field received time generalised month\n"
	"field size u64 open\n"
	"field country enum open at,ch,de,not-stated,fr\n"
	"field accounts u64 generalised range 0,1,10,100\n"
	"field decision enum open none,granted,rejected\n"
	"field authority text sealed\n"
	"total requests count\n"
	"total countries distinct country country!=not-stated\n"
	"total size-sum sum size\n"
	"table by-country country decision\n"
	"table by-size size\n";
/* And at last: fields as before, other totals; only where it stands tells whose a row is. */
static const char declared_third[] = "pellucid-register v1\nname requests\nsource intake\nexistence exact\nopens rows\nlate-after 9\nopen-after 0\nretain 24\n"
	"field received time generalised month\n"
	"field size u64 open\n"
	"field country enum open at,ch,de,not-stated,fr\n"
	"field accounts u64 generalised range 0,1,10,100\n"
	"field decision enum open none,granted,rejected\n"
	"field authority text sealed\n"
	"total requests count\n"
	"total rejected count decision=rejected\n"
	"total size-max max size country=fr|at\n"
	"table by-country country decision\n"
	"table by-month received-month\n";

static void enter_later(struct maker *m, uint64_t number, unsigned day)
{
	static const char *const more[] = {"at", "fr", "de", "not-stated"};
	char received[21], entered[21], size[21];

	date_of(day, 8, received);
	date_of(day, 9, entered);
	(void)snprintf(size, sizeof size, "%llu", (unsigned long long)(number * 5 % 17));
	maker_open(m, number, (const char *const[]){received, number % 6 ? size : NULL, more[number % 4], "7", decisions[number % 3], NULL, entered});
}

/* @opens: "totals" instead of "rows". */
static const char *as_opened(const char *declaration, bool totals, struct pl_buf *out)
{
	pl_str rest = pl_str_from(declaration), line;

	pl_buf_clear(out);
	while (pl_str_take_line(&rest, &line)) {
		pl_buf_put_str(out, totals && pl_str_eq(line, PL_STR("opens rows")) ? PL_STR("opens totals") : line);
		pl_buf_put_c(out, '\n');
	}
	return pl_buf_z(out);
}

static void make_anew(uint64_t cases, bool totals, struct pl_buf *file)
{
	struct pl_buf text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	struct maker m;

	maker_init(&m, as_opened(maker_declaration, totals, &text), FROM, TO);
	m.under = 1;
	for (uint64_t n = 1; n <= cases; n++) {
		if (n == cases / 3)
			maker_declare(&m, as_opened(declared_second, totals, &text), 2);
		if (n == 2 * cases / 3)
			maker_declare(&m, as_opened(declared_third, totals, &text), 0);
		if (m.head.n_earlier)
			enter_later(&m, n, (unsigned)(n * 180 / cases));
		else
			enter(&m, n, (unsigned)(n * 180 / cases));
		/* Old cases go on under the new one. */
		if (m.head.n_earlier && n % 5 == 0)
			enter_later(&m, n / 2, (unsigned)(n * 180 / cases));
		if (n % 23 == 0)
			maker_other(&m, n, n % 2 ? PL_ROW_SEALED : PL_ROW_ERASED, PL_REGISTER_ERASED_ALL);
	}
	maker_file(&m, file);
	maker_done(&m);
}

static int anew(uint64_t cases, bool totals)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	struct pl_recount counted;
	struct pl_diag diag = {0};
	int bad;

	make_anew(cases, totals, &file);
	if (!totals)
		return pl_file_write(STDOUT_FILENO, file.ptr, file.len) ? 1 : 0;
	if (pl_recount_file(pl_buf_bytes(&file), 0, NULL, NULL, &counted, &diag)) {
		(void)fprintf(stderr, "%s\n", diag.text);
		return 1;
	}
	bad = pl_stated_shut(pl_buf_bytes(&file), &counted, STDOUT_FILENO, &diag) != PL_OK;
	pl_recount_done(&counted);
	return bad;
}

static int shut(uint64_t cases)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX), text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	pl_str rest = pl_str_from(maker_declaration), line;
	struct pl_recount counted;
	struct pl_diag diag = {0};
	int bad;

	while (pl_str_take_line(&rest, &line)) {
		pl_buf_put_str(&text, pl_str_eq(line, PL_STR("opens rows")) ? PL_STR("opens totals") : line);
		pl_buf_put_c(&text, '\n');
	}
	make_file(pl_buf_z(&text), cases, &file);
	if (pl_recount_file(pl_buf_bytes(&file), 0, NULL, NULL, &counted, &diag)) {
		(void)fprintf(stderr, "%s\n", diag.text);
		return 1;
	}
	bad = pl_stated_shut(pl_buf_bytes(&file), &counted, STDOUT_FILENO, &diag) != PL_OK;
	pl_recount_done(&counted);
	return bad;
}

/* ---- steps ---- */

/* Every way of saying a step: the first revision, several names, absent ones, what must stay. */
static const char step_lines[] = "step decision - none|~\n"
	"step decision none|~ none country=at|ch|de|not-stated\n"
	"step decision none|~ granted country==at|ch\n"
	"step decision none rejected\n"
	"step decision granted|rejected none country=not-stated|~\n"
	"step decision granted rejected country==at|~\n";

/* Where two persons are needed: none begins there, and nothing else is seen of it. */
static const char eyes_lines[] = "eyes decision granted\neyes decision none country=at\n";

/* Which clocks there are counts nothing, and must be understood. */
static const char clock_lines[] = "clock request-received intake GDPR-R country=at|~ decision=none\nclock incident-known desk CRA-I1,CRA-I2,CRA-I3\n";

/* The same numbers from the same seed. */
static unsigned draw(uint64_t *state, unsigned n)
{
	*state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(*state >> 33) % n;
}

/* One way in three what the last revision says is left as it is, so that nothing moves. */
static void wander(struct maker *m, uint64_t number, const char *at[static 2], uint64_t *state)
{
	if (!at[0] || draw(state, 3))
		at[0] = countries[draw(state, 4)];
	if (draw(state, 9) == 0)
		at[0] = NULL;
	if (draw(state, 3))
		at[1] = draw(state, 3) ? decisions[draw(state, 3)] : "none";
	if (draw(state, 9) == 0)
		at[1] = NULL;
	maker_open(m, number, (const char *const[]){"2021-07-01T08:00:00Z", at[0], NULL, NULL, at[1], NULL, "2021-07-01T09:00:00Z"});
}

static void put_declaration(struct pl_buf *out, bool calendar)
{
	pl_str all = pl_str_from(maker_declaration);
	size_t head = pl_str_find_str(all, PL_STR("field "));

	pl_buf_put_str(out, pl_str_sub(all, 0, head));
	if (calendar)
		pl_buf_put_z(out, "calendar DE\nreport-within 60\n");
	pl_buf_put_str(out, pl_str_sub(all, head, all.len));
}

static int steps(uint64_t seed)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX), text PL_CLEANUP(pl_buf_done) = PL_BUF(65536);
	uint64_t state = seed;
	struct maker m;

	put_declaration(&text, seed % 2);
	pl_buf_put_z(&text, seed % 3 ? step_lines : eyes_lines);
	if (seed % 2)
		pl_buf_put_z(&text, clock_lines);
	maker_init(&m, pl_buf_z(&text), FROM, TO);
	for (uint64_t n = 1; n <= 3; n++) {
		const char *at[2] = {seed % 3 ? "at" : countries[draw(&state, 4)], draw(&state, 4) ? "none" : NULL};

		maker_open(&m, n, (const char *const[]){"2021-07-01T08:00:00Z", at[0], NULL, NULL, draw(&state, 12) ? at[1] : "granted", NULL,
					"2021-07-01T09:00:00Z"});
		/* One file in four begins after the first revision; now and then one is shut. */
		if (n == 1 && seed % 4 == 0)
			maker_first(&m);
		for (unsigned k = draw(&state, 3); k > 0; k--) {
			if (draw(&state, 6) == 0)
				maker_other(&m, n, PL_ROW_SEALED, 0);
			else
				wander(&m, n, at, &state);
		}
	}
	maker_file(&m, &file);
	maker_done(&m);
	return pl_file_write(STDOUT_FILENO, file.ptr, file.len) ? 1 : 0;
}

/* ---- counting ---- */

static void print_counts(const struct pl_recount *r)
{
	(void)printf("ok %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %llu %zu %zu", (unsigned long long)r->rows,
		(unsigned long long)r->cases, (unsigned long long)r->unopened, (unsigned long long)r->erased,
		(unsigned long long)r->lost, (unsigned long long)r->late, (unsigned long long)r->days,
		(unsigned long long)r->days_missing, (unsigned long long)r->unconfirmed, (unsigned long long)r->refused, (unsigned long long)r->steps,
		(unsigned long long)r->days_late, (unsigned long long)r->latest, r->n_late_days, r->n_drawable);
	for (size_t i = 0; i <= r->n_earlier && r->n_earlier; i++)
		(void)printf(" %llu", (unsigned long long)r->cases_under[i]);
	for (size_t i = 0; i < pl_recount_totals_count(r); i++) {
		struct pl_recount_said said;

		pl_recount_total_at(r, i, &said);
		(void)printf(" %llu", (unsigned long long)said.value);
	}
	for (size_t i = 0; i < pl_recount_tables_count(r); i++) {
		struct pl_recount_laid laid;

		pl_recount_table_at(r, i, &laid);
		for (size_t k = 0; k < laid.cells->n; k++)
			(void)printf(" %.*s/%.*s=%llu", PL_STR_ARG(laid.cells->cells[k].row), PL_STR_ARG(laid.cells->cells[k].column),
				(unsigned long long)laid.cells->cells[k].count);
	}
	(void)printf("\n");
}

static void count(const char *path)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	struct pl_diag diag = {0};
	struct pl_recount r;

	if (pl_file_read(AT_FDCWD, path, &file) || pl_recount_file(pl_buf_bytes(&file), 0, NULL, NULL, &r, &diag)) {
		(void)printf("no %s\n", diag.text);
		return;
	}
	print_counts(&r);
	pl_recount_done(&r);
}

static int draw_cases(const char *path, const char *words, size_t want)
{
	struct pl_buf file PL_CLEANUP(pl_buf_done) = PL_BUF(FILE_MAX);
	uint64_t drawn[PL_SAMPLE_MAX];
	struct pl_diag diag = {0};
	struct pl_digest digest;
	struct pl_recount r;
	size_t n = 0;
	pl_status st = pl_file_read(AT_FDCWD, path, &file);

	if (!st)
		st = pl_recount_file(pl_buf_bytes(&file), 0, NULL, NULL, &r, &diag);
	if (st)
		return 1;
	pl_sha256(pl_buf_bytes(&file), &digest);
	st = pl_sample_draw(&r, &digest, pl_str_from(words), want, drawn, &n, &diag);
	for (size_t i = 0; i < n; i++)
		(void)printf("%s%llu", i ? " " : "", (unsigned long long)drawn[i]);
	(void)printf("\n");
	pl_recount_done(&r);
	return st ? 1 : 0;
}

int main(int argc, char **argv)
{
	char line[4096];
	uint64_t cases;

	if (argc == 3 && pl_str_to_u64(pl_str_from(argv[2]), MAKER_CASES, &cases) == PL_OK) {
		if (strcmp(argv[1], "make") == 0)
			return make(cases);
		if (strcmp(argv[1], "shut") == 0)
			return shut(cases);
		if (strcmp(argv[1], "anew") == 0 || strcmp(argv[1], "anew-shut") == 0)
			return anew(cases, argv[1][4] != '\0');
		if (strcmp(argv[1], "steps") == 0)
			return steps(cases);
	}
	if (argc == 5 && strcmp(argv[1], "draw") == 0 && pl_str_to_u64(pl_str_from(argv[4]), PL_SAMPLE_MAX, &cases) == PL_OK)
		return draw_cases(argv[2], argv[3], (size_t)cases);
	if (argc != 2 || strcmp(argv[1], "count") != 0)
		return 2;
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		count(line);
	}
	return 0;
}
