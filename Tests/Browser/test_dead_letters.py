"""Packets that could not be used."""
from support.case import PageCase


class DeadLetters(PageCase):
    def test_reasons_and_letters(self):
        self.open("/dead-letters")
        counts = {row["code"]: row["letters"] for row in self.server.json("dead-letters")["counts"]}
        self.assertGreaterEqual(sum(counts.values()), 3)
        text = self.browser.text("main")
        for code in counts:
            self.assertIn(code, text)
        self.check()
        self.browser.unfold("details.letter-more")
        self.assertIn("nightjar dead-letters show", self.browser.text("main"))
        self.check()
        self.browser.click("Copy", ".letter")
        self.browser.until("copied", lambda: self.browser.clipboard().startswith("nightjar dead-letters show"))

    def test_a_hostile_name_stays_a_text(self):
        self.open("/dead-letters")
        self.assertIn("<img src=x onerror=alert(1)>", self.browser.text("main"))
        self.assertFalse(self.browser.has("img[src=x]"))

    def test_those_of_one_reason(self):
        counts = {row["code"]: row["letters"] for row in self.server.json("dead-letters")["counts"]}
        code = min(counts, key=counts.get)
        self.open("/dead-letters")
        self.browser.click(code, "main table")
        self.browser.until("one reason", lambda: self.browser.query().get("code") == code)
        self.browser.until("its letters", lambda: self.browser.count("details.letter-more") == counts[code])
        self.check()
        self.browser.click("All reasons")
        self.browser.until("all letters", lambda: self.browser.count("details.letter-more") == sum(counts.values()))

    def test_saved(self):
        self.open("/dead-letters")
        self.browser.click("CSV of these rows")
        self.assertIn("sha256", self.browser.downloaded("dead-letters.csv").splitlines()[0])
