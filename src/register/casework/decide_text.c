/* SPDX-License-Identifier: Apache-2.0 */
/* What two persons decide about a case, as text. */
#include "register/casework/decide.h"

#define HEAD_LINE "pellucid-case-decision v1"
#define ABSENT PL_STR("~")

void pl_case_decision_write(const struct pl_case_decision *x, struct pl_buf *out)
{
	pl_buf_printf(out, HEAD_LINE "\nregister %.*s\nnumber %llu\nrevision %llu\n", PL_STR_ARG(x->name), (unsigned long long)x->number,
		(unsigned long long)x->revision);
	for (size_t i = 0; i < x->n; i++) {
		pl_str value = x->set[i].value.ptr ? x->set[i].value : ABSENT;

		pl_buf_printf(out, "set %.*s %.*s\n", PL_STR_ARG(x->set[i].field), PL_STR_ARG(value));
	}
}

static pl_status take_number(pl_str *rest, pl_str key, uint64_t max, uint64_t *ret)
{
	pl_str line;

	return pl_str_take_line(rest, &line) && pl_str_eat(&line, key) && !pl_str_to_u64(line, max, ret) ? PL_OK : PL_E_CORRUPT;
}

static pl_status take_set(pl_str line, struct pl_case_decision *x)
{
	struct pl_case_decision_set *s = &x->set[x->n];

	if (x->n == PL_CASE_DECISION_SETS_MAX || !pl_str_eat(&line, PL_STR("set ")) || !pl_str_take_until(&line, ' ', &s->field) || !line.len)
		return PL_E_CORRUPT;
	s->value = pl_str_eq(line, ABSENT) ? (pl_str){0} : line;
	x->n++;
	return PL_OK;
}

pl_status pl_case_decision_parse(pl_str text, struct pl_case_decision *ret)
{
	struct pl_buf again PL_CLEANUP(pl_buf_done) = PL_BUF(PL_CASE_DECISION_TEXT_MAX);
	struct pl_case_decision x = {0};
	pl_str rest = text, line;
	pl_status st = PL_OK;

	if (!pl_str_take_line(&rest, &line) || !pl_str_take_line(&rest, &x.name) || !pl_str_eat(&x.name, PL_STR("register ")))
		return PL_E_CORRUPT;
	st = take_number(&rest, PL_STR("number "), INT64_MAX, &x.number);
	if (!st)
		st = take_number(&rest, PL_STR("revision "), UINT32_MAX, &x.revision);
	while (!st && rest.len)
		st = pl_str_take_line(&rest, &line) ? take_set(line, &x) : PL_E_CORRUPT;
	if (st || !x.n)
		return PL_E_CORRUPT;
	/* One spelling: what is written again is what was read. */
	pl_case_decision_write(&x, &again);
	if (pl_buf_status(&again) || !pl_str_eq(pl_buf_str(&again), text))
		return PL_E_CORRUPT;
	*ret = x;
	return PL_OK;
}

void pl_case_decision_about(const struct pl_case_decision *x, const struct pl_ulid *id, struct pl_buf *out)
{
	char text[PL_ULID_TEXT + 1];

	pl_ulid_write(id, text);
	pl_buf_put_z(out, text);
	for (size_t i = 0; i < x->n; i++) {
		pl_str value = x->set[i].value.ptr ? x->set[i].value : ABSENT;

		pl_buf_printf(out, " %.*s=%.*s", PL_STR_ARG(x->set[i].field), PL_STR_ARG(value));
	}
}

pl_status pl_case_decision_named(pl_str about, struct pl_ulid *ret_id, pl_str *ret_words)
{
	struct pl_ulid id;
	pl_str text;

	if (!pl_str_take_until(&about, ' ', &text) || pl_ulid_parse(text, &id))
		return PL_E_CORRUPT;
	*ret_id = id;
	*ret_words = about;
	return PL_OK;
}
