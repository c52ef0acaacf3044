// One night: its counts, ledger, receipts, latencies and alerts.

import { ApiProblem, get } from "../api.js";
import { h, replace, useStyle } from "../dom.js";
import { count, mjdNow, number, night as nightText, sourceName, utcOfTAI } from "../format.js";
import { alertLink, objectLink } from "../candidaterow.js";
import { lastEditions, nightState, nightWord, receiptState } from "../nightstate.js";
import { alertsOverTime, latencyTable, receiptView } from "../receipt.js";
import { csvButton, field, nothing, pager, plain, select, skeleton, table, trouble } from "../table.js";

const stageNames = {
    exposureToSent: "exposure end → survey sent", sentToKafka: "survey sent → Kafka", exposureToKafka: "exposure end → Kafka",
    kafkaToReceived: "Kafka → received", receivedToDurable: "received → durable", receivedToPublished: "received → published",
    exposureToDurable: "exposure end → durable",
};
const pageSize = 200;

export async function show(main, context) {
    const name = (context.parts[1] ?? "").replaceAll("-", "");
    if (!/^\d{8}$/.test(name)) {
        throw new ApiProblem(404, "This is no night", `'${context.parts[1]}' is no date; nights are written YYYYMMDD, as 20240915`);
    }
    const path = `nights/${name}`;
    context.head({
        title: `Night ${nightText(name)}`,
        says: "What was received of this night, and what became of it.",
        calls: [
            { label: "Counts, ledger and latencies", path }, { label: "Receipts", path: `${path}/receipts` },
            { label: "Exposures", path: `${path}/exposures`, params: { survey: context.survey } },
            { label: "Alerts", path: `${path}/alerts`, params: { survey: context.survey, limit: pageSize } },
        ],
    });
    const about = h("div", {}, skeleton(9));
    main.append(about);
    const asking = get(`${path}/receipts`).then((found) => found.receipts, (error) => error);
    const [answer] = await Promise.all([get(path).catch((error) => error), useStyle("lists.css")]);
    const receipts = await asking;
    const isEmpty = answer instanceof ApiProblem && answer.status === 404;
    if (answer instanceof Error && !isEmpty) {
        about.remove();
        throw answer;
    }
    context.head({ says: "What was received of this night, and what became of it.", asOf: mjdNow() });
    const list = Array.isArray(receipts) ? receipts : [];
    const last = lastEditions(list);
    if (isEmpty) {
        replace(about, nothing("Nothing was received of this night", last.length > 0 ? "Its receipt says why. "
            : "No run took anything of it in, and no conductor has left a receipt. ", h("a", { href: "/nights" }, "The nights that are here"), "."),
        last.length > 0 ? receiptList(list, last) : null);
        return;
    }
    replace(about, summary(answer, last, name), receipts instanceof Error ? trouble(receipts) : null,
        receiptList(list, last), ledger(answer), latencies(answer, last),
        last.map((receipt) => alertsOverTime(receipt.times)));
    if (answer.surveys.length > 0) main.append(exposures(path, answer.surveys));
    await alerts(main, context, path, answer.surveys);
}

function summary(answer, receipts, name) {
    const totals = answer.totals;
    const state = nightState(totals, receipts.map((receipt) => ({ state: receiptState(receipt) })));
    const isWrong = totals.received !== totals.duplicates + totals.stored + totals.deadLettered;
    const one = (label, value, { title, look, href } = {}) => h("div", { class: look ?? null, title: title ?? null },
        h("dt", {}, label), h("dd", {}, href && value > 0 ? h("a", { href }, count(value)) : count(value)));
    return [
        h("div", { class: "verdict-line" }, nightWord(state), h("span", { class: "big" }, count(totals.stored)),
            h("span", { class: "quiet" }, totals.stored === 1 ? "alert stored" : "alerts stored"),
            name === "0" ? null : h("a", { class: "button", href: `/candidates?night=${name}` }, "Candidates of this night")),
        h("dl", { class: "counts" },
            one("Received", totals.received, { look: isWrong ? "wrong" : null, title: "stored + repeated + dead letters" }),
            one("Stored", totals.stored), one("Repeated", totals.duplicates, { title: "alerts that were here already" }),
            one("Dead letters", totals.deadLettered, { href: "/dead-letters" }),
            one("Passed", totals.passedFilter, { title: "the survey's own filter" }), one("Fitted", totals.fitted),
            one("Fit failed", totals.fitFailed)),
    ];
}

function receiptList(receipts, last) {
    if (receipts.length === 0) {
        return [h("h2", {}, "Receipts"), h("p", { class: "quiet" },
            "None was written: 'nightjar night conduct' writes one when a night is over, 'nightjar night report' shows what one would say now.")];
    }
    const ordered = [...receipts].sort((a, b) => a.survey.localeCompare(b.survey) || b.edition - a.edition);
    return [h("h2", {}, receipts.length === 1 ? "Receipt" : `Receipts: ${receipts.length} editions`),
        ordered.map((receipt) => receiptView(receipt, last.includes(receipt)))];
}

function ledger(answer) {
    const rows = answer.ledger.map(({ data, row }) => ({ data, ...row }));
    const isWrong = (row) => row.received !== row.duplicates + row.stored + row.deadLettered;
    const whole = (label, name, more = {}) => ({ label, name, isNumber: true, value: (row) => row[name], cell: (row) => count(row[name]), ...more });
    const folders = new Set(rows.map((row) => row.data)).size;
    const columns = [
        { label: "Source", name: "source", isHeader: true, value: (row) => row.source,
            cell: (row) => h("span", { class: "source", title: `${sourceName(row.source)}, fingerprint ${row.fingerprint}` }, sourceName(row.source)) },
        ...(folders > 1 ? [{ label: "Data", name: "data", value: (row) => row.data }] : []),
        { label: "Partition", name: "partition", isNumber: true, value: (row) => row.partition },
        whole("First", "firstOffset", { title: "the first packet's number" }), whole("Last", "lastOffset", { title: "the last packet's number" }),
        whole("Received", "received", { className: (row) => isWrong(row) ? "wrong" : null, title: "stored + repeated + dead letters" }),
        whole("Stored", "stored", { className: (row) => row.stored === row.archived ? null : "wrong" }),
        whole("Repeated", "duplicates"), whole("Dead letters", "deadLettered"), whole("Passed", "passedFilter"),
        whole("Fitted", "fitted"), whole("Fit failed", "fitFailed"),
        { label: "Read", name: "complete", value: (row) => row.complete === null || row.complete === undefined ? "no end" : row.complete ? "to its end" : "broke off",
            className: (row) => row.complete === false ? "wrong" : null },
        ...(rows.some((row) => row.pruned) ? [{ label: "Pruned", name: "pruned", value: (row) => row.pruned ?? null }] : []),
    ];
    const shown = table({ columns, rows, caption: "The ledger of this night", empty: "The ledger has no row of this night." });
    return [
        h("h2", {}, "Ledger"),
        h("p", {}, h("span", { class: `state ${answer.addsUp ? "good" : "bad"}` }, answer.addsUp ? "adds up" : "does not add up"),
            h("span", { class: "quiet" }, ": received = stored + repeated + dead letters in each row. ",
                answer.addsUp ? null : "'nightjar verify' says which packets; 'nightjar ledger' has the whole account.")),
        h("div", { class: "controls" }, csvButton("ledger.csv", columns, shown.shown)), shown.element,
    ];
}

function latencies(answer, receipts) {
    const parts = Object.entries(answer.latencies ?? {}).map(([survey, stages]) => {
        const receipt = receipts.find((one) => one.survey === survey);
        const names = Object.keys(stageNames).filter((stage) => stages[stage]);
        if (names.length === 0) return null;
        const rows = names.map((stage) => {
            const [from, to] = stageNames[stage].split(" → ");
            const p95 = receipt?.latencies?.find((one) => one.from === from && one.to === to)?.p95;
            return { name: stageNames[stage], ...stages[stage], ...(p95 === undefined || p95 === null ? {} : { p95 }) };
        });
        return [h("h3", {}, survey.toUpperCase()), latencyTable(rows, `Latencies of ${survey.toUpperCase()} by stage`)];
    }).filter((one) => one);
    return [h("h2", {}, "Latencies"), parts.length > 0 ? parts
        : h("p", { class: "quiet" }, "None: latencies are known of streams only, since files do not say when their alerts were on the way.")];
}

/** The exposures, asked for when somebody looks: a night has thousands. */
function exposures(path, surveys) {
    const body = h("div");
    const load = async (survey) => {
        replace(body, skeleton(8));
        try {
            const answer = await get(`${path}/exposures`, { survey });
            const isLSST = answer.survey === "lsst" || answer.survey === "elasticc";
            const columns = [
                { label: "Time", unit: "UTC", name: "mjd_tai", isHeader: true, value: (row) => row.mjd_tai,
                    cell: (row) => h("span", { class: "number" }, utcOfTAI(row.mjd_tai, { seconds: true })) },
                { label: isLSST ? "Visit" : "Field", name: "exposure", isNumber: true, value: (row) => row.exposure },
                { label: isLSST ? "Detector" : "Quadrant", name: "detector", isNumber: true, value: (row) => row.detector },
                { label: "Alerts", name: "alerts", isNumber: true, value: (row) => row.alerts, cell: (row) => count(row.alerts) },
                { label: "Passed", name: "passed", isNumber: true, value: (row) => row.passed, cell: (row) => count(row.passed) },
            ];
            const shown = table({ columns, rows: answer.exposures, caption: "Exposures of the night", empty: "The alerts name no exposure." });
            replace(body, answer.truncated ? h("p", { class: "notice warn" }, `These are the first ${count(answer.exposures.length)}.`) : null,
                h("div", { class: "controls" }, csvButton("exposures.csv", columns, shown.shown)), shown.element);
        } catch (error) { replace(body, trouble(error, () => load(survey))); }
    };
    const choice = surveys.length > 1
        ? h("div", { class: "controls" }, field("Survey", select("survey", surveys.map((one) => [one, one.toUpperCase()]), surveys[0], load))) : null;
    const details = h("details", {}, h("summary", {}, "Each exposure with its alerts"), choice, body);
    details.addEventListener("toggle", () => { if (details.open && body.childElementCount === 0) load(surveys[0]); });
    return h("section", {}, h("h2", {}, "Exposures"), details);
}

async function alerts(main, context, path, surveys) {
    const place = h("section", { "aria-labelledby": "alerts" });
    main.append(place);
    if (surveys.length === 0) {
        replace(place, h("h2", {}, "Alerts"), h("p", { class: "quiet" }, "No alert of this night is stored here; what was pruned has its counts alone."));
        return;
    }
    const { query } = context;
    const survey = surveys.includes(query.get("survey")) ? query.get("survey") : surveys[0];
    const body = h("div");
    const reload = (changes) => { context.setQuery({ cursor: null, ...changes }); load(); };
    const passed = h("input", { type: "checkbox", checked: query.get("passed") === "true" });
    passed.addEventListener("change", () => reload({ passed: passed.checked ? "true" : null }));
    const surveyChoice = surveys.length > 1
        ? field("Survey", select("survey", surveys.map((one) => [one, one.toUpperCase()]), survey, (value) => reload({ survey: value }))) : null;
    const tools = h("span");
    replace(place, h("h2", { id: "alerts" }, "Alerts"), h("div", { class: "controls" }, surveyChoice,
        h("label", { class: "inline" }, passed, "passed the survey's own filter"), tools), body);
    const columns = [
        { label: "Time", unit: "UTC", name: "mjd_tai", value: (row) => row.mjd_tai, cell: (row) => h("span", { class: "number" }, utcOfTAI(row.mjd_tai, { seconds: true })) },
        { label: "Alert", name: "id", value: (row) => row.id, cell: (row) => h("a", { href: alertLink(row), class: "number" }, row.id), isHeader: true },
        { label: "Object", name: "objectId", value: (row) => row.objectId,
            cell: (row) => row.objectId === null ? "–" : h("a", { href: objectLink(row), class: "name", title: plain(row.objectId) }, plain(row.objectId)) },
        { label: "RA", unit: "deg", name: "ra", isNumber: true, value: (row) => row.ra, cell: (row) => number(row.ra, 5) },
        { label: "Dec", unit: "deg", name: "dec", isNumber: true, value: (row) => row.dec, cell: (row) => number(row.dec, 5) },
        { label: "Verdict", name: "passed", value: (row) => row.passed ? "passes" : "fails",
            cell: (row) => h("span", { class: `state ${row.passed ? "good" : ""}` }, row.passed ? "passes" : "fails") },
        { label: "Cuts failed", name: "failed_cuts", value: (row) => row.failed_cuts.join(" "), cell: (row) => row.failed_cuts.join(", ") || "none" },
    ];
    let asked = 0;
    async function load() {
        const mine = asked += 1;
        const chosen = surveys.includes(query.get("survey")) ? query.get("survey") : surveys[0];
        if (body.childElementCount === 0) replace(body, skeleton(20));
        try {
            const answer = await get(`${path}/alerts`, {
                survey: chosen, passed: query.get("passed"), cursor: query.get("cursor"), limit: pageSize,
            });
            if (mine !== asked) return;
            const shown = table({
                columns, rows: answer.alerts, caption: "Alerts of the night",
                empty: query.get("passed") === "true" ? "None passed the survey's own filter." : "No alert here.",
            });
            replace(tools, csvButton("alerts.csv", columns, shown.shown));
            replace(body, shown.element, pager({ query, next: answer.next, shown: answer.alerts.length, what: "alert" }));
        } catch (error) {
            if (mine === asked) replace(body, trouble(error, load));
        }
    }
    await load();
}
