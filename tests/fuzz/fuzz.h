/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tests/fuzz/fuzz: what a target needs. A target feeds @data to one parser of outside bytes and asserts what must hold
 * for every input: no crash, no lasting effect of a refusal, and what was accepted is written back the same.
 */
#ifndef PL_TESTS_FUZZ_H
#define PL_TESTS_FUZZ_H
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Like assert, and never compiled away. */
#define FUZZ_HOLDS(condition) \
	do { \
		if (!(condition)) \
			__builtin_trap(); \
	} while (0)

#endif
