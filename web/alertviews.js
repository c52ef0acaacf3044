// What an alert's page and an object's page both show of one alert: its packet, where it came from, and why filters
// take it or not.

import { get, part, url } from "./api.js";
import { copyButton, h, replace } from "./dom.js";
import { bytes, count, duration, plural, sourceName, utc } from "./format.js";

const MOST_ROWS = 200;
const isRecord = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

// A notice of a problem that leaves the rest of the page as it is.
export function calm(error, what) {
    return h("div", { class: "notice" }, h("strong", {}, what ?? error.title ?? "Not to be had"),
        h("p", {}, error.detail ?? error.message));
}

// Calls `make` when a <details> is first opened, so that long packets cost nothing until then.
function lazily(details, make) {
    const fill = () => {
        if (!details.open || details.dataset.filled) return;
        details.dataset.filled = "yes";
        make();
    };
    details.addEventListener("toggle", fill);
    fill();
    return details;
}

function leaf(value) {
    if (value === null || value === undefined) return h("span", { class: "quiet" }, "null");
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (text.length <= 120) return h("span", { class: "value" }, text);
    const shown = h("span", { class: "value" }, `${text.slice(0, 96)}… `);
    const more = h("button", { type: "button", class: "small", on: { click: () => replace(shown, text) } },
        `all ${count(text.length)} characters`);
    return shown.append(more), shown;
}

// Records as a table; its columns are those of all rows, since the first need not have them all.
function recordTable(name, list) {
    const names = [];
    const known = new Set();
    for (const row of list.slice(0, MOST_ROWS)) {
        for (const name of Object.keys(row)) if (!known.has(name)) { known.add(name); names.push(name); }
    }
    const isEmpty = (name) => list.slice(0, MOST_ROWS).every((row) => row[name] === null || row[name] === undefined);
    const columns = names.filter((name) => !isEmpty(name));
    const empty = names.filter(isEmpty);
    const text = (value) => (value === null || value === undefined ? "" : typeof value === "object"
        ? JSON.stringify(value).slice(0, 80) : String(value));
    return [
        h("div", { class: "scroll short", tabindex: "0", role: "region", "aria-label": `records of ${name}` }, h("table", {},
            h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
            h("tbody", {}, list.slice(0, MOST_ROWS).map((row) =>
                h("tr", {}, columns.map((name) => h("td", { class: "number" }, text(row[name])))))))),
        list.length > MOST_ROWS ? h("p", { class: "quiet" },
            `The first ${MOST_ROWS} of ${count(list.length)}; packet.avro has all.`) : null,
        empty.length ? h("p", { class: "quiet" }, `Null in all: ${empty.join(", ")}.`) : null,
    ];
}

function node(name, value, isOpen) {
    if (Array.isArray(value)) {
        if (value.length === 0) return h("li", { data: { name } }, h("span", { class: "name" }, name), " ",
            h("span", { class: "quiet" }, "none"));
        const holder = h("div");
        const details = h("details", {}, h("summary", {}, h("span", { class: "name" }, name), " ",
            h("span", { class: "quiet" }, plural(value.length, "item"))), holder);
        lazily(details, () => replace(holder, value.every(isRecord) ? recordTable(name, value)
            : h("ul", { class: "tree" }, value.slice(0, MOST_ROWS).map((item, index) =>
                node(String(index), item, false)))));
        return h("li", { data: { name } }, details);
    }
    if (isRecord(value)) {
        const names = Object.keys(value);
        const holder = h("div");
        const details = h("details", { open: isOpen },
            h("summary", {}, h("span", { class: "name" }, name), " ",
            h("span", { class: "quiet" }, plural(names.length, "field"))), holder);
        lazily(details, () => replace(holder, h("ul", { class: "tree" },
            names.map((key) => node(key, value[key], false)))));
        return h("li", { data: { name } }, details);
    }
    return h("li", { data: { name } }, h("span", { class: "name" }, name), " ", leaf(value));
}

// A packet as a tree with a box that finds fields by name.
export function packetTree(packet) {
    const main = ["candidate", "diaSource"];
    const names = Object.keys(packet ?? {});
    const tree = h("ul", { class: "tree top" }, names.map((name) => node(name, packet[name], main.includes(name))));
    const found = h("span", { class: "quiet", role: "status" });
    const box = h("input", { type: "search", id: "find-field", placeholder: "name of a field", autocomplete: "off",
        on: { input: () => {
        const wanted = box.value.trim().toLowerCase();
        // What is closed is opened, so that its fields can be found; tables stay closed.
        if (wanted) {
            tree.querySelectorAll(":scope > li > details").forEach((details) => {
                if (isRecord(packet[details.parentElement.dataset.name])) details.open = true;
            });
        }
        requestAnimationFrame(() => {
            let hits = 0;
            const items = [...tree.querySelectorAll("li")].reverse();
            for (const item of items) {
                const isHit = item.dataset.name.toLowerCase().includes(wanted);
                if (isHit && wanted) hits += 1;
                const hasHit = [...item.querySelectorAll("li")].some((inner) => !inner.hidden);
                item.hidden = wanted !== "" && !isHit && !hasHit;
            }
            replace(found, wanted ? `${hits} found` : "");
        });
    } } });
    return h("div", { class: "packet" },
        h("div", { class: "controls" }, h("label", { class: "field", for: "find-field" }, "Find a field", box), found,
            copyButton(() => JSON.stringify(packet, null, 2), "Copy JSON")), tree);
}

const stageWords = { exposureEnd: "exposure end", sent: "survey sent", kafka: "Kafka", received: "received",
    published: "published", durable: "on disk", processed: "survey processed" };

// Where an alert came from, and when it passed each stage.
export function provenance(alert) {
    const p = alert.provenance ?? {};
    const row = (name, value) => (value === null || value === undefined || value === "" ? null
        : [h("dt", {}, name), h("dd", {}, value)]);
    const parameters = { survey: alert.survey };
    const times = Array.isArray(p.times) ? p.times.filter((time) => typeof time.mjd_utc === "number") : [];
    const previous = (index) => (index === 0 ? ""
        : `+ ${duration((times[index].mjd_utc - times[index - 1].mjd_utc) * 86400)}`);
    return h("div", { class: "provenance" },
        h("dl", { class: "facts" },
            row("Source", sourceName(p.source) ?? "unknown"), row("Partition", p.partition), row("Offset", p.offset),
                row("Source's fingerprint", p.fingerprint && h("code", {}, p.fingerprint)),
            row("Schema", h("code", {}, p.schema ?? "")), row("Data folder", p.data),
                row("Segment", p.segment && h("code", {}, p.segment)),
            row("In the archive", p.archiveOffset === undefined ? null
                : `message ${count(p.archiveOffset)}, byte ${count(p.byte)}, ${bytes(Number(p.length))}`),
            row("Checksum", p.checked === true ? "compared, and right" : p.checked === false ? "none was kept" : null)),
        times.length ? h("table", { class: "times" }, h("caption", {}, "Times of its stages, UTC"),
            h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Stage"), h("th", { scope: "col" }, "When"),
                h("th", { scope: "col" }, "Since the one before"))),
            h("tbody", {}, times.map((time, index) => h("tr", {}, h("td", {}, stageWords[time.stage] ?? time.stage),
                h("td", { class: "number" }, utc(time.mjd_utc, { seconds: true })),
                h("td", { class: "number" }, previous(index)))))) : null,
        h("p", {}, h("a", { href: url(`alerts/${part(alert.id)}/packet.avro`, parameters) }, "packet.avro"),
            " (corrected schema, read by any Avro library) · ",
            h("a", { href: url(`alerts/${part(alert.id)}/packet.avro`, { ...parameters, original: true }) },
                "as it was received"), " · ",
            h("a", { href: url(`alerts/${part(alert.id)}`, parameters) }, "JSON")));
}

const verdictWord = (verdict) => (verdict === true ? h("span", { class: "state good" }, "yes")
    : verdict === false ? h("span", { class: "state bad" }, "no") : h("span", { class: "state warn" }, "null"));

function valueText(value) {
    if (typeof value === "number") return String(Number(value.toPrecision(8)));
    const text = value === null ? "null" : typeof value === "string" ? value : JSON.stringify(value);
    return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}

// What a cut looked at: a single row in words, several as a table.
function looked(values) {
    return (values ?? []).map((rows) => {
        if (rows.rows.length === 1 && rows.count === 1) {
            const pairs = rows.columns.map((name, index) => `${name} ${valueText(rows.rows[0][index])}`).join(", ");
            return h("div", {}, rows.table === "alert" ? null : h("span", { class: "quiet" }, `${rows.table}: `),
                h("span", { class: "value" }, pairs || "its row"));
        }
        if (rows.count === 0) return h("div", {}, h("span", { class: "quiet" }, `${rows.table}: no rows`));
        if (rows.columns.length === 0) return h("div", {},
            h("span", { class: "quiet" }, `${rows.table}: ${plural(rows.count, "row")}`));
        return h("details", {}, h("summary", {}, `${rows.table}: ${plural(rows.count, "row")}`),
            h("table", { class: "small" }, h("thead", {},
                h("tr", {}, rows.columns.map((name) => h("th", { scope: "col" }, name)))),
                h("tbody", {}, rows.rows.slice(0, MOST_ROWS).map((row) =>
                    h("tr", {}, row.map((value) => h("td", { class: "number" }, valueText(value))))))));
    });
}

// Where a filter's definition is: Nightjar's own two are in the documents.
export function filterLink(survey, name) {
    return ["extragalactic_transient", "pure"].includes(name) ? "/help/filter"
        : `/filters?filter=${encodeURIComponent(`${survey}.${name}`)}`;
}

// Every filter's cuts for an alert, fetched now.
export function verdicts(survey, id) {
    const holder = h("div", { class: "verdicts" }, h("p", { class: "skeleton" }, "Asking every filter …"));
    get(`alerts/${part(id)}/filters`, { survey }).then((answer) => {
        const filters = answer.filters ?? [];
        if (filters.length === 0) {
            replace(holder, h("p", { class: "quiet" },
                "No filter has judged alerts here: 'nightjar run --filters DIR' does."));
            return;
        }
        replace(holder, filters.map((filter) => {
            const against = filter.cuts.filter((cut) => cut.verdict !== true);
            return h("details", { class: "filter" },
                h("summary", {}, h("span", { class: `state ${filter.passes ? "good" : "bad"}` },
                    filter.passes ? "passes" : "stopped"), " ",
                    h("strong", {}, filter.filter), " ",
                    h("span", { class: "quiet" }, filter.passes ? filter.cuts.length === 1
                        ? "its one cut is true" : `all ${filter.cuts.length} cuts are true`
                        : `by ${against.map((cut) => cut.cut).join(", ")}`)),
                h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `cuts of ${filter.filter}` },
                    h("table", {},
                    h("thead", {}, h("tr", {}, ["Cut", "Says",
                        "Looked at"].map((name) => h("th", { scope: "col" }, name)))),
                    h("tbody", {}, filter.cuts.map((cut) => h("tr", {}, h("td", {}, cut.cut),
                        h("td", {}, verdictWord(cut.verdict)), h("td", {}, looked(cut.values))))))),
                h("p", { class: "quiet" }, "Version ", h("code", {}, String(filter.version).slice(0, 12)), " · ",
                    h("a", { href: filterLink(survey, filter.filter) }, "its definition")));
        }));
    }, (error) => replace(holder, calm(error, "The filters could not be asked")));
    return holder;
}
