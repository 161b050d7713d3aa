#include "lib/siphash/siphash.h"
#include "test/test.h"

/* The key of the paper's appendix A, bytes 00 01 .. 0f. */
static const struct siphash_key paper = { 0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull };

TEST(the_papers_example_comes_out)
{
	u8 message[15];

	for (u8 i = 0; i < 15; i += 1)
		message[i] = i;
	EXPECT_EQ(siphash(&paper, view_of(message)), 0xa129ca6149be45e5ull);
}

/* The first results of the authors' reference code for messages 00 01 02 ... */
TEST(every_length_up_to_a_block_comes_out)
{
	static const u64 want[] = {
		0x726fdb47dd0e0e31ull,
		0x74f839c593dc67fdull,
		0x0d6c8009d9a94f5aull,
		0x85676696d7fb7e2dull,
		0xcf2794e0277187b7ull,
		0x18765564cd99a68dull,
		0xcbc9466e58fee3ceull,
		0xab0200f58b01d137ull,
		0x93f5f5799a932462ull,
	};
	u8 message[COUNT(want)];

	for (u8 i = 0; i < COUNT(message); i += 1)
		message[i] = i;
	for (usize n = 0; n < COUNT(want); n += 1)
		EXPECT_EQ(siphash(&paper, view_first(view_of(message), n)), want[n]);
}

static u64 le64(struct view v)
{
	u64 x = 0;

	for (usize i = 8; i > 0; i -= 1)
		x = x * 256 + view_at(v, i - 1);
	return x;
}

/* BoringSSL's own vectors, from an implementation that is not BoringSSL's:
 * KEY, IN and HASH lines in hexadecimal. */
TEST(the_vectors_that_come_with_the_source_hold)
{
	const char *path = "out/src/boringssl/src/crypto/siphash/siphash_tests.txt";
	FILE *f = fopen(path, "r");
	char line[1024];
	u8 key[16] = { 0 }, in[500], hash[8];
	struct view message = view_none();
	int held = 0;

	EXPECT(f != NULL);
	if (!f)
		return;
	while (fgets(line, sizeof line, f)) {
		if (strncmp(line, "KEY:", 4) == 0)
			EXPECT_EQ(test_hex(span_of(key), line + 4).n, 16);
		else if (strncmp(line, "IN:", 3) == 0)
			message = test_hex(span_of(in), line + 3);
		else if (strncmp(line, "HASH:", 5) == 0) {
			struct siphash_key k = { le64(view_of(key)), le64(view_from(view_of(key), 8)) };

			EXPECT_EQ(test_hex(span_of(hash), line + 5).n, 8);
			EXPECT_EQ(siphash(&k, message), le64(view_of(hash)));
			held += 1;
		}
	}
	fclose(f);
	EXPECT(held > 100);
}

TEST(words_hash_as_their_bytes_in_little_endian_order)
{
	u8 bytes[32];
	u64 w[4];

	for (u8 i = 0; i < 32; i += 1)
		bytes[i] = (u8)(0xf1 * i + 7);
	for (usize i = 0; i < 4; i += 1)
		w[i] = le64(view_from(view_of(bytes), 8 * i));
	EXPECT_EQ(siphash_words(&paper, w[0], w[1], w[2], w[3]), siphash(&paper, view_of(bytes)));
}

TEST(every_bit_of_key_and_words_counts)
{
	u64 plain = siphash_words(&paper, 1, 2, 3, 4);

	for (u32 i = 0; i < 64; i += 1) {
		u64 bit = 1ull << i;
		struct siphash_key k0 = { paper.k0 ^ bit, paper.k1 }, k1 = { paper.k0, paper.k1 ^ bit };

		EXPECT(siphash_words(&paper, 1 ^ bit, 2, 3, 4) != plain);
		EXPECT(siphash_words(&paper, 1, 2 ^ bit, 3, 4) != plain);
		EXPECT(siphash_words(&paper, 1, 2, 3 ^ bit, 4) != plain);
		EXPECT(siphash_words(&paper, 1, 2, 3, 4 ^ bit) != plain);
		EXPECT(siphash_words(&k0, 1, 2, 3, 4) != plain);
		EXPECT(siphash_words(&k1, 1, 2, 3, 4) != plain);
	}
}
