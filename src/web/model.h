/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web/model: what a page shows, as plain structs. A page is a pure function of its model and a language; where the model comes
 * from is web/bind_*.c's matter. All text lives in the request's arena.
 *
 * A list `x` stands beside its length `n_x`: that is what {% for %} of a template counts to.
 */
#ifndef PL_WEB_MODEL_H
#define PL_WEB_MODEL_H
#include "web/html.h"

enum pl_nav { PL_NAV_NONE, PL_NAV_HOME, PL_NAV_PRODUCTS, PL_NAV_REGISTERS, PL_NAV_ENTITIES, PL_NAV_LOG, PL_NAV_KEYS, PL_NAV_WITNESSES, PL_NAV_VERIFY, PL_NAV_ABOUT };

struct pl_lang_choice {
	pl_str tag, name;
	bool current;
};

/* What stands on every page: which state of the log it shows, and what is wrong with it. */
struct pl_frame {
	pl_str title;
	pl_str lang, direction;
	pl_str path;                    /* of this page, for the links to other languages */
	enum pl_nav nav;
	size_t n_languages;
	struct pl_lang_choice languages[PL_LANG_COUNT];
	pl_str origin;                  /* the log's name */
	bool has_view;                  /* false: no checkpoint with quorum yet */
	uint64_t size;                  /* entries under the checkpoint that the pages show */
	uint64_t time;                  /* its latest cosignature, ns */
	uint64_t witnesses_counted, witnesses_total;
	bool unwitnessed;               /* the trust file says `quorum none` */
	bool unguarded;                 /* and the record lies on the log's own disk */
	bool demonstration;             /* witnesses on this machine that protect nobody */
	bool held;                      /* the log stores, but publishes nothing larger, for at least one of these reasons: */
	bool held_witnesses, held_ahead, held_other, held_back, held_jump;
	uint64_t answered, needed;      /* witnesses that ruled out an older copy; how many must */
	uint64_t ahead_size, recorded;  /* entries that a witness has seen; that this log has */
	bool silent, failed, refused, stopped; /* the log process does not answer; takes nothing; could not open; was ended */
	uint64_t reported;              /* its last word, ns */
	uint64_t waiting;               /* statements stored or logged, not yet under a checkpoint with quorum */
	size_t n_missing;
	pl_str *missing;                /* names of witnesses whose cosignature is not on the checkpoint */
};

struct pl_statement_row {
	uint64_t index;
	struct pl_html_msg kind;        /* what it says in two words */
	pl_str type;
	pl_str subject;
	uint64_t time;
	struct pl_html_msg state;       /* shown unless it is applied */
	bool applied;
};

/* How often releases were built again and with what result: the four verdicts. */
struct pl_verdict_counts {
	uint64_t identical, normalised, different, not_attempted;
};

struct pl_release_row {
	pl_str product, version;
	uint64_t number, index, time;
	struct pl_verdict_counts verdicts;
};

struct pl_product_row {
	pl_str name;
	uint64_t releases, index;
	pl_str latest; /* version; empty without releases */
	uint64_t latest_time;
};

struct pl_home_page {
	struct pl_frame frame;
	uint64_t products, releases, statements;
	size_t n_latest_releases, n_latest;
	struct pl_release_row *latest_releases;
	struct pl_statement_row *latest;
};

struct pl_products_page {
	struct pl_frame frame;
	size_t n_products;
	struct pl_product_row *products;
};

struct pl_product_page {
	struct pl_frame frame;
	pl_str name, description; /* description may be empty */
	uint64_t index;
	size_t n_releases;
	struct pl_release_row *releases;
	bool has_head, head_matches; /* is there a product-head, and does its count match what is shown */
	uint64_t head_count, head_index;
	struct pl_digest head_root;
};

struct pl_artefact_row {
	pl_str name, media_type;
	struct pl_digest digest;
	uint64_t size;
	bool present, withheld;
};

struct pl_verdict_row {
	struct pl_html_msg verdict;
	bool good, bad;
	pl_str site;
	uint64_t index, time;
	pl_str holder;               /* of the key that signed */
	bool outside;                /* it is a rebuilder's, not the operator's */
	bool has_reason;             /* why it was not attempted */
	struct pl_html_msg reason;
	bool replaced;               /* by a later one of the same site and key */
	uint64_t replaced_by;
	bool has_report, has_log;
	struct pl_digest report, log;
};

struct pl_release_page {
	struct pl_frame frame;
	pl_str product, version, notes;
	uint64_t number, index, time;
	struct pl_verdict_counts verdicts;
	bool rebuilt;           /* at least one verdict other than "not attempted" */
	bool confirmed_outside; /* a rebuilder's key signed that it came out the same */
	size_t n_artefacts, n_rebuilds;
	struct pl_artefact_row *artefacts;
	struct pl_verdict_row *rebuilds;
	bool has_snapshot, has_recipe, has_build;
	uint64_t snapshot_index, recipe_index, build_index;
	pl_str commit;
};

/* One member of the payload, flattened: "predicate.artefacts[0].digest". */
struct pl_field_row {
	pl_str name, value;
	bool is_digest;
};

struct pl_signature_row {
	struct pl_digest key;
	pl_str role, holder;
	bool known, counts;
};

struct pl_cosignature_row {
	pl_str name, key_name, url;
	bool counts;
	uint64_t time;
	pl_str vkey;
};

struct pl_body_row {
	struct pl_digest digest;
	uint64_t size;
	pl_str media_type;
	bool present, withheld;
	pl_str withheld_reason;
	uint64_t withheld_index;
};

struct pl_path_row {
	struct pl_digest hash;
};

struct pl_statement_page {
	struct pl_frame frame;
	struct pl_statement_row row;
	pl_str id, reason;
	bool decoded; /* false: no statement; only the raw bytes are shown */
	struct pl_digest entry, pae, leaf, root;
	uint64_t size; /* of the checkpoint */
	size_t n_fields, n_signatures, n_cosignatures, n_bodies, n_path;
	struct pl_field_row *fields;
	struct pl_signature_row *signatures;
	struct pl_cosignature_row *cosignatures;
	struct pl_body_row *bodies;
	struct pl_path_row *path;
	pl_str raw, checkpoint;
	uint64_t raw_size;
	bool has_previous, has_next;
	uint64_t previous, next;
};

struct pl_type_choice {
	pl_str type;
	struct pl_html_msg kind;
	bool current;
};

struct pl_log_page {
	struct pl_frame frame;
	struct pl_digest root;
	pl_str checkpoint;
	size_t n_rows, n_types;
	struct pl_statement_row *rows;
	struct pl_type_choice *types;
	pl_str type; /* filter; empty: all */
	bool has_older, filtered;
	uint64_t older; /* entries below this index come next */
	uint64_t by_applied, by_repeated, by_unknown, by_malformed, by_unauthorised, by_refused;
	bool has_odd; /* any that is not applied */
};

struct pl_search_page {
	struct pl_frame frame;
	pl_str query;
	bool understood; /* a number, an identifier or a digest */
	size_t n_rows;
	struct pl_statement_row *rows;
	bool has_body;
	struct pl_body_row body;
};

struct pl_key_row {
	struct pl_digest id;
	pl_str key, role, holder;
	size_t n_types;
	pl_str *types;
	bool root, ended;
	uint64_t from, until;
	pl_str end_reason;
};

struct pl_log_key_row {
	pl_str vkey;
	bool named, signs, stated, followed, overlap; /* overlap: followed, and still named */
	uint64_t since, since_time, followed_by, until;
	pl_str reason, end_reason;
};

struct pl_keys_page {
	struct pl_frame frame;
	size_t n_keys;
	struct pl_key_row *keys;
	size_t n_log_keys;
	struct pl_log_key_row *log_keys;
	pl_str trust; /* the trust file's text */
};

struct pl_witnesses_page {
	struct pl_frame frame;
	size_t n_witnesses;
	struct pl_cosignature_row *witnesses;
	uint64_t blocking;
	pl_str quorum_name, checkpoint;
};

/* A message with its placeholders, for the script. */
struct pl_text_row {
	pl_str key, text;
};

struct pl_verify_page {
	struct pl_frame frame;
	struct pl_digest file_digest; /* of the page as one file */
	bool logged;              /* a body/v1 that counts is about it */
	uint64_t logged_index;
	size_t n_texts;
	struct pl_text_row *texts; /* what the script says */
};

struct pl_register_row {
	pl_str name;
	uint64_t highest, time; /* time of the last head, ns; 0: none yet */
	bool imported, padded, has_report;
	uint64_t report, cases; /* of the newest report: its index */
	pl_str period;
};

struct pl_registers_page {
	struct pl_frame frame;
	size_t n_registers;
	struct pl_register_row *registers;
};

struct pl_register_field_row {
	pl_str name, type, rule;
	struct pl_html_msg class;
};

struct pl_register_head_row {
	uint64_t index, size, highest, time, day; /* ns */
	bool heartbeat;
};

struct pl_report_row {
	pl_str period;
	uint64_t index, edition, cases;
};

struct pl_register_page {
	struct pl_frame frame;
	pl_str name;
	bool imported;
	uint64_t index, size, highest, heads, days;
	size_t n_fields, n_last, n_reports;
	struct pl_register_field_row *fields;
	struct pl_register_head_row *last;
	struct pl_report_row *reports;
};

struct pl_total_row {
	pl_str name, definition;
	uint64_t value;
};

struct pl_report_page {
	struct pl_frame frame;
	pl_str name, period, file; /* file: what downloads are called */
	bool imported, replaced;
	uint64_t index, edition, replaced_by, openings_size;
	struct pl_digest openings;
	uint64_t unopened, erased, lost, late;
	size_t n_totals, n_texts;
	struct pl_total_row *totals;
	struct pl_text_row *texts; /* what the script says */
};

struct pl_msg_row {
	struct pl_html_msg text;
};

struct pl_entity_list_row {
	pl_str id, name, country, lei; /* name: the legal one, or the identifier if its sheet is not shown */
	bool ended, has_duties, has_attested;
	uint64_t red;                  /* duties that are */
	uint64_t attested;             /* entry of the newest attestation */
	pl_str period;                 /* and its half-year */
	size_t n_roles;
	struct pl_msg_row *roles;
};

struct pl_entities_page {
	struct pl_frame frame;
	uint64_t red, countries;
	size_t n_entities;
	struct pl_entity_list_row *entities;
};

/* A step of the way up: @owner holds @share of @owned, whose own owners are a step higher. */
struct pl_owner_row {
	uint64_t depth;          /* 1.. */
	pl_str id, name, share;
	pl_str owned;
	uint64_t since;          /* ns */
};

struct pl_asset_row {
	struct pl_html_msg kind;
	pl_str name;
};

struct pl_post_row {
	pl_str post, at, qualifications;
};

struct pl_duty_page_row {
	struct pl_html_msg duty;
	bool stated, drilled;
	uint64_t index, drill; /* ns */
	size_t n_holders, n_deputies, n_flags;
	struct pl_post_row *holders, *deputies;
	struct pl_msg_row *flags; /* what is wrong; none: it is good */
};

struct pl_attestation_row {
	pl_str period;
	uint64_t index, transactions;
	struct pl_digest balance;
};

struct pl_version_row {
	uint64_t version, from, index; /* from: ns */
	bool ended;
};

struct pl_other_name_row {
	struct pl_html_msg kind;
	pl_str name;
};

struct pl_entity_page {
	struct pl_frame frame;
	pl_str id, name, country, lei, authority, number;
	bool ended, approves, sheet;
	uint64_t own_books, from, index, red;
	size_t n_roles, n_names, n_banks, n_owners, n_owned, n_assets, n_duties, n_attestations, n_versions;
	struct pl_msg_row *roles;
	struct pl_other_name_row *names;
	pl_str *banks;
	struct pl_owner_row *owners, *owned;
	struct pl_asset_row *assets;
	struct pl_duty_page_row *duties;
	struct pl_attestation_row *attestations;
	struct pl_version_row *versions;
};

struct pl_plain_page {
	struct pl_frame frame;
	pl_str purpose;
};

struct pl_error_page {
	struct pl_frame frame;
	uint64_t status;
	struct pl_html_msg heading, words;
};
#endif
