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

enum pl_nav {
	PL_NAV_NONE, PL_NAV_HOME, PL_NAV_PRODUCTS, PL_NAV_REGISTERS, PL_NAV_CLAIMS, PL_NAV_ENTITIES, PL_NAV_AUDITS, PL_NAV_ADVISORIES, PL_NAV_LOG, PL_NAV_KEYS,
	PL_NAV_WITNESSES, PL_NAV_VERIFY, PL_NAV_ABOUT
};

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
	pl_str ahead_name;              /* which one */
	bool silent, failed, refused, stopped; /* the log process does not answer; takes nothing; could not open; was ended */
	uint64_t reported;              /* its last word, ns */
	uint64_t waiting;               /* statements stored or logged, not yet under a checkpoint with quorum */
	size_t n_missing;
	bool desk;                      /* those who work here are served, too */
	bool intake;                    /* outsiders may send something in */
	bool posts;                     /* the page holds a form that is posted */
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

/* The newest report of a register and its first numbers. */
struct pl_home_number {
	pl_str label;
	uint64_t value;
};

struct pl_home_report {
	pl_str title, period;
	bool imported;
	uint64_t index;
	size_t n_numbers;
	struct pl_home_number *numbers;
};

struct pl_home_page {
	struct pl_frame frame;
	uint64_t products, releases, statements;
	size_t n_latest_releases, n_latest;
	struct pl_release_row *latest_releases;
	struct pl_statement_row *latest;
	uint64_t claims, open_flags;
	size_t n_reports, n_said;
	struct pl_home_report *reports;
	struct pl_claim_line *said;
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
	bool known, went_back; /* the last cosignature that the log process saw; it told fewer entries later */
	uint64_t last_size, last_time, back_size;
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
	bool imported; /* it is about a register that was reconstructed */
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
	pl_str name, type, rule, label, definition; /* the last two are empty unless somebody said what it means */
	struct pl_html_msg class;
};

struct pl_register_head_row {
	uint64_t index, size, highest, time, day; /* ns */
	bool heartbeat, late;
};

/* A head that came late: how much after it was due, and a heartbeat also how much after the end of the day that it closes. */
struct pl_register_late_row {
	uint64_t index, time, due, day; /* ns */
	uint64_t hours, minutes, after_hours, after_minutes;
	bool heartbeat;
};

struct pl_report_row {
	pl_str period;
	uint64_t index, edition, cases;
};

struct pl_register_page {
	struct pl_frame frame;
	pl_str name, title, about;
	bool imported;
	uint64_t index, size, highest, heads, days, n_all_late;
	size_t n_fields, n_last, n_late, n_reports;
	struct pl_register_field_row *fields;
	struct pl_register_head_row *last;
	struct pl_register_late_row *late;
	struct pl_report_row *reports;
	size_t n_over_time;
	struct pl_chart *over_time; /* one, or none */
};

/* ---- charts: bars drawn in percent of the width, and the same numbers as a table ---- */

struct pl_chart_part {
	pl_str x, width;  /* "12.50%" */
	uint64_t series;  /* of the style sheet: s0 to s7 */
};

struct pl_chart_bar {
	pl_str label;
	uint64_t value, text_y, bar_y; /* pixels */
	size_t n_parts;
	struct pl_chart_part *parts;
};

struct pl_chart_key {
	pl_str label, definition;
	uint64_t series;
};

struct pl_chart_cell {
	pl_str label; /* of its column, for narrow screens */
	uint64_t value;
};

struct pl_chart_row {
	pl_str label, definition, href; /* the latter two may be empty */
	size_t n_cells;
	struct pl_chart_cell *cells;
	uint64_t total;
};

struct pl_chart {
	pl_str id, title, definition, description, row_head;
	uint64_t height;
	bool has_total; /* a last column of sums */
	size_t n_bars, n_keys, n_columns, n_rows;
	struct pl_chart_bar *bars;
	struct pl_chart_key *keys;    /* none if there is one series only */
	struct pl_chart_key *columns;
	struct pl_chart_row *rows;
};

/* ---- reports ---- */

struct pl_number_row {
	pl_str name, label, definition, rule; /* rule may be empty */
	uint64_t value;
};

struct pl_sentence {
	pl_str text;
};

/* What a report says, on its page and in the file that is taken away. */
struct pl_report_body {
	pl_str about;
	size_t n_totals, n_counts, n_charts, n_rules, n_principles, n_prohibited, n_late;
	uint64_t all_late;
	bool more_late; /* than are shown */
	struct pl_number_row *totals, *counts;
	struct pl_register_late_row *late; /* heads between the report's two that came late, the oldest first */
	struct pl_chart *charts;
	struct pl_sentence *rules, *principles, *prohibited;
};

struct pl_edition_row {
	uint64_t index, edition, cases;
	bool current;
};

struct pl_sample_row {
	pl_str auditor, words;
	uint64_t index, among, drawn, differing;
	bool recounted;
};

struct pl_change_row {
	pl_str label;
	uint64_t before, after;
	bool was, is; /* the number stood there before; stands there now */
};

struct pl_report_page {
	struct pl_frame frame;
	pl_str name, title, period, file; /* file: what downloads are called */
	bool imported, replaced, counted; /* counted: the openings were counted here, so that there are tables */
	bool stated;                      /* the rows are shut: the totals rest on samples */
	uint64_t index, edition, replaced_by, openings_size;
	uint64_t before_edition, before_index; /* the edition that this one replaces; 0: none */
	bool waits;                            /* the register waits before it opens a case: no gag has to be lifted */
	uint64_t lifted, later;                /* cases that were sealed in that one; that were entered since */
	struct pl_digest openings;
	struct pl_report_body body;
	size_t n_editions, n_changes, n_texts, n_samples;
	struct pl_edition_row *editions;
	struct pl_sample_row *samples; /* of auditors, the newest first */
	struct pl_change_row *changes; /* against the edition before */
	struct pl_text_row *texts;     /* what the script says */
};

/* The same without a portal around it. */
struct pl_report_file_page {
	pl_str name, title, period, origin;
	uint64_t index, edition, openings_size;
	bool imported;
	struct pl_digest openings;
	struct pl_report_body body;
};

/* ---- claims ---- */

struct pl_claim_flag_mark {
	struct pl_html_msg kind;
	bool explained;
};

struct pl_claim_line {
	pl_str id, subject, property, value, validity;
	struct pl_html_msg kind, status;
	bool stands;                       /* its status is that it stands */
	size_t n_flags;
	struct pl_claim_flag_mark *flags;
};

/* A choice of a filter. */
struct pl_choice {
	pl_str value, text;
	bool current;
};

struct pl_claims_page {
	struct pl_frame frame;
	uint64_t total, open_flags, explained_flags, matching;
	size_t n_rows, n_subjects, n_statuses, n_flags;
	struct pl_claim_line *rows;
	struct pl_choice *subjects, *statuses, *flags;
	bool has_before, has_after;
	uint64_t before, after;            /* pages */
	pl_str query;                      /* "subject=...&status=...&flag=", escaped, for the links between pages */
};

struct pl_claim_document {
	struct pl_digest digest;
	bool present;                      /* it can be had here */
};

struct pl_claim_change_row {
	uint64_t index, date;              /* date: ns, 0: none */
	struct pl_html_msg status;
	pl_str by;
	size_t n_evidence;
	struct pl_claim_document *evidence;
};

struct pl_claim_flag_row {
	struct pl_html_msg kind, rule;
	bool explained, has_other;
	pl_str words;                      /* of the rule's own finding, in English */
	struct pl_claim_line other;
	pl_str other_words;
};

struct pl_claim_page {
	struct pl_frame frame;
	struct pl_claim_line line;
	pl_str words, due, review, product, version;
	uint64_t index;
	bool has_source, source_present;
	struct pl_digest source;
	size_t n_evidence, n_changes, n_flags, n_history;
	struct pl_claim_document *evidence;
	struct pl_claim_change_row *changes;
	struct pl_claim_flag_row *flags;
	struct pl_claim_line *history;     /* other claims about the same thing */
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
	pl_str period, bounties; /* bounties: "3 (5000.00-9999.99 USD)"; empty: nothing is said of them */
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

/* ---- audits: bars over time in percent of the width, and the same days as a table ---- */

struct pl_audit_line {
	pl_str id, title, auditor;      /* title: "ISO/IEC 27001:2022" */
	struct pl_html_msg kind;
	bool point, ended, first;       /* point: it speaks of one day, .from; first: none was before it */
	struct pl_html_msg state;       /* what became of it */
	uint64_t from, to, index;       /* ns; to: the last day */
	uint64_t added, removed;        /* against the one before */
	pl_str x, width;                /* of its bar */
	uint64_t text_y, bar_y;         /* pixels */
};

struct pl_audit_piece_row {
	struct pl_html_msg state;
	bool covered, suspended;
	uint64_t from, to, days;
	pl_str by, x, width;
};

struct pl_audit_standard {
	pl_str id, name, description;
	uint64_t from, to, gaps, uncovered; /* to: the last day shown */
	uint64_t height, text_y, bar_y, axis_y;
	size_t n_audits, n_pieces;
	struct pl_audit_line *audits;
	struct pl_audit_piece_row *pieces;
};

struct pl_audits_page {
	struct pl_frame frame;
	uint64_t n_audits, gaps;
	size_t n_standards;
	struct pl_audit_standard *standards;
};

struct pl_audit_thing_row {
	struct pl_html_msg kind;
	pl_str name;
};

struct pl_audit_change_row {
	struct pl_html_msg state, reason;
	uint64_t from, index;
};

struct pl_audit_page {
	struct pl_frame frame;
	struct pl_audit_line line;
	pl_str standard, auditor_entity, scope, before, supersedes;
	bool has_report, has_period, has_as_of, has_hand_outs; /* the register that counts them is there */
	pl_str ask;                   /* where its report may be asked for; empty: nowhere */
	struct pl_digest report;
	uint64_t report_size, as_of, period_from, period_to;
	pl_str report_media;
	size_t n_covers, n_added, n_removed, n_changes;
	struct pl_audit_thing_row *covers, *added, *removed;
	struct pl_audit_change_row *changes;
};

struct pl_advisory_row {
	pl_str id, stem, version, title, lang, severity; /* stem: of its address; severity may be empty */
	bool vex, settled;            /* settled: its status is final */
	struct pl_html_msg state;
	uint64_t current, index;
};

struct pl_advisories_page {
	struct pl_frame frame;
	bool has_provider, has_older;
	pl_str key, older;            /* fingerprint of the OpenPGP key; stem of the last one shown */
	size_t n_advisories;
	struct pl_advisory_row *advisories;
};

/* Somebody's words under a heading: a note, a remedy, a threat, a reference. */
struct pl_advisory_text_row {
	struct pl_html_msg category;
	pl_str title, text, url, products;
};

struct pl_advisory_score_row {
	pl_str version, score, severity, vector;
};

struct pl_advisory_product_row {
	pl_str name;
	struct pl_html_msg status;
	bool good, bad;
};

struct pl_advisory_thanks_row {
	pl_str who, what, id, stem, lang;
};

struct pl_advisory_revision_row {
	pl_str number, text;
	uint64_t time;
};

struct pl_vulnerability_row {
	pl_str name, title, cwe, weakness; /* name: CVE or another identifier */
	size_t n_notes, n_scores, n_products, n_remedies, n_threats;
	struct pl_advisory_text_row *notes, *remedies, *threats;
	struct pl_advisory_score_row *scores;
	struct pl_advisory_product_row *products;
};

struct pl_advisory_page {
	struct pl_frame frame;
	struct pl_advisory_row row;
	uint64_t first, year;
	pl_str publisher;
	size_t n_notes, n_vulnerabilities, n_references, n_thanks, n_revisions;
	struct pl_advisory_text_row *notes, *references;
	struct pl_vulnerability_row *vulnerabilities;
	struct pl_advisory_thanks_row *thanks;
	struct pl_advisory_revision_row *revisions;
};

struct pl_thanks_page {
	struct pl_frame frame;
	bool has_older;
	pl_str older;
	size_t n_thanks;
	struct pl_advisory_thanks_row *thanks;
};

struct pl_reward_line {
	pl_str product, impact, position;
	uint64_t low, high; /* whole units */
};

struct pl_rewards_page {
	struct pl_frame frame;
	pl_str currency;
	uint64_t top, from, index; /* from: ns */
	struct pl_digest body;
	size_t n_rows, n_versions;
	struct pl_reward_line *rows;
	struct pl_version_row *versions;
};

struct pl_disclosure_text {
	pl_str name, text;
};

struct pl_disclosure_page {
	struct pl_frame frame;
	bool has_policy;
	pl_str lang, title, about;
	uint64_t from, index; /* from: ns */
	struct pl_digest body;
	size_t n_principles, n_clocks, n_versions;
	struct pl_disclosure_text *principles, *clocks;
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

#include "web/desk_model.h"
#include "web/model_intake.h"

#endif
