/* SPDX-License-Identifier: Apache-2.0 */
/* register/report_file: an openings file as memory. */
#ifndef PL_REGISTER_REPORT_FILE_H
#define PL_REGISTER_REPORT_FILE_H
#include "base/base.h"

/* An openings file in memory, read from the disk as it is looked at. Nobody may cut it short meanwhile. */
struct pl_register_report_file {
	pl_bytes bytes;
};
/* PL_E_TOOBIG, PL_E_SYNTAX (empty), PL_E_IO. */
pl_status pl_register_report_file_map(int fd, struct pl_register_report_file *ret, struct pl_diag *diag);
void pl_register_report_file_done(struct pl_register_report_file *f);

#endif
