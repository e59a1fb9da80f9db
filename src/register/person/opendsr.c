/* SPDX-License-Identifier: Apache-2.0 */
#include "register/person/opendsr.h"
#include "base/codec.h"
#include "base/random.h"
#include "base/time.h"

const char *const pl_opendsr_domain_headers[] = {"X-OpenDSR-Processor-Domain", "X-OpenGDPR-Processor-Domain", "X-OpenCompliance-Processor-Domain"};
const char *const pl_opendsr_signature_headers[] = {"X-OpenDSR-Signature", "X-OpenGDPR-Signature", "X-OpenCompliance-Signature"};

static const char *const kinds[PL_OPENDSR_KINDS] = {"access", "portability", "erasure"};
static const char *const states[PL_OPENDSR_STATES] = {"pending", "in_progress", "completed", "cancelled"};
static const char *const formats[] = {"raw", "sha1", "md5", "sha256"};
static const char *const identity_types[] = {"controller_customer_id", "android_advertising_id", "android_id", "email", "fire_advertising_id",
	"ios_advertising_id", "ios_vendor_id", "microsoft_advertising_id", "microsoft_publisher_id", "roku_publisher_id", "roku_advertising_id"};

static bool among(pl_str word, const char *const *list, size_t n, size_t *ret)
{
	for (size_t i = 0; i < n; i++)
		if (pl_str_eq(word, pl_str_from(list[i]))) {
			*ret = i;
			return true;
		}
	return false;
}

const char *pl_opendsr_kind_word(enum pl_opendsr_kind kind)
{
	return (unsigned)kind < PL_OPENDSR_KINDS ? kinds[kind] : "?";
}

pl_status pl_opendsr_kind_parse(pl_str word, enum pl_opendsr_kind *ret)
{
	size_t i;

	if (!among(word, kinds, PL_OPENDSR_KINDS, &i))
		return PL_E_SYNTAX;
	*ret = (enum pl_opendsr_kind)i;
	return PL_OK;
}

const char *pl_opendsr_state_word(enum pl_opendsr_state state)
{
	return (unsigned)state < PL_OPENDSR_STATES ? states[state] : "?";
}

bool pl_opendsr_may_become(enum pl_opendsr_state from, enum pl_opendsr_state to)
{
	if (from == to)
		return true;
	if (from == PL_OPENDSR_COMPLETED || from == PL_OPENDSR_CANCELLED)
		return false;
	return to == PL_OPENDSR_CANCELLED ? from == PL_OPENDSR_PENDING : to > from;
}

void pl_opendsr_id_new(char out[static PL_OPENDSR_ID_TEXT + 1])
{
	uint8_t b[16];
	char hex[33];
	size_t n = 0;

	pl_random(b, sizeof b);
	b[6] = (uint8_t)((b[6] & 0x0f) | 0x40);
	b[8] = (uint8_t)((b[8] & 0x3f) | 0x80);
	pl_hex_write(b, sizeof b, hex);
	for (size_t i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			out[n++] = '-';
		out[n++] = hex[i];
	}
	out[n] = 0;
}

bool pl_opendsr_id_ok(pl_str id)
{
	if (id.len != PL_OPENDSR_ID_TEXT)
		return false;
	for (size_t i = 0; i < id.len; i++) {
		char c = id.ptr[i];

		if (i == 8 || i == 13 || i == 18 || i == 23 ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return id.ptr[14] == '4' && strchr("89ab", id.ptr[19]);
}

static void set_time(struct pl_json *o, const char *name, uint64_t seconds)
{
	char text[21];

	pl_time_write(seconds * PL_SECOND, text);
	pl_json_set_z(o, name, text);
}

static pl_status get_time(const struct pl_json *o, const char *name, bool must, uint64_t *ret, struct pl_diag *diag)
{
	pl_str text = {0};
	uint64_t ns = 0;
	pl_status st = must ? pl_json_get_str(o, name, &text, diag) : pl_json_opt_str(o, name, &text, diag);

	if (!st && text.len && pl_time_parse(text, &ns))
		st = pl_diag_set(diag, PL_E_SYNTAX, "%s is no time of RFC 3339 in UTC", name);
	if (!st)
		*ret = ns / PL_SECOND;
	return st;
}

static pl_status get_url(const struct pl_json *o, const char *name, bool must, pl_str *ret, struct pl_diag *diag)
{
	pl_str url = {0};
	pl_status st = must ? pl_json_get_str(o, name, &url, diag) : pl_json_opt_str(o, name, &url, diag);

	if (!st && url.len && (url.len > PL_OPENDSR_URL_MAX || !(pl_str_starts(url, PL_STR("https://")) || pl_str_starts(url, PL_STR("http://")))))
		st = pl_diag_set(diag, PL_E_RANGE, "%s is no URL of at most %u bytes", name, PL_OPENDSR_URL_MAX);
	for (size_t i = 0; i < url.len && !st; i++)
		if (url.ptr[i] <= ' ' || url.ptr[i] > '~')
			st = pl_diag_set(diag, PL_E_SYNTAX, "%s is no URL", name);
	if (!st)
		*ret = url;
	return st;
}

static pl_status get_id(const struct pl_json *o, pl_str *ret, struct pl_diag *diag)
{
	pl_status st = pl_json_get_str(o, "subject_request_id", ret, diag);

	return st || pl_opendsr_id_ok(*ret) ? st : pl_diag_set(diag, PL_E_SYNTAX, "subject_request_id is no UUID of version 4 in lower case");
}

/* ---- requests ---- */

void pl_opendsr_request_write(const struct pl_opendsr_request *r, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object(), *list;

	if (r->regulation.len)
		pl_json_set_str(o, "regulation", r->regulation);
	pl_json_set_str(o, "subject_request_id", r->id);
	pl_json_set_z(o, "subject_request_type", kinds[r->kind]);
	set_time(o, "submitted_time", r->submitted);
	list = pl_json_set_array(o, "subject_identities");
	for (size_t i = 0; i < r->n_identities; i++) {
		struct pl_json *id = pl_json_push_object(list);

		pl_json_set_str(id, "identity_type", r->identities[i].type);
		pl_json_set_str(id, "identity_value", r->identities[i].value);
		pl_json_set_str(id, "identity_format", r->identities[i].format);
	}
	pl_json_set_z(o, "api_version", "1.0");
	if (r->n_callbacks) {
		list = pl_json_set_array(o, "status_callback_urls");
		for (size_t i = 0; i < r->n_callbacks; i++)
			pl_json_push_str(list, r->callbacks[i]);
	}
	if (pl_json_write(o, out) && !out->status)
		out->status = PL_E_TOOBIG;
}

static pl_status read_identity(const struct pl_json *o, struct pl_opendsr_identity *id, struct pl_diag *diag)
{
	size_t ignored;
	pl_status st = pl_json_get_str(o, "identity_type", &id->type, diag);

	if (!st)
		st = pl_json_get_str(o, "identity_value", &id->value, diag);
	if (!st)
		st = pl_json_get_str(o, "identity_format", &id->format, diag);
	if (st)
		return st;
	if (!among(id->format, formats, PL_COUNT(formats), &ignored))
		return pl_diag_set(diag, PL_E_RANGE, "identity_format is raw, sha1, md5 or sha256");
	/* Processors have types of their own: "<name>_id". */
	if (!among(id->type, identity_types, PL_COUNT(identity_types), &ignored) && !pl_str_ends(id->type, PL_STR("_id")))
		return pl_diag_set(diag, PL_E_RANGE, "identity_type is not one of the specification");
	if (!id->value.len || id->value.len > PL_PERSON_VALUE_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "identity_value has 1 to %u bytes", PL_PERSON_VALUE_MAX);
	return PL_OK;
}

static pl_status read_lists(const struct pl_json *o, struct pl_opendsr_request *r, struct pl_diag *diag)
{
	const struct pl_json *ids = NULL, *urls = NULL;
	pl_status st = pl_json_get_array(o, "subject_identities", &ids, diag);

	if (!st)
		st = pl_json_opt_array(o, "status_callback_urls", &urls, diag);
	if (st)
		return st;
	if (!pl_json_count(ids) || pl_json_count(ids) > PL_PERSON_IDS_MAX || pl_json_count(urls) > PL_OPENDSR_CALLBACKS_MAX)
		return pl_diag_set(diag, PL_E_RANGE, "1 to %u identities and at most %u callbacks are taken", PL_PERSON_IDS_MAX, PL_OPENDSR_CALLBACKS_MAX);
	for (; r->n_identities < pl_json_count(ids) && !st; r->n_identities++)
		st = read_identity(pl_json_at(ids, r->n_identities), &r->identities[r->n_identities], diag);
	for (; r->n_callbacks < pl_json_count(urls) && !st; r->n_callbacks++) {
		pl_str url;

		/* Nobody is called back in the clear. */
		if (pl_json_str(pl_json_at(urls, r->n_callbacks), &url) || url.len > PL_OPENDSR_URL_MAX || !pl_str_starts(url, PL_STR("https://")))
			return pl_diag_set(diag, PL_E_RANGE, "a callback is a URL that begins with https://");
		for (size_t i = 0; i < url.len; i++)
			if (url.ptr[i] <= ' ' || url.ptr[i] > '~')
				return pl_diag_set(diag, PL_E_SYNTAX, "a callback is a URL");
		r->callbacks[r->n_callbacks] = url;
	}
	return st;
}

static pl_status read_request(const struct pl_json *o, struct pl_opendsr_request *r, struct pl_diag *diag)
{
	pl_str kind;
	pl_status st = get_id(o, &r->id, diag);

	if (!st)
		st = pl_json_get_str(o, "subject_request_type", &kind, diag);
	if (!st && pl_opendsr_kind_parse(kind, &r->kind))
		st = pl_diag_set(diag, PL_E_RANGE, "subject_request_type is access, portability or erasure");
	if (!st)
		st = pl_json_opt_str(o, "regulation", &r->regulation, diag);
	if (!st && r->regulation.len && !pl_str_eq(r->regulation, PL_STR("gdpr")) && !pl_str_eq(r->regulation, PL_STR("ccpa")))
		st = pl_diag_set(diag, PL_E_RANGE, "regulation is gdpr or ccpa");
	if (!st)
		st = get_time(o, "submitted_time", true, &r->submitted, diag);
	return st ? st : read_lists(o, r, diag);
}

pl_status pl_opendsr_request_parse(pl_str body, struct pl_opendsr_request *ret, struct pl_diag *diag)
{
	struct pl_opendsr_request r = {0};
	pl_status st = pl_json_parse(body, PL_OPENDSR_BODY_MAX, 16, &r.json, diag);

	if (!st)
		st = read_request(r.json, &r, diag);
	if (st)
		pl_opendsr_request_done(&r);
	else
		*ret = r;
	return st;
}

void pl_opendsr_request_done(struct pl_opendsr_request *r)
{
	pl_json_free(r->json);
	r->json = NULL;
}

pl_status pl_opendsr_identities(const struct pl_person *who, struct pl_opendsr_request *ret)
{
	ret->n_identities = 0;
	for (size_t i = 0; i < who->n; i++) {
		struct pl_opendsr_identity *id = &ret->identities[ret->n_identities];

		/* The secret of a case opens it here and means nothing elsewhere. */
		if (who->id[i].type == PL_PERSON_CASE)
			continue;
		id->type = who->id[i].type == PL_PERSON_EMAIL ? PL_STR("email") : PL_STR("controller_customer_id");
		id->format = PL_STR("raw");
		id->value = who->id[i].value;
		ret->n_identities++;
	}
	return ret->n_identities ? PL_OK : PL_E_RANGE;
}

pl_status pl_opendsr_person(const struct pl_opendsr_request *r, struct pl_person *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < r->n_identities; i++) {
		const struct pl_opendsr_identity *id = &r->identities[i];
		bool email = pl_str_eq(id->type, PL_STR("email"));

		if (!pl_str_eq(id->format, PL_STR("raw")) || (!email && !pl_str_eq(id->type, PL_STR("controller_customer_id"))))
			continue;
		ret->id[ret->n++] = (struct pl_person_id){email ? PL_PERSON_EMAIL : PL_PERSON_ACCOUNT, id->value};
	}
	return ret->n ? PL_OK : PL_E_UNSUPPORTED;
}

/* ---- answers ---- */

static pl_status read_state(const struct pl_json *o, struct pl_opendsr_answer *a, struct pl_diag *diag)
{
	pl_str word;
	size_t i;
	pl_status st = pl_json_get_str(o, "request_status", &word, diag);

	if (st)
		return st;
	if (!among(word, states, PL_OPENDSR_STATES, &i))
		return pl_diag_set(diag, PL_E_RANGE, "request_status is pending, in_progress, completed or cancelled");
	a->state = (enum pl_opendsr_state)i;
	a->has_state = true;
	return get_time(o, "expected_completion_time", true, &a->expected, diag);
}

static pl_status read_answer(const struct pl_json *o, enum pl_opendsr_answer_kind kind, struct pl_opendsr_answer *a, struct pl_diag *diag)
{
	pl_status st = get_id(o, &a->id, diag);

	if (!st)
		st = pl_json_get_str(o, "controller_id", &a->controller, diag);
	if (!st && (kind == PL_OPENDSR_RECEIPT || kind == PL_OPENDSR_CANCELLATION))
		st = get_time(o, "received_time", true, &a->received, diag);
	if (!st && kind == PL_OPENDSR_RECEIPT)
		st = get_time(o, "expected_completion_time", true, &a->expected, diag);
	if (!st && kind == PL_OPENDSR_RECEIPT)
		st = pl_json_get_str(o, "encoded_request", &a->encoded_request, diag);
	if (!st && (kind == PL_OPENDSR_STATUS || kind == PL_OPENDSR_CALLBACK))
		st = read_state(o, a, diag);
	if (!st && kind == PL_OPENDSR_CALLBACK)
		st = get_url(o, "status_callback_url", true, &a->callback_url, diag);
	if (!st)
		st = get_url(o, "results_url", false, &a->results_url, diag);
	return st;
}

pl_status pl_opendsr_answer_parse(pl_str body, enum pl_opendsr_answer_kind kind, struct pl_opendsr_answer *ret, struct pl_diag *diag)
{
	struct pl_opendsr_answer a = {0};
	pl_status st = pl_json_parse(body, 2 * PL_OPENDSR_BODY_MAX, 16, &a.json, diag);

	if (!st)
		st = read_answer(a.json, kind, &a, diag);
	if (st)
		pl_opendsr_answer_done(&a);
	else
		*ret = a;
	return st;
}

void pl_opendsr_answer_done(struct pl_opendsr_answer *a)
{
	pl_json_free(a->json);
	a->json = NULL;
}

void pl_opendsr_answer_write(const struct pl_opendsr_answer *a, enum pl_opendsr_answer_kind kind, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object();

	pl_json_set_str(o, "controller_id", a->controller);
	pl_json_set_str(o, "subject_request_id", a->id);
	if (kind == PL_OPENDSR_RECEIPT || kind == PL_OPENDSR_CANCELLATION)
		set_time(o, "received_time", a->received);
	if (kind != PL_OPENDSR_CANCELLATION)
		set_time(o, "expected_completion_time", a->expected);
	if (kind == PL_OPENDSR_RECEIPT)
		pl_json_set_str(o, "encoded_request", a->encoded_request);
	if (kind == PL_OPENDSR_STATUS || kind == PL_OPENDSR_CALLBACK)
		pl_json_set_z(o, "request_status", pl_opendsr_state_word(a->state));
	if (kind == PL_OPENDSR_CALLBACK)
		pl_json_set_str(o, "status_callback_url", a->callback_url);
	if (a->results_url.len)
		pl_json_set_str(o, "results_url", a->results_url);
	pl_json_set_z(o, "api_version", "1.0");
	if (pl_json_write(o, out) && !out->status)
		out->status = PL_E_TOOBIG;
}

void pl_opendsr_error_write(unsigned status, const char *message, struct pl_buf *out)
{
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object(), *e = pl_json_set_object(o, "error");

	pl_json_set_u64(e, "code", status);
	pl_json_set_z(e, "message", message);
	if (pl_json_write(o, out) && !out->status)
		out->status = PL_E_TOOBIG;
}

void pl_opendsr_discovery_write(pl_str certificate_url, struct pl_buf *out)
{
	static const char *const types[] = {"email", "controller_customer_id"};
	struct pl_json *o PL_CLEANUP(pl_json_done) = pl_json_new_object(), *list;

	pl_json_set_z(o, "api_version", "1.0");
	list = pl_json_set_array(o, "supported_identities");
	for (size_t i = 0; i < PL_COUNT(types); i++) {
		struct pl_json *id = pl_json_push_object(list);

		pl_json_set_z(id, "identity_type", types[i]);
		pl_json_set_z(id, "identity_format", "raw");
	}
	list = pl_json_set_array(o, "supported_subject_request_types");
	for (size_t i = 0; i < PL_OPENDSR_KINDS; i++)
		pl_json_push_z(list, kinds[i]);
	pl_json_set_str(o, "processor_certificate", certificate_url);
	if (pl_json_write(o, out) && !out->status)
		out->status = PL_E_TOOBIG;
}
