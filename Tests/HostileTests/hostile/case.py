"""What is given to the command: packets that go together into one run, or a source by itself."""


class Case:
    """One packet: the bytes of a file."""
    __slots__ = ("name", "data", "records")

    def __init__(self, name, data, records=1):
        self.name, self.data = name, data
        self.records = records  # how many packets it counts for; None where that is open, but at least one


class Batch:
    """Packets of one run.

    The sound packets of `base` lie before and behind them, and must be stored as if nothing else were there. Of a batch
    that is `whole` only its packets together are hostile, so it is not taken apart. What is `drawn` is drawn twice, and compared. `extra` is how many seconds of CPU it
    may cost beyond what packets cost as a rule.
    """

    def __init__(self, group, name, base, cases, fitted=False, whole=False, drawn=False, extra=0.0):
        self.group, self.name, self.base, self.cases = group, name, base, cases
        self.fitted, self.whole, self.drawn, self.extra = fitted, whole, drawn, extra


class Source:
    """A source by itself: `make(folder)` writes it and returns its path, what it counts for (None where that is open), and the
    least that it counts for.

    One that is `damaged` may end the run with status 1 and one line that says where, since a cut download must be noticed;
    the whole packets before the damage are stored all the same.
    """

    def __init__(self, group, name, make, damaged=False, extra=0.0):
        self.group, self.name, self.make, self.damaged, self.extra = group, name, make, damaged, extra
