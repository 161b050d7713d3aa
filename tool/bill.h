/* bill.h - what an image weighs, read from its file with symbols. */
#ifndef TOOL_BILL_H
#define TOOL_BILL_H

#include "tool/words.h"

enum bill_kind { BILL_CODE, BILL_CONSTANT, BILL_DATA, BILL_TABLE };

struct bill_symbol {
	char *name, *source; /* source: null when nobody knows */
	enum bill_kind kind;
	unsigned long bytes;
};

struct bill {
	struct bill_symbol *symbols; /* largest first */
	size_t symbol_count;
	unsigned long code;      /* .text */
	unsigned long read_only; /* mapped without the right to write */
	unsigned long data;      /* writable with a value: .data and what is relocated at start */
	unsigned long tables;    /* .bss */
	unsigned long limit;     /* what the image itself believes: image_bill */
};

struct bill *bill_read(const char *path);

#endif
