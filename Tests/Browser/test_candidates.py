"""The gallery: sorted, filtered, paged, hidden, and walked through with keys."""
from selenium.webdriver.common.keys import Keys

from support.browser import phone
from support.case import PageCase

rows = "[...document.querySelectorAll('.candidates > li.candidate')]"


class Candidates(PageCase):
    def names(self):
        return self.browser.script(f"return {rows}.map((one) => one.querySelector('.name a').innerText)")

    def candidates(self):
        """The rows' own numbers, as they came."""
        return self.browser.script(f"return {rows}.map((one) => one.candidate)")

    def settle(self):
        self.browser.ready()
        self.browser.until("rows", lambda: self.browser.has(".candidates > li.candidate"))

    def test_a_row_has_what_matters(self):
        self.open("/candidates?survey=ztf")
        first = self.browser.script(f"return {rows}[0].innerText")
        for word in ("Mag", "Rise", "Age", "Score", "Det."):
            self.assertIn(word.lower(), first.lower())
        self.browser.until("cutouts", lambda: self.browser.script(f"return {rows}[0].querySelectorAll('img').length") == 3)
        self.assertTrue(self.browser.script(f"return {rows}[0].querySelector('.curve svg, .curve canvas') !== null"))
        self.check()

    def test_nothing_is_cut_off_at_any_width(self):
        for width in (1440, 1400, 1280, 1250, 1024, 768, 390):
            with self.subTest(width=width):
                self.browser.look((width, 900))
                self.open("/candidates?survey=ztf&limit=10")
                wide = self.browser.script(f"""return {rows}.map((row) => [row.querySelector(".candidate-row"), row])
                    .filter(([one, row]) => [...one.children].some((part) => part.getBoundingClientRect().right
                        > row.getBoundingClientRect().right + 1)).length""")
                self.assertEqual(wide, 0, "a row is wider than the list")

    def test_sorting(self):
        self.open("/candidates?survey=ztf")
        for name, key, isDescending in (("Mag", "mag", False), ("Age", "age_days", False), ("Det.", "n_detections", True),
                                        ("Time, UTC", "mjd_tai", True)):
            with self.subTest(by=name):
                self.browser.click(name, ".candidate-heads")
                self.settle()
                values = [row[key] for row in self.candidates() if row[key] is not None]
                self.assertEqual(values, sorted(values, reverse=isDescending))
                self.browser.click(name, ".candidate-heads")
                self.settle()
                values = [row[key] for row in self.candidates() if row[key] is not None]
                self.assertEqual(values, sorted(values, reverse=not isDescending))
        self.check()

    def test_filters_of_the_list(self):
        self.open("/candidates?survey=ztf")
        self.browser.choose("select[name=filter]", "bright")
        self.settle()
        self.assertEqual(self.browser.query()["filter"], "bright")
        self.assertTrue(all("bright" in [one["filter"] for one in row["filters"]] for row in self.candidates()))
        self.browser.choose("select[name=bandpass]", "ztfg")
        self.settle()
        self.assertTrue(all(row["bandpass"] == "ztfg" for row in self.candidates()))
        self.browser.choose("select[name=night]", "20240914")
        self.settle()
        self.assertEqual({row["night"] for row in self.candidates()}, {20240914})
        self.browser.write("input[name=max_mag]", "17\t")
        self.browser.until("the address", lambda: self.browser.query().get("max_mag") == "17")
        self.browser.ready()
        self.assertTrue(all(row["mag"] <= 17 for row in self.candidates()))
        self.check()
        self.browser.write("input[name=max_mag]", "3\t")
        self.browser.until("none", lambda: "Nothing passed that is so" in self.browser.text("main"))
        self.check()
        self.browser.click("begin again", "main")
        self.browser.until("all again", lambda: self.browser.query() == {})

    def test_pages(self):
        self.open("/candidates?survey=ztf&limit=10")
        first = [row["id"] for row in self.candidates()]
        self.assertEqual(len(first), 10)
        self.browser.click("Next page", ".pager")
        self.browser.until("the next page", lambda: "cursor" in self.browser.query())
        self.settle()
        second = [row["id"] for row in self.candidates()]
        self.assertFalse(set(first) & set(second))
        self.browser.driver.back()
        self.browser.until("the first page", lambda: "cursor" not in self.browser.query())
        self.settle()
        self.browser.click("Next page", ".pager")
        self.settle()
        self.browser.click("First page", ".pager")
        self.browser.until("the first page", lambda: "cursor" not in self.browser.query())

    def test_keys(self):
        self.open("/candidates?survey=ztf&limit=10&sort=mag")
        names = self.names()
        active = "return document.activeElement.innerText"
        self.browser.keys("j")
        self.assertEqual(self.browser.script(active), names[0])
        self.browser.keys("j")
        self.assertEqual(self.browser.script(active), names[1])
        self.browser.keys("k")
        self.assertEqual(self.browser.script(active), names[0])
        self.browser.keys("c")
        self.browser.until("cuts", lambda: self.browser.has(".candidate-cuts .verdict"))
        self.check()
        self.browser.keys("c")
        self.browser.keys("j", "x")
        gone = names[1]
        self.browser.until("hidden", lambda: gone not in self.names())
        self.browser.keys("u")
        self.browser.until("shown again", lambda: gone in self.names())
        self.browser.keys("j", Keys.ENTER)
        self.browser.until("an object", lambda: self.browser.path().startswith("/objects/"))

    def test_hidden_stay_hidden(self):
        self.open("/candidates?survey=ztf&limit=10")
        name = self.names()[0]
        self.browser.click(f"Hide {name}")
        self.browser.until("hidden", lambda: name not in self.names())
        self.open("/candidates?survey=ztf&limit=10")
        self.assertNotIn(name, self.names())
        self.browser.script("document.querySelector('.controls input[type=checkbox]').click()")
        self.browser.until("shown", lambda: name in self.names())
        self.assertEqual(self.browser.query()["hidden"], "show")
        self.check()
        self.browser.click(f"Show {name}")
        self.open("/candidates?survey=ztf&limit=10")
        self.assertIn(name, self.names())

    def test_dots_open_cuts(self):
        self.open("/candidates?survey=ztf&limit=10")
        self.browser.click(self.browser.find(".candidates button.dots"))
        self.browser.until("cuts", lambda: self.browser.has(".candidate-cuts .verdict"))
        self.check()
        self.browser.look(phone)
        self.check()

    def test_saved_as_csv(self):
        self.open("/candidates?survey=ztf&limit=10")
        self.browser.click("CSV of these rows")
        lines = self.browser.downloaded("candidates.csv").splitlines()
        self.assertEqual(len(lines), 11)
        self.assertTrue(lines[0].startswith("survey,id,objectId"))
        self.assertEqual([line.split(",")[1] for line in lines[1:]], [row["id"] for row in self.candidates()])

    def test_links(self):
        self.open("/candidates?survey=ztf&limit=10")
        self.browser.script(f"{rows}[0].querySelector('.name a').click()")
        self.browser.until("an object", lambda: self.browser.path().startswith("/objects/"))
        self.browser.driver.back()
        self.settle()
        self.browser.script(f"{rows}[0].querySelector('a.cutouts').click()")
        self.browser.until("an alert", lambda: self.browser.path().startswith("/alerts/"))
