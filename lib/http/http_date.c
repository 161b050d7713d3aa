/* http_date.c - HTTP's three forms of a date (RFC 9110, 5.6.7). */
#include "lib/http/http.h"
#include "lib/http/http_class.h"

#define DAY_S 86400ull

static struct view month_name(u32 m)
{
	return view_first(view_from(text("JanFebMarAprMayJunJulAugSepOctNovDec"), (usize)m * 3u), 3);
}

static struct view day_name(u32 d)
{
	return view_first(view_from(text("SunMonTueWedThuFriSat"), (usize)d * 3u), 3);
}

static bool leap(u64 year)
{
	return year % 4u == 0 && (year % 100u != 0 || year % 400u == 0);
}

/* a - b, which is never below 0: told to the proof, which does not see why. */
static u64 less(u64 a, u64 b)
{
	return a > b ? a - b : 0;
}

/* Of month 0 to 11. */
static u64 days_in(u64 year, u32 month)
{
	static const u8 DAYS[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 1 && leap(year) ? 29u : DAYS[month];
}

/* Days from 1970-01-01 to the first of January; years from 1970 to 9999. */
static u64 days_before(u64 year)
{
	u64 y = year - 1u;

	return less(year * 365u + y / 4u - y / 100u + y / 400u,
		1970u * 365u + 1969u / 4u - 1969u / 100u + 1969u / 400u);
}

void http_date_write(struct writer *w, u64 unix_s)
{
	u64 s = unix_s <= HTTP_SECONDS_MAX ? unix_s : HTTP_SECONDS_MAX;
	u64 day = s / DAY_S, year = 1970u + day / 366u, left;
	u32 month = 0;

	s %= DAY_S;
	while (year < 9999u && days_before(year + 1u) <= day)
		year += 1;
	left = less(day, days_before(year));
	while (month < 11u && left >= days_in(year, month)) {
		left = less(left, days_in(year, month));
		month += 1;
	}
	write_view(w, day_name((u32)((day + 4u) % 7u)));
	write_text(w, ", ");
	write_decimal_pad(w, left + 1u, 2);
	write_text(w, " ");
	write_view(w, month_name(month));
	write_text(w, " ");
	write_decimal_pad(w, year, 4);
	write_text(w, " ");
	write_decimal_pad(w, s / 3600u, 2);
	write_text(w, ":");
	write_decimal_pad(w, s / 60u % 60u, 2);
	write_text(w, ":");
	write_decimal_pad(w, s % 60u, 2);
	write_text(w, " GMT");
}

/* ---- reading ---- */

struct moment {
	u64 year, day, hour, minute, second;
	u32 month;
};

/* So many digits. */
static u64 digits_read(struct reader *r, u32 n)
{
	u64 v = 0;

	for (u32 i = 0; i < n; i += 1) {
		u8 c = read_u8(r);

		if (!class_is(c, CLASS_DIGIT))
			read_fail(r);
		v = (v * 10u + c % 16u) % 100000u;
	}
	return v;
}

static u32 month_read(struct reader *r)
{
	struct view name = read_view(r, 3);

	for (u32 m = 0; m < 12u; m += 1)
		if (view_equal(name, month_name(m)))
			return m;
	read_fail(r);
	return 0;
}

static void literal(struct reader *r, struct view v)
{
	if (!view_equal(read_view(r, v.n), v))
		read_fail(r);
}

static void time_read(struct reader *r, struct moment *t)
{
	t->hour = digits_read(r, 2);
	literal(r, text(":"));
	t->minute = digits_read(r, 2);
	literal(r, text(":"));
	t->second = digits_read(r, 2);
}

/* Sun, 06 Nov 1994 08:49:37 GMT */
static void fixdate_read(struct reader *r, struct moment *t)
{
	literal(r, text(", "));
	t->day = digits_read(r, 2);
	literal(r, text(" "));
	t->month = month_read(r);
	literal(r, text(" "));
	t->year = digits_read(r, 4);
	literal(r, text(" "));
	time_read(r, t);
	literal(r, text(" GMT"));
}

/* Sunday, 06-Nov-94 08:49:37 GMT: what is behind "Sun" up to the comma is a name's rest */
static void rfc850_read(struct reader *r, struct moment *t)
{
	literal(r, text(", "));
	t->day = digits_read(r, 2);
	literal(r, text("-"));
	t->month = month_read(r);
	literal(r, text("-"));
	t->year = digits_read(r, 2);
	t->year += t->year < 70u ? 2000u : 1900u;
	literal(r, text(" "));
	time_read(r, t);
	literal(r, text(" GMT"));
}

/* Sun Nov  6 08:49:37 1994 */
static void asctime_read(struct reader *r, struct moment *t)
{
	literal(r, text(" "));
	t->month = month_read(r);
	literal(r, text(" "));
	if (read_peek(r) == ' ') {
		read_skip(r, 1);
		t->day = digits_read(r, 1);
	} else {
		t->day = digits_read(r, 2);
	}
	literal(r, text(" "));
	time_read(r, t);
	literal(r, text(" "));
	t->year = digits_read(r, 4);
}

/* The rest of a day's long name: "day" behind "Sun", "nesday" behind "Wed". */
static struct view long_rest(u32 d)
{
	static const u8 AT[7] = { 0, 0, 3, 7, 13, 0, 18 };
	static const u8 LENGTH[7] = { 3, 3, 4, 6, 5, 3, 5 };

	return view_first(view_from(text("daysdaynesdayrsdayurday"), AT[d]), LENGTH[d]);
}

bool http_date_read(struct view v, u64 *unix_s)
{
	struct reader r = reader_of(v);
	struct moment t = { 0, 0, 0, 0, 0, 0 };
	struct view day = read_view(&r, 3);
	u64 days;
	u32 d = 0;

	*unix_s = 0;
	while (d < 7u && !view_equal(day, day_name(d)))
		d += 1;
	if (d == 7u)
		return false;
	if (read_peek(&r) == ',')
		fixdate_read(&r, &t);
	else if (read_peek(&r) == ' ')
		asctime_read(&r, &t);
	else {
		literal(&r, long_rest(d));
		rfc850_read(&r, &t);
	}
	if (!read_finished(&r) || t.year < 1970u || t.year > 9999u || t.day < 1u ||
		t.day > days_in(t.year, t.month) || t.hour > 23u || t.minute > 59u || t.second > 60u)
		return false;
	days = days_before(t.year) + t.day - 1u;
	for (u32 m = 0; m < t.month; m += 1)
		days += days_in(t.year, m);
	*unix_s = days * DAY_S + t.hour * 3600u + t.minute * 60u + t.second;
	return true;
}
