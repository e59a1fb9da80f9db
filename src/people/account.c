/* SPDX-License-Identifier: Apache-2.0 */
#include "people/account.h"
#include "base/random.h"
#include "people/people_internal.h"

const char *pl_account_state_word(enum pl_account_state state)
{
	return state == PL_ACCOUNT_INVITED ? "invited" : state == PL_ACCOUNT_ACTIVE ? "active" : "ended";
}

bool pl_account_name_ok(pl_str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		if (!plain && (i == 0 || (c != '.' && c != '_' && c != '-')))
			return false;
	}
	return name.len >= 1 && name.len <= PL_ACCOUNT_NAME_MAX;
}

static bool email_ok(pl_str email)
{
	if (email.len == 0)
		return true;
	for (size_t i = 0; i < email.len; i++)
		if ((unsigned char)email.ptr[i] <= ' ' || email.ptr[i] == 0x7f)
			return false;
	return email.len <= PL_ACCOUNT_EMAIL_MAX && pl_str_find(email, '@') < email.len && pl_str_is_utf8(email);
}

/* ---- acts ---- */

enum act { ACT_FIRST, ACT_ADD, ACT_INVITE, ACT_ROLES, ACT_END, ACT_RESET };

struct acting {
	struct pl_people *p;
	const struct pl_people_actor *actor;
	enum act act;
	pl_str name, email;
	unsigned roles;
	bool again;
	const struct pl_ulid *decision; /* to approve */
	struct pl_account_act ret;
	struct pl_diag *diag;
};

static pl_status require_administrator(struct acting *a, struct pl_db_tx *tx)
{
	struct pl_account who;
	pl_status st = pl_people_account_row(a->p, tx, &pl_sql_account_get, pl_people_arg_ulid(&a->actor->account), NULL,
		&who);

	if (st == PL_E_NOTFOUND || (st == PL_OK && (who.state != PL_ACCOUNT_ACTIVE || !(who.roles & PL_STAFF_ADMINISTRATOR))))
		return pl_diag_set(a->diag, PL_E_DENIED, "this belongs to an administrator");
	return st;
}

static pl_status give_code(struct acting *a, struct pl_db_tx *tx, const struct pl_ulid *account)
{
	struct pl_buf code PL_CLEANUP(pl_buf_done_secret) = PL_BUF(64);
	struct pl_digest hash;
	pl_status st;

	pl_people_code_new(6, &code);
	pl_people_code_hash(a->p, pl_buf_str(&code), &hash);
	st = pl_str_z(pl_buf_str(&code), a->ret.code, sizeof a->ret.code);
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_account_code_put,
			PL_DB_ARGS(pl_people_arg_ulid(account), pl_people_arg_digest(&hash),
				PL_DB_U64(pl_people_now(a->p) + PL_ACCOUNT_CODE_NS)),
			NULL);
	return st ? st : pl_people_event_put(a->p, tx, PL_PEOPLE_EV_CODE, account, a->actor, "");
}

static pl_status put_account(struct acting *a, struct pl_db_tx *tx, struct pl_account *ret)
{
	struct pl_buf plain PL_CLEANUP(pl_buf_done_secret) = PL_BUF(1024), sealed PL_CLEANUP(pl_buf_done) = PL_BUF(2048);
	struct pl_account made = {.id = pl_ulid_new()};
	struct pl_digest index;
	uint64_t changed;
	pl_status st;

	pl_random(made.handle, sizeof made.handle);
	pl_people_name_index(a->p, a->name, &index);
	pl_buf_put_str(&plain, a->name);
	pl_buf_put_c(&plain, '\n');
	pl_buf_put_str(&plain, a->email);
	pl_people_seal(a->p, PL_PEOPLE_COLUMN_ACCOUNT, &made.id, pl_buf_bytes(&plain), &sealed);
	if (pl_buf_status(&sealed) != PL_OK)
		return pl_buf_status(&sealed);
	st = pl_db_exec(tx, &pl_sql_account_put,
		PL_DB_ARGS(pl_people_arg_ulid(&made.id), pl_people_arg_digest(&index), PL_DB_MEM(made.handle, sizeof made.handle),
			PL_DB_BLOB(pl_buf_bytes(&sealed)), PL_DB_U64(pl_people_now(a->p))),
		&changed);
	if (st == PL_OK && changed == 0)
		return pl_diag_set(a->diag, PL_E_EXISTS, "there is an account of that name, or was one");
	if (st == PL_OK)
		*ret = made;
	return st;
}

/* ---- carrying out ---- */

static pl_status set_roles(struct acting *a, struct pl_db_tx *tx, const struct pl_account *target, unsigned roles)
{
	struct pl_buf detail PL_CLEANUP(pl_buf_done) = PL_BUF(200);
	pl_status st = pl_db_exec(tx, &pl_sql_account_set_roles, PL_DB_ARGS(pl_people_arg_ulid(&target->id), PL_DB_U64(roles)),
		NULL);

	pl_staff_put(&detail, target->roles);
	pl_buf_put_z(&detail, " to ");
	pl_staff_put(&detail, roles);
	return st ? st : pl_people_event_put(a->p, tx, PL_PEOPLE_EV_ROLES, &target->id, a->actor, pl_buf_z(&detail));
}

static pl_status carry_out(struct acting *a, struct pl_db_tx *tx, const struct pl_account *target, unsigned roles)
{
	bool ends = a->act == ACT_END;
	pl_status st = PL_OK;

	if (target->roles != roles)
		st = set_roles(a, tx, target, roles);
	if (st != PL_OK || (!ends && a->act != ACT_RESET))
		return st;
	st = pl_people_drop_access(tx, &target->id);
	if (st == PL_OK)
		st = pl_db_exec(tx, &pl_sql_account_set_state,
			PL_DB_ARGS(pl_people_arg_ulid(&target->id), PL_DB_U64(ends ? PL_ACCOUNT_ENDED : PL_ACCOUNT_INVITED),
				PL_DB_U64(ends ? pl_people_now(a->p) : 0)),
			NULL);
	return st ? st : pl_people_event_put(a->p, tx, ends ? PL_PEOPLE_EV_ENDED : PL_PEOPLE_EV_RESET, &target->id, a->actor,
		"");
}

/* What is decided, one spelling: the account, the act, its roles before and after. */
static void put_act(struct pl_buf *out, enum act act, const struct pl_account *target, unsigned roles)
{
	pl_buf_put_z(out, "pellucid account act v1\naccount ");
	pl_ulid_put(out, &target->id);
	pl_buf_printf(out, "\nact %s\nfrom ", act == ACT_ROLES ? "roles" : act == ACT_END ? "end" : "reset");
	pl_staff_put(out, target->roles);
	pl_buf_put_z(out, "\nto ");
	pl_staff_put(out, roles);
	pl_buf_put_c(out, '\n');
}

/* Do it, or propose it where a second administrator has to agree. */
static pl_status do_or_propose(struct acting *a, struct pl_db_tx *tx, const struct pl_account *target, unsigned roles)
{
	struct pl_buf bytes PL_CLEANUP(pl_buf_done) = PL_BUF(1024);
	struct pl_decision_new what = {.kind = "account", .roles = PL_STAFF_ADMINISTRATOR, .needed = 1,
		.life_ns = PL_ACCOUNT_DECISION_NS};
	bool alone_ok = a->act == ACT_END && !(target->roles & PL_STAFF_ADMINISTRATOR);
	uint64_t administrators;
	pl_status st = pl_people_count(tx, &pl_sql_account_active_holders, PL_DB_U64(PL_STAFF_ADMINISTRATOR), &administrators);

	if (st != PL_OK)
		return st;
	if (administrators == 1 && target->state == PL_ACCOUNT_ACTIVE && (target->roles & PL_STAFF_ADMINISTRATOR) &&
		(!(roles & PL_STAFF_ADMINISTRATOR) || a->act == ACT_RESET))
		return pl_diag_set(a->diag, PL_E_STATE, "this is the last administrator");
	a->ret.account = target->id;
	if (administrators < 2 || alone_ok)
		return carry_out(a, tx, target, roles);
	put_act(&bytes, a->act, target, roles);
	what.bytes = pl_buf_bytes(&bytes);
	a->ret.proposed = true;
	return pl_decision_propose(a->p, tx, a->actor, &what, &a->ret.decision, a->diag);
}

/* ---- beginnings ---- */

static pl_status first(struct acting *a, struct pl_db_tx *tx)
{
	struct pl_account made;
	uint64_t holders;
	pl_status st = pl_people_count(tx, &pl_sql_account_holders, PL_DB_U64(PL_STAFF_ADMINISTRATOR), &holders);

	if (st != PL_OK)
		return st;
	if (holders && !a->again)
		return pl_diag_set(a->diag, PL_E_STATE, "there is an administrator already");
	st = put_account(a, tx, &made);
	if (st == PL_OK)
		st = pl_people_event_put(a->p, tx, PL_PEOPLE_EV_FIRST, &made.id, a->actor, holders ? "again" : "");
	if (st == PL_OK)
		st = set_roles(a, tx, &made, PL_STAFF_ADMINISTRATOR);
	a->ret.account = made.id;
	return st ? st : give_code(a, tx, &made.id);
}

static pl_status add(struct acting *a, struct pl_db_tx *tx)
{
	struct pl_account made;
	pl_status st = put_account(a, tx, &made);

	if (st == PL_OK)
		st = pl_people_event_put(a->p, tx, PL_PEOPLE_EV_ADDED, &made.id, a->actor, "");
	if (st == PL_OK)
		st = give_code(a, tx, &made.id);
	if (st == PL_OK) {
		a->act = ACT_ROLES;
		st = do_or_propose(a, tx, &made, a->roles);
		a->act = ACT_ADD;
	}
	return st;
}

static pl_status change(struct acting *a, struct pl_db_tx *tx)
{
	struct pl_account target;
	struct pl_digest index;
	pl_status st;

	pl_people_name_index(a->p, a->name, &index);
	st = pl_people_account_row(a->p, tx, &pl_sql_account_by_name, pl_people_arg_digest(&index), NULL, &target);
	if (st == PL_OK)
		st = pl_people_account_row(a->p, tx, &pl_sql_account_lock, pl_people_arg_ulid(&target.id), NULL, &target);
	if (st == PL_E_NOTFOUND)
		return pl_diag_set(a->diag, st, "there is no account of that name");
	if (st != PL_OK)
		return st;
	if (target.state == PL_ACCOUNT_ENDED)
		return pl_diag_set(a->diag, PL_E_STATE, "the account has ended");
	if (a->act == ACT_INVITE && target.state != PL_ACCOUNT_INVITED)
		return pl_diag_set(a->diag, PL_E_STATE, "the account has enrolled; it would have to be reset first");
	a->ret.account = target.id;
	if (a->act == ACT_INVITE)
		return give_code(a, tx, &target.id);
	if (a->act == ACT_ROLES && a->roles == target.roles)
		return pl_diag_set(a->diag, PL_E_STATE, "nothing would change");
	return do_or_propose(a, tx, &target, a->act == ACT_ROLES ? a->roles : a->act == ACT_END ? 0 : target.roles);
}

static pl_status act_in(void *ctx, struct pl_db_tx *tx)
{
	struct acting *a = ctx;
	pl_status st;

	a->ret = (struct pl_account_act){0};
	if (a->act == ACT_FIRST)
		return first(a, tx);
	st = require_administrator(a, tx);
	if (st != PL_OK)
		return st;
	return a->act == ACT_ADD ? add(a, tx) : change(a, tx);
}

static pl_status act(struct acting *a, struct pl_account_act *ret)
{
	pl_status st;

	if (!pl_account_name_ok(a->name) && (a->act == ACT_FIRST || a->act == ACT_ADD))
		return pl_diag_set(a->diag, PL_E_SYNTAX, "a name has 1 to %u of a-z 0-9 . _ - and begins with a letter or digit",
			PL_ACCOUNT_NAME_MAX);
	if (!email_ok(a->email))
		return pl_diag_set(a->diag, PL_E_SYNTAX, "expected an e-mail address of at most %u bytes", PL_ACCOUNT_EMAIL_MAX);
	if (a->roles & ~PL_STAFF_ALL)
		return PL_E_RANGE;
	st = pl_db_tx(a->p->db, act_in, a);
	if (st == PL_OK)
		*ret = a->ret;
	pl_wipe(&a->ret, sizeof a->ret);
	return st;
}

pl_status pl_account_first(struct pl_people *p, const struct pl_people_actor *actor, pl_str name, pl_str email,
	bool again, struct pl_account_act *ret, struct pl_diag *diag)
{
	struct acting a = {.p = p, .actor = actor, .act = ACT_FIRST, .name = name, .email = email, .again = again,
		.diag = diag};

	return act(&a, ret);
}

pl_status pl_account_add(struct pl_people *p, const struct pl_people_actor *actor, pl_str name, pl_str email,
	unsigned roles, struct pl_account_act *ret, struct pl_diag *diag)
{
	struct acting a = {.p = p, .actor = actor, .act = ACT_ADD, .name = name, .email = email, .roles = roles, .diag = diag};

	if (roles == 0)
		return pl_diag_set(diag, PL_E_SYNTAX, "expected a role: %s", pl_staff_words);
	return act(&a, ret);
}

pl_status pl_account_invite(struct pl_people *p, const struct pl_people_actor *actor, pl_str name,
	struct pl_account_act *ret, struct pl_diag *diag)
{
	struct acting a = {.p = p, .actor = actor, .act = ACT_INVITE, .name = name, .diag = diag};

	return act(&a, ret);
}

pl_status pl_account_set_roles(struct pl_people *p, const struct pl_people_actor *actor, pl_str name, unsigned roles,
	struct pl_account_act *ret, struct pl_diag *diag)
{
	struct acting a = {.p = p, .actor = actor, .act = ACT_ROLES, .name = name, .roles = roles, .diag = diag};

	return act(&a, ret);
}

pl_status pl_account_end(struct pl_people *p, const struct pl_people_actor *actor, pl_str name,
	struct pl_account_act *ret, struct pl_diag *diag)
{
	struct acting a = {.p = p, .actor = actor, .act = ACT_END, .name = name, .diag = diag};

	return act(&a, ret);
}

pl_status pl_account_reset(struct pl_people *p, const struct pl_people_actor *actor, pl_str name,
	struct pl_account_act *ret, struct pl_diag *diag)
{
	struct acting a = {.p = p, .actor = actor, .act = ACT_RESET, .name = name, .diag = diag};

	return act(&a, ret);
}

/* ---- the second administrator ---- */

static pl_status line(pl_str *text, const char *word, pl_str *ret)
{
	if (!pl_str_take_line(text, ret) || !pl_str_eat(ret, pl_str_from(word)) || !pl_str_eat(ret, PL_STR(" ")))
		return PL_E_SYNTAX;
	return PL_OK;
}

/* Read what put_act wrote. */
pl_status pl_account_change_read(pl_bytes decision, struct pl_account_change *ret)
{
	pl_str text = pl_bytes_str(decision), head, account, from, to;
	struct pl_account_change c = {0};

	if (!pl_str_take_line(&text, &head) || !pl_str_eq(head, PL_STR("pellucid account act v1")) ||
		line(&text, "account", &account) != PL_OK || line(&text, "act", &c.act) != PL_OK ||
		line(&text, "from", &from) != PL_OK || line(&text, "to", &to) != PL_OK || text.len ||
		pl_ulid_parse(account, &c.account) != PL_OK || pl_staff_parse_list(from, &c.from) != PL_OK ||
		pl_staff_parse_list(to, &c.to) != PL_OK)
		return PL_E_CORRUPT;
	*ret = c;
	return PL_OK;
}

static pl_status act_of(pl_str word, enum act *ret)
{
	if (pl_str_eq(word, PL_STR("roles")))
		*ret = ACT_ROLES;
	else if (pl_str_eq(word, PL_STR("end")))
		*ret = ACT_END;
	else if (pl_str_eq(word, PL_STR("reset")))
		*ret = ACT_RESET;
	else
		return PL_E_CORRUPT;
	return PL_OK;
}

static pl_status approve_in(void *ctx, struct pl_db_tx *tx)
{
	struct acting *a = ctx;
	struct pl_arena arena PL_CLEANUP(pl_arena_done) = PL_ARENA(2 * PL_DECISION_BYTES_MAX);
	struct pl_account target;
	struct pl_account_change c = {0};
	struct pl_decision d;
	bool approved;
	pl_status st = pl_decision_lock(a->p, tx, a->decision, &arena, &d);

	a->ret = (struct pl_account_act){0};
	if (st == PL_E_NOTFOUND || (st == PL_OK && !pl_str_eq(d.kind, PL_STR("account"))))
		return pl_diag_set(a->diag, PL_E_NOTFOUND, "there is no such proposal about accounts");
	if (st == PL_OK)
		st = pl_account_change_read(d.bytes, &c);
	if (st == PL_OK)
		st = act_of(c.act, &a->act);
	a->ret.account = c.account;
	if (st == PL_OK)
		st = pl_decision_approve(a->p, tx, a->actor, a->decision, &d.digest, &approved, a->diag);
	if (st == PL_OK)
		st = pl_people_account_row(a->p, tx, &pl_sql_account_lock, pl_people_arg_ulid(&a->ret.account), NULL, &target);
	if (st != PL_OK)
		return st;
	if (target.roles != c.from || target.state == PL_ACCOUNT_ENDED)
		return pl_diag_set(a->diag, PL_E_CONFLICT, "the account has changed since the proposal; it must be made again");
	st = pl_decision_take(a->p, tx, a->actor, a->decision, "account", d.bytes, a->diag);
	return st ? st : carry_out(a, tx, &target, c.to);
}

pl_status pl_account_approve(struct pl_people *p, const struct pl_people_actor *actor, const struct pl_ulid *decision,
	struct pl_account_act *ret, struct pl_diag *diag)
{
	struct acting a = {.p = p, .actor = actor, .decision = decision, .diag = diag};
	pl_status st = pl_db_tx(p->db, approve_in, &a);

	if (st == PL_OK)
		*ret = a.ret;
	return st;
}
