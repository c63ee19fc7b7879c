"use strict";

// Small helpers for the pages of stage contests. Data only ever becomes text, never markup.
window.Stage = (() => {
  const texts = {};

  function el(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "class") node.className = value;
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return node;
  }

  // A copy of an icon that the page holds ready in <template id="icon-…">.
  function icon(name) {
    return document.getElementById(`icon-${name}`).content.cloneNode(true);
  }

  // 'Question %(number)s' with its values.
  function fill(text, values) {
    return text.replace(/%\((\w+)\)s/g, (_whole, name) => String(values[name] ?? ""));
  }

  // Changes a text only where it differs: screen readers announce each change.
  function say(node, text) {
    if (node && node.textContent !== text) node.textContent = text;
  }

  function signed(points) {
    return points > 0 ? `+${points}` : String(points).replace("-", "\u2212");
  }

  // Keeps one node for each key, in the order of the keys; `make` builds it, `draw` fills it.
  function keyed(parent, items, key, make, draw) {
    const nodes = (parent.stageNodes ||= new Map());
    const wanted = new Set();
    items.forEach((item, index) => {
      const id = key(item);
      wanted.add(id);
      if (!nodes.has(id)) nodes.set(id, make(item));
      const node = nodes.get(id);
      if (parent.children[index] !== node) parent.insertBefore(node, parent.children[index] || null);
      draw(node, item, index);
    });
    for (const [id, node] of nodes) {
      if (wanted.has(id)) continue;
      node.remove();
      nodes.delete(id);
    }
  }

  function inLanguage(title) {
    return title ? title[document.documentElement.lang.startsWith("en") ? "en" : "zh"] : "";
  }

  function json(id) {
    return JSON.parse(document.getElementById(id).textContent);
  }

  return { texts, el, icon, fill, say, signed, keyed, inLanguage, json };
})();
