"""Runs the command as a process, and measures it: CPU, memory, how it ended."""
import os
import resource
import signal
import subprocess
import time

PEAK_LIMIT = 500 * 1_000_000  # what the issue of hostile packets allows; a process is ended at twice that


class Ended:
    def __init__(self, words, status, signalled, cpu, peak, output, errors, overdue):
        self.words, self.status, self.signal = words, status, signalled
        self.cpu, self.peak, self.output, self.errors = cpu, peak, output, errors
        self.overdue = overdue  # it was ended for taking too long, or too much

    @property
    def outcome(self):
        if self.overdue:
            return self.overdue
        if self.signal:
            return f"signal {signal.Signals(self.signal).name}"
        return f"status {self.status}"

    @property
    def last_words(self):
        lines = self.errors.decode(errors="backslashreplace").strip().splitlines()
        return ascii(lines[-1][:300]) if lines else ""


def peak_so_far(pid):
    """Bytes that a process held at most until now; 0 where it has ended."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return next((int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:")), 0)
    except (OSError, IndexError, ValueError):
        return 0


def peak_of(usage, seen):
    """Bytes that an ended process held at most. What the system says counts the memory of this process too, from which the
    other was forked, so it is believed only where it is more."""
    said = usage.ru_maxrss * 1024
    return said if said > resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 else seen


def run(words, folder, cpu=120, wall=900, environment=None):
    """Runs a command to its end, or ends it once it has used `cpu` seconds, `wall` seconds or twice the memory allowed."""
    paths = [os.path.join(folder, name) for name in ("output", "errors")]
    with open(paths[0], "wb") as output, open(paths[1], "wb") as errors:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, env={**os.environ, **(environment or {})},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (int(cpu) + 1, int(cpu) + 1)))
    started, overdue, highest, pause = time.monotonic(), None, 0, 0.002
    while True:
        pid, how, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        highest = max(highest, peak_so_far(process.pid))
        if not overdue and highest > 2 * PEAK_LIMIT:
            overdue = f"over {2 * PEAK_LIMIT // 1_000_000} MB"
        if not overdue and time.monotonic() - started > wall:
            overdue = f"not at its end after {wall:.0f} s"
        if overdue:
            process.kill()
        # Looking often costs as much as the command does.
        time.sleep(pause)
        pause = min(2 * pause, 0.032)
    process.returncode = os.waitstatus_to_exitcode(how)
    used = usage.ru_utime + usage.ru_stime
    if os.WIFSIGNALED(how) and os.WTERMSIG(how) == signal.SIGKILL and not overdue and used >= int(cpu):
        overdue = f"not at its end after {used:.1f} s of CPU"
    texts = []
    for path in paths:
        with open(path, "rb") as file:
            texts.append(file.read())
    signalled = os.WTERMSIG(how) if os.WIFSIGNALED(how) else None
    return Ended(words, os.waitstatus_to_exitcode(how), signalled, used, peak_of(usage, highest), *texts, overdue)
