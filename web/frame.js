// What stands around every page: the bar, the list of pages, keys, and the head with its API calls.

import { get, url } from "./api.js";
import { copyButton, h, replace } from "./dom.js";
import { utc, mjdNow } from "./format.js";

const places = [
    ["Tonight", "/"], ["Nights", "/nights"], ["Candidates", "/candidates"], ["Filters", "/filters"],
    ["Search", "/search"], ["Dead letters", "/dead-letters"], ["Help", "/help"],
];

/** Words of states, with the look of each. */
export const stateLooks = {
    waiting: "", opening: "live", running: "live", draining: "live", complete: "good", incomplete: "bad", closed: "",
    stopped: "", unknown: "",
};

/** A state as a word with its shape and colour. */
export function stateWord(state, text = state) {
    return h("span", { class: `state ${stateLooks[state] ?? ""}` }, text);
}

const registered = new Map([
    ["/", ["search", () => document.getElementById("search")?.focus()]],
    ["?", ["these keys", showKeys]],
]);

/** Single keys of a page: `{j: ["next row", function]}`. */
export function keys(table) {
    for (const [key, entry] of Object.entries(table)) registered.set(key, entry);
}

function showKeys() {
    const rows = [...registered].map(([key, [meaning]]) => h("tr", {}, h("td", {}, h("kbd", {}, key)), h("td", {}, meaning)));
    const dialog = h("dialog", { "aria-labelledby": "keys-title", on: { close: () => dialog.remove() } },
        h("h2", { id: "keys-title" }, "Keys"), h("table", {}, h("tbody", {}, rows)),
        h("form", { method: "dialog" }, h("button", {}, "Close")));
    document.body.append(dialog);
    dialog.showModal();
}

document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    const entry = registered.get(event.key);
    if (!entry) return;
    event.preventDefault();
    entry[1](event);
});

function themeButton() {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const button = h("button", { type: "button", class: "theme plain" });
    const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";
    const draw = () => {
        button.textContent = isDark() ? "☾" : "☼";
        button.setAttribute("aria-label", isDark() ? "Use the light theme" : "Use the dark theme");
        button.title = button.getAttribute("aria-label");
    };
    button.addEventListener("click", () => {
        const chosen = isDark() ? "light" : "dark";
        document.documentElement.dataset.theme = chosen;
        try { localStorage.setItem("theme", chosen); } catch { /* it holds for this page */ }
        draw();
        dispatchEvent(new Event("themechange"));
    });
    system.addEventListener("change", () => { draw(); dispatchEvent(new Event("themechange")); });
    draw();
    return button;
}

function surveySwitch(info, survey) {
    const surveys = info.surveys ?? [];
    if (surveys.length < 2) return null;
    const links = [["All", null], ...surveys.map((name) => [name.toUpperCase(), name])].map(([text, name]) => {
        const query = new URLSearchParams(location.search);
        query.delete("cursor");
        if (name) query.set("survey", name); else query.delete("survey");
        return h("a", { href: `${location.pathname}?${query}`, "aria-current": survey === name ? "true" : null }, text);
    });
    return h("span", { class: "choice surveys", role: "group", "aria-label": "Survey" }, links);
}

/** Draws the bar and the list of pages. */
export function drawFrame(info, survey) {
    const name = (info.data ?? []).join(", ");
    const search = h("input", {
        id: "search", name: "q", type: "search", "aria-label": "Search for an id, a name or a position",
        placeholder: "id, name or position   /", autocomplete: "off", spellcheck: "false",
    });
    search.addEventListener("keydown", (event) => { if (event.key === "Escape") search.blur(); });
    const tonight = h("a", { class: "tonight", href: "/" }, h("span", { class: "unseen" }, "Tonight"));
    replace(document.getElementById("bar"),
        h("a", { class: "name", href: "/" }, "Nightjar", h("span", { class: "data", title: name }, name)),
        surveySwitch(info, survey),
        h("form", { action: "/search", role: "search" }, search),
        tonight, themeButton());
    const here = location.pathname === "/" ? "/" : "/" + location.pathname.split("/")[1];
    const owners = { "/objects": "/candidates", "/alerts": "/candidates" };
    const current = owners[here] ?? here;
    const list = document.getElementById("places");
    replace(list, places.map(([text, path]) => h("a", { href: path, "aria-current": path === current ? "page" : null }, text)));
    // On a phone the list scrolls: the page's own entry stands in its middle, so that both neighbours are seen.
    const own = list.querySelector("[aria-current]");
    if (own) list.scrollLeft = own.offsetLeft - (list.clientWidth - own.offsetWidth) / 2;
    return { say: (state, text) => replace(tonight, h("span", { class: "unseen" }, "Tonight: "), stateWord(state, text)) };
}

/** Asks for tonight's state, for the bar; the page of tonight says it itself. */
export async function followState(bar) {
    const ask = async () => {
        if (document.visibilityState === "hidden") return;
        try {
            const tonight = await get("tonight");
            bar.say(tonight.state, tonight.state);
        } catch { bar.say("unknown", "no answer"); }
    };
    await ask();
    setInterval(ask, 30_000);
    document.addEventListener("visibilitychange", ask);
}

const origin = location.origin;

function callText(call) {
    const address = origin + url(call.path, call.params);
    return [
        `curl -s '${address.replaceAll("'", "%27")}'`,
        `import requests\nanswer = requests.get(${JSON.stringify(address)}).json()`,
    ];
}

/** A page's head: title, one sentence, as of when, and its API calls behind one button. */
export function makeHead(main) {
    const title = h("h1", {}, "\u00a0");
    const says = h("p", { class: "says" }, "\u00a0");
    const drawer = h("div", { class: "drawer", hidden: true, id: "calls" });
    const button = h("button", {
        type: "button", class: "small calls", "aria-expanded": "false", "aria-controls": "calls", hidden: true,
    }, "API");
    button.addEventListener("click", () => {
        drawer.hidden = !drawer.hidden;
        button.setAttribute("aria-expanded", String(!drawer.hidden));
    });
    main.append(h("div", { class: "head" }, title, button, says), drawer);
    return (given) => {
        if (given.title !== undefined) {
            replace(title, given.title);
            const plain = title.textContent;
            document.title = plain === "Tonight" ? "Nightjar" : `${plain} · Nightjar`;
        }
        if (given.says !== undefined) {
            const when = given.asOf === null ? null : given.asOf ?? mjdNow();
            replace(says, given.says, when === null ? null : ` As of ${utc(when, { seconds: true })} UTC.`);
        }
        if (given.calls) {
            button.hidden = given.calls.length === 0;
            replace(drawer, given.calls.map((call) => {
                const [curl, python] = callText(call);
                return [
                    h("h2", {}, call.label), h("p", {}, h("a", { href: url(call.path, call.params) }, url(call.path, call.params))),
                    h("pre", { tabindex: "0" }, curl), copyButton(curl, "Copy curl"), " ",
                    h("pre", { tabindex: "0" }, python), copyButton(python, "Copy Python"),
                    call.sql ? [h("pre", { tabindex: "0" }, call.sql), copyButton(call.sql, "Copy SQL")] : null,
                ];
            }));
        }
    };
}
