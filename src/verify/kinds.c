/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify/kinds: every kind of statement that can count, who may sign it and whether officers must approve it. The
 * programs that make statements have the same rows in their rooms (fact/own.c, release/vocabulary.c), with what they do
 * to a database, and so has the browser (pages/verify-signers.js); tests/unit/verify compares all three.
 */
#include "verify/verify.h"

#define SERVICE PL_ROLE_BIT(PL_ROLE_SERVICE)
#define BUILDER PL_ROLE_BIT(PL_ROLE_BUILDER)
#define REBUILDER PL_ROLE_BIT(PL_ROLE_REBUILDER)
#define ENTITY PL_ROLE_BIT(PL_ROLE_ENTITY)
#define REVIEWER PL_ROLE_BIT(PL_ROLE_REVIEWER)

#define KIND(type_, word_, title_, signers_, approval_, says_) { \
	.row = {.type = (type_), .title = (title_), .signers = (signers_), .approval = (approval_)}, \
	.word = (word_), .says = (says_), \
}

static const struct pl_verify_kind kinds[] = {
	KIND(PL_TYPE_RELEASE, "release", "Release", SERVICE, PL_APPROVAL_OFFICERS, "released"),
	KIND(PL_TYPE_SOURCE_SNAPSHOT, "source-snapshot", "Source snapshot", SERVICE, PL_APPROVAL_NONE,
		"the source of one commit"),
	KIND(PL_TYPE_RECIPE, "recipe", "Build recipe", SERVICE, PL_APPROVAL_NONE, "a build recipe"),
	KIND("https://slsa.dev/provenance/v1", "build", "Build record", SERVICE | BUILDER | REBUILDER, PL_APPROVAL_NONE,
		"made by a recorded build"),
	KIND(PL_TYPE_REBUILD_VERDICT, "rebuild-verdict", "Rebuild verdict", SERVICE | REBUILDER, PL_APPROVAL_NONE,
		"compared with a second build"),
	KIND(PL_TYPE_REGISTER_REPORT, "register-report", "Report of a register", SERVICE, PL_APPROVAL_OFFICERS,
		"the openings behind a report"),
	KIND(PL_TYPE_REGISTER_HEAD, "register-head", "Register head", SERVICE, PL_APPROVAL_NONE, "the head of a register"),
	KIND(PL_TYPE_REGISTER, "register", "Register declared", SERVICE, PL_APPROVAL_OFFICERS, "the declaration of a register"),
	KIND(PL_TYPE_REGISTER_PROMISE, "register-promise", "Promise of a register", SERVICE, PL_APPROVAL_NONE,
		"a promise"),
	KIND(PL_TYPE_REGISTER_WORDS, "register-words", "Words of a register", SERVICE, PL_APPROVAL_OFFICERS,
		"what the names of a register mean"),
	{
		.row = {.type = PL_TYPE_REGISTER_SAMPLE, .title = "Sample of a register", .signers = REVIEWER, .approval = PL_APPROVAL_NONE,
			.holder = "auditor"},
		.word = "register-sample", .says = "what an auditor compared",
	},
	KIND(PL_TYPE_CLAIM, "claim", "Claim", SERVICE, PL_APPROVAL_OFFICERS, "claimed in these words"),
	KIND(PL_TYPE_CLAIM_STATUS, "claim-status", "What became of a claim", SERVICE, PL_APPROVAL_OFFICERS,
		"what became of a claim"),
	KIND(PL_TYPE_ENTITY, "entity", "Legal entity", SERVICE, PL_APPROVAL_OFFICERS, "described a legal entity"),
	KIND(PL_TYPE_ENTITY_DUTY, "entity-duty", "Duty of an entity", SERVICE, PL_APPROVAL_OFFICERS, "who carries a duty"),
	{
		.row = {.type = PL_TYPE_ENTITY_ATTESTATION, .title = "Attestation of an entity", .signers = ENTITY,
			.approval = PL_APPROVAL_NONE, .holder = "entity"},
		.word = "entity-attestation", .says = "the balance that an entity attested",
	},
	KIND(PL_TYPE_ANSWER, "answer", "Answer given", SERVICE, PL_APPROVAL_NONE, "an answer"),
	KIND(PL_TYPE_AUDIT, "audit", "Audit or certificate", SERVICE, PL_APPROVAL_OFFICERS, "an audit or certificate"),
	KIND(PL_TYPE_AUDIT_END, "audit-end", "What became of an audit", SERVICE, PL_APPROVAL_OFFICERS, "what became of an audit"),
	KIND(PL_TYPE_REWARD_MATRIX, "reward-matrix", "Rewards for finders", SERVICE, PL_APPROVAL_OFFICERS, "what is paid for which flaw"),
	KIND(PL_TYPE_DISCLOSURE_POLICY, "disclosure-policy", "Disclosure policy", SERVICE, PL_APPROVAL_OFFICERS, "how flaws are disclosed"),
	KIND(PL_TYPE_ADVISORY, "advisory", "Advisory", SERVICE, PL_APPROVAL_OFFICERS, "a security advisory"),
	KIND(PL_TYPE_ADVISORY_PROVIDER, "advisory-provider", "Publisher of advisories", SERVICE, PL_APPROVAL_OFFICERS,
		"who publishes advisories"),
	KIND(PL_TYPE_BODY, "body", "Document", SERVICE, PL_APPROVAL_NONE, "a logged document"),
	KIND(PL_TYPE_WITHHELD, "withheld", "Body withheld", SERVICE, PL_APPROVAL_OFFICERS, "withheld"),
	KIND(PL_TYPE_PRODUCT, "product", "Product", SERVICE, PL_APPROVAL_OFFICERS, "a product"),
	KIND(PL_TYPE_PRODUCT_HEAD, "product-head", "List of releases", SERVICE, PL_APPROVAL_NONE, "a list of releases"),
	KIND(PL_TYPE_INCEPTION, "inception", "Log began", 0, PL_APPROVAL_ROOTS, "the beginning of a log"),
	KIND(PL_TYPE_KEY, "key", "Key introduced", 0, PL_APPROVAL_ROOTS, "a key"),
	KIND(PL_TYPE_KEY_END, "key-end", "Key ended", 0, PL_APPROVAL_ROOTS, "an ended key"),
	KIND(PL_TYPE_LOG_RESUME, "log-resume", "Log resumed", SERVICE, PL_APPROVAL_OFFICERS, "a resumed log"),
	KIND(PL_TYPE_TIME_ACCEPT, "time-accept", "System time accepted", SERVICE, PL_APPROVAL_OFFICERS, "an accepted time"),
	KIND(PL_TYPE_LOG_ROTATION, "log-rotation", "Log key changed", SERVICE, PL_APPROVAL_OFFICERS, "a changed log key"),
};

const struct pl_verify_kind *pl_verify_kind_find(pl_str type)
{
	for (size_t i = 0; i < PL_COUNT(kinds); i++)
		if (pl_str_eq(type, pl_str_from(kinds[i].row.type)))
			return &kinds[i];
	return NULL;
}

const struct pl_verify_kind *pl_verify_kind_named(pl_str word)
{
	for (size_t i = 0; i < PL_COUNT(kinds); i++)
		if (pl_str_eq(word, pl_str_from(kinds[i].word)))
			return &kinds[i];
	return pl_verify_kind_find(word);
}

const struct pl_verify_kind *pl_verify_kind_at(size_t i)
{
	return i < PL_COUNT(kinds) ? &kinds[i] : NULL;
}
