"""Looks at every page in Debian's Chromium, beside a run that writes: `make test-browser`.

    run.py [-f] [test_object test_search.SQLTests ...]

NIGHTJAR_BINARY is the command (.build/release/nightjar), NIGHTJAR_BROWSER_ALERTS the size of the night (20000),
NIGHTJAR_ASSETS a folder in place of the pages that are built in.
"""
import signal, sys, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.dont_write_bytecode = True

from selenium.common.exceptions import WebDriverException

from support import case
from support.night import work
from support.world import World



class Result(unittest.TextTestResult):
    """Says at once what failed, and keeps a picture of the page."""

    def say(self, test, text):
        self.stream.writeln("\n" + text.split("\nStacktrace:")[0])
        name = "".join(letter if letter.isalnum() else "_" for letter in test.id())[:120]
        try:
            (work / "failed").mkdir(parents=True, exist_ok=True)
            case.world.browser.driver.save_screenshot(str(work / "failed" / f"{name}.png"))
        except WebDriverException as error:
            self.stream.writeln(f"no picture: {error.msg}")

    def addError(self, test, error):
        super().addError(test, error)
        self.say(test, self.errors[-1][1])

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.say(test, self.failures[-1][1])

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            kind = self.failures if issubclass(error[0], test.failureException) else self.errors
            self.say(subtest, kind[-1][1])

    def printErrors(self):
        """They were said."""


if __name__ == "__main__":
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    loader = unittest.defaultTestLoader
    suite = loader.loadTestsFromNames(names) if names else loader.discover(Path(__file__).parent, "test_*.py")
    # Who ends the tests ends what they have started too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    case.world = World()
    try:
        result = unittest.TextTestRunner(verbosity=2, resultclass=Result, failfast="-f" in options).run(suite)
    finally:
        case.world.close()
    sys.exit(not result.wasSuccessful())
