"""Looks at every page in Debian's Chromium, beside a run that writes: `make test-browser`.

    run.py [-v] [-f] [test_object test_search.SQLTests ...]

NIGHTJAR_BINARY is the command (.build/release/nightjar), NIGHTJAR_BROWSER_ALERTS the size of the night (20000),
NIGHTJAR_ASSETS a folder in place of the pages that are built in.
"""
import sys, unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.dont_write_bytecode = True

from support import case
from support.world import World

if __name__ == "__main__":
    options = [word for word in sys.argv[1:] if word.startswith("-")]
    names = [word for word in sys.argv[1:] if not word.startswith("-")]
    loader = unittest.defaultTestLoader
    suite = loader.loadTestsFromNames(names) if names else loader.discover(Path(__file__).parent, "test_*.py")
    case.world = World()
    try:
        result = unittest.TextTestRunner(verbosity=2, failfast="-f" in options).run(suite)
    finally:
        case.world.close()
    sys.exit(not result.wasSuccessful())
