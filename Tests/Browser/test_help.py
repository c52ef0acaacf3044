"""The documents, offline."""
import posixpath

from support.case import PageCase


class Help(PageCase):
    def test_every_page_is_there(self):
        self.open("/help")
        links = self.browser.script("return [...new Set([...document.querySelectorAll('main a')].map((one) => one.pathname))]"
                                    ".filter((path) => path.startsWith('/help/'))")
        self.assertGreater(len(links), 15)
        for path in links:
            with self.subTest(path=path):
                self.browser.forget()
                self.open(path)
                self.assertEqual(self.browser.count("h1"), 1)
                self.assertTrue(self.browser.script("return [...document.images].every((one) => one.naturalWidth > 0)"), "an image is missing")
                self.check()

    def test_no_link_leads_nowhere(self):
        seen, waiting = set(), ["/help"]
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            status, _ = self.server.ask(path)
            self.assertEqual(status, 200, path)
            self.open(path)
            for href, fragment in self.browser.script(
                    "return [...document.querySelectorAll('main a[href]')].filter((one) => one.host === location.host)"
                    ".map((one) => [one.pathname, one.pathname === location.pathname ? decodeURIComponent(one.hash.slice(1)) : ''])"):
                if href.startswith("/help"):
                    waiting.append(posixpath.normpath(href))
                if fragment:
                    self.assertTrue(self.browser.script("return document.getElementById(arguments[0]) !== null", fragment), f"{path}#{fragment}")

    def test_unknown_document(self):
        self.open("/help/no-such-thing")
        self.assertTrue(self.browser.has("main a, #places a"))
        self.check(404)
