// Finds the page of an address, and shows it or what went wrong.

import { ApiProblem, get } from "./api.js";
import { announce, h } from "./dom.js";
import { drawFrame, followState, keys, makeHead } from "./frame.js";

const pages = {
    "": "tonight", nights: "nights", candidates: "candidates", objects: "object", alerts: "alert", search: "search",
    filters: "filters", "dead-letters": "deadletters",
};

function failure(error) {
    const isProblem = error instanceof ApiProblem;
    const title = isProblem ? error.title : "This page could not be shown";
    const detail = isProblem ? error.detail : `${error.name}: ${error.message}`;
    if (!isProblem) console.error(error);
    announce(title);
    return h("div", { class: "notice bad", role: "alert" },
        h("strong", {}, title), h("p", {}, detail),
        h("p", {}, h("button", { type: "button", on: { click: () => location.reload() } }, "Try again"), " ",
            h("a", { href: "/search" }, "Search"), " · ", h("a", { href: "/dead-letters" }, "Dead letters"), " · ",
            h("a", { href: "/help" }, "Help")));
}

async function begin() {
    const parts = location.pathname.split("/").slice(1).map(decodeURIComponent).filter((part) => part !== "");
    const query = new URLSearchParams(location.search);
    const survey = query.get("survey");
    const main = document.getElementById("main");
    let info = {};
    const asked = get("").then((found) => { info = found; }, (error) => error);
    let name = pages[parts[0] ?? ""];
    if (name === "nights" && parts.length > 1) name = "night";
    const loaded = name ? import(`./pages/${name}.js`) : null;
    const problem = await asked;
    const bar = drawFrame(info, survey);
    // Help is written by the server: the frame is all that is added.
    if (!loaded) {
        // What scrolls must be reachable by the keyboard.
        for (const wide of main.querySelectorAll(".help pre, .help table")) wide.tabIndex = 0;
        // Markdown has no table without a head; an empty cell of it heads nothing.
        for (const head of main.querySelectorAll(".help th:empty")) head.replaceWith(h("td"));
        followState(bar);
        return;
    }
    main.replaceChildren();
    const head = makeHead(main);
    const context = {
        parts, query, survey, info, head, keys, bar,
        setQuery(changes) {
            for (const [key, value] of Object.entries(changes)) {
                if (value === null || value === undefined || value === "") query.delete(key); else query.set(key, value);
            }
            const text = query.toString();
            history.replaceState(null, "", location.pathname + (text ? `?${text}` : "") + location.hash);
        },
    };
    if (name !== "tonight") followState(bar);
    main.setAttribute("aria-busy", "true");
    try {
        if (problem) throw problem;
        await (await loaded).show(main, context);
    } catch (error) {
        if (main.querySelector("h1").textContent.trim() === "") head({ title: "Something is wrong", says: "", asOf: null });
        main.append(failure(error));
    } finally {
        main.removeAttribute("aria-busy");
    }
}

begin();
