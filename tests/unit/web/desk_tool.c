/* SPDX-License-Identifier: Apache-2.0 */
/*
 * desk_tool rows          the desk's table, a row a line: METHOD PATTERN HOW; tests/lib/desk_matrix.py knows who may
 * desk_tool routes INST   the routes of the public portal, a row a line: METHOD PATTERN, for tests/flow/web-portal.sh
 * desk_tool people INST   accounts with each role in an instance, logged in: NAME.session in this directory, and the code of
 *                         an invitation in new.code. Passwords are hashed as cheaply as may be.
 */
#include "../people/world.h"
#include "base/time.h"
#include "cli/rooms.h"
#include "people/account.h"
#include "web/desk.h"
#include "web/portal.h"

static void print_rows(void)
{
	for (size_t i = 0; i < pl_desk_row_count; i++) {
		const struct pl_desk_row *row = &pl_desk_rows[i];

		(void)printf("%s %s %s%s\n", row->rule.method == PL_HTTP_POST ? "POST" : "GET", row->pattern,
			row->rule.how & PL_DESK_JSON ? "json" : row->rule.how & PL_DESK_FILES ? "files" : "form", row->rule.how & PL_DESK_FRESH ? ",fresh" : "");
	}
}

/* 2 if the instance cannot be opened. */
static int print_routes(const char *dir)
{
	const struct pl_instance_options rooms = {.rooms = pl_rooms, .n_rooms = pl_rooms_count};
	const struct pl_portal_options o = {.dir = dir, .instance = &rooms, .part = PL_PORTAL_PUBLIC};
	struct pl_portal *p PL_CLEANUP(pl_portal_closep) = NULL;
	const struct pl_route *route;
	struct pl_diag diag = {0};

	if (pl_portal_open(&o, &p, &diag)) {
		(void)fprintf(stderr, "desk_tool: %s\n", diag.text);
		return 2;
	}
	for (size_t i = 0, n = pl_portal_routes(p, &route); i < n; i++)
		(void)printf("%s %s\n", route[i].method == PL_HTTP_POST ? "POST" : "GET", route[i].pattern);
	return 0;
}

static void keep(const char *name, const char *ending, const char *text)
{
	char path[64];

	(void)snprintf(path, sizeof path, "%s.%s", name, ending);
	assert_ok(pl_file_put_loose(AT_FDCWD, path, pl_str_bytes(pl_str_from(text)), 0600));
}

static void log_in(struct person *who)
{
	struct pl_session_token token;

	person_login(who, &token);
	keep(who->name, "session", token.text);
}

static void make_people(struct pl_people *p)
{
	static const struct {
		const char *name;
		unsigned roles;
	} others[] = {{"desk", PL_STAFF_DESK}, {"legal", PL_STAFF_LEGAL}, {"officer", PL_STAFF_OFFICER},
		{"auditor", PL_STAFF_AUDITOR}, {"none", PL_STAFF_DESK}};
	struct pl_account_act act;
	struct person ada, one;

	p->cost = PL_PASSWORD_COST_TEST;
	world_now = pl_time_now();
	person_first(p, "ada", &ada);
	for (size_t i = 0; i < PL_COUNT(others); i++) {
		world_now = pl_time_now(); /* a login uses the code of half a minute later */
		person_add(&ada, NULL, others[i].name, others[i].roles, &one);
		log_in(&one);
		person_done(&one);
	}
	assert_ok(pl_account_set_roles(p, &ada.actor, PL_STR("none"), 0, &act, NULL));
	assert_ok(pl_account_add(p, &ada.actor, PL_STR("new"), (pl_str){0}, PL_STAFF_DESK, &act, NULL));
	keep("new", "code", act.code);
	world_now = pl_time_now();
	log_in(&ada);
	person_done(&ada);
}

int main(int argc, char **argv)
{
	const struct pl_instance_options opt = {.rooms = pl_rooms, .n_rooms = pl_rooms_count, .migrate = true};
	struct pl_instance *inst PL_CLEANUP(pl_instance_closep) = NULL;
	struct pl_people *p PL_CLEANUP(pl_people_closep) = NULL;
	struct pl_diag diag = {0};

	if (argc == 2 && strcmp(argv[1], "rows") == 0) {
		print_rows();
		return 0;
	}
	if (argc == 3 && strcmp(argv[1], "routes") == 0)
		return print_routes(argv[2]);
	if (argc != 3 || strcmp(argv[1], "people") != 0 || pl_instance_open(argv[2], &opt, &inst, &diag) || pl_people_open(inst, true, &p, &diag)) {
		(void)fprintf(stderr, "desk_tool: %s\n", diag.text);
		return 2;
	}
	make_people(p);
	return 0;
}
