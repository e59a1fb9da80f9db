/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fact/keys_replay: derive the key register from the log's own entries, and from nothing in the database: whoever can
 * write to the database must not be able to add a key.
 *
 * One thread at a time.
 */
#ifndef PL_FACT_KEYS_REPLAY_H
#define PL_FACT_KEYS_REPLAY_H
#include "fact/keys.h"
#include "log/policy.h"
#include "log/reader.h"

/* An empty register with the roots of @policy. PL_E_STATE if it names none (then it is no trust file). */
pl_status pl_keys_from_policy(const struct pl_policy *policy, struct pl_keys **ret, struct pl_diag *diag);

/* May @entry be a statement whose payload holds @word (a type)? No for most that do not: a quick look, cheaper by far
 * than opening it. */
bool pl_keys_entry_holds(pl_bytes entry, pl_str word);

/* Take in @entry, which stands at @index, if it is a key or inception statement that is entitled and possible; anything
 * else leaves @k as it is. Only PL_E_NOMEM fails. */
pl_status pl_keys_take(struct pl_keys *k, const struct pl_vocabulary *v, uint64_t index, pl_bytes entry);

/* Take in the entries @from .. @to - 1 of the log at @size. */
pl_status pl_keys_replay(struct pl_keys *k, const struct pl_vocabulary *v, struct pl_log_reader *reader, uint64_t from,
	uint64_t to, uint64_t size);

#endif
