"""Search by name, id and place, and SQL: good, bad, and without an end."""
import time

from selenium.webdriver.common.keys import Keys

from support.case import PageCase

endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


class Search(PageCase):
    def setUp(self):
        super().setUp()
        self.alert, self.name, self.ra, self.dec = self.server.rows(
            "SELECT CAST(candid AS TEXT), objectId, ra, dec FROM ztf_alerts WHERE is_extragalactic_transient ORDER BY candid LIMIT 1")[0]

    def search(self, text):
        """Through the bar's box, from another page."""
        self.open("/nights")
        self.browser.write("#search", text)
        self.browser.keys(Keys.ENTER)
        self.browser.until("another page", lambda: self.browser.path() != "/nights")
        self.browser.ready()

    def test_name(self):
        self.search(self.name)
        self.browser.until("the object", lambda: self.browser.path() == f"/objects/{self.name}")

    def test_id(self):
        self.search(self.alert)
        self.browser.until("the alert", lambda: self.browser.path() == f"/alerts/{self.alert}")

    def test_beginning_of_a_name(self):
        self.search(self.name[:7])
        self.assertIn(self.name[:7], self.browser.text(".search-results, main table.list"))
        self.check()

    def test_degrees(self):
        self.search(f"{self.ra:.6f} {self.dec:+.6f}")
        self.assertIn(self.name, self.browser.text("main"))
        self.assertIn("within 10 arcsec", self.browser.text("main"))
        self.check()

    def test_sexagesimal(self):
        hours = self.ra / 15
        minutes = (hours % 1) * 60
        degrees = abs(self.dec)
        arcminutes = (degrees % 1) * 60
        sign = "-" if self.dec < 0 else "+"
        for text in (f"{int(hours):02}:{int(minutes):02}:{(minutes % 1) * 60:06.3f} {sign}{int(degrees):02}:{int(arcminutes):02}:{(arcminutes % 1) * 60:05.2f}",
                     f"{int(hours)}h{int(minutes)}m{(minutes % 1) * 60:.3f}s {sign}{int(degrees)}d{int(arcminutes)}m{(arcminutes % 1) * 60:.2f}s",
                     f"{int(hours):02} {int(minutes):02} {(minutes % 1) * 60:06.3f} {sign}{int(degrees):02} {int(arcminutes):02} {(arcminutes % 1) * 60:05.2f}"):
            with self.subTest(text=text):
                self.search(text)
                self.assertIn(self.name, self.browser.text("main"))

    def test_nothing_there(self):
        self.open("/search?q=10+89.5&radius=5")
        self.assertIn("no alert", self.browser.text("main"))
        self.browser.click("Look within 10 arcsec")
        self.browser.until("a wider cone", lambda: self.browser.query()["radius"] == "10")
        self.check()

    def test_no_such_name(self):
        self.search("ZZZ nobody")
        self.assertIn("Nothing is called", self.browser.text("main"))
        self.check()

    def test_cone_is_saved(self):
        self.open(f"/search?q={self.ra:.5f}+{self.dec:.5f}&radius=60")
        self.browser.click("CSV of these rows")
        self.assertIn(self.alert, self.browser.downloaded("cone.csv"))


class SQL(PageCase):
    def run_statement(self, sql):
        self.browser.write("textarea.code", sql)
        self.browser.keys(Keys.ESCAPE)
        self.browser.click("Run", ".query")
        self.browser.ready()

    def test_good(self):
        self.open("/search")
        self.run_statement("SELECT objectId, candid, magpsf FROM ztf_alerts ORDER BY magpsf LIMIT 5")
        self.assertEqual(self.browser.count(".query .results tbody tr"), 5)
        self.assertIn("5 rows", self.browser.text(".query [role=status]"))
        self.assertTrue(self.browser.has(".query .results a[href^='/objects/']") and self.browser.has(".query .results a[href^='/alerts/']"))
        self.assertIn("sql", self.browser.query())
        self.check()
        self.browser.click("magpsf", ".query .results")
        values = [float(text) for text in self.browser.texts(".query .results tbody td:nth-child(3)")]
        self.assertEqual(values, sorted(values, reverse=True))

    def test_by_keyboard(self):
        self.open("/search")
        self.browser.write("textarea.code", "SELECT 1 AS one").send_keys(Keys.CONTROL, Keys.ENTER)
        self.browser.until("a row", lambda: self.browser.texts(".query .results tbody td") == ["1"])

    def test_names_are_completed(self):
        self.open("/search")
        self.browser.until("tables", lambda: self.browser.count(".tables li") > 5)
        self.browser.write("textarea.code", "SELECT 1 FROM ztf_aler")
        self.browser.until("an offer", lambda: self.browser.find(".completion").is_displayed())
        self.check()
        self.browser.keys(Keys.TAB)
        self.assertEqual(self.browser.script("return document.querySelector('textarea.code').value"), "SELECT 1 FROM ztf_alerts")

    def test_tables_write_names(self):
        self.open("/search")
        self.browser.until("tables", lambda: self.browser.count(".tables li") > 5)
        self.browser.script("document.querySelector('.tables details').open = true")
        self.browser.click("write the name", ".tables")
        name = self.browser.texts(".tables summary")[0].split()[0]
        self.assertIn(name, self.browser.script("return document.querySelector('textarea.code').value"))
        self.check()

    def test_examples(self):
        self.open("/search")
        for index, name in enumerate(self.browser.texts("select[name=example] option")[1:]):
            with self.subTest(example=name):
                self.browser.script("""const one = document.querySelector("select[name=example]"); one.value = String(arguments[0]);
                    one.dispatchEvent(new Event("change"));""", index)
                self.browser.click("Run", ".query")
                self.browser.ready()
                self.assertFalse(self.browser.text(".mistake").strip(), self.browser.text(".mistake"))
                self.assertRegex(self.browser.text(".query [role=status]"), r"\d+ rows?")

    def test_saved(self):
        self.open("/search?sql=SELECT+candid,objectId+FROM+ztf_alerts+LIMIT+3")
        for name, file, begin in (("CSV", "rows.csv", "candid,objectId"), ("VOTable", "rows.vot", "<?xml"), ("JSON", "rows.json", "{")):
            with self.subTest(format=name):
                self.browser.click(name, ".query .results")
                self.assertTrue(self.browser.downloaded(file).startswith(begin))

    def test_bad(self):
        for sql, says in (("SELECT nonsense FROM ztf_alerts", "nonsense"), ("SELEC 1", "syntax error"), ("SELECT 1 FROM nowhere", "nowhere"),
                          ("DELETE FROM ztf_alerts", ""), ("SELECT 1; SELECT 2", "")):
            with self.subTest(sql=sql):
                self.browser.forget()
                self.open("/search")
                self.run_statement(sql)
                said = self.browser.until("a message", lambda: self.browser.text(".mistake").strip())
                self.assertIn(says, said)
                self.check(400)

    def test_endless(self):
        self.open("/search")
        begin = time.monotonic()
        self.run_statement(endless)
        said = self.browser.until("a message", lambda: self.browser.text(".query .results [role=alert]").strip(), 30)
        self.assertIn("2 s", said)
        self.assertLess(time.monotonic() - begin, 60)
        self.check(503)

    def test_stop(self):
        self.open("/search")
        self.browser.write("textarea.code", endless)
        self.browser.click("Run", ".query")
        self.browser.script("[...document.querySelectorAll('.query button')].find((one) => one.innerText === 'Stop').click()")
        self.browser.until("stopped", lambda: "stopped" in self.browser.text(".query [role=status]"))

    def test_rows_are_bounded(self):
        self.open("/search")
        self.browser.choose(".query select[name=limit]", "100")
        self.run_statement("SELECT candid FROM ztf_alerts")
        self.assertEqual(self.browser.count(".query .results tbody tr"), 100)
        self.assertIn("There are more rows", self.browser.text(".query .results"))
