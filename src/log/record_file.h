/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log/record_file: the log's record (log/record.h) as one small file beside the log, for the bare command line
 * (docs/formats/record-file.md).
 *
 * Two slots are written in turn, each with its own checksum, so that a torn write leaves the former state readable. Every
 * operation holds an OFD lock on the file; a swap compares with what the file says at that moment, not with memory.
 */
#ifndef PL_LOG_RECORD_FILE_H
#define PL_LOG_RECORD_FILE_H
#include "base/diag.h"
#include "log/record.h"

/* Use the file @path below @dir for the log @origin. It need not exist yet: create makes it. @ret->ops->close frees it.
 * PL_E_CORRUPT if it is there and belongs to another origin or is no record. */
pl_status pl_record_file_open(int dir, const char *path, pl_str origin, struct pl_log_record *ret, struct pl_diag *diag);
/* The file beside a log's directory: "<dir>.record", without the slashes that @dir may end in. PL_E_TOOBIG. */
pl_status pl_record_file_path(const char *dir, char *out, size_t size);
/* Close and clear @record; accepts a zeroed one. For PL_CLEANUP. */
void pl_log_record_close(struct pl_log_record *record);
/* Is the record on the file system of @dir_fd? False if @record is not a record file. */
bool pl_record_file_beside(const struct pl_log_record *record, int dir_fd);

#endif
