"""deny.py ANSWER CALL[,CALL]... COMMAND... - runs a command on a kernel that does not have some system calls, as a container's policy makes it.

ANSWER is an error's name (EPERM, ENOSYS), or KILL. The filter is a real one: seccomp, loaded
here and inherited by all that the command starts.
"""
import ctypes
import errno
import os
import struct
import sys

CALLS = {"unshare": 272, "seccomp": 317, "io_uring_setup": 425, "landlock_create_ruleset": 444, "landlock_restrict_self": 446}
AUDIT_X86_64, ALLOW, ERROR, KILL = 0xC000003E, 0x7FFF0000, 0x00050000, 0x80000000
LOAD, IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER = 38, 22, 2

answer = KILL if sys.argv[1] == "KILL" else ERROR | getattr(errno, sys.argv[1])
program = [(LOAD, 0, 0, 4), (IF_EQUAL, 1, 0, AUDIT_X86_64), (RETURN, 0, 0, ALLOW), (LOAD, 0, 0, 0)]
for name in sys.argv[2].split(","):
    program += [(IF_EQUAL, 0, 1, CALLS[name]), (RETURN, 0, 0, answer)]
program += [(RETURN, 0, 0, ALLOW)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *i) for i in program))
header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program), ctypes.addressof(code)))
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_void_p] * 4
if libc.prctl(NO_NEW_PRIVILEGES, 1, None, None, None) or libc.prctl(
    SET_SECCOMP, FILTER, ctypes.addressof(header), None, None
):
    sys.exit("deny.py: " + os.strerror(ctypes.get_errno()))
os.execvp(sys.argv[3], sys.argv[3:])
