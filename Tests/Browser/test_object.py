"""An object: its light curve with each switch, cutouts, tabs, copies, and the address as the state."""
import json, re

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from support.browser import phone
from support.case import PageCase


class ObjectCase(PageCase):
    def setUp(self):
        super().setUp()
        # One with several alerts here and a fit, so that each part has something to show.
        self.name = self.one("SELECT objectId FROM ztf_salt2 WHERE success ORDER BY quality = 'good' DESC, n_used DESC LIMIT 1")
        self.path = f"/objects/{self.name}"

    def drawn(self):
        """The picture of the light curve, as a text."""
        return self.browser.script("return document.querySelector('.lightcurve canvas').toDataURL()")

    def changes(self, act):
        before = self.drawn()
        act()
        self.browser.until("another picture", lambda: self.drawn() != before, 10)


class LightCurve(ObjectCase):
    def test_what_the_page_says(self):
        self.open(self.path)
        text = self.browser.text("main")
        for part in ("Light curve", "Cutouts", "SALT2", "Elsewhere", "ICRS, degrees", "galactic"):
            self.assertIn(part, text)
        links = " ".join(self.browser.script("return [...document.querySelectorAll('.object-side a')].map((one) => one.href)"))
        for host in ("wis-tns.org", "simbad", "ned.", "legacysurvey", "alerce", "fink", "lasair", "antares", "babamul"):
            self.assertIn(host, links)
        self.check()

    def test_brightness(self):
        self.open(self.path)
        for name, value in (("Flux", "flux"), ("asinh", "asinh"), ("Magnitude", None)):
            self.changes(lambda: self.browser.click(name, ".lightcurve [aria-label=Brightness]"))
            self.assertEqual(self.browser.query().get("y"), value)
            self.assertEqual(self.browser.texts(".lightcurve [aria-label=Brightness] [aria-pressed=true]"), [name])
        self.check()

    def test_points_and_bands_are_switched(self):
        self.open(self.path)
        groups = ["Points", "Bands"]
        for group in groups:
            for name in self.browser.texts(f".lightcurve [aria-label={group}] button"):
                with self.subTest(switch=name):
                    self.browser.click(name, f".lightcurve [aria-label={group}]")
                    self.assertTrue(self.browser.query().get("hide"))
                    self.browser.click(name, f".lightcurve [aria-label={group}]")
                    self.assertIsNone(self.browser.query().get("hide"))
        self.changes(lambda: self.browser.click("Detections", ".lightcurve"))
        self.check()

    def test_difference_and_total(self):
        self.open(self.path)
        self.browser.until("the template has come", lambda: self.browser.find("[aria-label=Flux]").is_displayed())
        self.changes(lambda: self.browser.click("Total", "[aria-label=Flux]"))
        self.assertEqual(self.browser.query()["of"], "total")
        self.changes(lambda: self.browser.click("Difference", "[aria-label=Flux]"))

    def test_time(self):
        self.open(self.path)
        self.changes(lambda: self.browser.click("From peak", "[aria-label=Time]"))
        self.assertEqual(self.browser.query()["time"], "days")
        self.changes(lambda: self.browser.click("MJD", "[aria-label=Time]"))

    def test_model_and_residuals(self):
        self.open(self.path)
        self.browser.until("the model has come", lambda: self.browser.find("[aria-label=Fit] button").is_displayed())
        self.changes(lambda: self.browser.click("Residuals", "[aria-label=Fit]"))
        self.changes(lambda: self.browser.click("Model", "[aria-label=Fit]"))
        self.assertEqual(self.browser.query()["hide"], "residuals,model")

    def test_zoom_pan_and_reset(self):
        self.open(self.path)
        canvas = self.browser.find(".lightcurve canvas")
        self.browser.script("arguments[0].scrollIntoView({block: 'center'})", canvas)
        self.browser.script("""const box = arguments[0].getBoundingClientRect();
            for (let i = 0; i < 4; i += 1) arguments[0].dispatchEvent(new WheelEvent("wheel", {deltaY: -120, bubbles: true,
                cancelable: true, clientX: box.x + box.width / 2, clientY: box.y + box.height / 2}));""", canvas)
        self.browser.until("the address has the view", lambda: "xr" in self.browser.query())
        zoomed = self.browser.query()["xr"]
        ActionChains(self.browser.driver).move_to_element(canvas).click_and_hold().move_by_offset(120, 0).release().perform()
        self.browser.until("another view", lambda: self.browser.query().get("xr") not in (None, zoomed))
        moved = self.browser.query()["xr"]
        self.open(self.path + f"?xr={moved}")
        self.assertEqual(self.browser.query()["xr"], moved)
        ActionChains(self.browser.driver).double_click(self.browser.find(".lightcurve canvas")).perform()
        self.browser.until("all is shown", lambda: "xr" not in self.browser.query())

    def test_keyboard_on_the_plot(self):
        self.open(self.path)
        self.browser.script("document.querySelector('.lightcurve canvas').focus()")
        self.browser.keys("+")
        self.browser.until("zoomed", lambda: "xr" in self.browser.query())
        self.browser.keys("0")
        self.browser.until("all", lambda: "xr" not in self.browser.query())
        self.browser.keys(Keys.ARROW_RIGHT)
        self.browser.until("a point's numbers", lambda: self.browser.find(".lightcurve .plot-tip").is_displayed())
        self.assertIn("UTC", self.browser.text(".lightcurve .plot-tip"))

    def test_hover_shows_numbers(self):
        self.open(self.path)
        canvas = self.browser.find(".lightcurve canvas")
        self.browser.script("arguments[0].scrollIntoView({block: 'center'})", canvas)
        tip = self.browser.find(".lightcurve .plot-tip")
        width, height = canvas.size["width"], canvas.size["height"]

        def found():
            for x in range(-width // 2 + 60, width // 2 - 30, 14):
                for y in (-0.3, -0.15, 0, 0.15, 0.3):
                    self.browser.script("""const [canvas, x, y] = arguments; const box = canvas.getBoundingClientRect();
                        canvas.dispatchEvent(new PointerEvent("pointermove", {pointerType: "mouse", bubbles: true,
                            clientX: box.x + box.width / 2 + x, clientY: box.y + box.height / 2 + y}));""", canvas, x, y * height)
                    if tip.is_displayed():
                        return True
            return False
        self.assertTrue(found(), "no point answers the pointer")
        self.assertRegex(tip.text, r"MJD\s+\d{5}\.\d+")

    def test_table_of_the_points(self):
        self.open(self.path)
        self.browser.script("document.body.focus()")
        self.browser.keys("t")
        self.browser.until("the table", lambda: self.browser.find(".lightcurve .plot-table").is_displayed())
        rows = self.browser.count(".lightcurve .plot-table tbody tr")
        object = self.server.json(f"objects/{self.name}")["object"]
        self.assertEqual(rows, sum(len(object[kind]) for kind in ("detections", "forced", "limits")))
        self.check()
        self.browser.click("Table", ".lightcurve")
        self.assertFalse(self.browser.find(".lightcurve .plot-table").is_displayed())


class Cutouts(ObjectCase):
    def caption(self):
        return self.browser.text(".cutout-when")

    def test_three_images_step_and_blink(self):
        self.name = self.one("SELECT objectId FROM ztf_alerts WHERE objectId <> '' GROUP BY objectId ORDER BY count(*) DESC LIMIT 1")
        number = self.one(f"SELECT count(*) FROM ztf_alerts WHERE objectId = '{self.name}'")
        self.open(f"/objects/{self.name}")
        self.browser.until("images", lambda: self.browser.count(".cutouts img") == 3)
        self.assertTrue(self.browser.script("return [...document.querySelectorAll('.cutouts img')].every((one) => one.naturalWidth > 50)"))
        alts = self.browser.script("return [...document.querySelectorAll('.cutouts img')].map((one) => one.alt)")
        self.assertEqual([alt.split()[0] for alt in alts], ["science", "template", "difference"])
        if number > 1:
            last = self.caption()
            self.browser.click("earlier alert")
            self.browser.until("the one before", lambda: self.caption() != last)
            self.assertIn("alert", self.browser.query())
            self.browser.click("later alert")
            self.browser.until("the newest", lambda: self.caption() == last)
            self.browser.keys("[")
            self.browser.until("the one before", lambda: self.caption() != last)
        self.browser.click("Blink")
        self.browser.until("the template over it", lambda: self.browser.has(".cutout.turned"))
        self.browser.click("Blink")
        self.browser.until("still", lambda: not self.browser.has(".cutout.turned"))
        self.check()


class Tabs(ObjectCase):
    def test_each_tab_in_the_address(self):
        self.open(self.path)
        for tab in ("Photometry", "Packet", "Provenance", "Visibility", "Chart", "Code", "Alerts"):
            with self.subTest(tab=tab):
                self.browser.click(tab, "[role=tablist]")
                self.browser.ready()
                self.assertEqual(self.browser.query().get("tab"), None if tab == "Alerts" else tab.lower())
                self.assertTrue(self.browser.text("#tab-panel").strip())
                self.assertFalse(self.browser.has("#tab-panel .notice"), self.browser.text("#tab-panel .notice"))
                self.check()

    def test_arrows_walk_through_tabs(self):
        self.open(self.path)
        self.browser.script("document.querySelector('[role=tab][aria-selected=true]').focus()")
        self.browser.keys(Keys.ARROW_RIGHT)
        self.assertEqual(self.browser.query()["tab"], "photometry")
        self.browser.keys(Keys.ARROW_LEFT)
        self.assertNotIn("tab", self.browser.query())

    def test_why(self):
        self.open(self.path)
        self.browser.script("document.querySelector('#tab-panel .alerts tbody button[aria-expanded]').click()")
        self.browser.until("verdicts", lambda: self.browser.has("#tab-panel details.filter"))
        self.browser.ready()
        self.browser.unfold("#tab-panel details.filter")
        self.assertIn("bright", self.browser.text("#tab-panel"))
        self.check()

    def test_photometry_is_saved(self):
        self.open(self.path + "?tab=photometry")
        for format, begin in (("csv", "mjd_tai"), ("votable", "<?xml"), ("json", "{")):
            href = self.browser.script("return [...document.querySelectorAll('#tab-panel a')].map((one) => one.href)"
                                       ".find((one) => one.includes(`format=${arguments[0]}`))", format)
            status, text = self.server.ask(href.removeprefix(self.server.address))
            self.assertEqual(status, 200, text)
            self.assertIn(begin, text[:400])
        self.browser.click("CSV", "#tab-panel")
        lines = self.browser.downloaded(f"*{self.name}.csv").splitlines()
        self.assertGreater(len(lines), 2)

    def test_packet_finds_fields(self):
        self.open(self.path + "?tab=packet")
        self.browser.write("#find-field", "magpsf")
        self.browser.until("found", lambda: "found" in self.browser.text(".packet [role=status]"))
        self.assertGreater(int(self.browser.text(".packet [role=status]").split()[0]), 0)
        shown = self.browser.script("return [...document.querySelectorAll('.tree li')].filter((one) => one.getClientRects().length > 0"
                                    " && !one.querySelector('li')).map((one) => one.innerText)")
        self.assertTrue(all("magpsf" in text for text in shown), shown)
        self.browser.click("Copy JSON", ".packet")
        self.assertEqual(json.loads(self.browser.clipboard())["objectId"], self.name)

    def test_visibility(self):
        self.open(self.path + "?tab=visibility")
        options = self.browser.script("return [...document.querySelectorAll('#observatory option')].map((one) => one.value)")
        self.assertGreater(len(options), 3)
        before = self.browser.text(".visibility")
        self.browser.choose("#observatory", next(value for value in options if value and value != options[0]))
        self.browser.until("another place", lambda: self.browser.text(".visibility") != before)
        self.browser.choose("#observatory", "")
        self.browser.until("a form", lambda: self.browser.find("#place-lon").is_displayed())
        self.browser.write("#place-lon", "10.5")
        self.browser.write("#place-lat", "50.2")
        self.browser.keys(Keys.ENTER)
        self.browser.ready()
        self.assertNotIn("Give the place", self.browser.text(".visibility"))
        self.assertRegex(self.browser.text(".visibility"), r"(?i)moon")
        self.check()

    def test_chart(self):
        self.open(self.path + "?tab=chart")
        self.assertTrue(self.browser.script("return document.querySelector('#tab-panel img')?.naturalWidth > 100"))
        self.assertIn("degrees", self.browser.text("#tab-panel"))

    def test_code_is_copied(self):
        self.open(self.path + "?tab=code")
        for language, begin in (("Python", "import"), ("curl", "curl"), ("SQL", "SELECT")):
            self.browser.click(language, ".snippets")
            self.browser.click(self.browser.find(".snippets .controls > button"))
            self.browser.until("copied", lambda: self.browser.clipboard().startswith(begin))
            self.assertIn(self.name, self.browser.clipboard())
            self.assertEqual(self.browser.clipboard().split(), self.browser.script("return document.querySelector('.snippets pre').textContent").split())
        rows = self.server.rows(self.browser.clipboard())
        self.assertTrue(rows, "the statement that is copied has rows")


class Places(ObjectCase):
    def test_position_is_copied(self):
        self.open(self.path)
        object = self.server.json(f"objects/{self.name}")["object"]
        buttons = self.browser.all(".object-strip button")
        self.browser.click(buttons[0])
        self.browser.until("copied", lambda: re.fullmatch(r"\S+ \S+", self.browser.clipboard()))
        ra, dec = map(float, self.browser.clipboard().split())
        self.assertAlmostEqual(ra, object["ra"], 5)
        self.assertAlmostEqual(dec, object["dec"], 5)
        self.browser.click(buttons[1])
        self.browser.until("copied", lambda: ":" in self.browser.clipboard())

    def test_unknown_object(self):
        self.open("/objects/ZTF99nothing")
        self.assertIn("No object of this name", self.browser.text(".says"))
        self.assertTrue(self.browser.has("main a[href^='/search']"))
        self.check(404)

    def test_a_beginning_is_helped(self):
        self.open(f"/objects/{self.name[:9]}")
        self.assertIn(self.name, self.browser.text("main"))

    def test_on_a_phone(self):
        self.browser.look(phone, "dark")
        for tab in ("alerts", "photometry", "packet", "provenance", "visibility", "chart", "code"):
            with self.subTest(tab=tab):
                self.browser.forget()
                self.open(self.path + f"?tab={tab}")
                self.check()
