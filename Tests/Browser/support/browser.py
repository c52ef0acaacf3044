"""Chromium, driven by its WebDriver, with what a page is asked about: is it ready, what did it log, did it move."""
import json, os, tempfile, time
from importlib import resources
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from support.program import wait

axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
desktop, phone = (1440, 900), (390, 844)

# Before a page's own scripts: how many requests are on their way, and how far things have moved.
watch = """
(() => {
    const seen = window.__seen = { requests: 0, shift: 0, moved: [], asked: false };
    const fetched = window.fetch;
    window.fetch = async (...rest) => {
        seen.requests += 1;
        try { return await fetched(...rest); } finally { setTimeout(() => { seen.requests -= 1; }, 30); }
    };
    for (const name of ["alert", "confirm", "prompt"]) window[name] = () => { seen.asked = true; };
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
            if (entry.hadRecentInput) continue;
            seen.shift += entry.value;
            for (const source of entry.sources) {
                const node = source.node?.nodeType === 1 ? source.node : source.node?.parentElement;
                seen.moved.push(`${node?.tagName ?? "?"}.${node?.className ?? ""} ${Math.round(source.previousRect.y)} to ${
                    Math.round(source.currentRect.y)}`);
            }
        }
    }).observe({ type: "layout-shift", buffered: true });
})();
"""
is_ready = """
const main = document.querySelector("main");
if (document.readyState !== "complete" || !window.__seen || window.__seen.requests > 0 || !main) return false;
if (!(main.querySelector("h1, form")?.textContent.trim() || main.querySelector("input"))) return false;
if (document.querySelector("main .skeleton, [aria-busy='true']")) return false;
const isIn = (image) => image.getBoundingClientRect().top < innerHeight && image.getClientRects().length > 0;
return [...document.images].every((image) => image.complete || !isIn(image));
"""


class Browser:
    def __init__(self, address):
        self.address = address
        self.downloads = Path(tempfile.mkdtemp(prefix="nightjar-downloads-"))
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for word in ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
                     "--disable-background-networking", "--disable-component-update", "--window-size=1440,900"):
            options.add_argument(word)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(60)
        self.driver.set_script_timeout(60)
        self.prepare()

    def prepare(self):
        """What holds for one window."""
        self.tell("Page.addScriptToEvaluateOnNewDocument", source=watch)
        self.tell("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads), eventsEnabled=False)
        self.tell("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        self.look()

    def tell(self, command, **parameters):
        return self.driver.execute_cdp_cmd(command, parameters)

    def stop(self):
        self.driver.quit()

    def look(self, size=desktop, theme="light"):
        """The screen's size, and the theme that the system asks for."""
        width, height = size
        self.tell("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=size == phone)
        self.tell("Emulation.setTouchEmulationEnabled", enabled=size == phone)
        self.tell("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])

    def forget(self):
        """No cookie, nothing stored, no message."""
        self.tell("Storage.clearDataForOrigin", origin=self.address, storageTypes="all")
        self.driver.get_log("browser")

    def open(self, path, is_waiting=True):
        self.driver.get(path if path.startswith("http") else self.address + path)
        if is_waiting:
            self.ready()

    def ready(self, seconds=60):
        """Waits until a page has all that it asked for, twice in a row."""
        end, times = time.monotonic() + seconds, 0
        while times < 2:
            times = times + 1 if self.script(is_ready) else 0
            if time.monotonic() > end:
                raise TimeoutException(f"{self.driver.current_url} is not ready after {seconds} s: {self.text('main')[:300]!r}")
            time.sleep(0.12)

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def find(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def has(self, css):
        return bool(self.all(css))

    def text(self, css="body"):
        return self.script("return document.querySelector(arguments[0])?.innerText ?? ''", css)

    def texts(self, css):
        return self.script("return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText)", css)

    def count(self, css):
        return self.script("return document.querySelectorAll(arguments[0]).length", css)

    def button(self, name, within="body"):
        """The button, link or summary that says `name`, or whose label does."""
        found = self.script("""
            const [name, within] = arguments;
            const says = (one) => (one.getAttribute("aria-label") ?? one.innerText).trim();
            const all = [...document.querySelector(within).querySelectorAll("button, a, summary, [role=tab]")]
                .filter((one) => one.getClientRects().length > 0);
            return all.find((one) => says(one) === name) ?? all.find((one) => says(one).startsWith(name)) ?? null;""", name, within)
        if found is None:
            raise AssertionError(f"no button says {name!r} in {within}; {self.driver.current_url}")
        return found

    def click(self, what, within="body"):
        """Clicks an element, or what says this."""
        element = self.button(what, within) if isinstance(what, str) else what
        self.script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()
        return element

    def keys(self, *keys):
        ActionChains(self.driver).send_keys(*keys).perform()

    def write(self, css, text):
        """Puts a text into a field, as typed."""
        field = self.find(css)
        self.script("arguments[0].scrollIntoView({block: 'center'})", field)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text)
        return field

    def choose(self, css, value):
        """Chooses a value of a select."""
        self.script("""const [css, value] = arguments; const one = document.querySelector(css); one.value = value;
            if (one.value !== value) throw new Error(`no option ${value}`);
            one.dispatchEvent(new Event("change", {bubbles: true}));""", css, value)

    def until(self, what, test, seconds=30):
        """Waits until a test holds in the page; a page that is drawn anew meanwhile is asked again."""
        def ask():
            try:
                return test()
            except StaleElementReferenceException:
                return False
        return wait(f"{what} ({self.driver.current_url})", ask, seconds)

    def unfold(self, css):
        """Opens details as somebody would who clicks them: what moves then does not jump."""
        self.script("document.querySelectorAll(arguments[0]).forEach((one) => { one.open = true; })", css)
        time.sleep(0.4)
        self.script("window.__seen.shift = 0; window.__seen.moved = [];")

    def query(self):
        return self.script("return Object.fromEntries(new URLSearchParams(location.search))")

    def path(self):
        return self.script("return location.pathname")

    def clipboard(self):
        return self.driver.execute_async_script(
            "const done = arguments[0]; navigator.clipboard.readText().then(done, (error) => done(String(error)));")

    def downloaded(self, name):
        """A file of a name, or of a pattern, that was saved; it is read and taken away."""
        path = wait(f"{name} is saved", lambda: not list(self.downloads.glob("*.crdownload")) and next(self.downloads.glob(name), None))
        text = path.read_text()
        path.unlink()
        return text

    def messages(self, *expected):
        """The console's messages since the last time; those of failed requests with an expected status are none."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if not any(entry["source"] == "network" and f"status of {status}" in entry["message"] for status in expected)]

    def is_wide(self):
        """Whether the page scrolls sideways, and what sticks out."""
        return self.script("""
            const width = document.documentElement.clientWidth;
            if (document.scrollingElement.scrollWidth <= width) return null;
            return [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > width + 1)
                .slice(0, 5).map((one) => `${one.tagName}.${one.className}`);""")

    def axe(self):
        """What axe finds wrong, one line each."""
        self.script(axe)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = self.driver.execute_async_script("""
            const [tags, done] = arguments;
            axe.run(document, {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]}).then(
                (result) => done(result.violations.map((one) => `${one.id}: ${one.nodes.length} of ${one.nodes[0].html.slice(0, 200)}; ${
                    one.nodes[0].failureSummary.slice(0, 300)}`)),
                (error) => done([String(error)]));""", tags)
        return found
