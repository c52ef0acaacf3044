// An alert: its cutouts, its packet as a tree, where it came from and when, and why each filter takes it or not.

import { ApiProblem, get, part, url } from "../api.js";
import { filterLink, packetTree, provenance, verdicts } from "../alertviews.js";
import { Cutouts } from "../cutouts.js";
import { copyButton, h, useStyle } from "../dom.js";
import { bandName, degrees, galactic, mag, magOfFlux, number, realBogusSays, sexagesimal, signed, taiToUTC, utc }
    from "../format.js";
import { linkList } from "../links.js";
import { matchesPanel, scoresPanel } from "../objectpanels.js";
import { alertSnippets, snippets } from "../snippets.js";

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

// What the row says of the measurement, for every survey.
function measured(alert) {
    const row = alert.row ?? {};
    const positive = row.isdiffpos === undefined ? null : ["t", "1", 1, true].includes(row.isdiffpos);
    if (isNumber(row.magpsf)) {
        const bands = { 1: "g", 2: "r", 3: "i" };
        return { text: `${mag(row.magpsf)} ± ${mag(row.sigmapsf)}${positive === false ? ", negative" : ""}`,
            label: `mag, ${alert.survey === "ztf" ? bands[row.fid] ?? row.fid : row.fid}`,
            mjd: isNumber(row.jd) ? row.jd - 2400000.5 : null };
    }
    const flux = row.psfFlux ?? row.psFlux;
    if (isNumber(flux)) {
        const nJy = alert.survey === "lsst";
        const magnitude = nJy && flux > 0 ? `, mag ${mag(magOfFlux(flux))}` : "";
        const error = number(row.psfFluxErr ?? row.psFluxErr, 0);
        return { text: `${number(flux, 0)} ± ${error}${nJy ? " nJy" : ""}${magnitude}`,
            label: `flux, ${bandName(row.band ?? row.filterName ?? "?")}`, mjd: isNumber(row.midpointMjdTai)
                ? taiToUTC(row.midpointMjdTai) : isNumber(row.midPointTai) ? taiToUTC(row.midPointTai) : null };
    }
    return { text: "–", label: "mag", mjd: isNumber(row.jd) ? row.jd - 2400000.5 : null };
}

export async function show(main, context) {
    await useStyle("object.css");
    const id = context.parts[1] ?? "";
    if (id === "") {
        context.head({ title: "Alert", says: "An alert has its page under its id.", asOf: null });
        main.append(h("div", { class: "empty" }, h("strong", {}, "No alert is named."),
            h("a", { href: "/search" }, "Search"), " by id."));
        return;
    }
    context.head({ title: `Alert ${id}`, says: "Asking …", asOf: null });
    let alert;
    try {
        alert = await get(`alerts/${part(id)}`, { survey: context.survey });
    } catch (error) {
        if (!(error instanceof ApiProblem) || error.status === 0) throw error;
        context.head({ title: `Alert ${id}`, says: "This alert cannot be shown.", asOf: null });
        // What the tables have of it may be sound where the archive is not.
        const known = error.status === 404 ? null
            : await get("resolve", { q: id }).then((found) => found.matches?.find((match) => match.name), () => null);
        main.append(h("div", { class: "empty" }, h("strong", {}, error.title), h("p", {}, error.detail),
            known ? h("p", {}, "Its object: ", h("a", { href: `/objects/${part(known.name)}?survey=${known.survey}` },
                known.name), ".") : null,
            h("p", {}, h("a", { href: `/search?q=${encodeURIComponent(id)}` }, "Search for it"), " · ",
                h("a", { href: "/dead-letters" }, "Dead letters"), ": packets that could not be used.")));
        return;
    }
    const row = alert.row ?? {};
    const name = row.objectId === null || row.objectId === undefined ? null : String(row.objectId);
    const value = measured(alert);
    const text = sexagesimal(row.ra, row.dec);
    const parameters = { survey: alert.survey };
    context.head({
        title: `Alert ${alert.id}`,
        says: [`${alert.survey.toUpperCase()} alert`, value.mjd === null ? ""
            : ` of ${utc(value.mjd, { seconds: true })} UTC`,
            name ? [", object ", h("a", { href: `/objects/${part(name)}?survey=${alert.survey}` }, name)]
            : ", of no object", "."],
        calls: [{ label: "This alert", path: `alerts/${part(alert.id)}`, params: parameters,
            sql: alertSnippets(alert).sql },
            { label: "Why filters take it or not", path: `alerts/${part(alert.id)}/filters`, params: parameters }],
    });
    const fact = (label, shown, title) => h("div", { class: "fact", title }, h("span", { class: "label" }, label),
        h("span", { class: "number" }, shown));
    // The survey's own filters stand in the row, those of 'run --filters' in the passes.
    const passed = [...["extragalactic_transient", "pure"].filter((filter) => Number(row[`is_${filter}`]) === 1),
        ...(alert.passes ?? []).map((pass) => pass.filter)];
    const hasPlace = isNumber(row.ra) && isNumber(row.dec);
    const plane = hasPlace ? galactic(row.ra, row.dec) : null;
    const cutouts = new Cutouts({ survey: alert.survey, size: 300,
        alerts: [{ id: alert.id, caption: value.mjd === null ? "" : utc(value.mjd, { seconds: true }) }] });
    main.append(
        h("div", { class: "object-strip" }, h("div", { class: "facts-row" },
            hasPlace ? [fact("ICRS, degrees", [`${degrees(row.ra)} ${signed(row.dec, 5)} `,
                copyButton(`${row.ra.toFixed(6)} ${row.dec.toFixed(6)}`)]),
                fact("sexagesimal", `${text.ra} ${text.dec}`),
                fact("galactic l, b", `${number(plane.l, 3)} ${signed(plane.b, 3)}`)] : fact("position", "unknown"),
            fact(value.label, value.text),
            isNumber(row.drb ?? row.rb ?? row.reliability)
                ? fact("real/bogus", number(row.drb ?? row.rb ?? row.reliability, 3), realBogusSays) : null,
            fact("passed", passed.length ? passed.map((filter, index) => [index > 0 ? ", " : null,
                h("a", { href: filterLink(alert.survey, filter) }, filter)]) : "no filter",
                "when it came; extragalactic_transient is the survey's own filter"))),
        h("div", { class: "alert-grid" },
            h("div", {}, cutouts.element, h("section", {}, h("h2", {}, "Why, and why not"),
                verdicts(alert.survey, alert.id))),
            h("div", {}, h("section", {}, h("h2", {}, "Provenance"), provenance(alert)),
                matchesPanel(alert.row, alert.survey),
                scoresPanel(alert.row, Promise.resolve(null), context.info, "Of this alert"),
                name ? h("section", {}, h("h2", {}, "Elsewhere"), linkList(alert.survey, name, row.ra, row.dec))
                    : null)),
        h("section", {}, h("h2", {}, "Packet"), packetTree(alert.packet)),
        h("section", {}, h("h2", {}, "Code"), snippets(alertSnippets(alert))),
        h("p", { class: "quiet" }, h("a", { href: url(`alerts/${part(alert.id)}/plot.png`, parameters) },
            "The run's plot"), " of its light curve, where it was fitted."));
    cutouts.show(alert.id);
    context.keys({ b: ["blink science and template", () => cutouts.blink()] });
}
