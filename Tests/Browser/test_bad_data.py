"""Damaged archives, half-written runs, no models, no plots, and strings that would be markup."""
import sqlite3

from support import night
from support.browser import phone
from support.case import ServerCase
from support.program import Server

names = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(2)>", "\"><svg/onload=alert(3)>", "'; DROP TABLE ztf_alerts; --",
    "../../etc/passwd", "A" * 300, "\u202eright to left", "%3Cb%3E?#&", "javascript:alert(4)", "{{7*7}}", " ",
]
filter_text = """-- <script>alert(5)</script> <img src=x onerror=alert(6)>
SELECT magpsf < 99 AS is_bright FROM alert
"""


def pages(server):
    return ["/", "/nights", "/nights/20240913", "/candidates", "/filters", "/dead-letters",
            "/search?sql=SELECT+objectId,candid+FROM+ztf_alerts+LIMIT+40"]


class Hostile(ServerCase):
    @classmethod
    def start(cls):
        filters = night.fresh("hostile-filters")
        (filters / "ztf").mkdir(parents=True)
        (filters / "ztf" / "odd.sql").write_text(filter_text)
        folder = night.taken("hostile", "--no-fits", "--filters", filters, "--allow-wide", "all")
        with sqlite3.connect(folder / "nightjar.db") as tables:
            known = [row[0] for row in tables.execute("SELECT DISTINCT objectId FROM ztf_alerts ORDER BY candid DESC LIMIT ?", [len(names)])]
            found = [row[0] for row in tables.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            for table in found:
                if "objectId" not in [row[1] for row in tables.execute(f'PRAGMA table_info("{table}")')]:
                    continue
                for old, new in zip(known, names):
                    tables.execute(f'UPDATE "{table}" SET objectId = ? WHERE objectId = ?', [new, old])
        return Server(folder)

    def harmless(self):
        self.assertFalse(self.browser.has("main script, main img[src=x], main svg[onload], main b"), "markup of a packet")
        hrefs = self.browser.script("return [...document.querySelectorAll('main a')].map((one) => one.protocol)")
        self.assertLessEqual(set(hrefs), {"http:", "https:"})
        self.check()

    def test_lists(self):
        for path in pages(self.own):
            with self.subTest(path=path):
                self.browser.forget()
                self.open(path)
                self.harmless()

    def test_names_are_texts(self):
        self.open("/search?sql=SELECT+objectId+FROM+ztf_alerts+WHERE+length(objectId)<>12")
        text = self.browser.text(".query .results")
        for name in names[:5]:
            self.assertIn(name, text)

    def test_objects(self):
        for name in names:
            with self.subTest(name=name[:30]):
                self.browser.forget()
                self.open("/search?sql=SELECT+objectId+FROM+ztf_alerts+WHERE+length(objectId)<>12")
                link = self.browser.script("return [...document.querySelectorAll('.query .results a')].find((one) => one.textContent === arguments[0])?.href", name)
                if name.strip() == "":
                    continue
                self.assertIsNotNone(link, "no link leads to it")
                self.open(link)
                self.assertEqual(self.browser.script("return document.querySelector('h1').textContent"), name)
                self.harmless()

    def test_on_a_phone(self):
        self.browser.look(phone)
        for path in ("/candidates", "/nights/20240913", f"/objects/{'A' * 300}"):
            with self.subTest(path=path[:30]):
                self.browser.forget()
                self.open(path)
                self.harmless()

    def test_filter(self):
        self.open("/filters")
        self.assertIn("<script>alert(5)</script>", self.browser.text("main"))
        self.harmless()

    def test_searches(self):
        for text in ("%3Cscript%3Ealert(1)%3C/script%3E", "%22%3E%3Cimg%20src=x%3E", "A" * 2000, "%00", "%F0%9F%94%AD"):
            with self.subTest(text=text[:30]):
                self.browser.forget()
                self.open(f"/search?q={text}")
                self.assertFalse(self.browser.has("main script, main img[src=x]"))
                self.check(400, 404)


class Damaged(ServerCase):
    @classmethod
    def start(cls):
        folder, cls.alert = night.damaged()
        return Server(folder)

    def test_an_alert_whose_packet_is_broken(self):
        self.open(f"/alerts/{self.alert}")
        text = self.browser.text("main")
        self.assertRegex(text, r"(?i)damaged|checksum|broken|cannot")
        self.check(500, 502, 503, 422, 410, 404)

    def test_its_object_has_its_light_curve(self):
        name = self.own.rows(f"SELECT objectId FROM ztf_alerts WHERE candid = {self.alert}")[0][0]
        self.open(f"/objects/{name}")
        self.assertTrue(self.browser.has(".lightcurve canvas"))
        self.check(500, 502, 503, 422, 410, 404)

    def test_lists_are_whole(self):
        for path in ("/", "/nights", "/candidates", "/nights/20240913"):
            self.browser.forget()
            self.open(path)
            self.check(500)  # cutouts that cannot be drawn


class Half(ServerCase):
    """A run that was killed in the middle."""

    @classmethod
    def start(cls):
        return Server(night.half_written())

    def test_pages(self):
        for path in pages(self.own):
            with self.subTest(path=path):
                self.browser.forget()
                self.open(path)
                self.assertFalse(self.browser.has("main [role=alert] strong"), self.browser.text("main"))
                self.check()


class Bare(ServerCase):
    """Fits without plots, served where there are no models, catalogues and classifiers."""

    @classmethod
    def start(cls):
        empty = night.fresh("no-models")
        empty.mkdir()
        folder = night.taken("bare", "--no-plots")
        return Server(folder, folder=empty)

    def test_object_without_a_model(self):
        found = self.own.rows("SELECT objectId FROM ztf_salt2 WHERE success LIMIT 1")
        self.assertTrue(found, "no fit in the small night")
        self.open(f"/objects/{found[0][0]}")
        self.browser.until("it says why", lambda: "No model curve" in self.browser.text("main"))
        self.assertRegex(self.browser.text("main"), r"fetch-models|--models")
        self.check(404)

    def test_chart_without_catalogues(self):
        name = self.own.rows("SELECT objectId FROM ztf_alerts LIMIT 1")[0][0]
        self.open(f"/objects/{name}?tab=chart")
        self.assertIn("No catalogue is at hand", self.browser.text("#tab-panel"))
        self.check()

    def test_alert_without_a_plot(self):
        id = self.own.rows("SELECT CAST(candid AS TEXT) FROM ztf_salt2 WHERE success LIMIT 1")[0][0]
        self.open(f"/alerts/{id}")
        self.check()
