"""The program, in a process whose files may not grow beyond 512 bytes."""

import resource

from microplan.__main__ import run

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))
    run()
