// The operator's page: where the present night is, and whether its account adds up. Live by server-sent events.

import { events, get } from "../api.js";
import { announce, h, replace, svg, useStyle } from "../dom.js";
import { ago, bytes, clock, count, duration, mjdNow, night as nightText, number, plural, sourceName, utc } from "../format.js";
import { stateWord } from "../frame.js";

const tooOld = 15;
/** States in which a run writes. */
const isWriting = new Set(["opening", "running", "draining"]);

/** Redraws a section only where its numbers have changed, so that focus and selection stay. */
function section(parent, title, draw) {
    const body = h("div", {});
    const whole = h("section", {}, title ? h("h2", {}, title) : null, body);
    parent.append(whole);
    let last = null;
    return (value) => {
        const text = JSON.stringify(value ?? null);
        if (text === last) return;
        last = text;
        const drawn = draw(value);
        whole.hidden = drawn === null;
        replace(body, drawn);
    };
}

function rows(label, head, lines, { numbers = 1 } = {}) {
    const kind = (index) => (index >= numbers ? "number" : null);
    return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, h("table", {},
        h("thead", {}, h("tr", {}, head.map((text, index) => h("th", { scope: "col", class: kind(index) }, text)))),
        h("tbody", {}, lines.map((cells) => h("tr", {}, cells.map((cell, index) =>
            cell instanceof HTMLTableCellElement ? cell : h("td", { class: kind(index) }, cell)))))));
}

function skyParts(sun) {
    const kind = (altitude) => (altitude > -0.83 ? "day" : altitude > -12 ? "civil" : altitude > -18 ? "nautical" : "night");
    const parts = [];
    for (const [mjd, altitude] of sun) {
        const last = parts.at(-1);
        if (last) last.end = mjd;
        if (!last || last.kind !== kind(altitude)) parts.push({ kind: kind(altitude), begin: mjd, end: mjd });
    }
    return parts;
}

function skyBar({ sky, now }) {
    if (!sky || sky.begin_mjd_utc === null) return null;
    const [width, height] = [720, 64];
    const x = (mjd) => (mjd - sky.begin_mjd_utc) / (sky.end_mjd_utc - sky.begin_mjd_utc) * width;
    const y = (altitude) => height / 2 - altitude / 90 * height / 2;
    const hours = [];
    for (let mjd = Math.ceil(sky.begin_mjd_utc * 8) / 8; mjd < sky.end_mjd_utc; mjd += 0.125) hours.push(mjd);
    const path = sky.sun.map(([mjd, altitude], i) => `${i ? "L" : "M"}${x(mjd).toFixed(1)} ${y(altitude).toFixed(1)}`);
    const isOn = now >= sky.begin_mjd_utc && now <= sky.end_mjd_utc;
    const times = [
        ["sunset", sky.sunset_mjd_utc], ["−12°", sky.nautical_dusk_mjd_utc], ["−18°", sky.astronomical_dusk_mjd_utc],
        ["−18°", sky.astronomical_dawn_mjd_utc], ["−12°", sky.nautical_dawn_mjd_utc], ["sunrise", sky.sunrise_mjd_utc],
    ].filter(([, mjd]) => mjd !== null).map(([text, mjd]) => `${text} ${clock(mjd)}`);
    const sun = isOn && sky.sun_altitude !== null ? ` Sun at ${number(sky.sun_altitude, 1)}° now.` : "";
    const next = sky.next && isOn ? ` Next: ${sky.next.what} in ${duration((sky.next.mjd_utc - now) * 86400)}.` : "";
    return [
        svg("svg", {
            class: "sky-bar", viewBox: `0 0 ${width} ${height + 18}`, role: "img",
            "aria-label": `The night at ${sky.site}: ${times.join(", ")} UTC`,
        },
        skyParts(sky.sun).map((part) => svg("rect", {
            class: part.kind, x: x(part.begin), y: 0, height, width: Math.max(0, x(part.end) - x(part.begin)) + 0.3,
        })),
        svg("line", { class: "horizon", x1: 0, x2: width, y1: height / 2, y2: height / 2 }),
        svg("path", { class: "sun", d: path.join("") }),
        isOn ? svg("line", { class: "now", x1: x(now), x2: x(now), y1: 0, y2: height }) : null,
        hours.map((mjd) => svg("text", { x: x(mjd), y: height + 14, "text-anchor": "middle" }, clock(mjd).slice(0, 2)))),
        h("p", { class: "label" }, `${sky.site}, UTC: ${times.join(" · ")}.${sun}${next}`),
    ];
}

function sparkline(times, values) {
    const rates = [];
    for (let i = 1; i < times.length; i += 1) {
        rates.push([times[i], Math.max(0, (values[i] - values[i - 1]) / ((times[i] - times[i - 1]) * 86400))]);
    }
    if (rates.length < 2) return h("p", { class: "label" }, "The rate is known once the ledger was looked at for 30 s.");
    const [first, last] = [rates[0][0], rates.at(-1)[0]];
    const most = Math.max(...rates.map(([, rate]) => rate), 1e-9);
    const path = rates.map(([t, rate], i) =>
        `${i ? "L" : "M"}${((t - first) / (last - first) * 600).toFixed(1)} ${(54 - rate / most * 50).toFixed(1)}`);
    const span = duration((last - first) * 86400);
    return h("div", {},
        svg("svg", {
            class: "spark", viewBox: "0 0 600 56", preserveAspectRatio: "none", role: "img",
            "aria-label": `Alerts received a second over the last ${span}, ${number(most, 1)} at most`,
        }, svg("path", { class: "base", d: "M0 54.5H600" }), svg("path", { d: path.join("") })),
        h("span", { class: "label" }, `last ${span}, ${number(most, 1)} a second at most`));
}

function ratesPart(rates) {
    return h("div", { class: "rates" },
        h("div", {}, h("strong", { class: "number" }, number(rates.per_second, 1)), " a second", h("br"),
            h("span", { class: "label" }, `${number(rates.per_second_15_min, 1)} over 15 min`)),
        sparkline(rates.mjd_utc, rates.received));
}

// What went into each part of the pipeline, and what came out: of the night's counts.
function pipeline(totals) {
    const dead = totals.deadLettered > 0 ? h("a", { href: "/dead-letters" }, count(totals.deadLettered)) : "0";
    return rows("Stages", ["stage", "in", "out", "dropped", "dead letters"], [
        ["decode, archive", count(totals.received), count(totals.archived), `${count(totals.duplicates)} repeated`, dead],
        ["tables", count(totals.archived), count(totals.stored), count(totals.archived - totals.stored), ""],
        ["filter", count(totals.stored), count(totals.passedFilter), count(totals.stored - totals.passedFilter), ""],
        ["fit", count(totals.fitted + totals.fitFailed), count(totals.fitted), `${count(totals.fitFailed)} failed`, ""],
    ]);
}

function ledger({ ledger: entries, faults }) {
    if (entries.length === 0) return h("p", { class: "empty" }, "Nothing was received of this night.");
    // A file has one part, a topic's partitions are told apart.
    const parted = new Set(entries.filter(({ row }) => row.partition > 0).map(({ row }) => row.source));
    const lines = entries.map(({ data, row }) => {
        const source = sourceName(row.source);
        const name = h("span", { title: source }, source.split("/").pop(),
            parted.has(row.source) ? ` [${row.partition}]` : null);
        const sum = row.duplicates + row.stored + row.deadLettered;
        const isRight = row.received === sum;
        return [
            h("td", {}, name, h("div", { class: "label" }, data.split("/").pop())),
            count(row.received),
            h("td", { class: isRight ? "number" : "number wrong" }, isRight ? `= ${count(sum)}` : `≠ ${count(sum)}`),
            count(row.stored), count(row.duplicates), count(row.deadLettered), count(row.passedFilter),
        ];
    });
    return [
        rows("Ledger", [parted.size > 0 ? "source [partition]" : "source", "received", "accounted", "stored", "repeated",
            "dead", "passed"], lines),
        faults.length === 0 ? h("p", {}, h("span", { class: "state good" }, "adds up"))
            : h("ul", {}, faults.map((fault) => h("li", {}, h("span", { class: "state bad" }, fault)))),
    ];
}

function partitions(list) {
    if (list.length === 0) return null;
    return rows("Partitions", ["partition", "begin", "read to", "end", "lag"], list.map((part) => [
        `${part.topic} [${part.number}]`, part.from === null ? "unknown" : count(part.from),
        part.committed === null ? "–" : count(part.committed), count(part.end),
        part.lag > 0 ? h("strong", {}, count(part.lag)) : "0",
    ]));
}

function clauses(list) {
    if (list.length === 0) {
        return h("p", {}, "Nobody conducts this night, so nobody proves that it is complete: ",
            h("a", { href: "/help/nights" }, "how nights are conducted"), ".");
    }
    return h("table", { class: "clauses" }, h("tbody", {}, list.map((clause) => h("tr", {},
        h("td", {}, h("span", { class: `state ${clause.isMet ? "good" : ""}` },
            h("span", { class: "unseen" }, clause.isMet ? "yes" : "not yet"))),
        h("td", {}, clause.title, h("div", { class: "label" }, clause.limit)), h("td", {}, clause.value)))));
}

function letters(list) {
    if (list.length === 0) return h("p", {}, "None.");
    return [
        rows("Dead letters", ["reason", "all", "waiting"],
            list.map((letter) => [letter.reason, count(letter.letters), count(letter.waiting)])),
        h("p", {}, h("a", { href: "/dead-letters" }, "Look at them")),
    ];
}

function latencies(list) {
    if (list.length === 0) return h("p", {}, "Latencies are known of streams only: files do not say when their alerts were on the way.");
    return rows("Latencies", ["from, to", "p50", "p95", "p99"], list.map((part) => [
        h("td", {}, `${part.from} → ${part.to}`, h("div", { class: "label" }, plural(part.count, "alert"))),
        duration(part.p50), duration(part.p95), duration(part.p99)]));
}

function forecast({ night, rates }) {
    const expected = night.expected;
    const facts = [
        ["expected", expected === null ? "–" : `${count(expected)}, the median of ${plural(night.earlier.length, "night")}`],
        ["received", expected ? `${number(night.totals.received / expected * 100, 0)} % of it` : count(night.totals.received)],
        ["lag is read in", night.lag === null ? "only a conductor knows" : night.lag === 0 ? "nothing waits" : duration(night.drain_seconds)],
        ["last received", rates.quiet_seconds === null ? "–" : rates.quiet_seconds < 5 ? "just now"
            : ago(rates.quiet_seconds)],
        ["disk free", bytes(rates.disk_free_bytes)],
        // Only a run's own writing can be forecast: who else writes to the disk is not known.
        isWriting.has(night.state) ? ["disk full in", rates.disk_full_seconds === null ? "it does not fill"
            : duration(rates.disk_full_seconds)] : null,
    ];
    return h("dl", { class: "facts" }, facts.filter((fact) => fact !== null).map(([name, value]) =>
        [h("dt", {}, name), h("dd", {}, value)]));
}

function workers(list) {
    if (list.length === 0) return null;
    return rows("Workers", ["worker", "state", "says"],
        list.map((worker) => [worker.name, stateWord(worker.state), worker.detail]), { numbers: 9 });
}

function earlier(list) {
    if (list.length === 0) return h("p", {}, "There is none.");
    return [
        rows("Nights before", ["night", "received", "stored", "passed", "dead"], list.map((night) => [
            h("a", { href: `/nights/${night.night}` }, nightText(night.night)), count(night.received),
            count(night.stored), count(night.passedFilter), count(night.deadLettered)])),
        h("p", {}, h("a", { href: "/nights" }, "All nights")),
    ];
}

function acts(list) {
    if (list.length === 0) return null;
    return h("ol", { class: "acts", tabindex: "0", "aria-label": "What the conductor did" },
        list.toReversed().map((act) => h("li", {}, act)));
}

function chosen(data, survey) {
    const index = Math.max(0, survey ? data.nights.findIndex((night) => night.survey === survey) : 0);
    return { night: data.nights[index], sky: data.skies[index], rates: data.rates[index], now: data.now_mjd_utc };
}

function topLine({ night, rates, now }) {
    const items = [
        [count(night.totals.received), "received"], [count(night.totals.stored), "stored"],
        [count(night.totals.passedFilter), "passed"],
        [count(night.totals.deadLettered), night.totals.deadLettered === 1 ? "dead letter" : "dead letters"],
        night.lag === null ? null : [count(night.lag), "lag"], [number(rates.per_second, 1), "a second"],
    ].filter((item) => item !== null);
    const looked = night.looked_mjd_utc === null ? 0 : (now - night.looked_mjd_utc) * 86400;
    return [
        stateWord(night.state),
        items.map(([value, name]) => h("span", { class: "item" }, h("strong", {}, value), name)),
        h("p", { class: "reason" }, night.reason, night.isHeld ? "; held" : "",
            looked > 60 ? h("span", { class: "late" }, ` (the conductor looked ${ago(looked)})`) : ""),
    ];
}

export async function show(main, context) {
    await useStyle("tonight.css");
    const { head, survey } = context;
    const calls = [{ label: "The present night", path: "tonight" }, { label: "The same as events", path: "tonight/events" }];
    head({ title: "Tonight", says: "Where the present night is, and whether everything is accounted for.", calls });
    let data = await get("tonight");
    if (data.nights.length === 0) {
        main.append(h("div", { class: "empty" }, h("strong", {}, "Nothing was received yet"),
            "A run that writes to this data folder is shown here: ", h("code", {}, "nightjar run FILE --data DIR")));
    }
    const age = h("p", { class: "notice warn", role: "status", hidden: true });
    const line = h("div", { class: "tonight-line" });
    const [left, right] = [h("div", {}), h("div", {})];
    main.append(age, line, h("div", { class: "tonight-grid" }, left, right));
    const parts = {
        sky: section(left, "Sky", skyBar), rates: section(left, "Received", ratesPart),
        pipeline: section(left, "Stages", pipeline), ledger: section(left, "Ledger", ledger),
        partitions: section(left, "Partitions", partitions), earlier: section(left, "Nights before", earlier),
        clauses: section(right, "Complete when", clauses), letters: section(right, "Dead letters", letters),
        latencies: section(right, "Latencies", latencies), forecast: section(right, "Forecast", forecast),
        workers: section(right, "Workers", workers), acts: section(right, "Acts", acts),
    };
    let state = null;
    const draw = () => {
        const shown = chosen(data, survey);
        const { night, sky, rates, now } = shown;
        line.hidden = !night;
        if (!night) return;
        const says = `${night.title}, night of ${nightText(night.night)}: where it is, and whether everything is accounted for.`;
        head({ says, asOf: now });
        context.bar.say(night.state, night.state);
        if (state !== null && state !== night.state) announce(`The night is ${night.state}`);
        state = night.state;
        replace(line, topLine(shown));
        // Once a minute is enough for the Sun.
        parts.sky({ sky, now: Math.round(now * 1440) / 1440 });
        parts.rates(rates);
        parts.pipeline(night.totals);
        parts.ledger({ ledger: night.ledger, faults: night.faults });
        parts.partitions(night.partitions);
        parts.earlier(night.earlier);
        parts.clauses(night.clauses);
        parts.letters(night.deadLetters);
        parts.latencies(night.latencies);
        parts.forecast({ night, rates });
        parts.workers(night.workers);
        parts.acts(night.acts);
    };
    draw();
    let isLost = false;
    events("tonight/events", ["tonight"], {
        onEvent(_, found) {
            if (data.nights.length === 0 && found.nights.length > 0) location.reload();
            data = found;
            draw();
        },
        onState(isConnected) { isLost = !isConnected; },
    });
    // A page that no longer hears anything says so, and since when.
    setInterval(() => {
        const seconds = (mjdNow() - data.now_mjd_utc) * 86400;
        const isStale = isLost || seconds > tooOld;
        document.body.classList.toggle("stale", isStale);
        age.hidden = !isStale;
        if (!isStale) return;
        const since = utc(data.now_mjd_utc, { seconds: true });
        age.textContent = `No news since ${since} UTC (${ago(seconds)}): the server does not answer.`;
    }, 1000);
}
