#include "tender/spt/solo5_rules.h"
#include "test/test.h"

static const struct filter_rule *find(const struct filter_rule *rules, usize n, u32 call, u64 first)
{
	for (usize i = 0; i < n; i += 1)
		if (rules[i].call == call && rules[i].checks > 0 && rules[i].check[0].value == first)
			return &rules[i];
	return 0;
}

TEST(a_guest_may_use_its_devices_and_little_else)
{
	struct filter_rule rules[FILTER_RULES];
	struct solo5_manifest m = { .count = 3 };
	struct solo5_boot boot = { .epoll_fd = 9, .timer_fd = 10 };

	m.device[1] = (struct solo5_device){ .kind = SOLO5_NET, .fd = 7 };
	m.device[2] = (struct solo5_device){
		.kind = SOLO5_BLOCK, .fd = 8, .capacity = 1 << 20, .block_bytes = 512
	};

	usize n = solo5_rules(&m, &boot, rules);

	EXPECT_EQ(n, 12);
	EXPECT(find(rules, n, CALL_READ, 7) && find(rules, n, CALL_WRITE, 7));
	EXPECT(!find(rules, n, CALL_READ, 8) && !find(rules, n, CALL_READ, 0));
	EXPECT(find(rules, n, CALL_WRITE, 1) && find(rules, n, CALL_EPOLL_PWAIT, 9));
	EXPECT(find(rules, n, CALL_TIMERFD_SETTIME, 10) && find(rules, n, CALL_ARCH_PRCTL, 0x1002));

	const struct filter_rule *w = find(rules, n, CALL_PWRITE, 8);

	EXPECT(w && w->checks == 3);
	if (w) {
		EXPECT(w->check[1].argument == 2 && w->check[1].value == 512);
		EXPECT(w->check[2].argument == 3 && w->check[2].test == FILTER_AT_MOST &&
			w->check[2].value == (1 << 20) - 512);
	}
}

TEST(the_most_devices_fit_the_filter)
{
	static struct filter_rule rules[FILTER_RULES];
	static struct linux_bpf code[FILTER_CODE];
	struct solo5_manifest m = { .count = SOLO5_HANDLES };
	struct solo5_boot boot = { .epoll_fd = 90, .timer_fd = 91 };

	for (u32 i = 1; i < m.count; i += 1)
		m.device[i] = (struct solo5_device){ .kind = SOLO5_BLOCK, /* whose rules are the longest */
			.fd = (i32)i + 3,
			.capacity = 1ull << 40,
			.block_bytes = 4096 };
	EXPECT(filter_code(rules, solo5_rules(&m, &boot, rules), code) < FILTER_CODE);
}
