// Where else an object can be looked at. No page learns where its reader came from.

import { h } from "./dom.js";

// [name, address]; `survey` decides which brokers know the object, and by which name.
export function linksOf(survey, name, ra, dec) {
    const id = encodeURIComponent(name);
    const links = [];
    if (survey === "ztf") {
        links.push(
            ["ALeRCE", `https://alerce.online/object/${id}`], ["Fink", `https://ztf.fink-portal.org/${id}`],
            ["Lasair", `https://lasair-ztf.lsst.ac.uk/objects/${id}/`],
                ["ANTARES", `https://antares.noirlab.edu/loci/lookup/${id}`],
            ["Babamul", `https://babamul.caltech.edu/objects/ZTF/${id}`]);
    } else if (survey === "lsst") {
        links.push(
            ["ALeRCE", `https://lsst.alerce.online/object/${id}?survey=lsst`],
                ["Fink", `https://lsst.fink-portal.org/${id}`],
            ["Lasair", `https://lasair.lsst.ac.uk/objects/${id}/`],
                ["ANTARES", `https://antares.noirlab.edu/loci?search=${id}`],
            ["Babamul", `https://babamul.caltech.edu/objects/LSST/${id}`]);
    }
    if (typeof ra === "number" && typeof dec === "number") {
        const [a, d] = [ra.toFixed(6), dec.toFixed(6)];
        const signed = `${dec < 0 ? "" : "%2B"}${d}`;
        links.unshift(
            ["TNS", `https://www.wis-tns.org/search?ra=${a}&decl=${d}&radius=5&coords_unit=arcsec`],
            ["SIMBAD", `https://simbad.cds.unistra.fr/simbad/sim-coo?Coord=${a}+${signed}&CooFrame=ICRS`
                + "&Radius=10&Radius.unit=arcsec"],
            ["NED", "https://ned.ipac.caltech.edu/conesearch?search_type=Near%20Position%20Search"
                + `&coordinates=${a}d%20${signed}d&radius=0.5&in_csys=Equatorial&in_equinox=J2000`],
            ["Legacy Survey", `https://www.legacysurvey.org/viewer?ra=${a}&dec=${d}&layer=ls-dr10&zoom=16`
                + `&mark=${a},${d}`]);
    }
    return links;
}

export function linkList(survey, name, ra, dec) {
    const links = linksOf(survey, name, ra, dec);
    return h("ul", { class: "links" }, links.map(([title, href]) =>
        h("li", {}, h("a", { href, rel: "noreferrer external" }, title))));
}
