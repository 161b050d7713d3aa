#include "lib/chacha/chacha.h"
#include "test/test.h"

static struct chacha_key key_of(const char *hex)
{
	struct chacha_key k = { { 0 } };

	EXPECT_EQ(test_hex(span_of(k.b), hex).n, CHACHA_KEY_BYTES);
	return k;
}

static struct chacha_nonce nonce_of(const char *hex)
{
	struct chacha_nonce n = { { 0 } };

	EXPECT_EQ(test_hex(span_of(n.b), hex).n, CHACHA_NONCE_BYTES);
	return n;
}

static const char *const counted_key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

TEST(the_block_of_rfc_8439_2_3_2_comes_out)
{
	struct chacha_key key = key_of(counted_key);
	struct chacha_nonce nonce = nonce_of("000000090000004a00000000");
	u8 want[64], got[64];

	test_hex(span_of(want), "10f1e7e4d13b5915500fdd1fa32071c4 c7d1f4c733c068030422aa9ac3d46c4e"
				"d2826446079faa0914c2d705d98b02a2 b5129cd1de164eb9cbd083e8a2503c4e");
	chacha_stream(span_of(got), &key, &nonce, 1);
	EXPECT_VIEW(view_of(got), view_of(want));
}

TEST(the_blocks_of_rfc_8439_a_1_come_out)
{
	static const struct {
		const char *key, *nonce;
		u32 counter;
		const char *block;
	} vectors[] = {
		{ "0000000000000000000000000000000000000000000000000000000000000000",
			"000000000000000000000000", 0,
			"76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
			"da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586" },
		{ "0000000000000000000000000000000000000000000000000000000000000000",
			"000000000000000000000000", 1,
			"9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
			"29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f" },
		{ "0000000000000000000000000000000000000000000000000000000000000001",
			"000000000000000000000000", 1,
			"3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
			"8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0" },
		{ "00ff000000000000000000000000000000000000000000000000000000000000",
			"000000000000000000000000", 2,
			"72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
			"13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096" },
		{ "0000000000000000000000000000000000000000000000000000000000000000",
			"000000000000000000000002", 0,
			"c2c64d378cd536374ae204b9ef933fcd1a8b2288b3dfa49672ab765b54ee27c7"
			"8a970e0e955c14f3a88e741b97c286f75f8fc299e8148362fa198a39531bed6d" },
	};

	for (usize i = 0; i < COUNT(vectors); i += 1) {
		struct chacha_key key = key_of(vectors[i].key);
		struct chacha_nonce nonce = nonce_of(vectors[i].nonce);
		u8 want[64], got[64];

		EXPECT_EQ(test_hex(span_of(want), vectors[i].block).n, 64);
		chacha_stream(span_of(got), &key, &nonce, vectors[i].counter);
		EXPECT_VIEW(view_of(got), view_of(want));
	}
}

TEST(the_message_of_rfc_8439_2_4_2_is_encrypted_and_decrypted)
{
	struct chacha_key key = key_of(counted_key);
	struct chacha_nonce nonce = nonce_of("000000000000004a00000000");
	struct view plain = text("Ladies and Gentlemen of the class of '99: If I could offer you only one "
				 "tip for the future, sunscreen would be it.");
	u8 want[114], got[114];

	test_hex(span_of(want), "6e2e359a2568f98041ba0728dd0d6981 e97e7aec1d4360c20a27afccfd9fae0b"
				"f91b65c5524733ab8f593dabcd62b357 1639d624e65152ab8f530c359f0861d8"
				"07ca0dbf500d6a6156a38e088a22b65e 52bc514d16ccf806818ce91ab7793736"
				"5af90bbf74a35be6b40b8eedf2785e42 874d");
	EXPECT_EQ(copy(span_of(got), plain), 114);
	chacha_xor(span_of(got), &key, &nonce, 1);
	EXPECT_VIEW(view_of(got), view_of(want));
	chacha_xor(span_of(got), &key, &nonce, 1);
	EXPECT_VIEW(view_of(got), plain);
}

TEST(the_stream_is_one_wherever_it_is_cut)
{
	struct chacha_key key = key_of(counted_key);
	struct chacha_nonce nonce = nonce_of("000000000000004a00000000");
	u8 whole[640], part[640];

	chacha_stream(span_of(whole), &key, &nonce, 7);
	for (usize n = 0; n <= sizeof whole; n += 1) {
		chacha_stream(span_first(span_of(part), n), &key, &nonce, 7);
		EXPECT_VIEW(view_first(view_of(part), n), view_first(view_of(whole), n));
	}
	for (u32 block = 0; block < 10; block += 1) {
		struct view want = view_first(view_from(view_of(whole), 64 * block), 64);

		chacha_stream(span_first(span_of(part), 64), &key, &nonce, 7 + block);
		EXPECT_VIEW(view_first(view_of(part), 64), want);
	}
}

TEST(the_last_block_is_given_and_the_one_behind_it_is_refused)
{
	struct chacha_key key = key_of(counted_key);
	struct chacha_nonce nonce = nonce_of("000000000000000000000000");
	u8 room[65];

	chacha_stream(span_first(span_of(room), 64), &key, &nonce, 0xffffffff);
	EXPECT_PANIC(chacha_stream(span_of(room), &key, &nonce, 0xffffffff));
}
