// A box for SQL: completes names of tables and columns, runs with Ctrl-Enter, and shows where a mistake is.

import { announce, h, replace } from "./dom.js";

const keywords = ["SELECT", "FROM", "WHERE", "GROUP BY", "ORDER BY", "LIMIT", "HAVING", "JOIN", "LEFT JOIN", "USING",
    "AND", "OR", "NOT",
    "BETWEEN", "LIKE", "IS NULL", "IS NOT NULL", "DISTINCT", "UNION ALL", "CASE", "WHEN", "THEN", "ELSE", "END",
    "DESC", "EXISTS", "WITH",
    "count(*)", "avg(", "min(", "max(", "sum(", "round(", "coalesce(", "abs("];
const most = 8;

/** Where a message of SQLite points to in a statement: `{at, length}`, or nothing where it names nothing. */
export function placeOfMistake(sql, message) {
    // Filters' mistakes have their place: `the filter:2:8: ...`.
    const told = /^[^\n]*?:(\d+):(\d+): /.exec(message);
    if (told) {
        const lines = sql.split("\n");
        const before = lines.slice(0, Number(told[1]) - 1).reduce((sum, line) => sum + line.length + 1, 0);
        const at = Math.min(sql.length, before + Number(told[2]) - 1);
        return { at, length: Math.max(1, /^\w*/.exec(sql.slice(at))[0].length) };
    }
    const named = /near "((?:[^"]|"")*)"|unrecognized token: "((?:[^"]|"")*)"|(?:no such (?:column|table|function)|ambiguous column name): ([^\s;]+)/.exec(message);
    if (/incomplete input/.test(message)) return { at: sql.length, length: 0 };
    if (!named) return null;
    const word = (named[1] ?? named[2] ?? named[3]).replaceAll('""', '"');
    const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const isName = /^\w/.test(word) && /\w$/.test(word);
    const found = new RegExp(isName ? `\\b${escaped}\\b` : escaped, "i").exec(sql)
        ?? new RegExp(escaped, "i").exec(sql);
    if (found) return { at: found.index, length: found[0].length };
    // SQLite writes `no such column: t.name` where the statement may have quotes.
    const last = word.split(".").at(-1);
    const at = sql.toLowerCase().indexOf(last.toLowerCase());
    return at < 0 ? null : { at, length: last.length };
}

/** The line of a place in a text, its number and column from 1. */
export function lineOf(text, at) {
    const before = text.slice(0, at);
    const line = before.split("\n").length;
    const begin = before.lastIndexOf("\n") + 1;
    return { line, column: at - begin + 1, text: text.slice(begin).split("\n")[0] };
}

/** Names that go on from what stands before the caret. */
function suggestions(sql, caret, tables) {
    const before = sql.slice(0, caret);
    const typed = /([A-Za-z_][\w]*\.)?([A-Za-z_]\w*)?$/.exec(before);
    const [owner, word] = [typed[1]?.slice(0, -1), typed[2] ?? ""];
    if (!owner && word.length < 1) return { word, list: [] };
    // Not within a text or a comment.
    const isInText = (before.replace(/--[^\n]*/g, "").match(/'/g) ?? []).length % 2 === 1 || /--[^\n]*$/.test(before);
    if (isInText) return { word, list: [] };
    const named = tables.filter((table) => new RegExp(`\\b${table.name}\\b`, "i").test(sql));
    const owners = new Set([owner?.toLowerCase()]);
    if (owner) for (const [, name] of sql.matchAll(new RegExp(`(?=\\b(\\w+)\\s+(?:AS\\s+)?${owner}\\b)`,
        "gi"))) owners.add(name.toLowerCase());
    const wanted = owner ? tables.filter((table) => owners.has(table.name.toLowerCase())) : named.length > 0 ? named
        : tables;
    const columns = wanted.flatMap((table) => table.columns.map((column) => ({ text: column.name, from: table.name,
        says: column.description ?? column.unit ?? "" })));
    const others = owner ? [] : [
        ...tables.map((table) => ({ text: table.name, from: "table", says: "" })),
        ...keywords.map((text) => ({ text, from: "SQL", says: "" })),
    ];
    const seen = new Set();
    const start = word.toLowerCase();
    const list = [...columns, ...others].filter(({ text }) => {
        const isNew = !seen.has(text) && text.toLowerCase().startsWith(start) && text.toLowerCase() !== start;
        if (isNew) seen.add(text);
        return isNew;
    });
    return { word, list: list.slice(0, most) };
}

/** The editor: `{element, value, tables, mistake(message)}`; `onRun(sql)` is called with Ctrl-Enter. */
export function sqlEditor({ value, label, onRun, rows = 7, describedBy = null }) {
    const id = "sql-names";
    const area = h("textarea", {
        class: "code", rows, "aria-label": label, spellcheck: "false", autocomplete: "off", autocapitalize: "off",
        wrap: "off",
        "aria-autocomplete": "list", "aria-controls": id, "aria-describedby": describedBy,
    });
    area.value = value;
    const popup = h("ul", { class: "completion", role: "listbox", id, "aria-label": "Names", hidden: true });
    const mistake = h("div", { class: "mistake", role: "alert" });
    let [tables, offered, chosen, word] = [[], [], -1, ""];

    const close = () => { popup.hidden = true; offered = []; chosen = -1; area.removeAttribute("aria-activedescendant"); };
    const mark = () => {
        [...popup.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
        if (chosen >= 0) area.setAttribute("aria-activedescendant",
            `${id}-${chosen}`); else area.removeAttribute("aria-activedescendant");
    };
    const accept = (i) => {
        const caret = area.selectionStart;
        area.setRangeText(offered[i].text, caret - word.length, caret, "end");
        close();
        area.focus();
    };
    const offer = () => {
        ({ word, list: offered } = suggestions(area.value, area.selectionStart, tables));
        chosen = -1;
        if (offered.length === 0) { close(); return; }
        replace(popup, offered.map((item, i) => h("li", {
            role: "option", id: `${id}-${i}`, "aria-selected": "false",
            on: { pointerdown: (event) => { event.preventDefault(); accept(i); } },
        }, h("span", {}, item.text), h("span", { class: "quiet" }, item.from))));
        // The box does not wrap, and its font has one width: the caret's place follows from its line and column.
        const style = getComputedStyle(area);
        const { line, column } = lineOf(area.value, area.selectionStart - word.length);
        const lineHeight = parseFloat(style.lineHeight);
        const left = parseFloat(style.paddingLeft) + (column - 1) * charWidth(style) - area.scrollLeft;
        popup.hidden = false;
        popup.style.top = `${area.offsetTop + parseFloat(style.paddingTop) + line * lineHeight - area.scrollTop + 4}px`;
        popup.style.left = `${Math.max(0, Math.min(left, area.clientWidth - popup.offsetWidth))}px`;
    };
    area.addEventListener("input", () => { mistakeOf(null); offer(); });
    area.addEventListener("blur", close);
    area.addEventListener("click", close);
    area.addEventListener("scroll", close);
    area.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            close();
            onRun(area.value);
        } else if (popup.hidden) {
            if (event.key === " " && event.ctrlKey) { event.preventDefault(); offer(); }
        } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            const step = event.key === "ArrowDown" ? 1 : -1;
            chosen = (chosen + step + offered.length + (chosen < 0 && step < 0 ? 1 : 0)) % offered.length;
            mark();
        } else if (event.key === "Tab" || (event.key === "Enter" && chosen >= 0)) {
            event.preventDefault();
            accept(Math.max(0, chosen));
        } else if (event.key === "Escape") {
            event.stopPropagation();
            close();
        }
    });

    /** Shows a mistake where it is; null clears it. */
    function mistakeOf(message) {
        replace(mistake);
        if (message === null) { area.removeAttribute("aria-invalid"); return; }
        area.setAttribute("aria-invalid", "true");
        const place = placeOfMistake(area.value, message);
        if (!place) { replace(mistake, h("strong", {}, message)); return; }
        const { line, column, text } = lineOf(area.value, place.at);
        const from = Math.max(0, column - 60);
        const shown = text.slice(from, column + 60);
        replace(mistake, h("strong", {},
            `Line ${line}, column ${column}: ${message.replace(/^[^\n]*?:\d+:\d+: /, "")}`),
            h("pre", { tabindex: "0" }, shown, "\n", " ".repeat(column - 1 - from),
                "^".repeat(Math.max(1, Math.min(place.length, 60)))));
        area.focus();
        area.setSelectionRange(place.at, place.at + place.length);
        announce(`Mistake in line ${line}, column ${column}`);
    }

    return {
        element: h("div", { class: "editor" }, area, popup, mistake),
        get value() { return area.value; },
        set value(text) { area.value = text; mistakeOf(null); close(); },
        set tables(list) { tables = list; },
        insert(text) {
            area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
            area.focus();
        },
        mistake: mistakeOf,
    };
}

function charWidth(style) {
    const context = document.createElement("canvas").getContext("2d");
    context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    return context.measureText("0000000000").width / 10;
}
