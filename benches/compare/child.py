"""Runs one command and says what it took: `child.py REPORT STDOUT STDERR COMMAND...`.

A process of its own, and small: the kernel counts the memory of whoever started a command as the command's.
"""

import os
import sys
import time


def main() -> None:
    report, out, err, *command = sys.argv[1:]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out, flags, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, err, flags, 0o600),
    ]
    start = time.monotonic()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=actions)
    _, status, used = os.wait4(pid, 0)
    wall = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    with open(report, "w") as file:
        # Seconds, seconds of all processes below it, and KiB of the largest of them.
        print(code, wall, used.ru_utime + used.ru_stime, used.ru_maxrss, file=file)


main()
