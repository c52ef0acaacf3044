"""Takes the documents' pictures of the pages: scripts/screenshots calls it."""
import io, sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.dont_write_bytecode = True

from PIL import Image

from support import night
from support.browser import Browser, phone
from support.program import Server, root, run

desk = (1280, 800)
largest = 150_000


def save(png, name):
    """A picture with as many colours as fit into 150 kB."""
    whole = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32, 16):
        small = io.BytesIO()
        whole.quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() < largest:
            break
    else:
        raise SystemExit(f"{name}: {small.tell()} bytes with 16 colours")
    path = root / "docs" / "screenshots" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(small.getvalue())
    print(f"{path.relative_to(root)}: {small.tell():,} bytes, {colours} colours")


def folder():
    """Four nights, so that there is a calendar and a median."""
    made = night.fresh("ztf")
    for number, (date, alerts) in enumerate([(20240912, 400), (20240913, 500), (20240914, 450), (20240915, night.alerts)]):
        source = night.simulated(f"ztf_public_{date}.tar.gz", alerts, "--seed", 20 + number)
        run("run", source, "--data", made, "--filters", night.filters, "--allow-wide", "all", "--quiet")
    return made


def pictures(server):
    """Name, path, size and theme of each."""
    fitted = server.rows("""SELECT s.objectId FROM ztf_salt2 AS s WHERE s.success AND s.quality = 'good'
        ORDER BY s.fit_probability > 0.01 DESC, s.n_used DESC, s.candid LIMIT 1""")
    name = fitted[0][0] if fitted else server.rows("SELECT objectId FROM ztf_alerts WHERE is_extragalactic_transient LIMIT 1")[0][0]
    sql = "SELECT night, count(*) AS alerts, count(DISTINCT objectId) AS objects, min(magpsf) AS brightest FROM ztf_alerts GROUP BY night"
    return [
        ("tonight.png", "/", desk, "light"), ("candidates.png", "/candidates", desk, "light"),
        ("object.png", f"/objects/{name}", desk, "light"), ("object-phone.png", f"/objects/{name}", phone, "dark"),
        ("search.png", f"/search?sql={sql.replace(' ', '+')}", desk, "light"), ("nights.png", "/nights?year=2024", desk, "light"),
    ]


def main():
    server = Server(folder())
    try:
        browser = Browser(server.address)
        try:
            for name, path, size, theme in pictures(server):
                browser.look(size, theme)
                browser.open(path)
                save(browser.driver.get_screenshot_as_png(), name)
        finally:
            browser.stop()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
