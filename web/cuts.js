// Why an alert passes filters or not: each cut of each filter, with what it looked at.

import { get, part } from "./api.js";
import { h, replace } from "./dom.js";
import { plural, shortest } from "./format.js";
import { skeleton, trouble } from "./table.js";

/** A name that may break behind its underscores. */
const breakable = (name) => h("span", {}, name.split("_").map((word, i) => i === 0 ? word : ["_", h("wbr"), word]));

/** A value of a packet, bounded: it may be a text of 64 kB. */
function valueText(value) {
    if (value === null || value === undefined) return "null";
    if (typeof value === "number") return shortest(value);
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

const verdictLook = (verdict) => verdict === true ? ["good", "yes"] : verdict === false ? ["bad", "no"]
    : ["warn", "null"];

function lookedAt(tables) {
    return tables.map((values) => {
        const row = (cells) => values.columns.map((column, i) => `${column} ${valueText(cells[i])}`).join(", ");
        if (values.table === "alert") return h("div", {}, values.rows.slice(0, 1).map(row));
        const title = `${values.table}: ${plural(values.count, "row")}`;
        if (values.rows.length === 0) return h("div", {}, title);
        return h("details", {}, h("summary", {}, title),
            h("ul", {}, values.rows.slice(0, 50).map((cells) => h("li", {}, row(cells)))));
    });
}

/** One filter's verdict on an alert, cut by cut. */
export function filterVerdict(filter) {
    const failed = filter.cuts.filter((cut) => cut.verdict !== true).length;
    const says = filter.passes ? "passes" : `fails ${failed} of ${plural(filter.cuts.length, "cut")}`;
    return h("div", { class: "verdict" },
        h("div", { class: "verdict-title" }, h("span", { class: `state ${filter.passes ? "good" : "bad"}` },
            filter.filter), " ",
            h("span", { class: "quiet" }, says)),
        h("ul", { class: "cuts" }, filter.cuts.map((cut) => {
            const [look, word] = verdictLook(cut.verdict);
            return h("li", {}, h("span", { class: `state ${look}` }, breakable(cut.cut),
                h("span", { class: "unseen" }, `: ${word}`)),
                h("div", { class: "looked" }, lookedAt(cut.values ?? [])));
        })));
}

/** Fills a place with the cuts of an alert, those that it passes first. */
export async function showCuts(place, survey, id) {
    replace(place, skeleton(16));
    place.setAttribute("aria-busy", "true");
    try {
        const answer = await get(`alerts/${part(id)}/filters`, { survey });
        const filters = [...answer.filters].sort((a, b) => b.passes - a.passes || a.filter.localeCompare(b.filter));
        replace(place, filters.length === 0
            ? h("p", { class: "quiet" }, "No filter has judged alerts of this survey: 'nightjar run --filters DIR' ",
                "has them judged.")
            : h("div", { class: "verdicts" }, filters.map(filterVerdict)));
    } catch (error) {
        replace(place, trouble(error, () => showCuts(place, survey, id)));
    }
    place.removeAttribute("aria-busy");
}
