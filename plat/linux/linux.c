#include "plat/linux/linux.h"

struct view linux_error_text(long error)
{
	switch (error < 0 ? -error : error) {
	case ERROR_PERM: return text("operation not permitted");
	case ERROR_NOENT: return text("no such file or device");
	case ERROR_IO: return text("input/output error");
	case ERROR_NXIO: return text("no such device");
	case ERROR_BADF: return text("not an open file");
	case ERROR_NOMEM: return text("out of memory");
	case ERROR_ACCES: return text("permission denied");
	case ERROR_BUSY: return text("in use by another program");
	case ERROR_NODEV: return text("no such interface");
	case ERROR_ISDIR: return text("it is a folder");
	case ERROR_INVAL: return text("not possible with this device");
	case ERROR_NOSPC: return text("no space left");
	case ERROR_ROFS: return text("read-only file system");
	case ERROR_NOSYS: return text("this kernel has no such call");
	case ERROR_NOTSOCK: return text("not a socket");
	case ERROR_OPNOTSUPP: return text("not supported");
	case ERROR_CONNREFUSED: return text("nobody listens there");
	default: return view_none();
	}
}
