/* parts_test.c - a program without a manifest goes without nothing. */
#include "lib/parts/parts.h"
#include "test/test.h"

TEST(a_program_that_is_no_image_has_every_part)
{
#define HAS(field, word, about) EXPECT(image_parts.field);
	PARTS(HAS)
#undef HAS
	EXPECT(image_parts.disks && image_parts.cookies && image_parts.dhcp6 && image_parts.changing &&
		image_parts.bbr);
}
