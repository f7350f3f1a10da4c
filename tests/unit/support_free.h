/*
 * For tests that look at memory as it is given back: they define free() themselves, which ends with
 * __libc_free, unless HAS_OWN_FREE says that the build has one of its own.
 */
#pragma once

/* AddressSanitizer has. GCC and Clang say so differently. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_OWN_FREE
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_OWN_FREE
#endif

#if !defined(HAS_OWN_FREE)
/* The C library's free. */
void __libc_free(void *memory);
#endif
