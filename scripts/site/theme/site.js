// Theme, search and the menu of a phone. No module: pages that are opened from a disk may not load those.
"use strict";

const base = document.documentElement.dataset.base;
const query = document.getElementById("query");
const results = document.getElementById("results");
const found = document.getElementById("found");

document.getElementById("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const now = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    try {
        localStorage.setItem("nightjar-theme", root.dataset.theme);
    } catch {
        // It holds for this page.
    }
});

if (matchMedia("(max-width: 900px)").matches) document.querySelector("details.menu").open = false;

// The page's own place in a long list of pages.
document.querySelector("nav [aria-current]")?.scrollIntoView({block: "nearest"});

// Search: mkdocs' documents, a page's sections each, and lunr; both are loaded when they are first asked for.
function load(path) {
    return new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${base}/search/${path}`;
        script.addEventListener("load", resolve);
        script.addEventListener("error", () => reject(new Error(`${path} cannot be loaded`)));
        document.head.append(script);
    });
}

let preparing = null;
function prepare() {
    preparing ??= Promise.all([load("lunr.js"), load("index.js")]).then(() => lunr(function () {
        this.ref("number");
        this.field("title", {boost: 10});
        this.field("text");
        // Words of code have no stem that a reader would type.
        window.searchDocuments.forEach((document, number) => this.add({...document, number}));
    }));
    return preparing;
}

function pageTitle(location) {
    const page = location.split("#")[0];
    return window.searchDocuments.find(document => document.location === page)?.title ?? "";
}

function excerpt(text, words) {
    const lower = text.toLowerCase();
    const first = Math.min(...words.map(word => lower.indexOf(word)).filter(at => at >= 0), text.length);
    const start = first === text.length ? 0 : Math.max(0, first - 40);
    return (start > 0 ? "… " : "") + text.slice(start, start + 140).trim() + (start + 140 < text.length ? " …" : "");
}

function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text;
    if (className) made.className = className;
    return made;
}

let asked = 0;
async function search() {
    const words = query.value.toLowerCase().split(/[^\p{L}\p{N}_]+/u).filter(word => word.length > 0);
    const turn = ++asked;
    if (words.length === 0) {
        results.hidden = true;
        found.textContent = "";
        return;
    }
    let hits;
    try {
        const index = await prepare();
        hits = index.query(asking => {
            for (const word of words) {
                // A whole word counts more than the beginning of one.
                asking.term(lunr.tokenizer(word), {boost: 10, usePipeline: true});
                asking.term(word, {wildcard: lunr.Query.wildcard.TRAILING, usePipeline: false});
            }
        });
    } catch (error) {
        results.replaceChildren(element("li", `Search does not work: ${error.message}.`));
        results.hidden = false;
        return;
    }
    if (turn !== asked) return;
    // Sections that have all the words come first.
    const documents = hits.map(hit => window.searchDocuments[hit.ref]);
    const has = document => words.filter(word => `${document.title} ${document.text}`.toLowerCase().includes(word)).length;
    documents.sort((one, other) => has(other) - has(one));
    results.replaceChildren(...documents.slice(0, 12).map(document => {
        const item = element("li", "");
        const link = element("a", "");
        link.href = `${base}/${document.location}`;
        const page = pageTitle(document.location);
        link.append(element("strong", document.title));
        if (page !== document.title) link.append(element("span", ` ${page}`, "page"));
        link.append(element("span", excerpt(document.text, words), "excerpt"));
        item.append(link);
        return item;
    }));
    if (documents.length === 0) results.append(element("li", "Nothing has these words."));
    results.hidden = false;
    found.textContent = documents.length === 1 ? "1 section" : `${documents.length} sections`;
}

query.addEventListener("input", search);
query.addEventListener("focus", () => {
    if (query.value) search();
});
document.addEventListener("click", event => {
    if (!event.target.closest(".search")) results.hidden = true;
});
document.addEventListener("keydown", event => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        query.focus();
        return;
    }
    if (!document.activeElement?.closest(".search")) return;
    const links = [...results.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
        results.hidden = true;
        query.blur();
    } else if (event.key === "ArrowDown" && links.length > 0) {
        event.preventDefault();
        links[Math.min(at + 1, links.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
        event.preventDefault();
        (at === 0 ? query : links[at - 1]).focus();
    } else if (event.key === "Enter" && at < 0 && links.length > 0) {
        links[0].click();
    }
});
