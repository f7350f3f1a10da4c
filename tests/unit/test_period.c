#include <criterion/criterion.h>

#include "core/app/period.h"
#include "core/app/when.h"

TestSuite(period, .timeout = 60);

static void check(const char *text, const char *from, const char *to)
{
    struct meter_span span;
    char said[WHEN_TEXT_MAX];
    cr_assert_eq(period_parse(text, &span), 0, "%s", text);
    when_iso(span.from_unix_ms, said, sizeof(said));
    cr_assert_str_eq(said, from, "%s begins at %s", text, said);
    when_iso(span.to_unix_ms, said, sizeof(said));
    cr_assert_str_eq(said, to, "%s ends at %s", text, said);
}

Test(period, is_a_year_a_month_a_week_or_a_day)
{
    check("2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    check("2026-10", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z");
    check("2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z");
    check("2028-02", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z");
    check("2026-10-05", "2026-10-05T00:00:00Z", "2026-10-06T00:00:00Z");
    check("2026-W41", "2026-10-05T00:00:00Z", "2026-10-12T00:00:00Z");
    check("2026-W01", "2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z");
    check("2026-W53", "2026-12-28T00:00:00Z", "2027-01-04T00:00:00Z");
    check("2027-W01", "2027-01-04T00:00:00Z", "2027-01-11T00:00:00Z");
    check("1970", "1970-01-01T00:00:00Z", "1971-01-01T00:00:00Z");
}

Test(period, goes_from_the_beginning_to_the_end)
{
    check("2026-10..2026-12", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z");
    check("2026-10-01..2026-10-31", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z");
    check("2026-W40..2026-W41", "2026-09-28T00:00:00Z", "2026-10-12T00:00:00Z");
    check("2026-10-01T06:00..2026-10-08T06:00:30Z", "2026-10-01T06:00:00Z", "2026-10-08T06:00:30Z");
    check("2026-10-01T00:00+02:00..2026-10-01T00:00-01:30", "2026-09-30T22:00:00Z",
          "2026-10-01T01:30:00Z");
    check("2026-10-05..2026-10-05", "2026-10-05T00:00:00Z", "2026-10-06T00:00:00Z");
}

Test(period, what_is_none_is_refused)
{
    static const char *const wrong[] = {"",
                                        "october",
                                        "26-10",
                                        "2026-",
                                        "2026-13",
                                        "2026-00",
                                        "2026-1",
                                        "2026-10-",
                                        "2026-02-30",
                                        "2026-10-5",
                                        "2026-W00",
                                        "2025-W53",
                                        "2026-W1",
                                        "2026-W411",
                                        "2026-10-05T06:00",
                                        "2026-10..",
                                        "..2026-10",
                                        "2026-12..2026-10",
                                        "2026-10-01T25:00..2026-11",
                                        "2026-10-01T06..2026-11",
                                        "2026-10-01T06:00+2..2026-11",
                                        "2026x",
                                        "1969",
                                        "2026-10-01T06:00:..2026-11"};
    struct meter_span span;
    for (size_t i = 0; i < BASE_ARRAY_COUNT(wrong); i++) {
        cr_assert_eq(period_parse(wrong[i], &span), BASE_EFORMAT, "\"%s\"", wrong[i]);
    }
}
