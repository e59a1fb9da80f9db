/* SPDX-License-Identifier: Apache-2.0 */
/* register/vuln/party: the parties of a case, and what each of them sees. */
#include "register/vuln/party.h"
#include "base/time.h"
#include "fact/predicates.h"

const char *const pl_vuln_roles[PL_VULN_ROLES + 1] = {"reporter", "supplier", "coordinator", "csirt", NULL};

pl_status pl_vuln_role_parse(pl_str word, enum pl_vuln_role *ret)
{
	for (unsigned i = 0; i < PL_VULN_ROLES; i++)
		if (pl_str_eq(word, pl_str_from(pl_vuln_roles[i]))) {
			*ret = (enum pl_vuln_role)i;
			return PL_OK;
		}
	return PL_E_NOTFOUND;
}

/* ---- the text ---- */

static bool name_ok(pl_str name)
{
	if (!name.len || name.len > PL_VULN_PARTY_NAME_MAX || !pl_str_is_utf8(name) || name.ptr[0] == ' ' ||
		name.ptr[name.len - 1] == ' ')
		return false;
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f)
			return false;
	return true;
}

pl_status pl_vuln_parties_add(struct pl_vuln_parties *p, const struct pl_vuln_party *one, struct pl_diag *diag)
{
	if (!pl_predicate_token_ok(one->id))
		return pl_diag_set(diag, PL_E_SYNTAX, "a party is called by a token, like example-library");
	if (!name_ok(one->name))
		return pl_diag_set(diag, PL_E_SYNTAX, "the name of a party is one line of at most %u bytes", PL_VULN_PARTY_NAME_MAX);
	if (pl_vuln_parties_find(p, one->id))
		return pl_diag_set(diag, PL_E_EXISTS, "the case has a party %.*s", PL_STR_ARG(one->id));
	if (p->n == PL_VULN_PARTIES_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "a case has at most %u parties", PL_VULN_PARTIES_MAX);
	p->p[p->n++] = *one;
	return PL_OK;
}

static pl_status read_line(pl_str line, struct pl_vuln_party *ret)
{
	pl_str role, time;
	uint64_t t;

	if (!pl_str_take_until(&line, ' ', &role) || pl_vuln_role_parse(role, &ret->role) ||
		!pl_str_take_until(&line, ' ', &ret->id) || !pl_str_take_until(&line, ' ', &time) || time.len != 20 ||
		pl_time_parse(time, &t))
		return PL_E_SYNTAX;
	ret->since = t / PL_SECOND;
	ret->name = line;
	return PL_OK;
}

pl_status pl_vuln_parties_parse(pl_str text, struct pl_arena *arena, struct pl_vuln_parties *ret, struct pl_diag *diag)
{
	pl_str rest, line;
	unsigned number = 0;
	pl_status st;

	ret->n = 0;
	if (text.len > PL_VULN_TEXT_MAX)
		return pl_diag_set(diag, PL_E_TOOBIG, "the parties of a case have at most %u bytes", PL_VULN_TEXT_MAX);
	st = pl_arena_dup(arena, text, &rest);
	while (!st && rest.len) {
		struct pl_vuln_party one;

		number++;
		st = pl_str_take_line(&rest, &line) ? read_line(line, &one) : PL_E_SYNTAX;
		if (st)
			(void)pl_diag_set(diag, st, "expected a party, like \"supplier example-library 2026-11-28T10:00:00Z Example Library\"");
		else
			st = pl_vuln_parties_add(ret, &one, diag);
		if (st)
			pl_diag_at(diag, number, 0);
	}
	return st;
}

void pl_vuln_parties_write(struct pl_buf *out, const struct pl_vuln_parties *p)
{
	for (size_t i = 0; i < p->n; i++) {
		pl_buf_printf(out, "%s %.*s ", pl_vuln_roles[p->p[i].role], PL_STR_ARG(p->p[i].id));
		pl_time_put(out, p->p[i].since * PL_SECOND);
		pl_buf_printf(out, " %.*s\n", PL_STR_ARG(p->p[i].name));
	}
}

const struct pl_vuln_party *pl_vuln_parties_find(const struct pl_vuln_parties *p, pl_str id)
{
	for (size_t i = 0; i < p->n; i++)
		if (pl_str_eq(p->p[i].id, id))
			return &p->p[i];
	return NULL;
}

pl_status pl_vuln_parties_remove(struct pl_vuln_parties *p, pl_str id)
{
	for (size_t i = 0; i < p->n; i++) {
		if (!pl_str_eq(p->p[i].id, id))
			continue;
		memmove(&p->p[i], &p->p[i + 1], (p->n - i - 1) * sizeof *p->p);
		p->n--;
		return PL_OK;
	}
	return PL_E_NOTFOUND;
}

/* ---- views ---- */

#define REPORTER (1u << PL_VULN_REPORTER)
#define SUPPLIER (1u << PL_VULN_SUPPLIER)
#define COORDINATOR (1u << PL_VULN_COORDINATOR)
#define CSIRT (1u << PL_VULN_CSIRT)
#define ALL (REPORTER | SUPPLIER | COORDINATOR | CSIRT)

/* What is not here nobody sees. The finder's name goes to those alone whom he or she asked to mediate. */
static const struct {
	const char *field;
	unsigned roles;
} rights[] = {
	{"received", REPORTER | COORDINATOR | CSIRT},
	{"received-month", ALL},
	{"released", ALL},
	{"direction", COORDINATOR | CSIRT},
	{"product", ALL},
	{"severity", ALL},
	{"exploited", SUPPLIER | COORDINATOR | CSIRT},
	{"state", ALL},
	{"reason", ALL},
	{"bounty", REPORTER},
	{"fixed", ALL},
	{"fixed-month", ALL},
	{"closed-month", ALL},
	{"embargo", ALL},
	{"component", ALL},
	{"summary", ALL},
	{"cve", ALL},
	{"cvss", ALL},
	{"finder", COORDINATOR | CSIRT},
	{"finder-name", REPORTER | COORDINATOR},
	{"finder-contact", REPORTER | COORDINATOR},
};

bool pl_vuln_role_sees(enum pl_vuln_role role, pl_str field)
{
	for (size_t i = 0; i < PL_COUNT(rights); i++)
		if (pl_str_eq(field, pl_str_from(rights[i].field)))
			return rights[i].roles & 1u << (unsigned)role;
	return false;
}

bool pl_vuln_party_sees(const struct pl_vuln_party *self, const struct pl_vuln_party *other)
{
	if (pl_str_eq(self->id, other->id))
		return true;
	/* A coordinator knows everybody; the others know who coordinates, and nobody else. */
	return self->role == PL_VULN_COORDINATOR || other->role == PL_VULN_COORDINATOR;
}

bool pl_vuln_role_sees_event(enum pl_vuln_role role, const struct pl_vuln_event *e)
{
	if (e->kind == PL_VULN_EV_STATE || e->kind == PL_VULN_EV_RELEASE)
		return true;
	return role == PL_VULN_COORDINATOR;
}
