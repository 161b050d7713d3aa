#include "lib/eth/eth.h"
#include "lib/parts/parts.h"

/* IEEE 802.3 3.2.6: from here on the field is a type, below it is a length. */
#define TYPE_MIN 0x600u

struct mac read_mac(struct reader *r)
{
	struct mac m = { { 0 } };

	(void)read_into(r, span_of(m.b));
	return m;
}

void write_mac(struct writer *w, struct mac m)
{
	write_view(w, view_of(m.b));
}

bool eth_read(struct reader *r, struct eth *out)
{
	struct eth e;

	*out = (struct eth){ { { 0 } }, { { 0 } }, 0, 0 };
	e.vlan = 0;
	e.to = read_mac(r);
	e.from = read_mac(r);
	e.type = read_be16(r);
	if (image_parts.vlan &&
		e.type == ETH_VLAN) { /* 802.1Q 9.6: priority, drop eligible, 12 bits of network */
		e.vlan = read_be16(r) % 0x1000u;
		e.type = read_be16(r);
	}
	if (read_bad(r) || e.type < TYPE_MIN || (image_parts.vlan && e.vlan > ETH_VLAN_MAX) ||
		mac_is_multicast(e.from))
		return false;
	*out = e;
	return true;
}

void eth_write(struct writer *w, const struct eth *e)
{
	write_mac(w, e->to);
	write_mac(w, e->from);
	if (image_parts.vlan && e->vlan != 0) {
		write_be16(w, ETH_VLAN);
		write_be16(w, e->vlan);
	}
	write_be16(w, e->type);
}

bool eth_is_for(const struct eth *e, struct mac own)
{
	return mac_equal(e->to, own) || mac_is_multicast(e->to);
}
