// A night's receipt: verdict, conditions, parts, what is missing.

import { bars, spread, spreadAxis } from "./bars.js";
import { copyButton, h } from "./dom.js";
import { count, duration, night as nightText, sourceName, utcOfTAI } from "./format.js";
import { nightWord, receiptState } from "./nightstate.js";
import { table } from "./table.js";

const clauseNames = {
    sunUp: "Sun up", quiet: "stream quiet", lag: "all read", account: "account adds up",
    published: "products published",
    lateWindow: "late window over",
};

/** Conditions with their values and limits. */
function clauses(list) {
    if (!list?.length) return null;
    return h("ul", { class: "clauses" }, list.map((clause) => h("li", {},
        h("span", { class: `state ${clause.isMet ? "good" : "bad"}` }, clauseNames[clause.name] ?? clause.name,
            h("span", { class: "unseen" }, clause.isMet ? ": holds" : ": does not hold")),
        h("span", { class: "value" }, clause.value), h("span", { class: "quiet" }, clause.limit))));
}

function sentences(title, list, look) {
    if (!list?.length) return null;
    return h("div", { class: `notice ${look}` }, h("strong", {}, title),
        h("ul", {}, list.map((text) => h("li", {}, text))));
}

function parts(receipt) {
    if (!receipt.parts?.length) return null;
    const number = (label, value, wrong) => ({
        label, isNumber: true, value, cell: (row) => count(value(row)),
        className: (row) => wrong?.(row) ? "wrong" : null,
    });
    const isWrong = (row) => row.counts.received !== row.counts.duplicates + row.counts.stored
        + row.counts.deadLettered;
    const missing = (row) => row.missing?.map(([from, to]) => to - from <= 1 ? `${from}`
        : `${from} to ${to - 1}`).join(", ");
    const columns = [
        { label: "Source", isHeader: true, value: (row) => row.source,
            cell: (row) => h("span", { class: "source", title: sourceName(row.source) }, sourceName(row.source)) },
        { label: "Partition", isNumber: true, value: (row) => row.partition },
        ...(receipt.isStream ? [
            number("From", (row) => row.from), number("To", (row) => row.to),
            number("Packets", (row) => row.packets, (row) => row.packets !== null && row.packets !== undefined
                && row.missing?.length > 0),
        ] : []),
        number("Received", (row) => row.counts.received, isWrong), number("Stored", (row) => row.counts.stored),
        number("Repeated", (row) => row.counts.duplicates), number("Dead letters", (row) => row.counts.deadLettered),
        ...(receipt.isStream ? [{ label: "Missing offsets", value: missing, cell: (row) => missing(row) || "none",
            className: (row) => row.missing?.length > 0 ? "wrong" : null }] : []),
    ];
    return [h("h3", {}, "Sources and partitions"),
        table({ columns, rows: receipt.parts,
            caption: `Parts of the receipt of ${receipt.title ?? receipt.survey}, edition ${receipt.edition}` }).element];
}

/** Percentiles by stage, as a table with small bars. `stages`: `{name, count, p50, p95?, p99, max}` in seconds. */
export function latencyTable(stages, caption) {
    const time = (label, name) => ({
        label, isNumber: true, value: (row) => row[name], cell: (row) => row[name] === undefined || row[name] === null
            ? "–" : duration(row[name]),
    });
    const columns = [
        { label: "From and to", isHeader: true, value: (row) => row.name },
        { label: "Alerts", isNumber: true, value: (row) => row.count, cell: (row) => count(row.count) },
        time("p50", "p50"), ...(stages.some((stage) => stage.p95 !== undefined) ? [time("p95", "p95")] : []),
        time("p99", "p99"), time("Max", "max"),
        { label: "10 ms to 28 h, logarithmic", isPlain: true, value: (row) => row.p50, cell: spread,
            className: () => "spread-cell" },
    ];
    return h("div", { class: "latencies" }, spreadAxis(), table({ columns, rows: stages, caption }).element);
}

/** Alerts in steps of ten minutes. */
export function alertsOverTime(times) {
    if (!times?.length) return null;
    const step = 10 / 1440;
    const [begin, end] = [times[0].mjdTAI, times.at(-1).mjdTAI];
    const steps = Math.min(1000, Math.round((end - begin) / step) + 1);
    const by = new Map(times.map((bin) => [Math.round((bin.mjdTAI - begin) / step), bin]));
    const items = Array.from({ length: steps }, (_, i) => {
        const bin = by.get(i);
        return { label: utcOfTAI(begin + i * step), value: bin?.alerts ?? 0, part: bin?.passed ?? 0 };
    });
    return bars({ items, label: "Alerts in ten minutes, UTC of the exposure; darker: passed the survey's own filter" });
}

/** One edition of a receipt. */
export function receiptView(receipt, isLast) {
    const when = String(receipt.date ?? "").replace("T", " ").replace(/Z$/, "");
    const body = h("div", {},
        receipt.reason ? h("p", {}, receipt.reason) : null,
        sentences("The account does not add up", receipt.faults, "bad"),
        clauses(receipt.clauses), parts(receipt),
        receipt.deadLetters?.length ? [h("h3", {}, "Dead letters by reason"),
            h("p", {}, receipt.deadLetters.map((letter, i) =>
            [i > 0 ? ", " : null, `${letter.reason} ${count(letter.letters)}`]), ". ",
            h("a", { href: "/dead-letters" }, "All dead letters"))] : null,
        receipt.schemas?.length ? [h("h3", {}, "Schemas"), h("ul", { class: "plain-list" },
            receipt.schemas.map((schema) =>
            h("li", {}, schema.name, " ", h("span", { class: "number" }, count(schema.alerts)), " ",
                h("code", { class: "quiet", title: schema.fingerprint },
                    String(schema.fingerprint).slice(0, 12)))))] : null,
        Object.keys(receipt.nights ?? {}).length > 1 ? [h("h3", {}, "Nights of the alerts"),
            h("p", {}, Object.entries(receipt.nights).map(([night, alerts], i) =>
                [i > 0 ? ", " : null, h("a", { href: `/nights/${night}` }, nightText(night)),
                    ` ${count(alerts)}`]))] : null,
        receipt.ids ? [h("h3", {}, "Ids"),
            h("p", { class: "digest" }, `${count(receipt.ids.count)} different ${receipt.ids.name}: `,
            h("code", {}, receipt.ids.sha256), " ", copyButton(receipt.ids.sha256)),
            h("p", { class: "quiet" }, receipt.ids.rule, ".")] : null,
        receipt.blindSpots?.length ? h("details", {}, h("summary", {}, "What this receipt cannot see"),
            h("ul", {}, receipt.blindSpots.map((text) => h("li", {}, text)))) : null);
    return h("details", { class: "receipt", open: isLast },
        h("summary", {}, h("strong", {}, receipt.title ?? receipt.survey.toUpperCase()), " ",
            nightWord(receiptState(receipt)),
            h("span", { class: "quiet" }, ` edition ${receipt.edition}, ${when} UTC`)), body);
}
