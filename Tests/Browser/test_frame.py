"""The bar, the list of pages, themes, keys, and the drawer with a page's API calls."""
from selenium.webdriver.common.keys import Keys

from support.browser import phone
from support.case import PageCase


class Frame(PageCase):
    def test_each_place_is_a_link(self):
        self.open("/")
        places = self.browser.script("return [...document.querySelectorAll('#places a')].map((one) => [one.innerText, one.pathname])")
        self.assertEqual([path for _, path in places],
                         ["/", "/nights", "/candidates", "/filters", "/search", "/dead-letters", "/help"])
        for text, path in places:
            self.browser.click(text, "#places")
            self.browser.until(path, lambda: self.browser.path() == path)
            self.browser.ready()
            self.assertEqual(self.browser.texts("#places [aria-current=page]"), [text])

    def test_theme_is_kept(self):
        ground = "return getComputedStyle(document.body).backgroundColor + getComputedStyle(document.documentElement).backgroundColor"
        self.open("/nights")
        light = self.browser.script(ground)
        self.browser.click("Use the dark theme")
        dark = self.browser.script(ground)
        self.assertNotEqual(light, dark)
        self.check()
        self.open("/search")
        self.assertEqual(self.browser.script(ground), dark)
        self.browser.click("Use the light theme")
        self.assertEqual(self.browser.script(ground), light)

    def test_survey_switch(self):
        self.open("/nights/20240915?passed=true")
        self.browser.click("LSST", "#bar .surveys")
        self.browser.until("the survey", lambda: self.browser.query().get("survey") == "lsst")
        self.browser.ready()
        self.assertEqual(self.browser.query()["passed"], "true", "the switch leaves the rest of the address")
        self.assertEqual(self.browser.texts("#bar .surveys [aria-current=true]"), ["LSST"])
        self.browser.click("All", "#bar .surveys")
        self.browser.until("no survey", lambda: "survey" not in self.browser.query())

    def test_keys(self):
        self.open("/candidates")
        self.browser.keys("?")
        self.browser.until("keys", lambda: self.browser.has("dialog[open]"))
        keys = self.browser.texts("dialog kbd")
        for key in ("/", "?", "j", "k", "x"):
            self.assertIn(key, keys)
        self.check()
        self.browser.keys(Keys.ESCAPE)
        self.browser.until("closed", lambda: not self.browser.has("dialog"))
        self.browser.keys("/")
        self.assertEqual(self.browser.script("return document.activeElement.id"), "search")
        self.assertEqual(self.browser.script("return document.activeElement.value"), "")
        self.browser.keys("?")
        self.assertFalse(self.browser.has("dialog"), "a key in a field is a letter")
        self.browser.keys(Keys.ESCAPE)
        self.assertNotEqual(self.browser.script("return document.activeElement.id"), "search")

    def test_api_drawer(self):
        self.open("/nights")
        button = self.browser.click("API", ".head")
        self.assertEqual(button.get_attribute("aria-expanded"), "true")
        self.assertIn("/api/v1/nights", self.browser.text("#calls"))
        self.check()
        self.browser.click("Copy curl", "#calls")
        self.browser.until("copied", lambda: self.browser.has("#calls button") and "Copied" in self.browser.text("#calls"))
        self.assertEqual(self.browser.clipboard(), f"curl -s '{self.server.address}/api/v1/nights'")
        self.browser.click("Copy Python", "#calls")
        self.browser.until("copied", lambda: "import requests" in self.browser.clipboard())
        self.browser.click("API", ".head")
        self.assertFalse(self.browser.find("#calls").is_displayed())

    def test_skip_link_leads_to_the_content(self):
        self.open("/nights")
        self.browser.keys(Keys.TAB)
        self.assertEqual(self.browser.script("return document.activeElement.innerText"), "Skip to the content")
        self.browser.keys(Keys.ENTER)
        self.assertEqual(self.browser.script("return document.activeElement.id"), "main")

    def test_keyboard_reaches_every_control_of_the_bar(self):
        self.open("/dead-letters")
        reached = set()
        for _ in range(20):
            self.browser.keys(Keys.TAB)
            reached.add(self.browser.script("const one = document.activeElement; return one.id || one.getAttribute('aria-label') || one.innerText"))
        for name in ("search", "Use the dark theme", "Nights", "Help", "ZTF"):
            self.assertIn(name, reached)

    def test_state_of_tonight_is_in_the_bar(self):
        self.open("/filters")
        self.browser.until("a state", lambda: self.browser.has("#bar .tonight .state"))
        self.assertIn(self.browser.text("#bar .tonight .state"), self.server.ask("/api/v1/tonight")[1])

    def test_phone_has_all_of_the_bar(self):
        self.browser.look(phone)
        self.open("/nights")
        for css in ("#search", "#bar .theme", "#bar .tonight", "#bar .surveys"):
            box = self.browser.find(css).rect
            self.assertGreaterEqual(box["x"], 0, css)
            self.assertLessEqual(box["x"] + box["width"], 390, css)

    def test_unknown_page(self):
        self.open("/no-such-page")
        self.check(404)
        self.assertRegex(self.browser.text("main"), r"(?i)no such|not found|nothing")
        self.assertTrue(self.browser.has("main a[href='/search'], main a[href='/'], #places a"), "it says where to go")
