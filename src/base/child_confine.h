/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/child_confine: landlock and seccomp for base/child; included by the child files only.
 *
 * Everything that can fail in many ways (opening paths, allocating) is prepared in the parent; between fork and the
 * end of confinement the child makes system calls only, because its parent may have had other threads.
 */
#ifndef PL_BASE_CHILD_CONFINE_H
#define PL_BASE_CHILD_CONFINE_H
#include "base/child.h"

/* A landlock ruleset that allows @paths and nothing else; *ret_fd is -1 if the kernel has no landlock.
 * PL_E_NOTFOUND (path, named in @diag), PL_E_IO. */
pl_status pl_child_ruleset(const struct pl_child_path *paths, size_t count, int *ret_fd, struct pl_diag *diag);

/* In the child: give up new privileges, then enter @ruleset_fd (-1: none). 0, or an errno. */
int pl_child_enter_ruleset(int ruleset_fd);
/* In the child, after no_new_privs: a program may do all but open sockets, trace, mount and set up the machine. */
int pl_child_filter_program(void);
/* In the child, after no_new_privs: only what a computation on open descriptors needs. */
int pl_child_filter_computation(void);

#endif
