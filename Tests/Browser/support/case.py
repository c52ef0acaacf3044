"""A test of a page: what every page must be, whatever was clicked."""
import unittest

world = None


class PageCase(unittest.TestCase):
    """Has the world's browser, in a fresh state."""

    def setUp(self):
        self.browser, self.server = world.browser, world.server
        self.browser.address = self.server.address
        self.browser.look()
        self.browser.forget()

    def open(self, path):
        self.browser.open(path)

    def check(self, *expected, shift=0.1):
        """No message but those of the expected statuses, no sideways scrolling, nothing that jumps, nothing that axe finds."""
        browser = self.browser
        self.assertEqual(browser.messages(*expected), [], "the console has messages")
        self.assertIsNone(browser.is_wide(), "the page scrolls sideways")
        seen = browser.script("return window.__seen")
        self.assertLessEqual(seen["shift"], shift, f"the page jumps: {seen['moved'][:6]}")
        self.assertFalse(seen["asked"], "a script of a packet ran")
        self.assertEqual(browser.axe(), [], "axe finds something")

    def one(self, sql):
        """The one value of a statement."""
        rows = self.server.rows(sql)
        self.assertTrue(rows, f"no row: {sql}")
        return rows[0][0]


class ServerCase(PageCase):
    """A test that has a server of its own: `start()` makes it."""

    @classmethod
    def setUpClass(cls):
        cls.own = cls.start()

    @classmethod
    def tearDownClass(cls):
        cls.own.stop()

    def setUp(self):
        super().setUp()
        self.server = self.own
        self.browser.address = self.own.address
        self.browser.forget()
