/* SPDX-License-Identifier: Apache-2.0 */
/* fact/log_key, inside: what log_key.c and log_key_change.c share. */
#ifndef PL_FACT_LOG_KEY_INTERNAL_H
#define PL_FACT_LOG_KEY_INTERNAL_H
#include "fact/instance_internal.h"
#include "fact/log_key.h"

#define PL_LOG_KEY "log"
#define PL_LOG_KEY_NEXT "log-next"
#define PL_LOG_KEY_ENTRY "log-next.entry"

/* Open DIR/keys. */
pl_status pl_log_key_dir(const struct pl_instance *inst, int *ret, struct pl_diag *diag);
/* The public key in DIR/keys/@name.key. PL_E_NOTFOUND. */
pl_status pl_log_key_public(int dir, const char *name, struct pl_pubkey *ret);

#endif
