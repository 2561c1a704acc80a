"use strict";

(() => {
  const config = JSON.parse(document.getElementById("chart-config").textContent);
  const options = {
    actions: false,
    // Expressions are interpreted: the page forbids making code from text.
    ast: true,
    config,
    renderer: "svg",
    tooltip: { theme: "page", disableDefaultStyle: true, formatTooltip: tip },
  };

  // The values of a row, a line each, without the names of its columns.
  function tip(values, sanitize) {
    return Object.values(values).map((value) => `<div>${sanitize(String(value))}</div>`).join("");
  }

  async function draw(drawing) {
    if (drawing.dataset.drawn) return;
    drawing.dataset.drawn = "started";
    const spec = JSON.parse(drawing.querySelector("script").textContent);
    spec.description = drawing.dataset.says;
    const place = document.createElement("div");
    drawing.append(place);
    try {
      const result = await vegaEmbed(place, spec, options);
      drawing.view = result.view;
      const svg = place.querySelector("svg");
      // One picture with one description, not hundreds of shapes.
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", drawing.dataset.says);
      svg.querySelectorAll("g").forEach((part) => part.setAttribute("aria-hidden", "true"));
      drawing.dataset.drawn = "yes";
    } catch (error) {
      drawing.dataset.drawn = "failed";
      place.textContent = "This chart could not be drawn; its numbers are below.";
      console.error(error);
    }
  }

  // A chart in a hidden part has no width yet.
  function drawVisible() {
    return Promise.all(
      [...document.querySelectorAll(".drawing")]
        .filter((drawing) => drawing.offsetParent !== null)
        .map(draw),
    );
  }

  // Choosing a scorecard ---------------------------------------------------------------------------

  const tabs = [...document.querySelectorAll("[role=tab]")];

  function choose(tab, moveFocus) {
    for (const other of tabs) {
      const chosen = other === tab;
      other.setAttribute("aria-selected", String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      document.getElementById(other.getAttribute("aria-controls")).hidden = !chosen;
    }
    if (moveFocus) tab.focus();
    drawVisible();
  }

  tabs.forEach((tab, n) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const next =
        event.key === "Home" ? tabs[0]
        : event.key === "End" ? tabs[tabs.length - 1]
        : step ? tabs[(n + step + tabs.length) % tabs.length]
        : null;
      if (!next) return;
      event.preventDefault();
      choose(next, true);
    });
  });

  // An address with a place in it opens the scorecard that the place belongs to.
  function chooseFromAddress() {
    let target = null;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      // Not an address of this page.
    }
    const card = target && target.closest("[role=tabpanel]");
    const tab = card && tabs.find((one) => one.getAttribute("aria-controls") === card.id);
    if (tab) {
      choose(tab);
      target.scrollIntoView();
    }
    return Boolean(tab);
  }

  if (tabs.length) {
    if (!chooseFromAddress()) choose(tabs[0]);
    window.addEventListener("hashchange", chooseFromAddress);
  } else {
    drawVisible();
  }

  // Sorting ----------------------------------------------------------------------------------------

  const texts = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

  function sort(header) {
    const table = header.closest("table");
    const headers = [...header.parentNode.children];
    const column = headers.indexOf(header);
    const isNumber = header.dataset.kind === "number";
    const now = header.getAttribute("aria-sort");
    // Numbers are wanted largest first.
    const first = isNumber ? "descending" : "ascending";
    const direction = !now ? first : now === "ascending" ? "descending" : "ascending";
    headers.forEach((other) => other.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", direction);
    const sign = direction === "ascending" ? 1 : -1;
    const key = (row) => row.children[column].dataset.sort;
    const rows = [...table.tBodies[0].rows].sort((a, b) => {
      const [left, right] = [key(a), key(b)];
      // What is missing stays at the end.
      if (left === "" || right === "") return (left === "") - (right === "");
      return sign * (isNumber ? Number(left) - Number(right) : texts.compare(left, right));
    });
    table.tBodies[0].append(...rows);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest(".sortable th button");
    if (button) sort(button.closest("th"));
  });

  // Printing ---------------------------------------------------------------------------------------

  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details.all").forEach((part) => {
      part.dataset.wasOpen = String(part.open);
      part.open = true;
    });
  });
  window.addEventListener("afterprint", () => {
    document.querySelectorAll("details.all").forEach((part) => {
      part.open = part.dataset.wasOpen === "true";
    });
  });
})();
