/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/vuln.h"
