"""The operator's page: live, and honest when the server is gone."""
import time

from support import night
from support.case import PageCase, ServerCase
from support.program import Server, wait

number = "const item = [...document.querySelectorAll('.tonight-line .item')].find((one) => one.innerText.includes(arguments[0]));" \
    "return item ? Number(item.querySelector('strong').innerText.replaceAll(',', '')) : null"


class Tonight(PageCase):
    def test_it_follows_the_run(self):
        self.open("/")
        first = self.browser.script(number, "received")
        self.assertGreater(first, 0)
        self.browser.until("more alerts", lambda: self.browser.script(number, "received") > first, 60)
        self.assertRegex(self.browser.text(".says"), r"As of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC")
        self.check()

    def test_its_account_adds_up(self):
        self.open("/")
        text = self.browser.text("main")
        for heading in ("Stages", "Ledger", "Complete when", "Dead letters", "Latencies", "Forecast", "Nights before"):
            self.assertIn(heading, text)
        self.assertIn("adds up", text)
        self.assertFalse(self.browser.has("td.wrong"))
        received, stored = self.browser.script(number, "received"), self.browser.script(number, "stored")
        self.assertLessEqual(stored, received)

    def test_the_sun_has_words_too(self):
        self.open("/")
        label = self.browser.find(".sky-bar").get_attribute("aria-label")
        for word in ("sunset", "sunrise", "UTC"):
            self.assertIn(word, label)

    def test_survey_is_chosen(self):
        self.open("/?survey=lsst")
        self.assertIn("LSST", self.browser.text(".says"))

    def test_links_lead_on(self):
        self.open("/")
        self.browser.script("document.querySelector(`main a[href='/nights/20240914']`).click()")
        self.browser.until("the night before", lambda: self.browser.path() == "/nights/20240914")


class Gone(ServerCase):
    """A server that goes away while somebody looks."""

    @classmethod
    def start(cls):
        return Server(night.taken("gone", "--no-fits"))

    def test_it_says_so_and_recovers(self):
        self.open("/")
        self.assertFalse(self.browser.find("main > .notice.warn").is_displayed())
        port = self.own.port
        self.own.stop()
        self.browser.until("stale", lambda: self.browser.script("return document.body.classList.contains('stale')"))
        self.assertRegex(self.browser.text("main > .notice.warn"), r"No news since .* UTC")
        self.assertEqual(self.browser.axe(), [])
        type(self).own = Server(night.work / "data" / "gone", port=port)
        self.browser.until("recovered", lambda: not self.browser.script("return document.body.classList.contains('stale')"), 60)
        self.assertFalse(self.browser.find("main > .notice.warn").is_displayed())

    def test_other_pages_say_that_nobody_answers(self):
        self.open("/nights")
        port = self.own.port
        self.own.stop()
        try:
            # The page stays; what it asks for next gets its own message.
            self.browser.script("""window.said = null;
                import('/assets/api.js').then(({get}) => get('nights')).catch((error) => { window.said = `${error.title}: ${error.detail}`; });""")
            said = self.browser.until("a message", lambda: self.browser.script("return window.said"))
            self.assertIn("The server does not answer", said)
        finally:
            type(self).own = Server(night.work / "data" / "gone", port=port)


class TenPages(PageCase):
    def test_ten_live_pages(self):
        """What ten of them cost is printed. Each has a browser context of its own: a browser opens six connections to a host."""
        driver, seconds = self.browser, 30
        before = set(driver.driver.window_handles)
        contexts = []
        try:
            for _ in range(10):
                context = driver.tell("Target.createBrowserContext")["browserContextId"]
                contexts.append(context)
                driver.tell("Target.createTarget", url=self.server.address + "/", browserContextId=context)
            wait("ten pages", lambda: len(set(driver.driver.window_handles) - before) == 10)
            wait("ten streams", self.are_live, 60)
            start = self.server.program.cpu_seconds()
            wait("the time is over", self.after(seconds), seconds + 5)
            used = self.server.program.cpu_seconds() - start
            print(f"ten live pages: {used / seconds * 100:.2f} % of a core over {seconds} s")
            self.assertLess(used / seconds, 0.5, "far more than 3 % of a core")
        finally:
            for context in contexts:
                driver.tell("Target.disposeBrowserContext", browserContextId=context)
            driver.driver.switch_to.window(next(iter(before)))

    def are_live(self):
        """Whether each of the pages has heard of the night."""
        driver = self.browser.driver
        here = driver.current_window_handle
        try:
            for handle in driver.window_handles:
                if handle == here:
                    continue
                driver.switch_to.window(handle)
                if not driver.execute_script("return document.querySelector('.tonight-line .item') !== null"):
                    return False
            return True
        finally:
            driver.switch_to.window(here)

    @staticmethod
    def after(seconds):
        end = time.monotonic() + seconds
        return lambda: time.monotonic() >= end


class Nothing(ServerCase):
    """A data folder that is not there yet."""

    @classmethod
    def start(cls):
        return Server(night.fresh("never"))

    def test_each_page_says_what_to_do(self):
        for path, says in {
            "/": "Nothing was received yet", "/nights": "No night yet", "/candidates": "Nothing has passed a filter yet",
            "/filters": "nightjar run", "/dead-letters": "No dead letter", "/search": "SQL",
        }.items():
            with self.subTest(path=path):
                self.browser.forget()
                self.open(path)
                self.assertIn(says, self.browser.text("main"))
                self.check()

    def test_what_is_not_there(self):
        for path in ("/nights/20240915", "/objects/ZTF24aaaaaaa", "/alerts/1"):
            with self.subTest(path=path):
                self.browser.forget()
                self.open(path)
                self.assertRegex(self.browser.text("main"), r"(?i)no |nothing|not ")
                self.check(404)
