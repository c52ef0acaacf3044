"""An alert: packet, provenance, and why filters take it or not."""
import urllib.request

from support.case import PageCase


class Alert(PageCase):
    def setUp(self):
        super().setUp()
        self.alert, self.name = self.server.rows(
            "SELECT CAST(candid AS TEXT), objectId FROM ztf_alerts WHERE is_extragalactic_transient ORDER BY candid LIMIT 1")[0]
        self.path = f"/alerts/{self.alert}"

    def test_what_the_page_says(self):
        self.open(self.path)
        text = self.browser.text("main")
        for part in ("Cutouts", "Why, and why not", "Provenance", "Packet", "Code", "ICRS, degrees", "Partition", "Offset", "Checksum"):
            self.assertIn(part, text)
        self.assertEqual(self.browser.count(".cutouts img"), 3)
        self.assertTrue(self.browser.has(f"main a[href^='/objects/{self.name}']"))
        self.check()

    def test_each_filter_says_why(self):
        self.open(self.path)
        self.browser.until("filters", lambda: self.browser.has("details.filter"))
        self.browser.ready()
        answer = self.server.json(f"alerts/{self.alert}/filters")["filters"]
        self.assertEqual(self.browser.count("details.filter"), len(answer))
        self.browser.unfold("details.filter")
        text = self.browser.text("main")
        for filter in answer:
            self.assertIn(filter["filter"], text)
            for cut in filter["cuts"]:
                self.assertIn(cut["cut"], text)
        self.check()

    def test_packet_is_a_tree(self):
        self.open(self.path)
        self.browser.unfold(".tree.top > li > details")
        self.browser.until("open", lambda: self.browser.count(".tree li li") > 20)
        self.assertIn("prv_candidates", self.browser.text(".tree"))
        self.check()

    def test_packet_is_saved(self):
        self.open(self.path)
        links = self.browser.script("return [...document.querySelectorAll('.provenance a')].map((one) => one.href)")
        packets = [link for link in links if "packet.avro" in link]
        self.assertEqual(len(packets), 2)
        for link in packets:
            with urllib.request.urlopen(link, timeout=60) as answer:
                self.assertEqual(answer.read(4), b"Obj\x01", link)

    def test_unknown_alert(self):
        self.open("/alerts/12345")
        self.assertIn("cannot be shown", self.browser.text("main"))
        self.check(404)

    def test_what_is_no_id(self):
        self.open("/alerts/nonsense")
        self.assertTrue(self.browser.text("main .empty, main [role=alert]").strip())
        self.check(400, 404)
