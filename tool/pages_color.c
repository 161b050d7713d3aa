/* pages_color.c - light highlighting of C and of shell sessions.
 *
 * Five kinds of span, by the first letter of their meaning: c a comment, s a
 * string, k a keyword, t a type, n a number; p is a prompt or a preprocessor line's word.
 * What is not recognised stays as it is: colour helps the eye, it is not a compiler.
 */
#include "tool/pages_parts.h"
#include <ctype.h>
#include <string.h>

static const char *const C_KEYWORDS[] = { "auto", "break", "case", "const", "continue", "default", "do",
	"else", "enum", "extern", "for", "goto", "if", "inline", "register", "return", "sizeof", "static",
	"struct", "switch", "typedef", "union", "volatile", "while", "true", "false", "NULL" };

static const char *const C_TYPES[] = { "bool", "char", "double", "float", "int", "long", "short", "signed",
	"unsigned", "void", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "usize", "size_t",
	"uint8_t", "uint16_t", "uint32_t", "uint64_t" };

static const char *const SHELL_KEYWORDS[] = { "if", "then", "else", "elif", "fi", "for", "in", "do", "done",
	"while", "case", "esac", "export", "cd", "sudo" };

static bool is_one_of(const char *const *list, size_t count, const char *s, size_t n)
{
	for (size_t i = 0; i < count; i += 1)
		if (strlen(list[i]) == n && memcmp(list[i], s, n) == 0)
			return true;
	return false;
}

#define ONE_OF(list, s, n) is_one_of(list, sizeof(list) / sizeof *(list), s, n)

static size_t add_span(struct text *t, char kind, const char *s, size_t n)
{
	if (kind)
		text_add(t, "<span class=\"%c\">", kind);
	text_add_escaped(t, s, n);
	if (kind)
		text_add(t, "</span>");
	return n;
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t name_length(const char *s)
{
	size_t n = 0;

	while (is_name(s[n]))
		n += 1;
	return n;
}

static size_t string_length(const char *s)
{
	size_t n = 1;

	while (s[n] && s[n] != *s && s[n] != '\n')
		n += s[n] == '\\' && s[n + 1] ? 2 : 1;
	return s[n] == *s ? n + 1 : n;
}

static size_t line_length(const char *s)
{
	return strcspn(s, "\n");
}

static char *colored_c(const char *s)
{
	struct text t = { 0 };
	bool fresh = true; /* nothing but space on this line yet */

	text_add(&t, "%s", "");
	while (*s) {
		size_t n;

		if (s[0] == '/' && s[1] == '*') {
			const char *end = strstr(s + 2, "*/");

			s += add_span(&t, 'c', s, end ? (size_t)(end - s) + 2 : strlen(s));
		} else if (s[0] == '/' && s[1] == '/') {
			s += add_span(&t, 'c', s, line_length(s));
		} else if (*s == '"' || *s == '\'') {
			s += add_span(&t, 's', s, string_length(s));
		} else if (*s == '#' && fresh) {
			n = 1 + strspn(s + 1, " ");
			s += add_span(&t, 'p', s, n + name_length(s + n));
			if (*s == ' ' && s[1] == '<')
				s += add_span(&t, 's', s,
					line_length(s) < strcspn(s, ">") + 1 ? line_length(s)
									     : strcspn(s, ">") + 1);
		} else if (isdigit((unsigned char)*s)) {
			s += add_span(&t, 'n', s, name_length(s));
		} else if (is_name(*s)) {
			n = name_length(s);
			s += add_span(&t,
				ONE_OF(C_KEYWORDS, s, n) ? 'k'
				: ONE_OF(C_TYPES, s, n)  ? 't'
							 : 0,
				s, n);
		} else {
			fresh = *s == '\n' || (fresh && isspace((unsigned char)*s));
			s += add_span(&t, 0, s, 1);
			continue;
		}
		fresh = false;
	}
	return t.at;
}

/* A session has prompts, and what follows on lines without one is output; a
 * script has none, and every line is code. */
static char *colored_shell(const char *s)
{
	bool session = *s == '$' || strstr(s, "\n$ ") != NULL, code = true, fresh = true;
	struct text t = { 0 };

	text_add(&t, "%s", "");
	while (*s) {
		size_t n;

		if (fresh) {
			if (session && (s[0] == '$' || s[0] == '#') && s[1] == ' ') {
				s += add_span(&t, 'p', s, 2);
				code = true;
			} else {
				code = !session;
			}
			fresh = false;
		} else if (*s == '\n') {
			s += add_span(&t, 0, s, 1);
			fresh = true;
		} else if (!code) {
			s += add_span(&t, 'o', s, line_length(s));
		} else if (*s == '"' || *s == '\'') {
			s += add_span(&t, 's', s, string_length(s));
		} else if (*s == '#' && (t.n == 0 || isspace((unsigned char)t.at[t.n - 1]))) {
			s += add_span(&t, 'c', s, line_length(s));
		} else if (is_name(*s)) {
			n = name_length(s);
			s += add_span(&t, ONE_OF(SHELL_KEYWORDS, s, n) ? 'k' : 0, s, n);
		} else {
			s += add_span(&t, 0, s, 1);
		}
	}
	return t.at;
}

char *colored(const char *code, const char *language)
{
	size_t n = strcspn(language, " ,{");
	static const char *const C_LIKE[] = { "c", "h", "C", "cpp", "c++" };
	static const char *const SHELL_LIKE[] = { "sh", "shell", "bash", "console", "session" };

	if (ONE_OF(C_LIKE, language, n))
		return colored_c(code);
	if (ONE_OF(SHELL_LIKE, language, n))
		return colored_shell(code);
	return escaped(code);
}
