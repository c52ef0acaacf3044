// Tables that sort, and what every list needs: pages, export of what is shown, and the states between.

import { announce, h, replace } from "./dom.js";
import { count, plural } from "./format.js";

/** Compares two values: numbers by size, texts by letters, what is missing last. */
export function compare(a, b) {
    const isMissing = (x) => x === null || x === undefined || (typeof x === "number" && Number.isNaN(x));
    if (isMissing(a) || isMissing(b)) return isMissing(a) - isMissing(b);
    if (typeof a === "number" && typeof b === "number") return a - b;
    return String(a).localeCompare(String(b), "en", { numeric: true });
}

/** Rows in another order; what is missing stays last, whichever way. */
export function sorted(rows, value, isDescending) {
    const isMissing = (x) => x === null || x === undefined || (typeof x === "number" && Number.isNaN(x));
    return [...rows].sort((a, b) => {
        const [x, y] = [value(a), value(b)];
        return !isDescending || isMissing(x) || isMissing(y) ? compare(x, y) : compare(y, x);
    });
}

/** A packet's text in one line: signs that turn or break what stands around are shown as signs. */
export function plain(text) {
    return String(text).replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** Rows drawn at once; more on demand, so that ten thousand do not stop the page. */
const rowsAtOnce = 250;

/**
 * A table. `columns`: `{label, value(row), cell(row)?, name?, isNumber?, title?, unit?, className(row)?, isHeader?,
 * isPlain?}`; `value` sorts and is exported under `name`, `cell` is shown; by a plain column nobody sorts. Returns
 * `{element, update(rows), shown()}`.
 */
export function table({ columns, rows = [], caption, empty = "Nothing here.", sort = null, label = caption }) {
    let [given, order, isDescending, drawn] = [rows, sort?.column ?? null, sort?.isDescending ?? false, rowsAtOnce];
    const body = h("tbody");
    const more = h("button", { type: "button", class: "small", hidden: true });
    const heads = columns.map((column, place) => {
        const text = [column.label, column.unit ? h("span", { class: "unit" }, ` ${column.unit}`) : null];
        const button = h("button", {
            type: "button", class: "plain sort", title: column.title, on: { click: () => sortBy(place) },
        }, text);
        return h("th", { scope: "col", class: column.isNumber ? "number" : null },
            column.isPlain ? h("span", { class: "plain-head" }, column.label) : button);
    });
    const ordered = () => order === null ? given : sorted(given, columns[order].value, isDescending);
    const cell = (column, row) => {
        const shown = column.cell ? column.cell(row) : column.value(row) ?? "–";
        const names = [column.isNumber ? "number" : null, column.className?.(row)].filter((name) => name).join(" ");
        return column.isHeader
            ? h("th", { scope: "row", class: `rowhead ${names}` }, shown) : h("td", { class: names || null }, shown);
    };
    const draw = () => {
        const all = ordered();
        replace(body, all.slice(0, drawn).map((row) => h("tr", {}, columns.map((column) => cell(column, row)))));
        if (all.length === 0) {
            body.append(h("tr", {}, h("td", { colspan: columns.length, class: "quiet" }, empty)));
        }
        more.hidden = all.length <= drawn;
        more.textContent = `Show ${Math.min(rowsAtOnce, all.length - drawn)} more of ${all.length}`;
        heads.forEach((head, place) => {
            if (place === order) head.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
            else head.removeAttribute("aria-sort");
        });
    };
    const sortBy = (place) => {
        // Numbers are asked for from the largest.
        isDescending = order === place ? !isDescending : columns[place].isNumber === true;
        order = place;
        draw();
        announce(`sorted by ${columns[place].label}, ${isDescending ? "descending" : "ascending"}`);
    };
    more.addEventListener("click", () => { drawn += rowsAtOnce; draw(); });
    draw();
    const element = h("div", {},
        h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
            h("table", { class: "list" }, caption ? h("caption", { class: "unseen" }, caption) : null,
                h("thead", {}, h("tr", {}, heads)), body)), more);
    return {
        element,
        update(newRows) { given = newRows; drawn = rowsAtOnce; draw(); },
        /** The rows in the order shown. */
        shown: ordered,
    };
}

function csvField(value) {
    if (value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))) return "";
    const text = String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** CSV (RFC 4180) of rows: a header, then the columns' values. */
export function csv(columns, rows) {
    const lines = [columns.map((column) => csvField(column.name ?? column.label))];
    for (const row of rows) lines.push(columns.map((column) => csvField(column.value(row))));
    return lines.map((line) => line.join(",")).join("\r\n") + "\r\n";
}

/** Saves a text as a file. */
export function save(name, text, type = "text/csv") {
    const link = h("a", { download: name });
    // Not by h: an object URL is no link that it lets through.
    link.setAttribute("href", URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` })));
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.getAttribute("href")), 60_000);
}

/** A button that saves the rows that are shown. */
export function csvButton(name, columns, rows, label = "CSV of these rows") {
    return h("button", {
        type: "button", class: "small", on: {
            click: () => {
                const shown = rows();
                save(name, csv(columns, shown));
                announce(`${plural(shown.length, "row")} saved as ${name}`);
            },
        },
    }, label);
}

/** `what` is what is listed, one of it. Links to the first and the next page: whole addresses, so that the browser's own "back" is the page before. */
export function pager({ query, next, shown, what, total = null }) {
    const link = (cursor) => {
        const changed = new URLSearchParams(query);
        if (cursor) changed.set("cursor", cursor); else changed.delete("cursor");
        return `${location.pathname}?${changed}`;
    };
    const isFirst = !query.get("cursor");
    return h("nav", { class: "pager", "aria-label": "Pages of the list" },
        h("span", { class: "quiet" }, plural(shown, what),
            total === null || total === shown ? null : ` of ${count(total)}`),
        isFirst ? null : h("a", { class: "button", href: link(null) }, "First page"),
        next ? h("a", { class: "button", href: link(next), rel: "next" }, "Next page") : null,
        !next && !isFirst ? h("span", { class: "quiet" }, "This is the last page.") : null);
}

/** A place of the size of what is coming; seen only after 300 ms. */
export function skeleton(rows, height = 26) {
    const place = h("div", { class: "skeletons", "aria-hidden": "true" });
    for (let i = 0; i < rows; i += 1) {
        const bar = h("div", { class: "skeleton" });
        bar.style.height = `${height - 4}px`;
        place.append(bar);
    }
    return place;
}

/** What is said where there is nothing: why, and what to do. */
export function nothing(title, ...says) {
    return h("div", { class: "empty" }, h("strong", {}, title), h("p", {}, says));
}

/** What is said where a part of a page could not be had; the rest of the page stays. */
export function trouble(error, again = null) {
    return h("div", { class: "notice bad", role: "alert" },
        h("strong", {}, error.title ?? "This could not be shown"),
        h("p", {}, error.detail ?? `${error.name}: ${error.message}`),
        again ? h("button", { type: "button", class: "small", on: { click: again } }, "Try again") : null);
}

/** A field of a form: a label above a control. */
export function field(label, control) {
    return h("label", { class: "field" }, h("span", {}, label), control);
}

/** A choice from a list: `options` are texts or `[value, text]`. */
export function select(name, options, value, onChange) {
    // The box cuts long names off: their whole is seen when it is pointed at.
    const entitle = () => { control.title = control.selectedOptions[0]?.textContent ?? ""; };
    const control = h("select", { name, on: { change: () => onChange(control.value), pointerenter: entitle,
        focus: entitle } }, options.map((option) => {
        const [id, text] = Array.isArray(option) ? option : [option, option];
        return h("option", { value: id, selected: id === (value ?? "") }, text);
    }));
    return control;
}
