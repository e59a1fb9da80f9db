/* SPDX-License-Identifier: Apache-2.0 */
#include "register/advisory/provider.h"
#include "base/config.h"
#include "base/time.h"
#include "crypto/openpgp.h"
#include "register/advisory/formats_internal.h"
#include "register/advisory/ident.h"
#include <stdio.h>

#define URL_MAX 2048u

/* ---- settings ---- */

struct settings {
	struct pl_provider p;
	pl_str created, expires;
};

#define AT(field) .offset = offsetof(struct settings, field)
static const struct pl_config_key keys[] = {
	{.section = "provider", .key = "site", .type = PL_CONFIG_STRING, .required = true, .max = 255, AT(p.site)},
	{.section = "provider", .key = "name", .type = PL_CONFIG_STRING, .required = true, .min = 1, .max = 255, AT(p.name)},
	{.section = "provider", .key = "namespace", .type = PL_CONFIG_STRING, .required = true, .max = 1024, AT(p.namespace)},
	{.section = "provider", .key = "category", .type = PL_CONFIG_ENUM, .words = pl_advisory_publishers,
		.fallback = "vendor",
		AT(p.category)},
	{.section = "provider", .key = "contact-details", .type = PL_CONFIG_STRING, .max = 1024, AT(p.contact)},
	{.section = "provider", .key = "issuing-authority", .type = PL_CONFIG_STRING, .max = 1024, AT(p.authority)},
	{.section = "provider", .key = "list-on-aggregators", .type = PL_CONFIG_BOOL, .fallback = "yes", AT(p.list)},
	{.section = "provider", .key = "mirror-on-aggregators", .type = PL_CONFIG_BOOL, .fallback = "yes", AT(p.mirror)},
	{.section = "openpgp", .key = "user", .type = PL_CONFIG_STRING, .required = true, .min = 3, .max = 255, AT(p.user)},
	{.section = "openpgp", .key = "created", .type = PL_CONFIG_STRING, .required = true, .max = 20, AT(created)},
	{.section = "security.txt", .key = "contact", .type = PL_CONFIG_STRING, .required = true, .max = 2048, AT(p.contacts)},
	{.section = "security.txt", .key = "expires", .type = PL_CONFIG_STRING, .required = true, .max = 20, AT(expires)},
	{.section = "security.txt", .key = "encryption", .type = PL_CONFIG_STRING, .max = 1024, AT(p.encryption)},
	{.section = "security.txt", .key = "policy", .type = PL_CONFIG_STRING, .max = 1024, AT(p.policy)},
	{.section = "security.txt", .key = "hiring", .type = PL_CONFIG_STRING, .max = 1024, AT(p.hiring)},
	{.section = "security.txt", .key = "languages", .type = PL_CONFIG_STRING, .max = 255, AT(p.languages)},
};
static const struct pl_config_table table = {keys, PL_COUNT(keys)};

static pl_status check_urls(const struct pl_provider *p, struct pl_diag *diag)
{
	const struct {
		const char *name;
		pl_str url;
	} urls[] = {{"namespace", p->namespace}, {"encryption", p->encryption}, {"policy", p->policy}, {"hiring", p->hiring}};

	if (!pl_ident_site(p->site))
		return pl_diag_set(diag, PL_E_RANGE, "site: expected https:// and a host without a path");
	for (size_t i = 0; i < PL_COUNT(urls); i++)
		if (urls[i].url.len && !pl_ident_url(urls[i].url, i == 1))
			return pl_diag_set(diag, PL_E_RANGE, "%s: expected an address that begins with https://", urls[i].name);
	return PL_OK;
}

static pl_status check_contacts(pl_str contacts, struct pl_diag *diag)
{
	while (contacts.len) {
		size_t n = pl_str_find(contacts, ' ');

		if (n && !pl_ident_url(pl_str_sub(contacts, 0, n), true))
			return pl_diag_set(diag, PL_E_RANGE, "contact: expected addresses like mailto:psirt@example.com, parted by blanks");
		contacts = pl_str_sub(contacts, n + 1, contacts.len);
	}
	return PL_OK;
}

static pl_status read_time(const char *name, pl_str text, uint64_t *ret, struct pl_diag *diag)
{
	if (text.len != 20 || pl_time_parse(text, ret))
		return pl_diag_set(diag, PL_E_SYNTAX, "%s: expected a time like 2026-11-28T12:00:00Z", name);
	return PL_OK;
}

pl_status pl_provider_parse(pl_str text, struct pl_arena *arena, struct pl_provider *ret, struct pl_diag *diag)
{
	struct settings s = {0};
	pl_status st = pl_config_parse(&table, text, (pl_str){0}, arena, &s, sizeof s, diag);

	if (!st)
		st = read_time("created", s.created, &s.p.created, diag);
	if (!st)
		st = read_time("expires", s.expires, &s.p.expires, diag);
	if (!st)
		st = check_urls(&s.p, diag);
	if (!st)
		st = check_contacts(s.p.contacts, diag);
	if (!st)
		*ret = s.p;
	return st;
}

pl_status pl_provider_fits(const struct pl_provider *p, const struct pl_advisory *a, struct pl_diag *diag)
{
	if (!pl_str_eq(p->site, a->site))
		return pl_diag_set(diag, PL_E_RANGE, "site: expected %.*s, as the provider's settings say", PL_STR_ARG(p->site));
	if (!pl_str_eq(p->name, a->publisher.name) || !pl_str_eq(p->namespace, a->publisher.namespace) ||
		p->category != a->publisher.category)
		return pl_diag_set(diag, PL_E_RANGE,
			"publisher: expected category, name and namespace as the provider's settings say");
	return PL_OK;
}

/* ---- addresses ---- */

void pl_provider_path(const struct pl_published *a, struct pl_buf *out)
{
	pl_buf_printf(out, "%u/", pl_advisory_year(a->first));
	pl_buf_put_str(out, a->file);
}

/* Set @name to SITE/.well-known/csaf@rest. */
static void set_url(struct pl_json *o, const char *name, const struct pl_provider *p, const char *rest)
{
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(URL_MAX);

	pl_buf_put_str(&url, p->site);
	pl_buf_printf(&url, PL_PROVIDER_PATH "%s", rest);
	pl_json_set_str(o, name, pl_buf_str(&url));
}

/* ---- provider-metadata.json ---- */

static void set_publisher(struct pl_json *root, const struct pl_provider *p)
{
	struct pl_json *o = pl_json_set_object(root, "publisher");

	pl_json_set_z(o, "category", pl_advisory_publishers[p->category]);
	pl_format_text(o, "contact_details", p->contact);
	pl_format_text(o, "issuing_authority", p->authority);
	pl_json_set_str(o, "name", p->name);
	pl_json_set_str(o, "namespace", p->namespace);
}

pl_status pl_provider_metadata(const struct pl_provider *p, const char *fingerprint, uint64_t updated,
	struct pl_buf *out)
{
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *list, *feed;
	char key[64 + PL_OPENPGP_FINGERPRINT_TEXT];

	set_url(root, "canonical_url", p, "/" PL_PROVIDER_METADATA);
	list = pl_json_set_array(root, "distributions");
	set_url(pl_json_push_object(list), "directory_url", p, "/white");
	feed = pl_json_push_object(pl_json_set_array(pl_json_set_object(pl_json_push_object(list), "rolie"), "feeds"));
	pl_json_set_z(feed, "summary", "All advisories that anybody may read.");
	pl_json_set_z(feed, "tlp_label", "WHITE");
	set_url(feed, "url", p, "/white/" PL_PROVIDER_FEED);
	pl_format_time(root, "last_updated", updated);
	pl_json_set_bool(root, "list_on_CSAF_aggregators", p->list);
	pl_json_set_z(root, "metadata_version", "2.0");
	pl_json_set_bool(root, "mirror_on_CSAF_aggregators", p->mirror);
	list = pl_json_push_object(pl_json_set_array(root, "public_openpgp_keys"));
	pl_json_set_z(list, "fingerprint", fingerprint);
	(void)snprintf(key, sizeof key, "/openpgp/%s.asc", fingerprint);
	set_url(list, "url", p, key);
	set_publisher(root, p);
	pl_json_set_z(root, "role", "csaf_trusted_provider");
	return pl_json_canon_rfc8785(root, out);
}

/* ---- what there is ---- */

void pl_provider_index(const struct pl_published *list, size_t n, struct pl_buf *out)
{
	for (size_t i = n; i > 0; i--) {
		pl_provider_path(&list[i - 1], out);
		pl_buf_put_c(out, '\n');
	}
}

/* CSAF 2.0 wants quotes in this file. */
void pl_provider_changes(const struct pl_published *list, size_t n, struct pl_buf *out)
{
	for (size_t i = 0; i < n; i++) {
		pl_buf_put_c(out, '"');
		pl_provider_path(&list[i], out);
		pl_buf_put_z(out, "\",\"");
		pl_time_put(out, list[i].current);
		pl_buf_put_z(out, "\"\n");
	}
}

static void push_link(struct pl_json *array, const char *rel, const struct pl_provider *p,
	const struct pl_published *a, const char *ending)
{
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(URL_MAX);
	struct pl_json *o = pl_json_push_object(array);

	pl_buf_put_z(&url, "/white/");
	pl_provider_path(a, &url);
	pl_buf_put_z(&url, ending);
	pl_json_set_z(o, "rel", rel);
	set_url(o, "href", p, pl_buf_z(&url) ? pl_buf_z(&url) : "");
}

static void push_entry(struct pl_json *array, const struct pl_provider *p, const struct pl_published *a)
{
	struct pl_buf url PL_CLEANUP(pl_buf_done) = PL_BUF(URL_MAX);
	struct pl_json *o = pl_json_push_object(array), *part;

	pl_buf_put_z(&url, "/white/");
	pl_provider_path(a, &url);
	pl_json_set_str(o, "id", a->id);
	pl_json_set_str(o, "title", a->id);
	part = pl_json_set_array(o, "link");
	push_link(part, "self", p, a, "");
	push_link(part, "hash", p, a, ".sha256");
	push_link(part, "hash", p, a, ".sha512");
	push_link(part, "signature", p, a, ".asc");
	pl_format_time(o, "published", a->first);
	pl_format_time(o, "updated", a->current);
	part = pl_json_set_object(o, "content");
	set_url(part, "src", p, pl_buf_z(&url) ? pl_buf_z(&url) : "");
	pl_json_set_z(part, "type", "application/json");
	part = pl_json_set_object(o, "format");
	pl_json_set_z(part, "schema", "https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json");
	pl_json_set_z(part, "version", "2.0");
}

pl_status pl_provider_rolie(const struct pl_provider *p, const struct pl_published *list, size_t n, uint64_t since,
	struct pl_buf *out)
{
	struct pl_json *root PL_CLEANUP(pl_json_done) = pl_json_new_object();
	struct pl_json *feed = pl_json_set_object(root, "feed"), *o;

	o = pl_json_push_object(pl_json_set_array(feed, "category"));
	pl_json_set_z(o, "scheme", "urn:ietf:params:rolie:category:information-type");
	pl_json_set_z(o, "term", "csaf");
	o = pl_json_set_array(feed, "entry");
	for (size_t i = 0; i < n; i++)
		push_entry(o, p, &list[i]);
	pl_json_set_z(feed, "id", "csaf-feed-tlp-white");
	o = pl_json_push_object(pl_json_set_array(feed, "link"));
	pl_json_set_z(o, "rel", "self");
	set_url(o, "href", p, "/white/" PL_PROVIDER_FEED);
	pl_json_set_z(feed, "title", "Security advisories (TLP:WHITE)");
	pl_format_time(feed, "updated", n ? list[0].current : since);
	return pl_json_canon_rfc8785(root, out);
}

void pl_provider_hash(pl_bytes digest, pl_str name, struct pl_buf *out)
{
	pl_hex_put(out, digest);
	pl_buf_put_z(out, "  ");
	pl_buf_put_str(out, name);
	pl_buf_put_c(out, '\n');
}

/* ---- security.txt ---- */

static void put_field(struct pl_buf *out, const char *name, pl_str value)
{
	if (!value.len)
		return;
	pl_buf_printf(out, "%s: ", name);
	pl_buf_put_str(out, value);
	pl_buf_put_c(out, '\n');
}

static void put_own(struct pl_buf *out, const char *name, const struct pl_provider *p, const char *path)
{
	pl_buf_printf(out, "%s: %.*s%s\n", name, PL_STR_ARG(p->site), path);
}

void pl_provider_securitytxt(const struct pl_provider *p, struct pl_buf *out)
{
	pl_str contacts = p->contacts;

	put_own(out, "Canonical", p, "/.well-known/security.txt");
	while (contacts.len) {
		size_t n = pl_str_find(contacts, ' ');

		put_field(out, "Contact", pl_str_sub(contacts, 0, n));
		contacts = pl_str_sub(contacts, n + 1, contacts.len);
	}
	pl_buf_put_z(out, "Expires: ");
	pl_time_put(out, p->expires);
	pl_buf_put_c(out, '\n');
	put_field(out, "Encryption", p->encryption);
	put_own(out, "Acknowledgments", p, "/advisories/thanks");
	put_field(out, "Policy", p->policy);
	put_field(out, "Preferred-Languages", p->languages);
	put_field(out, "Hiring", p->hiring);
	put_own(out, "CSAF", p, PL_PROVIDER_PATH "/" PL_PROVIDER_METADATA);
}
