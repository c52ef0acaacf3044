// Before the page is drawn: the theme that was chosen, where one was.
"use strict";
{
    let chosen = null;
    try {
        chosen = localStorage.getItem("nightjar-theme");
    } catch {
        // Pages on a disk may have no storage: the system's theme holds.
    }
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
}
