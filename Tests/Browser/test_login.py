"""A server that asks for a token."""
from selenium.webdriver.common.keys import Keys

from support import night
from support.browser import phone
from support.case import ServerCase
from support.program import Server

token = "a-token-of-a-test-0123456789"


class Login(ServerCase):
    @classmethod
    def start(cls):
        return Server(night.taken("login", "--no-fits"), environment={"NIGHTJAR_TOKEN": token})

    def setUp(self):
        super().setUp()
        self.browser.tell("Network.clearBrowserCookies")

    def tearDown(self):
        self.browser.tell("Network.clearBrowserCookies")

    def enter(self, text):
        self.browser.write("input[type=password]", text)
        self.browser.keys(Keys.ENTER)

    def test_wrong_then_right(self):
        self.browser.open("/nights", False)
        self.browser.until("the form", lambda: self.browser.path() == "/login" or self.browser.has("input[type=password]"))
        self.assertEqual(self.browser.axe(), [])
        self.assertIsNone(self.browser.is_wide())
        self.enter("not the token at all")
        self.browser.until("a refusal", lambda: self.browser.has("input[type=password]") and "token" in self.browser.text("body").lower())
        self.assertEqual(self.browser.axe(), [])
        self.browser.open("/login", False)
        self.enter(token)
        self.browser.until("a page", lambda: self.browser.has("#places a"))
        self.open("/nights")
        self.assertIn("2024", self.browser.text("main"))
        cookie = self.browser.driver.get_cookies()[0]
        self.assertTrue(cookie["httpOnly"])
        self.assertEqual(cookie["sameSite"], "Strict")
        self.assertNotIn(token, cookie["value"])
        self.browser.messages(401, 403)
        self.open("/")
        self.check()

    def test_on_a_phone_in_the_dark(self):
        self.browser.look(phone, "dark")
        self.browser.open("/login", False)
        self.assertEqual(self.browser.axe(), [])
        self.assertIsNone(self.browser.is_wide())

    def test_nothing_is_told_before(self):
        status, text = self.own.ask("/api/v1/nights")
        self.assertEqual(status, 401)
        self.assertNotIn("2024", text)
