"""Puts what docc has made below a folder of the site: swift_api.py FROM TO TARGET...

docc's pages have addresses from the root of a server, in a page for each symbol. Here they get addresses from the page itself, so
that the site works below any path, and a page that lists the targets, which docc has only for packages with a catalog.
"""
import html
import pathlib
import re
import shutil
import sys

source, site, targets = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
shutil.rmtree(site, ignore_errors=True)
shutil.copytree(source, site)
for page in site.rglob("index.html"):
    up = "../" * len(page.parent.relative_to(site).parts) or "./"
    text = page.read_text(encoding="utf-8")
    text, count = re.subn(r'var baseUrl = "/"', f'var baseUrl = new URL("{up}", document.baseURI).pathname', text)
    if count != 1:
        raise SystemExit(f"{page}: docc's pages have changed: there is no baseUrl in it")
    page.write_text(re.sub(r'(href|src)="/(?=css|js|img|favicon)', rf'\1="{up}', text), encoding="utf-8")

entries = []
for target in targets:
    if not (site / "documentation" / target.lower() / "index.html").is_file():
        raise SystemExit(f"docc has made no page of {target}")
    entries.append(f'<li><a href="documentation/{target.lower()}/">{html.escape(target)}</a></li>')
(site / "index.html").write_text(f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Swift API - Nightjar</title>
<link rel="stylesheet" href="../style.css">
<script src="../theme.js"></script>
</head>
<body>
<header><a class="name" href="../index.html">Nightjar</a></header>
<div class="frame"><nav></nav>
<main>
<h1>Swift API</h1>
<p>The package's main targets, by DocC. These pages need a web server, such as
<code>python3 -m http.server --directory site</code>: a browser does not let them load what they show from a disk.
<a href="../architecture.html#targets">Architecture</a> says what each target is for.</p>
<noscript><p>They need JavaScript too.</p></noscript>
<ul>
{chr(10).join(entries)}
</ul>
</main></div>
</body>
</html>
""", encoding="utf-8")
