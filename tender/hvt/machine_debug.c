/* machine_debug.c - what a debugger needs of the machine; see machine.h. */
#include "tender/hvt/machine.h"
#include "plat/linux/linux.h"

void machine_settle(struct machine *m)
{
	m->run->immediate_exit = 1;
	linux_ioctl(m->cpu, IOCTL_KVM_RUN, 0);
	m->run->immediate_exit = 0;
}

void machine_registers(const struct machine *m, struct registers *r)
{
	*r = (struct registers){ 0 };
	linux_ioctl(m->cpu, IOCTL_KVM_GET_REGISTERS, &r->general);
	linux_ioctl(m->cpu, IOCTL_KVM_GET_SYSTEM, &r->system);
	linux_ioctl(m->cpu, IOCTL_KVM_GET_VECTORS, &r->vectors);
}

void machine_set_registers(struct machine *m, const struct memory *memory, const struct registers *r)
{
	struct kvm_system system = r->system;

	tables_registers(&system, memory, &m->can);
	linux_ioctl(m->cpu, IOCTL_KVM_SET_SYSTEM, &system);
	linux_ioctl(m->cpu, IOCTL_KVM_SET_REGISTERS, &r->general);
	linux_ioctl(m->cpu, IOCTL_KVM_SET_VECTORS, &r->vectors);
}

void machine_set_debug(struct machine *m, const struct kvm_debug *d)
{
	linux_ioctl(m->cpu, IOCTL_KVM_SET_DEBUG, d);
}

u64 machine_debug_status(struct machine *m)
{
	struct kvm_debug d = { 0 };

	linux_ioctl(m->cpu, IOCTL_KVM_GET_DEBUG, &d);

	u64 status = d.status;

	d.status = 0xffff0ff0; /* the processor never clears it */
	linux_ioctl(m->cpu, IOCTL_KVM_SET_DEBUG, &d);
	return status;
}
