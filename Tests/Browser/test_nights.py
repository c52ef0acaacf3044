"""The calendar, and one night with its ledger and alerts."""
from selenium.webdriver.common.keys import Keys

from support.case import PageCase


class Nights(PageCase):
    def test_calendar_and_table(self):
        self.open("/nights?year=2024")
        self.assertEqual(self.browser.count(".calendar table"), 12)
        label = self.browser.find(".calendar a[href^='/nights/20240914']").get_attribute("aria-label")
        self.assertIn("received 500", label)
        self.assertIn("2024-09-15", self.browser.text("table.list"))
        self.check()

    def test_walking_with_arrows(self):
        self.open("/nights?year=2024")
        self.browser.script("document.querySelector(`.calendar a[href^='/nights/20240915']`).focus()")
        self.browser.keys(Keys.ARROW_LEFT)
        self.assertIn("2024-09-14", self.browser.script("return document.activeElement.getAttribute('aria-label')"))
        self.assertIn("2024-09-14", self.browser.text(".readout"))
        self.browser.keys(Keys.ENTER)
        self.browser.until("the night", lambda: self.browser.path() == "/nights/20240914")

    def test_years(self):
        self.open("/nights")
        years = self.browser.texts("[aria-label=Year] a")
        self.assertEqual(years, ["2026", "2024"])
        self.browser.click("2024", "[aria-label=Year]")
        self.browser.until("the year", lambda: self.browser.query().get("year") == "2024")
        self.browser.ready()
        self.assertIn("Nights of 2024", self.browser.text("main"))

    def test_sorting_and_csv(self):
        self.open("/nights?year=2024")
        self.browser.click("Received", "table.list")
        self.assertEqual(self.browser.script("return document.querySelector('th[aria-sort]').innerText").strip(), "Received")
        values = [int(text.replace(",", "")) for text in self.browser.texts("table.list tbody td:nth-child(3)")]
        self.assertEqual(values, sorted(values, reverse=True))
        self.browser.click("CSV of these rows")
        self.assertTrue(self.browser.downloaded("nights-2024.csv").startswith("night,state,received"))

    def test_night_unknown_is_said(self):
        self.open("/nights?year=2024")
        self.assertIn("the night is unknown", self.browser.text("main"))
        self.browser.click("dead letters", "main .notice")
        self.browser.until("dead letters", lambda: self.browser.path() == "/dead-letters")


class Night(PageCase):
    def test_what_the_page_says(self):
        self.open("/nights/20240914")
        text = self.browser.text("main")
        for part in ("alerts stored", "Ledger", "Latencies", "Alerts", "adds up", "Receipt"):
            self.assertIn(part, text)
        self.assertFalse(self.browser.has("td.wrong"))
        self.check()

    def test_alerts_of_the_night(self):
        self.open("/nights/20240914")
        self.browser.until("the alerts", lambda: self.browser.count("section[aria-labelledby=alerts] tbody tr") == 200)
        self.browser.click("Next page", ".pager")
        self.browser.until("the next page", lambda: "cursor" in self.browser.query())
        self.browser.ready()
        self.assertGreater(self.browser.count("section[aria-labelledby=alerts] tbody tr"), 10)
        self.browser.script("document.querySelector('section[aria-labelledby=alerts] input[type=checkbox]').click()")
        self.browser.until("those that passed", lambda: self.browser.query().get("passed") == "true")
        self.browser.ready()
        texts = set(self.browser.texts("section[aria-labelledby=alerts] tbody .state"))
        self.assertEqual(texts, {"passes"})
        self.browser.click("CSV of these rows", "section[aria-labelledby=alerts]")
        self.assertIn("objectId", self.browser.downloaded("alerts.csv"))

    def test_links(self):
        self.open("/nights/20240914")
        self.browser.click("Candidates of this night")
        self.browser.until("candidates", lambda: self.browser.path() == "/candidates")
        self.assertEqual(self.browser.query()["night"], "20240914")

    def test_written_as_a_date(self):
        self.open("/nights/2024-09-14")
        self.assertIn("alerts stored", self.browser.text("main"))

    def test_exposures(self):
        self.open("/nights/20240914")
        self.browser.click("Each exposure with its alerts")
        self.browser.until("exposures", lambda: self.browser.has("main details[open] table.list tbody th"))
        self.browser.ready()
        self.check()

    def test_empty_night(self):
        self.open("/nights/20240101")
        self.assertTrue(self.browser.text("main [role=alert], main .empty").strip())
        self.check(404)

    def test_no_night(self):
        self.open("/nights/tomorrow")
        self.assertIn("no date", self.browser.text("main"))
        self.check()
