// The same data in Python, curl and SQL, copied with a click.

import { url } from "./api.js";
import { copyButton, h } from "./dom.js";

export const quoted = {
    python: (text) => JSON.stringify(String(text)),
    shell: (text) => `'${String(text).replaceAll("'", "'\\''")}'`,
    sql: (text) => `'${String(text).replaceAll("'", "''")}'`,
};

const LANGUAGES = [["python", "Python"], ["curl", "curl"], ["sql", "SQL"]];

// A box of snippets: `texts` has them by language.
export function snippets(texts, note) {
    const pre = h("pre", { tabindex: "0" }, "");
    let current = "python";
    try { current = localStorage.getItem("snippet") ?? "python"; } catch { /* storage is refused */ }
    if (!texts[current]) current = Object.keys(texts)[0];
    const buttons = LANGUAGES.filter(([key]) => texts[key]).map(([key, title]) => h("button", {
        type: "button", class: "small", "aria-pressed": String(key === current), on: { click: () => take(key) },
            data: { key },
    }, title));
    function take(key) {
        current = key;
        pre.textContent = texts[key];
        buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.key === key)));
        try { localStorage.setItem("snippet", key); } catch { /* it holds for this page */ }
    }
    take(current);
    return h("div", { class: "snippets" },
        h("div", { class: "controls" }, h("div", { class: "choice", role: "group", "aria-label": "Language" },
            buttons), copyButton(() => texts[current])),
        pre, note ? h("p", { class: "quiet" }, note) : null);
}

const address = (path, parameters) => location.origin + url(path, parameters);

// An object's light curve.
export function objectSnippets(object, hasPhotometry) {
    const path = `objects/${encodeURIComponent(object.objectId)}`;
    const { survey } = object;
    const id = survey === "ztf" || survey === "winter" ? "candid" : "diaSourceId";
    const value = survey === "ztf" ? "jd, fid, magpsf, sigmapsf, isdiffpos" : survey === "lsst"
        ? "midpointMjdTai, band, psfFlux, psfFluxErr" : "*";
    const order = survey === "ztf" || survey === "winter" ? "jd" : "midpointMjdTai";
    // LSST's names are whole numbers in the tables.
    const isNumber = survey === "lsst" || survey === "elasticc";
    const name = isNumber ? String(object.objectId).replace(/\D/g, "") : quoted.sql(object.objectId);
    return {
        python: `import requests
from astropy.coordinates import SkyCoord
from astropy.table import Table
from astropy.time import Time

# behind a token: requests.get(..., headers={"Authorization": "Bearer TOKEN"})
answer = requests.get(${quoted.python(address(path, { survey }))})
answer.raise_for_status()
found = answer.json()["object"]
place = SkyCoord(found["ra"], found["dec"], unit="deg", frame="icrs")
points = found["detections"]
curve = Table({name: [point[name] for point in points]
               for name in ("id", "mjd_tai", "bandpass", "mag", "mag_err", "flux_njy", "flux_err_njy")})
curve["time"] = Time(curve["mjd_tai"], format="mjd", scale="tai").utc
print(place.to_string("hmsdms"))
print(curve)`,
        curl: [`curl -s ${quoted.shell(address(path, { survey }))}`, hasPhotometry
            ? `curl -sO -J ${quoted.shell(address(`${path}/photometry`, { survey, format: "votable" }))}` : null]
            .filter(Boolean).join("\n"),
        sql: `SELECT ${id}, ${value}
FROM ${survey}_detections
WHERE objectId = ${name}
ORDER BY ${order}`,
    };
}

// One alert.
export function alertSnippets(alert) {
    const path = `alerts/${encodeURIComponent(alert.id)}`;
    const parameters = { survey: alert.survey };
    const id = alert.survey === "ztf" || alert.survey === "winter" ? "candid" : "diaSourceId";
    return {
        python: `import io
import fastavro
import requests

# behind a token: requests.get(..., headers={"Authorization": "Bearer TOKEN"})
alert = requests.get(${quoted.python(address(path, parameters))}).json()
print(alert["provenance"])

packet = requests.get(${quoted.python(address(`${path}/packet.avro`, parameters))}).content
for record in fastavro.reader(io.BytesIO(packet)):
    print(record.keys())  # with the cutouts, as FITS`,
        curl: `curl -s ${quoted.shell(address(path, parameters))}
curl -s ${quoted.shell(address(`${path}/filters`, parameters))}
curl -s -o ${quoted.shell(`${alert.id}.avro`)} ${quoted.shell(address(`${path}/packet.avro`, parameters))}`,
        sql: `SELECT * FROM ${alert.survey}_alerts WHERE ${id} = ${String(alert.id).replace(/\D/g, "")}`,
    };
}
