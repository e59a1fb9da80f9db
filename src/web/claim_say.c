/* SPDX-License-Identifier: Apache-2.0 */
#include "web/claim_say.h"
#include "base/time.h"
#include "web/report_say.h"
#include <stdio.h>

struct pl_html_msg pl_claim_say_kind(enum pl_claim_kind kind)
{
	static const enum pl_message_id ids[PL_CLAIM_KINDS] = {
		[PL_CLAIM_NUMBER] = PL_MSG_claim_kind_number, [PL_CLAIM_COUNT] = PL_MSG_claim_kind_count,
		[PL_CLAIM_PROMISE] = PL_MSG_claim_kind_promise, [PL_CLAIM_NEVER] = PL_MSG_claim_kind_never,
		[PL_CLAIM_MEMBERSHIP] = PL_MSG_claim_kind_membership, [PL_CLAIM_CERTIFICATE] = PL_MSG_claim_kind_certificate,
		[PL_CLAIM_RESULT] = PL_MSG_claim_kind_result, [PL_CLAIM_FACT] = PL_MSG_claim_kind_fact,
		[PL_CLAIM_NAME] = PL_MSG_claim_kind_name,
	};

	return (struct pl_html_msg){ids[kind]};
}

struct pl_html_msg pl_claim_say_status(enum pl_claim_status status)
{
	static const enum pl_message_id ids[PL_CLAIM_STATUSES] = {
		[PL_CLAIM_OPEN] = PL_MSG_claim_status_open, [PL_CLAIM_MET] = PL_MSG_claim_status_met,
		[PL_CLAIM_LATE] = PL_MSG_claim_status_late, [PL_CLAIM_WITHDRAWN] = PL_MSG_claim_status_withdrawn,
		[PL_CLAIM_SUPERSEDED] = PL_MSG_claim_status_superseded,
	};

	return (struct pl_html_msg){ids[status]};
}

static const struct {
	enum pl_message_id name, rule;
} flags[PL_CLAIM_FLAGS] = {
	[PL_CLAIM_FLAG_CONTRADICTION] = {PL_MSG_flag_contradiction, PL_MSG_flag_contradiction_words},
	[PL_CLAIM_FLAG_ORDER_UNKNOWN] = {PL_MSG_flag_order_unknown, PL_MSG_flag_order_unknown_words},
	[PL_CLAIM_FLAG_SUPERSEDED] = {PL_MSG_flag_superseded, PL_MSG_flag_superseded_words},
	[PL_CLAIM_FLAG_STALE] = {PL_MSG_flag_stale, PL_MSG_flag_stale_words},
	[PL_CLAIM_FLAG_OVERDUE] = {PL_MSG_flag_overdue, PL_MSG_flag_overdue_words},
	[PL_CLAIM_FLAG_EXPIRED] = {PL_MSG_flag_expired, PL_MSG_flag_expired_words},
};

struct pl_html_msg pl_claim_say_flag(enum pl_claim_flag_kind kind)
{
	return (struct pl_html_msg){flags[kind].name};
}

struct pl_html_msg pl_claim_say_rule(enum pl_claim_flag_kind kind)
{
	return (struct pl_html_msg){flags[kind].rule};
}

pl_status pl_claim_say_value(const struct pl_claim *c, enum pl_lang lang, struct pl_arena *arena, pl_str *ret)
{
	static const enum pl_message_id bounds[PL_CLAIM_BOUNDS] = {
		[PL_CLAIM_IS] = PL_MSG_claim_value_is, [PL_CLAIM_AT_LEAST] = PL_MSG_claim_value_at_least,
		[PL_CLAIM_MORE_THAN] = PL_MSG_claim_value_more_than, [PL_CLAIM_UP_TO] = PL_MSG_claim_value_up_to,
	};
	const struct pl_html_value value[] = {pl_html_value_number(c->value), pl_html_value_str(c->unit)},
		word[] = {pl_html_value_str(c->word)};
	pl_status st = PL_OK;

	if (c->has_value)
		st = pl_report_say(arena, lang, bounds[c->bound], 2, value, ret);
	else if (c->standing)
		st = pl_report_say(arena, lang, c->standing == PL_CLAIM_WAS ? PL_MSG_claim_value_was : PL_MSG_claim_value_still, 1, word, ret);
	else if (c->kind == PL_CLAIM_NEVER)
		*ret = pl_message(lang, PL_MSG_claim_value_never);
	else
		*ret = c->word.len ? c->word : PL_STR("-");
	if (!st)
		*ret = pl_str_trim(*ret);
	return st;
}

pl_status pl_claim_say_validity(const struct pl_claim *c, enum pl_lang lang, struct pl_arena *arena, pl_str *ret)
{
	uint64_t begin = c->as_of ? c->as_of : c->from;
	char last[PL_CLAIM_DAY_TEXT];
	const struct pl_html_value first = pl_html_value_date(begin * PL_SECOND);
	struct pl_html_value args[2] = {first};

	pl_claim_last_day(c->to, last);
	args[1] = pl_html_value_z(last);
	if (pl_claim_undated(c)) {
		*ret = pl_message(lang, PL_MSG_claim_holds_undated);
		return PL_OK;
	}
	if (c->as_of)
		return pl_report_say(arena, lang, PL_MSG_claim_holds_as_of, 2, args, ret);
	if (c->from && c->to)
		return pl_report_say(arena, lang, PL_MSG_claim_holds_span, 2, args, ret);
	if (c->from)
		return pl_report_say(arena, lang, PL_MSG_claim_holds_from, 2, args, ret);
	args[0] = args[1];
	return pl_report_say(arena, lang, PL_MSG_claim_holds_until, 2, args, ret);
}

/* Why the two do not fit. */
static pl_str pair_reason(enum pl_claim_finding finding, enum pl_lang lang)
{
	static const enum pl_message_id ids[] = {
		[PL_CLAIM_FOUND_COUNTED] = PL_MSG_finding_counted, [PL_CLAIM_FOUND_SINCE] = PL_MSG_finding_since,
		[PL_CLAIM_FOUND_AROUND] = PL_MSG_finding_around, [PL_CLAIM_FOUND_UNORDERED] = PL_MSG_finding_unordered,
		[PL_CLAIM_FOUND_NO_LAST_DAY] = PL_MSG_finding_no_last_day, [PL_CLAIM_FOUND_SAME_DAYS] = PL_MSG_finding_same_days,
		[PL_CLAIM_FOUND_PART] = PL_MSG_finding_part, [PL_CLAIM_FOUND_NOT_REPLACED] = PL_MSG_finding_not_replaced,
		[PL_CLAIM_FOUND_AT_ONE_TIME] = PL_MSG_finding_at_one_time,
	};

	return pl_message(lang, ids[finding]);
}

/* "4 centre (as of 2021-06-30)". */
static pl_status say_side(const struct pl_claim *c, enum pl_lang lang, struct pl_arena *arena, pl_str *ret)
{
	pl_str value, when = {0};
	pl_status st = pl_claim_say_value(c, lang, arena, &value);

	if (!st)
		st = pl_claim_say_validity(c, lang, arena, &when);
	return st ? st : pl_report_say(arena, lang, PL_MSG_finding_side, 2,
		(const struct pl_html_value[]){pl_html_value_str(value), pl_html_value_str(when)}, ret);
}

static pl_status say_pair(const struct pl_claim_flag *f, enum pl_lang lang, struct pl_arena *arena, pl_str *ret)
{
	pl_str one = {0}, two = {0};
	pl_status st = say_side(f->claim, lang, arena, &one);

	if (!st)
		st = say_side(f->other, lang, arena, &two);
	return st ? st : pl_report_say(arena, lang, PL_MSG_finding_pair, 3, (const struct pl_html_value[]){pl_html_value_str(one),
		pl_html_value_str(two), pl_html_value_str(pair_reason(f->finding, lang))}, ret);
}

pl_status pl_claim_say_finding(const struct pl_claim_flag *f, enum pl_lang lang, struct pl_arena *arena, pl_str *ret)
{
	static const enum pl_message_id ids[PL_CLAIM_FINDINGS] = {
		[PL_CLAIM_FOUND_NOT_IN_TIME] = PL_MSG_finding_not_in_time, [PL_CLAIM_FOUND_NOT_KEPT] = PL_MSG_finding_not_kept,
		[PL_CLAIM_FOUND_ENDED] = PL_MSG_finding_ended, [PL_CLAIM_FOUND_NOT_RENEWED] = PL_MSG_finding_not_renewed,
	};
	struct pl_html_value args[2] = {pl_html_value_z(f->day)};
	pl_str when = {0};
	pl_status st = PL_OK;

	if (f->finding < PL_CLAIM_FOUND_NOT_IN_TIME)
		return say_pair(f, lang, arena, ret);
	if (f->other)
		st = pl_claim_say_validity(f->other, lang, arena, &when);
	args[1] = pl_html_value_str(when);
	return st ? st : pl_report_say(arena, lang, ids[f->finding], f->other ? 2 : 1, args, ret);
}
