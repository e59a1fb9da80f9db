/* SPDX-License-Identifier: Apache-2.0 */
/* log/log_dir_priv: what the files of log_dir share. Inside this room only. */
#ifndef PL_LOG_LOG_DIR_PRIV_H
#define PL_LOG_LOG_DIR_PRIV_H
#include "log/log_dir.h"

#define PL_LOG_DIR_NAME_MAX 64u

/* Open @dir/private, with words if it is none. */
pl_status pl_log_dir_open_private(const char *dir, int *ret, struct pl_diag *diag);

/* "key", "key.pass" and "vkey" with the stem ""; "next.key", "next.key.pass", "next.vkey" with "next.". */
void pl_log_dir_name(char out[static PL_LOG_DIR_NAME_MAX], const char *stem, const char *what);

#endif
