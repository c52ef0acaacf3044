// Before anything is drawn, so that no page flashes in the other theme. A plain script: modules run too late.
(() => {
    let chosen = null;
    try { chosen = localStorage.getItem("theme"); } catch { /* storage is refused: the system's theme it is */ }
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
