#!/usr/bin/env python3
"""Writes a DocC archive as plain pages, which a browser reads from the disk without a server.

    pages.py ARCHIVE OUTPUT

DocC's own pages fetch their text by JavaScript, which browsers refuse for files. An element that is
unknown here is an error, so that no text is lost in silence, and so is a link that leads nowhere."""

import html
import json
import os
import pathlib
import re
import sys

STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 0.9em ui-monospace, monospace; }
pre { padding: 0.8rem; overflow-x: auto; background: #8882; border-radius: 6px; }
pre.declaration { white-space: pre-wrap; }
a { text-decoration: none; }
a:hover { text-decoration: underline; }
nav, .kind { font-size: 0.9em; opacity: 0.75; }
aside { border-left: 4px solid #888; padding-left: 1rem; }
dd { margin-bottom: 0.6rem; }
table { border-collapse: collapse; }
td, th { border: 1px solid #8886; padding: 0.2rem 0.6rem; text-align: left; }
"""


def whole(title, body):
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n")


class Page:
    def __init__(self, site, url, document):
        self.site, self.url, self.document = site, url, document
        self.references = document.get("references", {})

    def link(self, identifier, text=None):
        known = self.references.get(identifier, {})
        if text is None:
            text = html.escape(known.get("title", identifier.rsplit("/", 1)[-1]))
            if known.get("kind") == "symbol" and known.get("role") != "collection":
                text = f"<code>{text}</code>"
        if known.get("title", "").startswith("Swift.") and known["type"] == "unresolvable":
            return text  # A protocol of Swift's own, which a type conforms to.
        url = known.get("url", "")
        if "://" in url:
            return f'<a href="{html.escape(url)}">{text}</a>'
        path, _, anchor = url.partition("#")
        if path.lower() not in self.site.files:
            raise SystemExit(f"{self.url}: there is no page for the link to '{identifier}'")
        target = self.path(self.site.files[path.lower()])
        return f'<a href="{target}{"#" + anchor if anchor else ""}">{text}</a>'

    def path(self, file):
        return os.path.relpath(file, os.path.dirname(self.site.files[self.url]) or ".")

    def inline(self, items):
        return "".join(self.inline_item(item) for item in items)

    def inline_item(self, item):
        kind = item["type"]
        if kind == "text":
            return html.escape(item["text"])
        if kind == "codeVoice":
            return f'<code>{html.escape(item["code"])}</code>'
        if kind in ("emphasis", "strong"):
            tag = {"emphasis": "em", "strong": "strong"}[kind]
            return f'<{tag}>{self.inline(item["inlineContent"])}</{tag}>'
        if kind == "reference":
            title = item.get("overridingTitleInlineContent")
            return self.link(item["identifier"], self.inline(title) if title else None)
        raise SystemExit(f"{self.url}: unknown text '{kind}'")

    def blocks(self, items):
        return "\n".join(self.block(item) for item in items)

    def block(self, item):
        kind = item["type"]
        if kind == "paragraph":
            return f'<p>{self.inline(item["inlineContent"])}</p>'
        if kind == "heading":
            level = item["level"]
            return f'<h{level} id="{item["anchor"]}">{html.escape(item["text"])}</h{level}>'
        if kind == "codeListing":
            return f'<pre>{html.escape(chr(10).join(item["code"]))}</pre>'
        if kind in ("unorderedList", "orderedList"):
            tag = "ul" if kind == "unorderedList" else "ol"
            entries = "".join(f'<li>{self.blocks(i["content"])}</li>' for i in item["items"])
            return f"<{tag}>{entries}</{tag}>"
        if kind == "aside":
            name = item.get("name", item["style"].capitalize())
            return f'<aside><strong>{html.escape(name)}</strong>{self.blocks(item["content"])}</aside>'
        if kind == "table":
            rows = [
                "".join(f"<td>{self.blocks(cell)}</td>" for cell in row) for row in item["rows"]]
            return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
        raise SystemExit(f"{self.url}: unknown block '{kind}'")

    def tokens(self, tokens):
        return "".join(
            self.link(token["identifier"], html.escape(token["text"]))
            if "identifier" in token else html.escape(token["text"])
            for token in tokens)

    def section(self, section):
        kind = section["kind"]
        if kind == "declarations":
            return "\n".join(
                f'<pre class="declaration">{self.tokens(declaration["tokens"])}</pre>'
                for declaration in section["declarations"])
        if kind == "parameters":
            entries = "".join(
                f'<dt><code>{html.escape(p["name"])}</code></dt><dd>{self.blocks(p["content"])}</dd>'
                for p in section["parameters"])
            return f"<h2>Parameters</h2><dl>{entries}</dl>"
        if kind == "content":
            return self.blocks(section["content"])
        if kind == "mentions":
            links = "".join(f"<li>{self.link(i)}</li>" for i in section["mentions"])
            return f"<h2>Mentioned in</h2><ul>{links}</ul>"
        raise SystemExit(f"{self.url}: unknown section '{kind}'")

    def group(self, group):
        entries = []
        for identifier in group["identifiers"]:
            known = self.references.get(identifier, {})
            abstract = self.inline(known.get("abstract", []))
            fragments = known.get("fragments")
            text = None
            if fragments:
                text = f'<code>{html.escape("".join(f["text"] for f in fragments))}</code>'
            entries.append(f"<dt>{self.link(identifier, text)}</dt><dd>{abstract}</dd>")
        return f'<h3>{html.escape(group.get("title") or "")}</h3><dl>{"".join(entries)}</dl>'

    def groups(self, key, title):
        groups = self.document.get(key)
        if not groups:
            return ""
        return f"<h2>{title}</h2>" + "".join(self.group(group) for group in groups)

    def html(self):
        document = self.document
        metadata = document["metadata"]
        title = html.escape(metadata["title"])
        paths = document.get("hierarchy", {}).get("paths") or [[]]
        crumbs = [f'<a href="{self.path("index.html")}">Kindred</a>']
        crumbs += [self.link(identifier) for identifier in paths[0] if self.url != self.site.root]
        crumbs.append(f'<a href="{self.path("symbols.html")}">all symbols</a>')
        body = [
            f"<nav>{' / '.join(crumbs)}</nav>",
            f'<p class="kind">{html.escape(metadata.get("roleHeading", ""))}</p>',
            f"<h1>{title}</h1>",
            f'<p>{self.inline(document.get("abstract", []))}</p>',
        ]
        body += [self.section(section) for section in document.get("primaryContentSections", [])]
        body += [
            self.groups("topicSections", "Topics"),
            self.groups("defaultImplementationsSections", "Default implementations"),
            self.groups("relationshipsSections", "Relationships"),
            self.groups("seeAlsoSections", "See also"),
        ]
        return whole(title, "\n".join(part for part in body if part))


class Site:
    def __init__(self, archive, root):
        self.root = root
        data = pathlib.Path(archive, "data")
        self.documents = {}
        for path in sorted(data.rglob("*.json")):
            url = "/" + str(path.relative_to(data).with_suffix(""))
            self.documents[url] = json.loads(path.read_text())
        # Names that every file system and every upload takes.
        self.files = {}
        taken = set()
        for url in self.documents:
            name = re.sub(r"[^a-z0-9/_-]+", "-", url.removeprefix("/documentation/").lower())
            name = "index" if url == root else name.strip("-")
            number = 1
            while (file := f"{name}{'' if number == 1 else f'-{number}'}.html") in taken:
                number += 1
            taken.add(file)
            self.files[url] = file

    def write(self, output):
        for url, document in self.documents.items():
            path = pathlib.Path(output, self.files[url])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(Page(self, url, document).html())
        pathlib.Path(output, "symbols.html").write_text(whole("All symbols", self.symbols()))

    def check(self, output):
        """Every link of a page leads to a page, and to a place in it."""
        pages = {}
        for file in [*self.files.values(), "symbols.html"]:
            pages[os.path.normpath(file)] = pathlib.Path(output, file).read_text()
        places = {file: set(re.findall(r' id="([^"]*)"', text)) for file, text in pages.items()}
        for file, text in pages.items():
            for link in re.findall(r' href="([^"]*)"', text):
                if "://" in link:
                    continue
                path, _, anchor = html.unescape(link).partition("#")
                target = os.path.normpath(os.path.join(os.path.dirname(file), path))
                if target not in pages:
                    raise SystemExit(f"{file}: there is no page '{link}'")
                if anchor and anchor not in places[target]:
                    raise SystemExit(f"{file}: there is no place '{link}'")

    def symbols(self):
        """Every symbol with the type that it belongs to, in the order of names."""
        entries = []
        for url, document in self.documents.items():
            if document["kind"] != "symbol" or document["metadata"]["role"] == "collectionGroup":
                continue
            title = html.escape(document["metadata"]["title"])
            place = document["identifier"]["url"].split("/documentation/")[1].rpartition("/")[0]
            entries.append(
                (title.lower(), place, f'<a href="{self.files[url]}"><code>{title}</code></a>'))
        lines = "".join(
            f"<li>{link}{' in ' + html.escape(place) if place else ''}</li>"
            for _, place, link in sorted(entries))
        return f'<nav><a href="index.html">Kindred</a></nav><h1>All symbols</h1><ul>{lines}</ul>'


site = Site(sys.argv[1], "/documentation/kindred")
site.write(sys.argv[2])
site.check(sys.argv[2])
print(f"{len(site.files)} pages: {pathlib.Path(sys.argv[2], 'index.html')}")
