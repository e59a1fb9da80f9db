/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base/smtp: handing one message to a mail server (RFC 5321, submission by RFC 6409). By libcurl, as base/fetch.
 *
 * What always holds:
 *  1. Nothing goes over a network in the clear: smtps, or STARTTLS and no less; without either only to this machine's own
 *     loopback addresses. Certificates and names are checked.
 *  2. Every attempt ends in time.
 */
#ifndef PL_BASE_SMTP_H
#define PL_BASE_SMTP_H
#include "base/buf.h"
#include "base/diag.h"

struct pl_smtp {
	const char *url;            /* smtp://host:port or smtps://host:port */
	const char *user, *password; /* NULL: no login */
	const char *from, *to;      /* addr-specs */
	pl_bytes message;           /* RFC 5322, lines ending in CR LF; dots are stuffed here */
	const char *ca_file;        /* trust these certificates (PEM) instead of the system's; NULL */
	uint64_t total_ns;          /* 0: 60 s */
};

/* May @url be used? PL_E_SYNTAX with words. */
pl_status pl_smtp_url_check(pl_str url, struct pl_diag *diag);
/* PL_OK: the server took it. PL_E_DENIED: it never will (5xx). PL_E_BUSY: not now (4xx). PL_E_NET, PL_E_TIMEOUT: unknown. Words
 * never repeat addresses. */
pl_status pl_smtp_send(const struct pl_smtp *s, struct pl_diag *diag);

#endif
