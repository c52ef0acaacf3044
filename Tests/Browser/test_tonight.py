"""The operator's page: live, and honest when the server is gone."""
import tarfile, time

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
        self.browser.until("more alerts", lambda: self.browser.script(number, "received") > first, 120)
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
        """What ten of them cost is printed. A browser has six connections to a host, so half of them ask for `localhost`."""
        driver, seconds = self.browser.driver, 30
        first = driver.current_window_handle
        try:
            for number in range(10):
                driver.switch_to.new_window("window")
                driver.get(self.server.address.replace("127.0.0.1", "localhost" if number % 2 else "127.0.0.1") + "/")
            wait("ten live pages", self.are_live, 60)
            start = self.server.program.cpu_seconds()
            time.sleep(seconds)
            used = self.server.program.cpu_seconds() - start
            self.assertTrue(self.are_live())
            print(f"ten live pages: {used / seconds * 100:.2f} % of a core over {seconds} s")
            self.assertLess(used / seconds, 0.5, "far more than 3 % of a core")
        finally:
            for handle in set(driver.window_handles) - {first}:
                driver.switch_to.window(handle)
                driver.close()
            driver.switch_to.window(first)

    def are_live(self):
        """Whether each of the pages is seen and has heard of the night within 15 s."""
        driver = self.browser.driver
        for handle in driver.window_handles[1:]:
            driver.switch_to.window(handle)
            if not driver.execute_script("return document.visibilityState === 'visible' && !document.body.classList.contains('stale')"
                                         " && document.querySelector('.tonight-line .item') !== null"):
                return False
        return True


class Nothing(ServerCase):
    """A data folder in which a run has found no alert."""

    @classmethod
    def start(cls):
        folder = night.fresh("no-packets")
        folder.mkdir()
        with tarfile.open(folder / "ztf_public_20240915.tar", "w"):
            pass
        return Server(night.taken("empty", source=folder / "ztf_public_20240915.tar"))

    def test_each_page_says_what_to_do(self):
        for path, says in {
            "/": "Nothing was received yet", "/nights": "No night yet", "/candidates": "Nothing has passed",
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


class NotYet(ServerCase):
    """A data folder that is not there yet."""

    @classmethod
    def start(cls):
        return Server(night.fresh("later"))

    def test_each_page_says_what_to_do_and_a_run_brings_it(self):
        for path in ("/", "/nights", "/candidates", "/filters", "/dead-letters", "/search", "/objects/ZTF24aaaaaaa", "/nights/20240915"):
            with self.subTest(path=path):
                self.browser.forget()
                self.open(path)
                self.assertTrue(self.browser.text("h1").strip())
                if path != "/search":
                    self.assertIn("There is no data to read", self.browser.text("main"))
                    self.assertIn("nightjar run", self.browser.text("main"))
                self.check(503)
        night.taken("later", "--no-fits")
        self.open("/nights")
        self.assertIn("2024-09-13", self.browser.text("main"))
        self.browser.messages(503)
        self.check()
