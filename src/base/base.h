/* SPDX-License-Identifier: Apache-2.0 */
/* base/base: what nearly every file needs. The rest of the room is included by name (base/json.h, base/file.h, ...). */
#ifndef PL_BASE_BASE_H
#define PL_BASE_BASE_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/codec.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/str.h"
#endif
