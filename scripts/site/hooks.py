"""What mkdocs is told beyond its configuration: GitHub's anchors, pages from outside docs/, and a search that needs no server."""
import json
import logging
import os
import posixpath
import re
import shutil

import mkdocs.contrib.search
from mkdocs.structure.files import File

log = logging.getLogger("mkdocs.plugins.site")  # a warning in it ends a strict build

root = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
# Pages that lie where they are read on GitHub, and belong into the site.
pages = ["CONTRIBUTING.md", "deploy/README.md", "deploy/systemd/README.md"]
fence = re.compile(r"^(```|~~~).*?^\1[ \t]*$|`[^`\n]+`", re.M | re.S)
link = re.compile(r"(\]\()([^)\s#]+)(#[^)\s]*)?(\))")


def slug(title, separator):
    """GitHub's anchor for a heading: so that a link works there, here, and in the Help of `nightjar serve`."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def on_config(config):
    config.mdx_configs.setdefault("toc", {})["slugify"] = slug
    config.extra["swift_api"] = os.environ.get("NIGHTJAR_SWIFT_API") == "1"
    return config


def target(origin, address):
    """Where a relative address of a page leads, from the top of the repository; `None` where it leads elsewhere."""
    if "://" in address or address.startswith(("mailto:", "/", "#")):
        return None
    path = posixpath.normpath(posixpath.join(posixpath.dirname(origin), address))
    return None if path.startswith("..") else path


def place(path):
    """Where a file of the repository is in the site."""
    if os.path.isdir(os.path.join(root, path)):
        path += "/README.md"
    if path.startswith("docs/"):
        return path.removeprefix("docs/")
    return path if path in pages else "files/" + path


def outside_code(text, change):
    parts, end = [], 0
    for match in fence.finditer(text):
        parts += [change(text[end:match.start()]), match.group()]
        end = match.end()
    return "".join(parts + [change(text[end:])])


def origin_of(source):
    return source if source in pages else "docs/" + source


def on_files(files, config):
    texts = {file.src_uri: file.content_string for file in files.documentation_pages()}
    for page in pages:
        with open(os.path.join(root, page), encoding="utf-8") as file:
            texts[page] = file.read()
        files.append(File.generated(config, page, content=texts[page]))
    # Files of the repository that pages link to come along.
    for source, text in texts.items():
        def collect(part):
            for match in link.finditer(part):
                path = target(origin_of(source), match.group(2))
                if path is None or path.startswith("docs/") or place(path) in pages:
                    continue
                full = os.path.join(root, path)
                if not os.path.isfile(full):
                    log.warning("%s: links to %s, which is no file, nor a folder with a README.md", source, path)
                elif files.get_file_from_path(place(path)) is None:
                    files.append(File.generated(config, place(path), abs_src_path=full))
            return part
        outside_code(text, collect)
    return files


def on_page_markdown(markdown, page, config, files):
    source = page.file.src_uri

    def rewrite(part):
        def one(match):
            path = target(origin_of(source), match.group(2))
            if path is None:
                return match.group()
            address = posixpath.relpath(place(path), posixpath.dirname(source) or ".")
            return match.group(1) + address + (match.group(3) or "") + match.group(4)
        return link.sub(one, part)
    return outside_code(markdown, rewrite)


def on_page_content(html, page, config, files):
    # CommonMark's escapes that Python-Markdown does not know: of "<" in texts, and of a bar in a table's code.
    parts = re.split(r"(<pre.*?</pre>|<code.*?</code>)", html, flags=re.S)
    html = "".join(part if part.startswith(("<pre", "<code")) else part.replace("\\&lt;", "&lt;") for part in parts)
    html = re.sub(r"<td.*?</td>", lambda cell: cell.group().replace("\\|", "|"), html, flags=re.S)
    # A table may be wider than a phone: it scrolls, and not the page.
    return html.replace("<table>", '<div class="wide" tabindex="0"><table>').replace("</table>", "</table></div>")


def on_post_build(config):
    # A page that was opened from a disk may not fetch, but may run a script: the index is one.
    folder = os.path.join(config.site_dir, "search")
    path = os.path.join(folder, "search_index.json")
    with open(path, encoding="utf-8") as file:
        docs = json.load(file)["docs"]
    for document in docs:
        document["text"] = document["text"].replace(" # ", " ")  # the links of headings to themselves
    with open(os.path.join(folder, "index.js"), "w", encoding="utf-8") as file:
        file.write("window.searchDocuments = " + json.dumps(docs, ensure_ascii=False, separators=(",", ":")) + ";\n")
    os.remove(path)
    shutil.copy(os.path.join(os.path.dirname(mkdocs.contrib.search.__file__), "templates/search/lunr.js"), folder)
