"""Filters: definition, cuts, yields, and trying one over past nights."""
from selenium.webdriver.common.keys import Keys

from support.case import PageCase


class Filters(PageCase):
    def test_one_filter(self):
        self.open("/filters?filter=ztf.bright")
        text = self.browser.text("main")
        for part in ("bright", "Cuts", "Passed by others too", "SELECT", "Try one over past nights"):
            self.assertIn(part, text)
        self.check()
        self.browser.click("Copy", ".version")
        self.browser.until("copied", lambda: "SELECT" in self.browser.clipboard())

    def test_another_is_chosen(self):
        self.open("/filters?survey=ztf")
        self.browser.click("nuclear", "table.list")
        self.browser.until("the filter", lambda: "nuclear" in self.browser.query().get("filter", ""))
        self.browser.until("its definition", lambda: "nuclear" in self.browser.texts("h2"))
        self.browser.ready()
        self.check()
        self.browser.click("What it passed")
        self.browser.until("candidates", lambda: self.browser.path() == "/candidates")
        self.assertEqual(self.browser.query()["filter"], "nuclear")

    def test_saved(self):
        self.open("/filters")
        self.browser.click("CSV of these rows")
        self.assertIn("bright", self.browser.downloaded("filters.csv"))


class Try(PageCase):
    def attempt(self, sql):
        self.open("/filters?survey=ztf")
        self.browser.choose("select[name=night]", "20240914")
        self.browser.write(".try textarea.code", sql)
        self.browser.keys(Keys.ESCAPE)
        self.browser.click("Try", ".try")
        self.browser.ready(120)

    def test_good(self):
        self.attempt("SELECT magpsf < 19 AS is_bright, isdiffpos = 't' AS is_positive FROM alert")
        self.browser.until("done", lambda: "done" in self.browser.text(".try [role=status]"), 120)
        self.assertIn("500", self.browser.text(".try .verdict-line"))
        self.assertIn("is_bright", self.browser.text(".try .results"))
        self.check()
        self.browser.click("CSV of these rows", ".try")
        self.assertIn("objectId", self.browser.downloaded("passes.csv"))

    def test_bad(self):
        self.attempt("SELECT nonsense FROM alert")
        self.assertIn("nonsense", self.browser.until("a message", lambda: self.browser.text(".try .mistake")))
        self.check(400)

    def test_begin_with_one_that_is_known(self):
        self.open("/filters")
        self.browser.choose(".try select[name=known]", "ztf.bright")
        self.assertIn("FROM alert", self.browser.script("return document.querySelector('.try textarea').value"))
        self.assertEqual(self.browser.query()["try"], "ztf.bright")

    def test_stop(self):
        self.open("/filters")
        self.browser.write(".try textarea.code", "SELECT magpsf < 19 AS is_bright FROM alert")
        self.browser.click("Try", ".try")
        self.browser.click("Stop", ".try")
        self.browser.until("stopped or done", lambda: self.browser.text(".try [role=status]").split(":")[0] in ("stopped", "done"))
