"""What holds for each page, in both themes, on a desk and on a phone."""
from support.browser import desktop, phone
from support.case import PageCase


class EveryPage(PageCase):
    def paths(self):
        alert, name = self.server.rows(
            "SELECT CAST(candid AS TEXT), objectId FROM ztf_alerts WHERE is_extragalactic_transient ORDER BY ndethist DESC LIMIT 1")[0]
        source, other = self.server.rows(
            "SELECT CAST(diaSourceId AS TEXT), CAST(diaObjectId AS TEXT) FROM lsst_alerts WHERE diaObjectId > 0 LIMIT 1")[0]
        return [
            "/", "/?survey=lsst", "/nights", "/nights/20240915", "/nights/20240914", "/candidates?survey=ztf",
            "/candidates?survey=lsst", f"/objects/{name}", f"/objects/{name}?tab=photometry", f"/objects/{name}?tab=visibility",
            f"/objects/{name}?tab=chart", f"/objects/{other}?survey=lsst", f"/alerts/{alert}", f"/alerts/{source}?survey=lsst",
            "/search", f"/search?q={name[:6]}", "/search?sql=SELECT+night,count(*)+FROM+ztf_alerts+GROUP+BY+night", "/filters",
            "/filters?filter=ztf.bright", "/dead-letters", "/help", "/help/tables",
        ]

    def look(self, size, theme):
        for path in self.paths():
            with self.subTest(path=path):
                self.browser.forget()
                self.browser.look(size, theme)
                self.open(path)
                self.assertTrue(self.browser.text("h1").strip(), "the page has no title")
                self.assertEqual(self.browser.count("h1"), 1)
                self.assertRegex(self.browser.driver.title, "Nightjar")
                self.assertFalse(self.browser.has("main [role=alert] strong"), self.browser.text("main [role=alert]"))
                ground = self.browser.script("return getComputedStyle(document.documentElement).backgroundColor")
                self.assertEqual(ground, "rgb(251, 251, 250)" if theme == "light" else "rgb(17, 19, 20)")
                self.check()

    def test_light_on_a_desk(self):
        self.look(desktop, "light")

    def test_dark_on_a_desk(self):
        self.look(desktop, "dark")

    def test_light_on_a_phone(self):
        self.look(phone, "light")

    def test_dark_on_a_phone(self):
        self.look(phone, "dark")


class Sizes(PageCase):
    def test_the_first_page_is_small(self):
        """What is sent for it, compressed, is less than 150 kB."""
        self.browser.tell("Network.enable")
        self.browser.tell("Network.setCacheDisabled", cacheDisabled=True)
        try:
            self.open("/")
            sizes = self.browser.script("""
                return [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
                    .map((one) => [new URL(one.name).pathname, one.transferSize]);""")
        finally:
            self.browser.tell("Network.setCacheDisabled", cacheDisabled=False)
        total = sum(size for _, size in sizes)
        print(f"the first page: {len(sizes)} answers, {total:,} bytes")
        self.assertGreater(len(sizes), 5)
        self.assertTrue(all(size > 0 for path, size in sizes if path.startswith("/assets/")), sizes)
        self.assertLess(total, 150_000, sizes)

    def test_no_other_host_is_asked(self):
        name = self.one("SELECT objectId FROM ztf_alerts WHERE is_extragalactic_transient LIMIT 1")
        for path in ("/", "/candidates", f"/objects/{name}", "/help"):
            self.open(path)
            hosts = self.browser.script("return performance.getEntriesByType('resource').map((one) => new URL(one.name).host)")
            self.assertEqual(set(hosts), {self.server.address.removeprefix("http://")})
