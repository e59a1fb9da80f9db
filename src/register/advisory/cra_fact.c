/* SPDX-License-Identifier: Apache-2.0 */
/* register/advisory/cra: the facts that a person says, as data, checked, and read back out of a document. */
#include "register/advisory/cra.h"

#define V_ALL (1u << PL_CRA_WARNING | 1u << PL_CRA_NOTIFICATION | 1u << PL_CRA_FINAL)
#define I_ALL (1u << PL_CRA_INCIDENT_WARNING | 1u << PL_CRA_INCIDENT_NOTIFICATION | 1u << PL_CRA_INCIDENT_FINAL)
#define V_B (1u << PL_CRA_NOTIFICATION)
#define V_C (1u << PL_CRA_FINAL)
#define I_A (1u << PL_CRA_INCIDENT_WARNING)
#define I_B (1u << PL_CRA_INCIDENT_NOTIFICATION)
#define I_C (1u << PL_CRA_INCIDENT_FINAL)

const struct pl_cra_fact_row pl_cra_facts[PL_CRA_FACTS] = {
	[PL_CRA_STATES] = {"memberStates", "states", PL_CRA_STATE_LIST, false, true, V_ALL | I_ALL},
	[PL_CRA_COORDINATOR] = {"coordinator", "coordinator", PL_CRA_ONE_STATE, false, true, V_ALL | I_ALL},
	[PL_CRA_MALICIOUS] = {"malicious", "malicious", PL_CRA_YES_NO, false, true, I_A},
	[PL_CRA_NATURE] = {"nature", "nature", PL_CRA_TEXT, true, true, V_B | I_B},
	[PL_CRA_EXPLOIT] = {"exploit", "exploit", PL_CRA_TEXT, true, true, V_B},
	[PL_CRA_ASSESSMENT] = {"assessment", "assessment", PL_CRA_TEXT, true, true, I_B},
	[PL_CRA_TAKEN] = {"measuresTaken", "taken", PL_CRA_TEXT, true, true, V_B | I_B},
	[PL_CRA_USERS] = {"measuresForUsers", "users", PL_CRA_TEXT, true, true, V_B | I_B},
	[PL_CRA_SENSITIVITY] = {"sensitivity", "sensitivity", PL_CRA_TLP, false, false, V_B | I_B},
	[PL_CRA_DESCRIPTION] = {"description", "description", PL_CRA_TEXT, true, true, V_C | I_C},
	[PL_CRA_SEVERITY] = {"severity", "severity", PL_CRA_LINE, true, true, V_C | I_C},
	[PL_CRA_IMPACT] = {"impact", "impact", PL_CRA_TEXT, true, true, V_C | I_C},
	[PL_CRA_ACTOR] = {"actor", "actor", PL_CRA_TEXT, false, false, V_C},
	[PL_CRA_CAUSE] = {"cause", "cause", PL_CRA_TEXT, true, true, I_C},
	[PL_CRA_UPDATE] = {"update", "update", PL_CRA_TEXT, true, true, V_C},
	[PL_CRA_MITIGATION] = {"mitigation", "mitigation", PL_CRA_TEXT, true, true, I_C},
};

/* ---- Member States ---- */

/* Public holidays are known of the 27 and of five others. */
static bool is_member_state(pl_str code)
{
	static const char *const others[] = {"EU", "CH", "IS", "LI", "NO"};

	for (size_t i = 0; i < PL_COUNT(others); i++)
		if (pl_str_eq(code, pl_str_from(others[i])))
			return false;
	return code.len == 2 && pl_calendar_find(code) != NULL;
}

static bool parts_codes(char c)
{
	return c == ' ' || c == ',' || c == '\t' || c == '\n';
}

/* The next code of *@rest in capitals. False: there is none. */
static bool take_code(pl_str *rest, char ret[static 3], bool *ret_good)
{
	size_t n = 0;

	while (rest->len && parts_codes(*rest->ptr))
		*rest = pl_str_sub(*rest, 1, rest->len);
	while (n < rest->len && !parts_codes(rest->ptr[n]))
		n++;
	if (!n)
		return false;
	for (size_t i = 0; i < 2; i++) {
		char c = i < n ? rest->ptr[i] : '\0';

		ret[i] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	ret[2] = '\0';
	*ret_good = n == 2 && is_member_state(pl_str_from(ret));
	*rest = pl_str_sub(*rest, n, rest->len);
	return true;
}

/* In the order of their codes, each once: the calendars stand in that order. */
static pl_status read_states(pl_str text, size_t most, struct pl_buf *out, struct pl_diag *diag)
{
	const struct pl_calendar *c;
	uint64_t found = 0;
	char code[3];
	bool good;
	size_t n = 0;

	while (take_code(&text, code, &good)) {
		if (!good)
			return pl_diag_set(diag, PL_E_RANGE, "Member States are named by their codes of ISO 3166-1, like \"AT DE\" (Greece is GR)");
		for (size_t i = 0; (c = pl_calendar_nth(i)) != NULL; i++)
			if (strcmp(c->code, code) == 0)
				found |= UINT64_C(1) << i;
	}
	for (size_t i = 0; (c = pl_calendar_nth(i)) != NULL; i++) {
		if (!(found >> i & 1))
			continue;
		if (n++)
			pl_buf_put_c(out, ' ');
		pl_buf_put_z(out, c->code);
	}
	return n <= most ? PL_OK : pl_diag_set(diag, PL_E_RANGE, "the coordinator is the CSIRT of one Member State");
}

/* ---- words ---- */

static pl_status read_choice(pl_str text, const char *const *words, const char *what, struct pl_buf *out, struct pl_diag *diag)
{
	for (size_t i = 0; words[i]; i++)
		if (pl_str_eq(text, pl_str_from(words[i]))) {
			pl_buf_put_str(out, text);
			return PL_OK;
		}
	return text.len ? pl_diag_set(diag, PL_E_RANGE, "%s", what) : PL_OK;
}

static pl_status read_text(const struct pl_cra_fact_row *row, pl_str text, struct pl_buf *out, struct pl_diag *diag)
{
	size_t most = row->kind == PL_CRA_LINE ? PL_CRA_LINE_MAX : PL_CRA_TEXT_MAX;

	if (text.len > most)
		return pl_diag_set(diag, PL_E_TOOBIG, "\"%s\" has at most %zu bytes", row->option, most);
	if (!pl_str_is_utf8(text))
		return pl_diag_set(diag, PL_E_RANGE, "\"%s\" is not UTF-8", row->option);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == 0x7f || (c < ' ' && (c != '\n' || row->kind == PL_CRA_LINE)))
			return pl_diag_set(diag, PL_E_RANGE, "\"%s\" holds a control character", row->option);
	}
	pl_buf_put_str(out, text);
	return PL_OK;
}

pl_status pl_cra_say(struct pl_cra_said said[static PL_CRA_FACTS], enum pl_cra_stage stage, enum pl_cra_fact f, pl_str text, struct pl_arena *arena,
	struct pl_diag *diag)
{
	static const char *const answers[] = {"yes", "no", NULL};
	struct pl_buf out PL_CLEANUP(pl_buf_done_secret) = PL_BUF(PL_CRA_TEXT_MAX);
	const struct pl_cra_fact_row *row = &pl_cra_facts[f];
	struct pl_cra_said one = {.given = true};
	pl_status st;

	if (!pl_cra_asks(stage, f))
		return pl_diag_set(diag, PL_E_RANGE, "the stage %s does not ask for \"%s\"", pl_cra_stages[stage], row->option);
	text = pl_str_trim(text);
	if (row->kind == PL_CRA_STATE_LIST || row->kind == PL_CRA_ONE_STATE)
		st = read_states(text, row->kind == PL_CRA_ONE_STATE ? 1 : SIZE_MAX, &out, diag);
	else if (row->kind == PL_CRA_YES_NO)
		st = read_choice(text, answers, "whether unlawful or malicious acts are suspected is \"yes\" or \"no\"", &out, diag);
	else if (row->kind == PL_CRA_TLP)
		st = read_choice(text, pl_advisory_tlps, "how sensitive it is, is one of AMBER, GREEN, RED, WHITE", &out, diag);
	else
		st = read_text(row, text, &out, diag);
	if (!st)
		st = pl_buf_status(&out);
	if (!st)
		st = pl_arena_dup(arena, pl_buf_str(&out), &one.text);
	if (!st)
		said[f] = one;
	return st;
}

/* ---- out of a document ---- */

static void put_part(struct pl_buf *out, pl_str part)
{
	if (out->len && part.len)
		pl_buf_put_z(out, "\n\n");
	pl_buf_put_str(out, part);
}

void pl_cra_fact_text(const struct pl_json *document, enum pl_cra_fact f, struct pl_buf *out)
{
	const struct pl_json *v = pl_json_get(document, pl_cra_facts[f].member);
	pl_str text;

	if (!v)
		return;
	if (pl_json_kind(v) == PL_JSON_STRING && pl_json_str(v, &text) == PL_OK)
		put_part(out, text);
	for (size_t i = 0; pl_json_kind(v) == PL_JSON_ARRAY && i < pl_json_count(v); i++) {
		const struct pl_json *one = pl_json_at(v, i);

		if (pl_json_str(one, &text) == PL_OK || pl_json_str(pl_json_get(one, "details"), &text) == PL_OK ||
			(!pl_json_get(one, "vectorString") && pl_json_str(pl_json_get(one, "severity"), &text) == PL_OK))
			put_part(out, text);
	}
}
